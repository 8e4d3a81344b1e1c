import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crc32cHex } from '../../lib/crc32c.ts';
import { StoreError } from '../../lib/error.ts';
import { inTempDir, realEnv } from '../../lib/temp-tree.ts';
import type { Entry, SessionStore } from '../types.ts';
import {
  base,
  frame,
  indexPath,
  linesOf,
  made,
  noIndex,
  onDisk,
  open,
  segmentFile,
  withLine,
  withLines,
  without,
} from './rows-form.ts';
import { inspectOriginal, openOriginal } from './store.ts';

// The rows of the decision table (format page) that need more than one changed file: what was
// appended, odd names, limits.

const one = segmentFile(1);
const two = segmentFile(2);

/** A store of these entries, reopened: each is its id and its parent. */
function reopened(entries: readonly (readonly [string, string | null])[]): string {
  return inTempDir((dir) => {
    const store = openOriginal(realEnv(), dir, { max: 1n << 40n });
    for (const [id, parent] of entries) store.append({ id, parent, type: 'message', payload: '1' });
    return open(dir).out;
  });
}

const entry = (id: string): Entry => ({ id, parent: null, type: 'message', payload: '1' });
const opened = (root: string, max = 1n << 40n): SessionStore =>
  openOriginal(realEnv(), root, { max });

describe('the decision rows of the parent graph', () => {
  it.each([
    ['27', 'an id twice', [['a', null], ['a', null]], 'entry-id-duplicate'],
    ['28', 'a parent that is nowhere', [['a', 'x']], 'parent-missing'],
    ['29', 'an entry that is its own parent', [['a', 'a']], 'parent-cycle'],
    ['29', 'a cycle of three', [['a', 'c'], ['b', 'a'], ['c', 'b']], 'parent-cycle'],
    ['29', 'a way into a cycle', [['a', 'b'], ['b', 'c'], ['c', 'b']], 'parent-cycle'],
    ['30', 'a parent that comes later', [['a', 'b'], ['b', null]], 'OK(2)'],
    ['3.1', 'a missing parent whose id reads like a recoverable error', [['a', 'Checksum MISMATCH']], 'parent-missing'],
  ] as const)('row %s: %s', (_row, _what, entries, out) => {
    expect(reopened(entries)).toBe(out);
  }); // prettier-ignore

  it('30: says in the manifest that parents do not all come first', () => {
    inTempDir((dir) => {
      const store = opened(dir);
      store.append({ ...entry('a'), parent: 'b' });
      store.append(entry('b'));
      const manifest = store.manifest({ sessionId: 's', sourceFormat: 'f' });
      expect(manifest.invariants).toMatchObject({
        parentLinksClosed: false,
        indexWithinSegmentBounds: true,
      });
    });
  });
});

describe('more decision rows', () => {
  it('3.1: a fatal error that quotes a recoverable phrase has the index rebuilt first', () => {
    for (const [parent, survives] of [
      ['x', true],
      ['Index Out Of Bounds', false],
    ] as const) {
      inTempDir((dir) => {
        opened(dir).append({ ...entry('a'), parent });
        const index = `${dir}/${indexPath}`;
        writeFileSync(index, readFileSync(index, 'utf8').replace('{', '{ '));
        expect(open(dir).out).toBe('parent-missing');
        expect(readFileSync(index, 'utf8').startsWith('{ ')).toBe(survives);
      });
    }
  });

  it('20: a middle segment that comes back is not found again', () => {
    const whole = made({ ...base, perSegment: 1 });
    onDisk(without(whole, two), (store) => {
      expect(store.open().out).toBe('parent-missing');
      writeFileSync(`${store.root}/${two}`, whole[two] ?? '');
      expect(store.open().out).toBe('parent-missing');
      expect(linesOf(store.file(indexPath)).length).toBe(3);
    });
  });

  it('24: a segment that is not indexed is emptied at the next rotation', () => {
    const tree = withLines(made({ ...base, perSegment: 2 }), indexPath, (lines) =>
      lines.slice(0, 2),
    );
    onDisk(tree, (store) => {
      store.open({ max: 1n }).store?.append({ ...entry('e5'), parent: 'e2' });
      expect(linesOf(store.file(two)).map((line) => line.includes('"e5"'))).toEqual([true]);
      expect(store.open().out).toBe('OK(3)');
    });
  });

  it('34: bytes of an unknown member open while nothing is rebuilt', () => {
    const tree = withLine(made({ ...base, entries: 1 }), one, 0, (line) =>
      line.replace('{', '{"x":"~",'),
    );
    onDisk(noIndex(tree), (store) => {
      expect(store.open().out).toBe('OK(1)');
      const index = store.file(indexPath) ?? Buffer.alloc(0);
      const bad = withLine(store.tree(), one, 0, (line) => line.replace('~', '\u00ff'));
      const crcFixed = withLine(bad, indexPath, 0, (line) =>
        line.replace(/"crc32c":"\w+"/, `"crc32c":"${crcOf(bad[one])}"`),
      );
      expect(index.length).toBe(crcFixed[indexPath]?.length);
      onDisk(crcFixed, (damaged) => expect(damaged.open().out).toBe('OK(1)'));
      onDisk(noIndex(crcFixed), (damaged) => expect(damaged.open().out).toBe('frame-unreadable'));
    });
  });

  it('35: a frame beyond the line limit is appended, and then opens only under a threshold as large', () => {
    onDisk({}, (store) => {
      const limits = { lineBytes: 1000 };
      const handle = openOriginal(realEnv(), store.root, { max: 100n, limits });
      handle.append({ ...entry('long'), payload: JSON.stringify('x'.repeat(1000)) });
      expect(() => handle.segment(1n)).toThrow('Line length exceeds limit of 1000 bytes');
      expect(store.open({ max: 100n, limits }).out).toBe('frame-too-long');
      expect(store.open({ max: 5000n, limits }).out).toBe('OK(1)');
      onDisk(noIndex(store.tree()), (bare) => {
        expect(bare.open({ max: 5000n, limits }).out).toBe('frame-unreadable');
      });
    });
  });

  it('38: of two writers, the second loses what it appended', () => {
    inTempDir((dir) => {
      opened(dir).append(entry('first'));
      const [a, b] = [opened(dir), opened(dir)];
      a.append(entry('a1'));
      b.append(entry('b1'));
      b.append(entry('b2'));
      const came = open(dir);
      expect([came.out, came.store?.all().map((f) => f.entryId)]).toEqual([
        'OK(2)',
        ['first', 'a1'],
      ]);
    });
  });

  it('38: of two writers of an empty store, the second empties the segment of the first', () => {
    inTempDir((dir) => {
      const [a, b] = [opened(dir), opened(dir)];
      a.append(entry('a1'));
      b.append(entry('b1'));
      b.append(entry('b2'));
      expect(
        open(dir)
          .store?.all()
          .map((f) => f.entryId),
      ).toEqual(['b1', 'b2']);
    });
  });

  it('39: a segment under another name is indexed and then not found', () => {
    const whole = made({ ...base, entries: 2 });
    const renamed = { ...without(whole, one), 'segments/1.seg': whole[one] ?? null };
    onDisk(renamed, (store) => expect(store.open().out).toBe('active-segment-missing'));
    onDisk({ ...noIndex(whole), 'segments/+1.seg': whole[one] ?? null }, (store) => {
      // The directory lists + before 0, so the canonical file comes second, repeats the entries and
      // is cut to nothing.
      expect(store.open().out).toBe('index-out-of-bounds');
      expect(store.file(one)?.length).toBe(0);
    });
    onDisk({ ...noIndex(whole), 'segments/1.seg': whole[one] ?? null }, (store) => {
      expect(store.open().out).toBe('OK(2)');
      expect(store.file('segments/1.seg')?.length).toBe(0);
    });
  });

  it('40: a directory named like a segment stops rebuilds only', () => {
    onDisk(made(base), (store) => {
      mkdirSync(`${store.root}/segments/5.seg`);
      expect(store.open().out).toBe('OK(4)');
      writeFileSync(`${store.root}/${indexPath}`, 'x\n');
      expect(store.open().out).toBe('io-eisdir');
    });
    onDisk({}, (store) => {
      mkdirSync(`${store.root}/segments/5.seg`, { recursive: true });
      expect(store.open().out).toBe('io-eisdir');
    });
  });

  it('41, 42: manifest, checkpoints and ledger are not read at open, and fail when they are', () => {
    onDisk(made(base), (store) => {
      const handle = opened(store.root);
      handle.checkpoint(1n, 'r');
      handle.manifest({ sessionId: 's', sourceFormat: 'f' });
      for (const path of [
        'manifest.json',
        'checkpoints/0000000000000001.json',
        'migrations/ledger.jsonl',
      ]) {
        writeFileSync(`${store.root}/${path}`, '{"schema":1');
      }
      const again = store.open();
      expect(again.out).toBe('OK(4)');
      const codes = [
        () => again.store?.readManifest(),
        () => again.store?.manifest({ sessionId: 's', sourceFormat: 'f' }),
        () => again.store?.readCheckpoint(1n),
        () => again.store?.ledger(),
      ].map((work) => codeOf(work));
      expect(codes).toEqual(['manifest-unparsable', 'manifest-unparsable', 'json', 'json']);
      writeFileSync(`${store.root}/manifest.json`, Buffer.from([0xff]));
      expect(codeOf(() => again.store?.readManifest())).toBe('io-invalid-data');
      mkdirSync(`${store.root}/checkpoints/0000000000000002.json`);
      expect(codeOf(() => again.store?.readCheckpoint(2n))).toBe('io-eisdir');
    });
  });

  it('43, 43b: a line beyond the limit is repaired in the index and fatal in a segment', () => {
    const limits = { lineBytes: 1000 };
    const long = `${'x'.repeat(1001)}\n`;
    onDisk(
      withLine(made(base), indexPath, 1, () => long),
      (store) => {
        expect(store.open({ limits }).out).toBe('OK(4)');
      },
    );
    onDisk(noIndex(withLine(made(base), one, 1, () => long)), (store) => {
      const came = store.open({ limits });
      expect([came.out, came.message]).toEqual([
        'frame-unreadable',
        `failed to read segment frame while rebuilding index: segment=${store.root}/${one} line=2: ` +
          'Line length exceeds limit of 1000 bytes',
      ]);
    });
  });

  it('1.8: a last line of just the limit without LF is healed beyond it, and then is too long', () => {
    const tree = made({ ...base, entries: 1 });
    const limits = { lineBytes: (tree[one]?.length ?? 0) - 1 };
    onDisk(noIndex(withLine(tree, one, 0, (line) => line.slice(0, -1))), (store) => {
      expect(store.open({ max: 1n, limits }).out).toBe('frame-too-long');
      expect(store.file(one)).toEqual(tree[one]);
    });
  });

  it('3.3: quarantine takes the first free name, and fails where none is free', () => {
    const tree = frame(0, (line) => line.replace('"frameSeq":1', '"frameSeq":2'))(
      made({ ...base, perSegment: 2, entries: 6 }),
    );
    const taken = {
      ...tree,
      [`${two}.bak`]: Buffer.from('old'),
      [`${two}.bak.1`]: Buffer.from('older'),
    };
    onDisk(taken, (store) => {
      expect(store.open().out).toBe('OK(0)');
      expect(store.file(`${two}.bak.2`)).toEqual(tree[two]);
      expect(store.file(`${two}.bak`)?.toString()).toBe('old');
    });
    onDisk(taken, (store) => {
      const came = store.open({ limits: { quarantineNames: 2 } });
      expect([came.out, came.message]).toEqual([
        'quarantine-failed',
        `failed to quarantine segment ${store.root}/${two}: exhausted backup suffixes`,
      ]);
      expect(store.file(one)?.length).toBe(0);
    });
  });

  it('2.5: a row beyond what can be allocated is refused, not died of', () => {
    onDisk(made(base), (store) => {
      expect(store.open({ limits: { allocationBytes: 100 } }).out).toBe('abort');
      opened(store.root).checkpoint(1n, 'r');
      const limits = { allocationBytes: 100 };
      const inspected = inspectOriginal(realEnv(), store.root, { max: 1n, limits });
      const ids = { migrationId: 'm', correlationId: 'c' };
      expect(codeOf(() => inspected.rollback(1n, ids))).toBe('abort');
      expect(codeOf(() => inspected.readCheckpoint(1n))).toBe('abort');
      expect(inspected.ledger()).toEqual([]);
    });
  });
});

function crcOf(bytes: Buffer | null | undefined): string {
  return crc32cHex(bytes ?? Buffer.alloc(0));
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'ok';
  } catch (error) {
    return error instanceof StoreError ? error.code : String(error);
  }
}
