import { describe, expect, it } from 'vitest';
import { base, did, edit, first, ids, index, last, ledger, linesOf, max, mended, noticed, planted } from './testing-damage.ts'; // prettier-ignore
import { codeOf, entryAt, idsOf, open, treeOf } from './testing.ts';
import type { Files } from './testing.ts';

describe('the index as a witness', () => {
  const cases: readonly (readonly [string, (t: string, l: string[]) => string])[] = [
    ['index_missing', () => ''],
    ['index_behind', (_, l) => l.slice(0, 2).join('')],
    ['index_torn', (t) => t.slice(0, -20)],
    ['index_unterminated', (t) => t.slice(0, -1)],
    ['index_behind', (_, l) => (l[0] ?? '').slice(0, -1)],
    ['index_ahead', (t, l) => t + l[0]],
    ['index_torn', (t) => `${t}{"sch`],
    ['index_ahead', (t, l) => t + (l[3] ?? '').replace('"entrySeq":4', '"entrySeq":5')],
    ['index_disagrees', (t) => t.replace('"byteOffset":0', '"byteOffset":1')],
    ['index_unreadable', (_, l) => `${l[0]}nonsense\n${l[1]}`],
    ['index_unreadable', (_, l) => `${l[0]}${l[1]?.replace('_00000002"', '\u00ff"')}`],
  ];

  it.each(cases)('%s: rebuilt and reported', (why, change) => {
    const files = edit(index, change);
    const store = mended(files);
    expect(did(store)).toEqual([`rebuilt ${index} ${why}`]);
    const root = planted(files);
    open(root, { max }).close();
    const after = treeOf(root);
    expect(after[index]).toBe(base[index]);
    const isPrefix = (base[index] ?? '').startsWith(files[index] ?? '');
    const kept = Object.keys(after).filter((n) => n.startsWith('quarantine/'));
    expect(kept.length).toBe(isPrefix ? 0 : 1);
    for (const name of kept) expect(after[name]).toBe(files[index]);
  });

  it('says both values of a row that disagrees, and how far rows lead', () => {
    const store = mended(edit(index, (t) => t.replaceAll(/"crc32c":"./g, '"crc32c":"x')));
    expect(noticed(store)).toEqual(Array(4).fill(`witness_disagrees ${index}`));
    expect(store.opened.notices[0]?.detail).toMatch(/"x.*should be .*"active"/);
    const ahead = mended(edit(last, () => ''));
    expect(noticed(ahead)).toEqual([`witness_ahead ${index}`]);
    expect(did(ahead)).toEqual([`rebuilt ${index} index_ahead`]);
  });

  it('is left alone where it only looks otherwise', () => {
    for (const change of [
      (t: string) => t.replaceAll('\n', '\r\n'),
      (t: string) => t.replaceAll('"active"', '"superseded"'),
    ]) {
      const store = mended(edit(index, change));
      expect(did(store)).toEqual([]);
      expect(noticed(store)).toEqual([`non_canonical ${index}`]);
    }
  });

  it('may be gone', () => {
    const { [index]: _, ...without } = base;
    expect(did(mended(without))).toEqual([`rebuilt ${index} index_missing`]);
    const bare = planted({ [first]: base[first] ?? '', [last]: base[last] ?? '' });
    expect(idsOf(open(bare, { max }))).toEqual(ids(4));
  });
});

describe('manifest, checkpoints and ledger', () => {
  const checkpoint = 'checkpoints/0000000000000001.json';
  const made = (): { files: Files; root: string } => {
    const root = planted(base);
    const store = open(root, { max });
    store.checkpoint(1n, 'manual');
    store.manifest({ sessionId: 's', sourceFormat: 'native_v2' });
    store.close();
    return { files: treeOf(root), root };
  };

  it('speak of heads that are gone', () => {
    const { files } = made();
    const shorter = { ...files, [last]: linesOf(base, last)[0] ?? '' };
    const store = mended(shorter);
    expect(noticed(store).toSorted()).toEqual([
      `witness_ahead ${checkpoint}`,
      `witness_ahead ${index}`,
      'witness_ahead manifest.json',
    ]);
  });

  it('are explained by a rollback that the ledger holds', () => {
    const { root } = made();
    const store = open(root, { max });
    store.append(entryAt(5));
    store.checkpoint(2n, 'later');
    store.manifest({ sessionId: 's', sourceFormat: 'native_v2' });
    store.rollback(1n, { migrationId: 'm', correlationId: 'c' });
    store.close();
    expect(noticed(open(root, { max }))).toEqual([]);
  });

  it('disagree, or cannot be read, and that stops nobody', () => {
    const { files } = made();
    const chain = mended({ ...files, [checkpoint]: (files[checkpoint] ?? '').replace(/[0-9a-f]{64}/, 'f'.repeat(64)) }); // prettier-ignore
    expect(noticed(chain)).toEqual([`witness_disagrees ${checkpoint}`]);
    const unread = mended({ ...files, [checkpoint]: '{', 'manifest.json': '[]' });
    expect(noticed(unread).toSorted()).toEqual([`witness_unreadable ${checkpoint}`, 'witness_unreadable manifest.json']); // prettier-ignore
    expect(codeOf(() => unread.readCheckpoint(1n))).toBe('json');
    const ids2 = { sessionId: 's', sourceFormat: 'native_v2' };
    expect(codeOf(() => unread.manifest(ids2))).toBe('manifest-unparsable');
  });

  it('ledger: a tail is adopted or cut, a bad line reported', () => {
    const { root } = made();
    const store = open(root, { max });
    store.rollback(1n, { migrationId: 'm', correlationId: 'c' });
    store.close();
    const files = treeOf(root);
    const text = files[ledger] ?? '';
    const adopted = mended({ ...files, [ledger]: text.slice(0, -1) });
    expect(did(adopted)).toEqual([`adopted ${ledger} ledger_tail`]);
    expect(adopted.ledger().length).toBe(1);
    const cut = mended({ ...files, [ledger]: `${text}{"sch` });
    expect(did(cut)).toEqual([`cut ${ledger} ledger_tail`]);
    expect(cut.ledger().length).toBe(1);
    // A block in the middle of an event that never came, and the next one that did.
    const holed = `${text}${text.slice(0, 90)}${'\0'.repeat(30)}${text.slice(120)}`;
    const mendedHole = mended({ ...files, [ledger]: holed });
    expect(did(mendedHole)).toEqual([`cut ${ledger} ledger_tail`]);
    expect(mendedHole.ledger().length).toBe(1);
    const behind = mended({ ...files, [ledger]: `${holed}${text}` });
    expect(noticed(behind)).toEqual([`ledger_unreadable ${ledger}`]);
    const ends = mended({ ...files, [ledger]: `${text}nonsense\n` });
    expect(did(ends)).toEqual([]);
    expect(noticed(ends)).toEqual([`ledger_unreadable ${ledger}`]);
    const bad = mended({ ...files, [ledger]: `nonsense\n${text}` });
    expect(noticed(bad)).toEqual([`ledger_unreadable ${ledger}`]);
    expect(codeOf(() => bad.ledger())).toBe('json');
  });
});
