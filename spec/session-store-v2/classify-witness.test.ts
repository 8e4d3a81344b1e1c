import { describe, expect, it } from 'vitest';
import type { Image } from '../lib/image.ts';
import { undetectable } from './classify-undetectable.ts';
import { assess } from './classify.ts';
import type { Assessment } from './classify.ts';
import { eventLine, manifestText, rowLine } from './encode.ts';
import type { Manifest, MigrationEvent } from './ops.ts';
import { changed, checkpointOf, segmentPath, storeOf, textAt } from './testing.ts';

const one = segmentPath(1n);
const two = segmentPath(2n);
const index = 'index/offsets.jsonl';
const store = storeOf([{ id: 'a' }, { id: 'b' }, { id: 'c', segment: 2n }, { id: 'd' }]);
const lines = (image: Image, path: string): string[] => textAt(image, path).split('\n');
const ids = (a: Assessment): string[] => a.entries.map((e) => e.frame.entryId);
const opens = (a: Assessment, wanted: readonly string[]): void => {
  expect(a.legals).toEqual([{ open: 'ok', keys: a.recovered.map((e) => e.key) }]);
  expect(a.recovered.map((e) => e.frame.entryId)).toEqual(wanted);
};
const refuses = (a: Assessment, code: string, readable: readonly string[]): void => {
  expect(a.legals).toEqual([
    { open: 'refused', codes: [code], readable: a.keys.slice(0, readable.length) },
  ]);
  expect(ids(a)).toEqual(readable);
  expect(a.expectedNotices).toEqual([]);
  expect(a.expectedRepairs).toEqual([]);
};
const codes = (found: readonly { readonly code: string; readonly file: string }[]): string[] =>
  found.map((f) => `${f.code} ${f.file}`);
const repairs = (a: Assessment): string[] =>
  a.expectedRepairs.map((r) => `${r.did.join('|')} ${r.file} ${r.why}`);

describe('the index is a witness', () => {
  const rows = lines(store.image, index).slice(0, 4);
  const withIndex = (text: string | null): Assessment => assess(changed(store.image, index, text));
  const says = (text: string | null): [string[], string[]] => {
    const a = withIndex(text);
    opens(a, ['a', 'b', 'c', 'd']);
    return [a.expectedRepairs.map((r) => r.why), a.expectedNotices.map((n) => n.code)];
  };

  it('is rebuilt where it is missing, behind, torn or unreadable', () => {
    expect(says(null)).toEqual([['index_missing'], []]);
    expect(says('')).toEqual([['index_missing'], []]);
    expect(says(`${rows.slice(0, 2).join('\n')}\n`)).toEqual([['index_behind'], []]);
    expect(says(`${rows.slice(0, 2).join('\n')}\n{"sch`)).toEqual([['index_torn'], []]);
    expect(says(`${rows[0]}\n#\n${rows[2]}\n`)).toEqual([['index_unreadable'], []]);
    expect(says(rows.join('\n'))).toEqual([['index_unterminated'], []]);
  });

  it('speaks up where it knows more or otherwise', () => {
    const more = rows[3]?.replace('"entrySeq":4', '"entrySeq":5') ?? '';
    expect(says(`${rows.join('\n')}\n${more}\n`)).toEqual([['index_ahead'], ['witness_ahead']]);
    const other = rows.map((r) => r.replace('"entryId":"b"', '"entryId":"x"'));
    expect(says(`${other.join('\n')}\n`)).toEqual([['index_disagrees'], ['witness_disagrees']]);
  });

  it('is left where only its spelling differs', () => {
    expect(says(`${rows.join('\r\n')}\r\n`)).toEqual([[], ['non_canonical']]);
  });

  it('detects a change of what only its CRC covers', () => {
    const text = textAt(store.image, two).replace('"entryType":"message"', '"entryType":"mess4ge"');
    const a = assess(changed(store.image, two, text));
    expect(a.expectedNotices.map((n) => n.code)).toEqual(['witness_disagrees']);
  });
});

describe('other witnesses', () => {
  const event: MigrationEvent = {
    schema: 's', migrationId: 'm', phase: 'rollback', at: '', sourcePath: '', targetPath: '',
    sourceFormat: '',
    targetFormat: '', verification: { entryCountMatch: true, hashChainMatch: true,
    indexConsistent: true },
    outcome: 'ok', errorClass: null, correlationId: '',
  }; // prettier-ignore
  const cp = 'checkpoints/0000000000000001.json';
  const longer = storeOf([
    { id: 'a' },
    { id: 'b' },
    { id: 'c', segment: 2n },
    { id: 'd' },
    { id: 'e' },
  ]);
  const notices = (image: Image): string[] => codes(assess(image).expectedNotices);

  it('say what verified data does not reach, unless a rollback explains it', () => {
    const ahead = changed(store.image, cp, checkpointOf(longer, 1n, 5));
    expect(notices(ahead)).toEqual([`witness_ahead ${cp}`]);
    expect(notices(changed(ahead, 'migrations/ledger.jsonl', `${eventLine(event)}\n`))).toEqual([]);
    const failed = eventLine({ ...event, outcome: 'fatal_error' });
    expect(notices(changed(ahead, 'migrations/ledger.jsonl', `${failed}\n`))).toEqual([
      `witness_ahead ${cp}`,
    ]);
  });

  it('say where a checkpoint knows another chain', () => {
    const other = storeOf([{ id: 'a', payload: '1' }]);
    expect(notices(changed(store.image, cp, checkpointOf(other, 1n, 1)))).toEqual([
      `witness_disagrees ${cp}`,
    ]);
    expect(notices(changed(store.image, cp, checkpointOf(store, 1n, 3)))).toEqual([]);
    expect(notices(changed(store.image, cp, '{'))).toEqual([`witness_unreadable ${cp}`]);
  });

  it('say where the manifest is ahead or unreadable', () => {
    const manifest = {
      schema: 's', storeVersion: 2, sessionId: '', sourceFormat: '', createdAt: '', updatedAt: '',
      head: { segmentSeq: 1n, entrySeq: 9n, entryId: '' },
      counters: { entriesTotal: 0n, messagesTotal: 0n, branchesTotal: 0n, compactionsTotal: 0n,
      bytesTotal: 0n },
      files: { segmentDir: '', segmentCount: 0n, indexPath: '', checkpointDir: '',
      migrationLedgerPath: '' },
      integrity: { chainHash: '', manifestHash: '', lastCrc32c: '' },
      invariants: {
        parentLinksClosed: true, monotonicEntrySeq: true, monotonicSegmentSeq: true,
        indexWithinSegmentBounds: true,
        branchHeadsIndexed: true, checkpointsMonotonic: true, hashChainValid: true,
      },
    } satisfies Manifest; // prettier-ignore
    expect(notices(changed(store.image, 'manifest.json', manifestText(manifest)))).toEqual([
      'witness_ahead manifest.json',
    ]);
    expect(notices(changed(store.image, 'manifest.json', 'x'))).toEqual([
      'witness_unreadable manifest.json',
    ]);
  });

  it('adopt or cut the tail of the ledger, and report a bad line', () => {
    const line = eventLine(event);
    const ledger = (text: string): Assessment =>
      assess(changed(store.image, 'migrations/ledger.jsonl', text));
    expect(repairs(ledger(line))).toEqual(['adopted migrations/ledger.jsonl ledger_tail']);
    expect(repairs(ledger(`${line}\n{"sc`))).toEqual(['cut migrations/ledger.jsonl ledger_tail']);
    const holed = `${line.slice(0, 90)}${'\0'.repeat(30)}${line.slice(120)}\n`;
    for (const tail of [holed, `${holed}${holed}`, `${holed}{"sc`]) {
      const torn = ledger(`${line}\n${tail}`);
      expect(repairs(torn)).toEqual(['cut migrations/ledger.jsonl ledger_tail']);
      expect(torn.expectedNotices).toEqual([]);
    }
    for (const tail of [`${holed}${line}\n`, 'x\n', `${holed}x\n`]) {
      const unreadable = ledger(`${line}\n${tail}`);
      expect(repairs(unreadable)).toEqual([]);
      expect(codes(unreadable.expectedNotices)).toContain(
        'ledger_unreadable migrations/ledger.jsonl',
      );
    }
    expect(codes(ledger(`x\n${line}\n`).expectedNotices)).toEqual([
      'ledger_unreadable migrations/ledger.jsonl',
    ]);
  });
});

describe('a rollback that was begun', () => {
  const headAt = (n: number, segmentSeq: number): object => ({
    segmentSeq,
    entrySeq: n,
    chainHash: store.chains[n],
  });
  const intent = (over: object = {}): string =>
    JSON.stringify({
      schema: 'tearproof.rollback_intent.v1', checkpointSeq: 1, migrationId: 'm',
      correlationId: 'c', at: 't',
      before: headAt(4, 2),
      after: { ...headAt(1, 1), entryId: 'a', byteLength: Number(store.rows[0]?.byteLength) },
      heads: [headAt(2, 1), headAt(4, 2)],
      ...over,
    }); // prettier-ignore
  const path = 'tmp/rollback.intent.json';
  const begun = changed(store.image, path, `${intent()}\n`);

  it('is finished from before, from after and from the end of every segment between', () => {
    const one1 = textAt(store.image, one).split('\n')[0] ?? '';
    const noTwo = changed(begun, two, null);
    for (const image of [
      begun,
      noTwo,
      changed(noTwo, one, `${one1}\n`),
      changed(begun, index, null),
    ]) {
      opens(assess(image), ['a']);
      expect(repairs(assess(image))).toEqual([`finished ${path} rollback_intent`]);
    }
    expect(assess(begun).chainHash).toBe(store.chains[1]);
  });

  it('is refused where the store fits no head of it', () => {
    const torn = changed(begun, two, `${lines(store.image, two)[0]}\n`);
    refuses(assess(torn), 'intent_stale', ['a', 'b', 'c']);
    const other = changed(
      store.image,
      path,
      intent({ after: { ...headAt(1, 1), chainHash: 'x', entryId: 'a', byteLength: 1 } }),
    );
    refuses(assess(other), 'intent_stale', ['a', 'b', 'c', 'd']);
    refuses(assess(changed(store.image, path, '{')), 'intent_unreadable', ['a', 'b', 'c', 'd']);
  });
});

describe('undetectable', () => {
  it('is a whole store that went back in time together, and no file of it alone', () => {
    const earlier = storeOf([{ id: 'a' }, { id: 'b' }]);
    const longer = storeOf([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    const back = changed(longer.image, one, textAt(earlier.image, one));
    expect(undetectable(longer.image, back)).toEqual([]);
    const both = changed(back, index, textAt(earlier.image, index));
    const end = textAt(longer.image, one).length;
    expect(undetectable(longer.image, both)).toMatchObject([
      { is: 'undetectable', file: index, to: textAt(longer.image, index).length },
      { is: 'undetectable', file: one, from: textAt(earlier.image, one).length, to: end },
    ]);
    const told = changed(both, 'checkpoints/0000000000000001.json', checkpointOf(longer, 1n, 3));
    expect(undetectable(longer.image, told)).toEqual([]);
  });

  it('is an altered name that the index no longer covers', () => {
    const altered = (text: string): string =>
      text.replace('"entryType":"message"', '"entryType":"mess4ge"');
    const image = changed(store.image, two, altered(textAt(store.image, two)));
    expect(undetectable(store.image, image)).toEqual([]);
    const noIndex = changed(store.image, index, null);
    expect(undetectable(noIndex, changed(image, index, null))).toEqual([]);
    const fixed = assess(image)
      .entries.map((e) => `${rowLine(e.row)}\n`)
      .join('');
    const covered = changed(image, index, fixed);
    expect(undetectable(store.image, covered).map((c) => c.file)).toEqual([index, two]);
  });
});
