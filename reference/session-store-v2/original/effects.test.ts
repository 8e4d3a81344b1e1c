import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../lib/error.ts';
import { inTempDir } from '../../lib/temp-tree.ts';
import type { Entry, SessionStore } from '../types.ts';
import { base, indexPath, linesOf, made, onDisk, segmentFile, withLine } from './rows-form.ts';
import type { Call, Fate } from './spy-fs.ts';
import { linesOfCalls, spyFs } from './spy-fs.ts';
import { inspectOriginal, openOriginal } from './store.ts';

// What reaches the disk and in which order, what is synced (notes 6), and what a failed call leaves behind.

const one = segmentFile(1);
const ids = { migrationId: 'm', correlationId: 'c' };
const entry = (id: string, payload = '1'): Entry => ({
  id,
  parent: null,
  type: 'message',
  payload,
});

interface Spied {
  readonly root: string;
  readonly calls: Call[];
  store: SessionStore;
  /** Fails or shortens calls from now on. */
  fate: (call: Call) => Fate;
  /** The calls that `work` makes, and the error's code if it throws one. */
  did(work: () => unknown): {
    readonly calls: string[];
    readonly code: string;
    readonly definite: boolean;
  };
  reopen(max?: bigint): void;
}

function spied(work: (spy: Spied) => void): void {
  inTempDir((root) => {
    const spy = spyFs(root, (call) => spying.fate(call));
    const env = { fs: spy.fs, now: () => '2026-01-01T00:00:00.000Z' };
    const spying: Spied = {
      root,
      calls: spy.calls,
      fate: () => undefined,
      store: openOriginal({ fs: spyFs(root).fs, now: env.now }, root, { max: 1000n }),
      reopen(max = 1000n) {
        spying.store = openOriginal(env, root, { max });
      },
      did(doing) {
        spy.calls.length = 0;
        let code = 'ok';
        let definite = true;
        try {
          doing();
        } catch (error) {
          if (!(error instanceof StoreError)) throw error;
          ({ code, definite } = error);
        }
        return { calls: linesOfCalls(spy.calls), code, definite };
      },
    };
    spying.reopen();
    work(spying);
  });
}

/** Fails the first call that matches, and no other. */
function once(matches: (call: Call) => boolean, errno = 'EIO'): (call: Call) => Fate {
  let done = false;
  return (call) => {
    if (done || !matches(call)) return undefined;
    done = true;
    return { errno };
  };
}

describe('calls in order, and what is synced', () => {
  it('append: the segment, then the index, nothing synced', () => {
    spied((spy) => {
      expect(spy.did(() => spy.store.append(entry('a')))).toMatchObject({
        calls: [`write: ${one}`, `write: ${indexPath}`],
        code: 'ok',
      });
    });
  });

  it('checkpoint and manifest: staged, synced, renamed, directory synced', () => {
    spied((spy) => {
      const staged = 'tmp/0000000000000001.json.tmp';
      expect(spy.did(() => spy.store.checkpoint(1n, 'r')).calls).toEqual([
        `write: ${staged}`,
        `fsync: ${staged}`,
        `rename to checkpoints/0000000000000001.json: ${staged}`,
        'fsync: checkpoints',
      ]);
      expect(
        spy.did(() => spy.store.manifest({ sessionId: 's', sourceFormat: 'f' })).calls,
      ).toEqual([
        'write: tmp/manifest.json.tmp',
        'fsync: tmp/manifest.json.tmp',
        'rename to manifest.json: tmp/manifest.json.tmp',
        'fsync: .',
      ]);
    });
  });

  it('opening a whole store changes nothing', () => {
    spied((spy) => {
      spy.store.append(entry('a'));
      expect(spy.did(() => spy.reopen()).calls).toEqual([]);
    });
  });

  it('rebuild: the heal is not synced; the index and its directory are', () => {
    spied((spy) => {
      spy.store.append(entry('a'));
      const bytes = readFileSync(`${spy.root}/${one}`);
      writeFileSync(`${spy.root}/${one}`, bytes.subarray(0, -1));
      const staged = 'tmp/offsets.rebuild.tmp';
      expect(spy.did(() => spy.reopen()).calls).toEqual([
        `write: ${one}`,
        `write: ${staged}`,
        `fsync: ${staged}`,
        `rename to ${indexPath}: ${staged}`,
        'fsync: index',
      ]);
    });
  });

  it('rollback: cut and synced, unlinked and not, index replaced, event not synced', () => {
    spied((spy) => {
      spy.store.append(entry('a'));
      spy.store.checkpoint(1n, 'r');
      spy.store.append(entry('b'));
      spy.reopen(1n);
      spy.store.append(entry('c'));
      const keep = statSync(`${spy.root}/${one}`).size / 2;
      expect(spy.did(() => spy.store.rollback(1n, ids)).calls).toEqual([
        `truncate to ${keep}: ${one}`,
        `fsync: ${one}`,
        `unlink: ${segmentFile(2)}`,
        'write: tmp/offsets.rollback.tmp',
        'fsync: tmp/offsets.rollback.tmp',
        `rename to ${indexPath}: tmp/offsets.rollback.tmp`,
        'fsync: index',
        'write: migrations/ledger.jsonl',
      ]);
    });
  });

  it('inspecting makes no call at all, and can write all the same', () => {
    onDisk(made(base), (disk) => {
      const spy = spyFs(disk.root);
      const env = { fs: spy.fs, now: () => '2026-01-01T00:00:00.000Z' };
      const store = inspectOriginal(env, disk.root, { max: 1000n });
      expect(spy.calls).toEqual([]);
      expect(store.all().length).toBe(4);
      expect(store.state()).toEqual({
        entryCount: 0n,
        chainHash: '0'.repeat(64),
        totalBytes: 0n,
        head: null,
      });
      store.append(entry('a'));
      expect(linesOf(disk.file(one)).length).toBe(1);
    });
  });

  it('a threshold of 0 is refused without a call', () => {
    onDisk({}, (disk) => {
      for (const open of [openOriginal, inspectOriginal]) {
        const spy = spyFs(disk.root);
        expect(() => open({ fs: spy.fs, now: () => '' }, disk.root, { max: 0n })).toThrow(
          'max_segment_bytes must be > 0',
        );
        expect(spy.calls).toEqual([]);
      }
    });
  });
});

describe('a failed append', () => {
  it('cuts the segment back, and forgets nothing of the rotation', () => {
    spied((spy) => {
      spy.store.append(entry('a'));
      spy.reopen(1n);
      spy.fate = once((call) => call.name === 'write' && call.path === segmentFile(2));
      expect(spy.did(() => spy.store.append(entry('b')))).toEqual({
        calls: [`write: ${segmentFile(2)}`, `truncate to 0: ${segmentFile(2)}`],
        code: 'io-eio',
        definite: false,
      });
      const { head } = spy.store.state();
      expect(head).toEqual({ segmentSeq: 2n, entrySeq: 1n, entryId: 'a' });
      expect(spy.store.append(entry('c'))).toMatchObject({
        segmentSeq: 2n,
        frameSeq: 1n,
        entrySeq: 2n,
      });
    });
  });

  it('goes on after short writes', () => {
    spied((spy) => {
      spy.fate = (call) => (call.name === 'write' ? { most: 7 } : undefined);
      spy.store.append(entry('a'));
      spy.fate = () => undefined;
      spy.store.validate();
      expect(spy.store.all().length).toBe(1);
    });
  });

  it('leaves its row in the index where a second try of the buffer succeeds', () => {
    spied((spy) => {
      spy.store.append(entry('a'));
      const { size } = statSync(`${spy.root}/${one}`);
      spy.fate = once((call) => call.name === 'write' && call.path === indexPath);
      expect(spy.did(() => spy.store.append(entry('b')))).toEqual({
        calls: [
          `write: ${one}`,
          `write: ${indexPath}`,
          `write: ${indexPath}`,
          `truncate to ${size}: ${one}`,
        ],
        code: 'io-eio',
        definite: false,
      });
      expect(spy.store.index().map((row) => row.entryId)).toEqual(['a', 'b']);
      spy.reopen();
      expect(spy.store.all().map((frame) => frame.entryId)).toEqual(['a']);
    });
  });

  it('ignores that cutting back fails', () => {
    spied((spy) => {
      spy.fate = (call) =>
        call.path === indexPath || call.name.startsWith('truncate')
          ? { errno: 'ENOSPC' }
          : undefined;
      expect(spy.did(() => spy.store.append(entry('a'))).code).toBe('io-enospc');
      spy.fate = () => undefined;
      spy.reopen();
      expect(spy.store.all().length).toBe(1);
    });
  });

  it('is a JSON error where the 8 KiB buffer fills within the row', () => {
    spied((spy) => {
      spy.fate = (call) =>
        call.path === indexPath && call.name === 'write' ? { errno: 'EIO' } : undefined;
      const { calls, code } = spy.did(() => spy.store.append(entry('x'.repeat(9000))));
      expect(code).toBe('json');
      expect(calls.filter((call) => call === `write: ${indexPath}`).length).toBe(2);
      // What had been buffered before the long id is what both tries wrote.
      const tried = spy.calls.filter((call) => call.path === indexPath && call.name === 'write');
      expect(new Set(tried.map((call) => call.bytes))).toEqual(
        new Set(['{"schema":"pi.session_store_v2.offset_index.v1","entrySeq":1,"entryId":"']),
      );
    });
  });

  it('writes long rows in the parts that serde hands over', () => {
    spied((spy) => {
      const id = `${'x'.repeat(8100)}"${'y'.repeat(8300)}`;
      spy.did(() => spy.store.append(entry(id)));
      const parts = spy.calls.flatMap((call) =>
        call.path === indexPath && call.bytes !== undefined ? [call.bytes] : [],
      );
      expect(parts.map((part) => part.length)).toEqual([8174, 8300, 102]);
      expect(spy.store.index()[0]?.entryId).toBe(id);
    });
  });
});

describe('other failures', () => {
  it('a failed staged write is unlinked, a failed rename leaves it', () => {
    spied((spy) => {
      const staged = 'tmp/0000000000000001.json.tmp';
      spy.fate = once((call) => call.name === 'fsync');
      expect(spy.did(() => spy.store.checkpoint(1n, 'r'))).toEqual({
        calls: [`write: ${staged}`, `fsync: ${staged}`, `unlink: ${staged}`],
        code: 'io-eio',
        definite: false,
      });
      expect(existsSync(`${spy.root}/${staged}`)).toBe(false);
      spy.fate = once((call) => call.name.startsWith('rename'));
      expect(spy.did(() => spy.store.checkpoint(1n, 'r')).code).toBe('io-eio');
      expect(existsSync(`${spy.root}/${staged}`)).toBe(true);
    });
  });

  it('a fatal rebuild leaves the old index, and the rows so far in its temporary file', () => {
    const tree = withLine(made(base), one, 2, (line) => `x${line.slice(1)}`);
    onDisk(tree, (disk) => {
      expect(disk.open().out).toBe('frame-unparsable');
      expect(disk.file(indexPath)).toEqual(tree[indexPath]);
      expect(linesOf(disk.file('tmp/offsets.rebuild.tmp'))).toEqual(
        linesOf(tree[indexPath]).slice(0, 2),
      );
    });
  });

  it('a rollback that fails says why in the ledger', () => {
    spied((spy) => {
      const classOfLast = (): unknown => spy.store.ledger().at(-1);
      expect(spy.did(() => spy.store.rollback(9n, ids)).code).toBe('checkpoint-not-found');
      expect(classOfLast()).toMatchObject({
        errorClass: 'checkpoint_not_found',
        outcome: 'fatal_error',
        sourcePath: `${spy.root}/checkpoints/0000000000000009.json`,
        targetPath: spy.root,
        ...ids,
      });
      spy.store.append(entry('a'));
      spy.store.checkpoint(1n, 'r');
      spy.fate = once((call) => call.name.startsWith('rename'));
      expect(spy.did(() => spy.store.rollback(1n, ids)).code).toBe('io-eio');
      expect(classOfLast()).toMatchObject({ errorClass: 'io' });
      writeFileSync(`${spy.root}/checkpoints/0000000000000001.json`, '{');
      expect(spy.did(() => spy.store.rollback(1n, ids)).code).toBe('json');
      expect(classOfLast()).toMatchObject({ errorClass: 'json' });
      spy.fate = (call) => (call.path === 'migrations/ledger.jsonl' ? { errno: 'EIO' } : undefined);
      expect(spy.did(() => spy.store.rollback(9n, ids)).code).toBe('checkpoint-not-found');
      spy.fate = () => undefined;
      expect(spy.store.ledger().length).toBe(3);
    });
  });

  it('a rollback is verified after it has destroyed', () => {
    spied((spy) => {
      spy.store.append(entry('a'));
      spy.store.checkpoint(1n, 'r');
      spy.store.append(entry('b'));
      const path = `${spy.root}/checkpoints/0000000000000001.json`;
      writeFileSync(path, readFileSync(path, 'utf8').replace(/"chainHash": "./, '"chainHash": "x'));
      expect(spy.did(() => spy.store.rollback(1n, ids)).code).toBe('rollback-unverified');
      expect(spy.store.ledger()).toMatchObject([
        {
          outcome: 'recoverable_error',
          errorClass: 'integrity_mismatch',
          sourcePath: 'checkpoints/0000000000000001.json',
        },
      ]);
      expect(spy.store.all().map((frame) => frame.entryId)).toEqual(['a']);
    });
  });

  it('a row whose range overflows stops a rollback under its own class', () => {
    spied((spy) => {
      spy.store.append(entry('a'));
      spy.store.checkpoint(1n, 'r');
      const index = readFileSync(`${spy.root}/${indexPath}`, 'utf8');
      writeFileSync(
        `${spy.root}/${indexPath}`,
        index.replace('"byteOffset":0', '"byteOffset":18446744073709551615'),
      );
      expect(spy.did(() => spy.store.rollback(1n, ids)).code).toBe('rollback-range-overflow');
      expect(spy.store.ledger().at(-1)?.errorClass).toBe('index_range_overflow');
      expect(spy.did(() => spy.store.all()).code).toBe('index-range-overflow');
    });
  });

  it('only an operation that made no changing call is definite', () => {
    spied((spy) => {
      writeFileSync(`${spy.root}/${indexPath}`, 'x');
      expect(spy.did(() => spy.store.all())).toEqual({ calls: [], code: 'json', definite: true });
      expect(spy.did(() => spy.store.append(entry('a', '{'))).definite).toBe(true);
      expect(spy.did(() => spy.store.sync())).toMatchObject({
        code: 'not_supported',
        definite: true,
      });
    });
  });
});
