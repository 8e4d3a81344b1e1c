import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../types.ts';
import { base, indexPath, linesOf, made, onDisk, segmentFile, withLine } from './rows-form.ts';
import { once, spied } from './spy-fs.ts';

// What a failed or short call leaves behind, on the disk, in the handle and in the ledger.

const one = segmentFile(1);
const ids = { migrationId: 'm', correlationId: 'c' };
const entry = (id: string, payload = '1'): Entry => ({
  id,
  parent: null,
  type: 'message',
  payload,
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
