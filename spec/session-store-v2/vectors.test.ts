import { describe, expect, it } from 'vitest';
import vectors from '../../fixtures/session-store-v2/vectors.json' with { type: 'json' };
import { crc32cHex } from '../lib/crc32c.ts';
import { bytesOf } from '../lib/image.ts';
import { writeCompact } from '../lib/json.ts';
import { bytesOfHex, sha256Hex } from '../lib/sha256.ts';
import { textOf, utf8Of } from '../lib/utf8.ts';
import type { Op, Row, State } from './ops.ts';
import { does } from './table.ts';
import type { TableResult, World } from './table.ts';
import { frameOf, manifestHash, manifestOf } from './table/records.ts';
import { chainStep, indexPath, manifestPath, segmentPath } from './table/run.ts';

const empty: World = { image: new Map(), root: '/s/x.v2', handles: new Map() };

function ok(world: World, op: Op, at = ''): TableResult & { readonly value: unknown } {
  const [result, ...others] = does(world, op, at);
  if (result?.outcome.is !== 'ok' || others.length > 0) throw new Error(`${op.op} failed`);
  return { ...result, value: result.outcome.value };
}

const file = (world: World, path: string): Uint8Array => {
  const bytes = bytesOf(world.image, path);
  if (bytes === null) throw new Error(`no file ${path}`);
  return bytes;
};

const payloadOf = (hex: string): string => textOf(bytesOfHex(hex) ?? new Uint8Array()) ?? '';

/** The world after the vector store's appends, and the row and state that each answered. */
function storeOf(max: bigint): {
  readonly world: World;
  readonly rows: readonly Row[];
  readonly chains: readonly string[];
} {
  let { world } = ok(empty, { op: 'create', h: 'a', max });
  const rows: Row[] = [];
  const chains: string[] = [];
  for (const { at, id, parent, type, payloadHex } of vectors.store.entries) {
    const payload = payloadOf(payloadHex);
    const appended = ok(world, { op: 'append', h: 'a', id, parent, type, payload }, at);
    world = appended.world;
    rows.push(appended.value as Row);
    chains.push((ok(world, { op: 'state', h: 'a' }).value as State).chainHash);
  }
  return { world, rows, chains };
}

const manyBytes = 1n << 40n;

describe('vectors: checksums and hashes', () => {
  it.each(vectors.crc32c)('CRC-32C of $what', ({ hex, crc32c }) => {
    expect(crc32cHex(bytesOfHex(hex) ?? new Uint8Array())).toBe(crc32c);
  });

  it('chain hashes over null, {} and "a"', () => {
    let chain = vectors.chain.genesis;
    for (const { payload, payloadSha256, chainHash } of vectors.chain.steps) {
      expect(sha256Hex(payload)).toBe(payloadSha256);
      chain = chainStep(chain, payloadSha256);
      expect(chain).toBe(chainHash);
    }
    const { genesis, genesisOnGenesis } = vectors.chain;
    expect(chainStep(genesis, genesis)).toBe(genesisOnGenesis);
  });

  it('white space inside a payload counts', () => {
    const { payload, payloadBytes, payloadSha256 } = vectors.whitespace;
    const [entry] = vectors.store.entries;
    const line = utf8Of(entry?.line?.replace('{"n":1}', ` ${payload}\t`) ?? '');
    const read = frameOf(line, 0, line.length);
    expect([read.frame.payload, read.payloadBytes, read.payloadSha256]).toEqual([
      payload,
      payloadBytes,
      payloadSha256,
    ]);
  });
});

describe('vectors: a store of three entries', () => {
  const { world, rows, chains } = storeOf(manyBytes);
  const segment = file(world, segmentPath(1n));
  const index = file(world, indexPath);

  it('has these frames, rows and chain hashes', () => {
    for (const [i, entry] of vectors.store.entries.entries()) {
      const row = rows[i];
      expect(chains[i]).toBe(entry.chainHash);
      expect(row).toMatchObject({
        byteOffset: BigInt(entry.byteOffset),
        byteLength: BigInt(entry.byteLength),
        crc32c: entry.crc32c,
      });
      const { frame } = frameOf(segment, entry.byteOffset, entry.byteOffset + entry.byteLength - 1);
      expect(frame.payloadSha256).toBe(entry.payloadSha256);
      expect(frame.payloadBytes).toBe(BigInt(entry.payloadBytes));
      expect(frame.payload).toBe(payloadOf(entry.payloadHex));
    }
  });

  it('has these bytes', () => {
    const [first] = vectors.store.entries;
    if (first?.line === undefined || first.row === undefined) throw new Error('no first entry');
    expect(textOf(segment, 0, first.byteLength)).toBe(`${first.line}\n`);
    expect(textOf(index)?.split('\n')[0]).toBe(first.row);
    expect(crc32cHex(utf8Of(`${first.line}\r\n`))).toBe(first.crc32cWithCrLf);
    expect(crc32cHex(utf8Of(first.line))).toBe(first.crc32cWithoutEnd);
    expect([segment.length, sha256Hex(segment)]).toEqual(Object.values(vectors.store.segment));
    expect([index.length, sha256Hex(index)]).toEqual(Object.values(vectors.store.index));
  });

  it('rotates where the threshold would be passed, and not where it is met', () => {
    const { max, last, maxWithoutRotation } = vectors.rotation;
    const { lineSha256, ...coordinates } = last;
    const rotated = storeOf(BigInt(max));
    expect(rotated.rows[2]).toMatchObject(
      Object.fromEntries(
        Object.entries(coordinates).map(([k, v]) => [k, typeof v === 'number' ? BigInt(v) : v]),
      ),
    );
    expect(sha256Hex(file(rotated.world, segmentPath(2n)))).toBe(lineSha256);
    expect(rotated.chains).toEqual(chains);
    expect(storeOf(BigInt(maxWithoutRotation)).rows[2]?.segmentSeq).toBe(1n);
  });
});

describe('vectors: files beside the log', () => {
  const { world } = storeOf(manyBytes);
  const bare = ok(empty, { op: 'create', h: 'a', max: 1n }).world;

  it.each([
    { what: 'three entries', made: world, vector: vectors.manifest },
    { what: 'no entry', made: bare, vector: vectors.emptyManifest },
  ])('manifest of $what', ({ made, vector }) => {
    const op: Op = {
      op: 'manifest',
      h: 'a',
      sessionId: vector.sessionId,
      sourceFormat: vector.sourceFormat,
    };
    // createdAt is the time of the first manifest, and stays.
    const first = ok(made, op, vector.createdAt).world;
    const { world: after } = ok(first, op, vector.updatedAt);
    const bytes = file(after, manifestPath);
    const manifest = manifestOf(bytes);
    expect([bytes.length, sha256Hex(bytes)]).toEqual([vector.fileBytes, vector.fileSha256]);
    expect(manifest.integrity.manifestHash).toBe(vector.manifestHash);
    expect(manifestHash(manifest)).toBe(vector.manifestHash);
    expect(JSON.parse(textOf(bytes) ?? '')).toMatchObject({
      createdAt: vector.createdAt,
      head: vector.head,
      counters: vector.counters,
      files: { segmentCount: vector.segmentCount },
      integrity: { lastCrc32c: vector.lastCrc32c },
    });
    const compact = (textOf(bytes) ?? '').replace(vector.manifestHash, '').replace(/\n */g, '');
    expect(compact.replaceAll('": ', '":')).toHaveLength(vector.compactBytes);
  });

  it('checkpoint', () => {
    const { seq, at, reason, fileBytes, fileSha256 } = vectors.checkpoint;
    const op: Op = { op: 'checkpoint', h: 'a', seq: BigInt(seq), reason };
    const bytes = file(ok(world, op, at).world, 'checkpoints/0000000000000001.json');
    expect([bytes.length, sha256Hex(bytes)]).toEqual([fileBytes, fileSha256]);
  });

  it('ledger event of a rollback', () => {
    const { migrationId, at, sourcePath, targetPath, correlationId, ...line } = vectors.event;
    const checkpointed = ok(world, { op: 'checkpoint', h: 'a', seq: 1n, reason: 'manual' }, at);
    const op: Op = { op: 'rollback', h: 'a', seq: 1n, migrationId, correlationId };
    const { world: after } = ok(checkpointed.world, op, at);
    const bytes = file(after, 'migrations/ledger.jsonl');
    expect([bytes.length, sha256Hex(bytes)]).toEqual([line.lineBytes, line.lineSha256]);
    expect(textOf(bytes)).toContain(
      writeCompact([['sourcePath', sourcePath], ['targetPath', targetPath]]).slice(1, -1),
    ); // prettier-ignore
  });
});
