import { describe, expect, it } from 'vitest';
import { crc32cHex } from '../lib/crc32c.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { utf8Of } from '../lib/utf8.ts';
import {
  chainStep, checkpointText, eventLine, frameLine, genesis, manifestHash, manifestText, rowLine,
  schemas, sixteen,
} from './encode.ts'; // prettier-ignore
import { keyOf } from './key.ts';
import type { Frame, Manifest } from './ops.ts';

const payload = '{"n":1}';
const frame: Frame = {
  schema: schemas.frame,
  segmentSeq: 1n,
  frameSeq: 1n,
  entrySeq: 1n,
  entryId: 'entry_00000001',
  parentEntryId: null,
  entryType: 'message',
  timestamp: '2026-01-01T00:00:00.001Z',
  payloadSha256: sha256Hex(payload),
  payloadBytes: 7n,
  payload,
};

const manifest: Manifest = {
  schema: schemas.manifest,
  storeVersion: 2,
  sessionId: 'empty-session',
  sourceFormat: 'native_v2',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  head: { segmentSeq: 0n, entrySeq: 0n, entryId: '' },
  counters: { entriesTotal: 0n, messagesTotal: 0n, branchesTotal: 0n, compactionsTotal: 0n,
  bytesTotal: 0n },
  files: {
    segmentDir: 'segments/',
    segmentCount: 0n,
    indexPath: 'index/offsets.jsonl',
    checkpointDir: 'checkpoints/',
    migrationLedgerPath: 'migrations/ledger.jsonl',
  },
  integrity: { chainHash: genesis, manifestHash: '', lastCrc32c: '00000000' },
  invariants: {
    parentLinksClosed: true,
    monotonicEntrySeq: true,
    monotonicSegmentSeq: true,
    indexWithinSegmentBounds: true,
    branchHeadsIndexed: true,
    checkpointsMonotonic: true,
    hashChainValid: true,
  },
}; // prettier-ignore

describe('the encoders meet the vectors of the format page', () => {
  it('frame, row and chain', () => {
    const line = `${frameLine(frame)}\n`;
    expect(line.length).toBe(297);
    expect(crc32cHex(utf8Of(line))).toBe('028058F5');
    expect(chainStep(genesis, frame.payloadSha256)).toBe(
      '30ce664ea320f4b51894a659184f3c24fa94f983adb655fd037b2abce54eae3d',
    );
    expect(
      rowLine({
        schema: schemas.row,
        entrySeq: 1n,
        entryId: 'entry_00000001',
        segmentSeq: 1n,
        frameSeq: 1n,
        byteOffset: 0n,
        byteLength: 297n,
        crc32c: '028058F5',
        state: 'active',
      }),
    ).toBe(
      '{"schema":"pi.session_store_v2.offset_index.v1","entrySeq":1,"entryId":"entry_00000001",' +
        '"segmentSeq":1,"frameSeq":1,"byteOffset":0,"byteLength":297,' +
        '"crc32c":"028058F5","state":"active"}',
    );
  });

  it('manifest of an empty store', () => {
    const hash = manifestHash(manifest);
    expect(hash).toBe('ff1ca8159e794100eb02629cc498b128f7051e129b291702168ef16990260830');
    const whole = { ...manifest, integrity: { ...manifest.integrity, manifestHash: hash } };
    expect(sha256Hex(manifestText(whole))).toBe(
      '12dd8b0792abad6ce11901ecdd95594bc8a55b3bf7d213e563fe4ac873c92825',
    );
  });

  it('checkpoint and ledger line', () => {
    const text = checkpointText({
      schema: schemas.checkpoint,
      checkpointSeq: 1n,
      at: '2026-01-01T00:00:02.000Z',
      headEntrySeq: 3n,
      headEntryId: 'entry_00000003',
      snapshotRef: `checkpoints/${sixteen(1n)}.json`,
      compactedBeforeEntrySeq: 0n,
      chainHash: '7227d893f4b1d54b3596cdb69b8bdc05341a9f990a65d736477844c71c1718d0',
      reason: 'manual',
    });
    expect(text.length).toBe(356);
    expect(sha256Hex(text)).toBe(
      '1d1643b20ea9d08aba9f700d0949854915a0db6e984ec844432642fc5b3c9f4c',
    );
    const line = eventLine({
      schema: schemas.event,
      migrationId: '00000000-0000-0000-0000-00000000000a',
      phase: 'rollback',
      at: '2026-01-01T00:00:03.000Z',
      sourcePath: 'checkpoints/0000000000000001.json',
      targetPath: '/s/x.v2',
      sourceFormat: 'native_v2',
      targetFormat: 'native_v2',
      verification: { entryCountMatch: true, hashChainMatch: true, indexConsistent: true },
      outcome: 'ok',
      errorClass: null,
      correlationId: 'rollback_00000001',
    });
    expect(sha256Hex(`${line}\n`)).toBe(
      'ed92b8830c5df828b7171930f5405af50017726ef82ed078aa97c04b4e601b2f',
    );
  });
});

const long = (c: string): string => keyOf({ ...frame, payload: `"${c.repeat(5000)}"` });

describe('keyOf', () => {
  it('tells entries apart by identity and payload, not by time', () => {
    const key = keyOf(frame);
    expect(keyOf({ ...frame, entryId: 'x' })).not.toBe(key);
    expect(keyOf({ ...frame, parentEntryId: '' })).not.toBe(key);
    expect(keyOf({ ...frame, entryType: 'x' })).not.toBe(key);
    expect(keyOf({ ...frame, payload: '{"n":2}' })).not.toBe(key);
    expect(keyOf(frame)).toBe(key);
  });

  it('stays short for a long payload and still tells two apart', () => {
    expect(long('a').length).toBeLessThan(200);
    expect(long('a')).not.toBe(long('b'));
  });
});
