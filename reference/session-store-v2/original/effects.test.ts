import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../types.ts';
import { base, indexPath, linesOf, made, onDisk, segmentFile } from './rows-form.ts';
import { spied, spyFs } from './spy-fs.ts';
import { inspectOriginal, openOriginal } from './store.ts';

// What reaches the disk and in which order, and what is synced (format page, What the original
// syncs).

const one = segmentFile(1);
const ids = { migrationId: 'm', correlationId: 'c' };
const entry = (id: string): Entry => ({ id, parent: null, type: 'message', payload: '1' });

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

  it('rebuild: rows are written in parts of up to 8 KiB, cut between the parts of a row', () => {
    onDisk(made({ ...base, entries: 100 }), (disk) => {
      const spy = spyFs(disk.root);
      const env = { fs: spy.fs, now: () => '2026-01-01T00:00:00.000Z' };
      const store = inspectOriginal(env, disk.root, { max: 1n << 40n });
      expect(store.rebuild()).toBe(100n);
      const parts = spy.calls.flatMap((call) => call.bytes ?? []);
      expect(parts.join('')).toBe(disk.before[indexPath]?.toString());
      expect(parts.length).toBe(3);
      for (const part of parts.slice(0, -1)) {
        expect(part.length).toBeGreaterThan(8192 - 40);
        expect(part.length).toBeLessThanOrEqual(8192);
        expect(part).not.toMatch(/}\n$/);
      }
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
