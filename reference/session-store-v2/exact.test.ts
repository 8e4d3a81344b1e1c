import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../lib/sha256.ts';
import { openSafe } from './store.ts';
import { envOver, freshRoot } from './testing.ts';
import type { SessionStore } from './types.ts';

// The format's vectors, through real appends: the safe store writes the bytes that the page states.

const payloads = [
  '{"n":1}',
  '{"text":"h\u00e9llo\\n\u2028\\u0001"}',
  '[1,2.5,-0.0,null,true,18446744073709551615]',
];

/** A store whose clock is told the time of each call. */
function made(max: bigint): { root: string; store: SessionStore; at: (time: string) => void } {
  const root = freshRoot();
  let now = '';
  const at = (time: string): void => void (now = `2026-01-01T00:00:${time}Z`);
  const store = openSafe({ ...envOver(), now: () => now }, root, { max });
  for (const [i, payload] of payloads.entries()) {
    at(`00.00${i + 1}`);
    const parent = i === 0 ? null : `entry_0000000${i}`;
    const type = i === 2 ? 'compaction' : 'message';
    store.append({ id: `entry_0000000${i + 1}`, parent, type, payload });
  }
  return { root, store, at };
}

const fileOf = (root: string, name: string): [number, string] => {
  const bytes = readFileSync(path.join(root, name));
  return [bytes.length, sha256Hex(bytes)];
};

describe('the vectors', () => {
  it('1: segment, index and chain of three entries', () => {
    const { root, store } = made(1n << 26n);
    expect(fileOf(root, 'segments/0000000000000001.seg')).toEqual([
      1019,
      '159e46d40a0ea43fa1e48a85b58a5fc7b147c141dfdd3a3d80a2dbce655d286d',
    ]);
    expect(fileOf(root, 'index/offsets.jsonl')).toEqual([
      562,
      '13a0ccac847e1cc8746a9d27ae3144ad49c16b576112e622a4c3458a6bd5f297',
    ]);
    expect(store.state()).toEqual({
      entryCount: 3n,
      chainHash: '7227d893f4b1d54b3596cdb69b8bdc05341a9f990a65d736477844c71c1718d0',
      totalBytes: 1019n,
      head: { segmentSeq: 1n, entrySeq: 3n, entryId: 'entry_00000003' },
    });
  });

  it('1b: rotation just above the threshold, none just at it', () => {
    const rows = made(700n).store.index();
    expect(rows.map((r) => [r.segmentSeq, r.byteOffset, r.byteLength, r.crc32c])).toEqual([
      [1n, 0n, 297n, '028058F5'],
      [1n, 297n, 352n, 'DE838977'],
      [2n, 0n, 370n, 'DF0F6290'],
    ]);
    expect(made(1019n).store.index()[2]?.crc32c).toBe('F19530C5');
    expect(made(1018n).store.index()[2]?.segmentSeq).toBe(2n);
  });

  it('3 and 4: the manifest of that store, and of an empty one', () => {
    const { root, store, at } = made(1n << 26n);
    at('00.000');
    const sessionId = 'f4c03c8c-cf0a-4c90-9535-e95f2d02b393';
    store.manifest({ sessionId, sourceFormat: 'native_v2' });
    at('01.000');
    const { integrity, createdAt } = store.manifest({ sessionId, sourceFormat: 'native_v2' });
    expect(createdAt).toBe('2026-01-01T00:00:00.000Z');
    expect(integrity.manifestHash).toBe(
      '7f8de3d07864e4e884b043655c5950b24dd168d93f5bb376a62366c9508f3824',
    );
    expect(fileOf(root, 'manifest.json')).toEqual([
      1148,
      'ed9bd38fc6fa421ac0e030805298c14736d2c91f521358febbd1710b0332a9f7',
    ]);
    const empty = freshRoot();
    const env = { ...envOver(), now: () => '2026-01-01T00:00:00.000Z' };
    const ids = { sessionId: 'empty-session', sourceFormat: 'native_v2' };
    expect(openSafe(env, empty, { max: 1n }).manifest(ids).integrity.manifestHash).toBe(
      'ff1ca8159e794100eb02629cc498b128f7051e129b291702168ef16990260830',
    );
    expect(fileOf(empty, 'manifest.json')).toEqual([
      1108,
      '12dd8b0792abad6ce11901ecdd95594bc8a55b3bf7d213e563fe4ac873c92825',
    ]);
  });

  it('5 and 6: a checkpoint, and a line of the ledger', () => {
    const { root, store, at } = made(1n << 26n);
    at('02.000');
    store.checkpoint(1n, 'manual');
    expect(fileOf(root, 'checkpoints/0000000000000001.json')).toEqual([
      356,
      '1d1643b20ea9d08aba9f700d0949854915a0db6e984ec844432642fc5b3c9f4c',
    ]);
    at('03.000');
    store.ledgerAppend({
      schema: '',
      migrationId: '00000000-0000-0000-0000-00000000000a',
      phase: 'rollback',
      at: '',
      sourcePath: 'checkpoints/0000000000000001.json',
      targetPath: '/s/x.v2',
      sourceFormat: 'native_v2',
      targetFormat: 'native_v2',
      verification: { entryCountMatch: true, hashChainMatch: true, indexConsistent: true },
      outcome: 'ok',
      errorClass: null,
      correlationId: 'rollback_00000001',
    });
    expect(fileOf(root, 'migrations/ledger.jsonl')).toEqual([
      418,
      'ed92b8830c5df828b7171930f5405af50017726ef82ed078aa97c04b4e601b2f',
    ]);
  });
});
