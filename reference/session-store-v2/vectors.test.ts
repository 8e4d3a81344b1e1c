import { describe, expect, it } from 'vitest';
import { crc32c, crc32cHex } from '../lib/crc32c.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { schemas } from './codec-records.ts';
import {
  chainStep,
  encodeCheckpoint,
  encodeEvent,
  encodeFrame,
  encodeManifest,
  encodeRow,
  genesisChain,
  manifestHash,
} from './codec.ts';
import { printPayload } from './original/payload.ts';
import type { Frame, Manifest, Row } from './types.ts';

// The vectors of the format page, byte for byte.

const payloads = [
  '{"n":1}',
  '{"text":"héllo\\n\u2028\\u0001"}',
  '[1,2.5,-0.0,null,true,18446744073709551615]',
];
const hashes = [
  '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd',
  'ef58ee08a98abc38063e3396c68b36842a8ef042b2941f3f7d2871e3489b9938',
  '525a70b2a07176971f296f7bc1164ab6804894340f6136d035210fb2c5cff732',
];
const chains = [
  '30ce664ea320f4b51894a659184f3c24fa94f983adb655fd037b2abce54eae3d',
  'bc5fbae0a6a85deebf2a4f43101d5cf60e1030e038f32faabdfe4fb5397a0172',
  '7227d893f4b1d54b3596cdb69b8bdc05341a9f990a65d736477844c71c1718d0',
];

function frame(n: 1 | 2 | 3, place: { segmentSeq: bigint; frameSeq: bigint }): Frame {
  const payload = payloads[n - 1] ?? '';
  return {
    schema: schemas.frame,
    ...place,
    entrySeq: BigInt(n),
    entryId: `entry_0000000${n}`,
    parentEntryId: n === 1 ? null : `entry_0000000${n - 1}`,
    entryType: n === 3 ? 'compaction' : 'message',
    timestamp: `2026-01-01T00:00:00.00${n}Z`,
    payloadSha256: sha256Hex(payload),
    payloadBytes: BigInt(Buffer.byteLength(payload)),
    payload,
  };
}

const line = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.from('\n')]);
const one = (n: 1 | 2 | 3): Buffer =>
  line(encodeFrame(frame(n, { segmentSeq: 1n, frameSeq: BigInt(n) })));
const segment = Buffer.concat([one(1), one(2), one(3)]);

describe('CRC-32C', () => {
  it.each([
    ['', '00000000'],
    ['313233343536373839', 'E3069283'],
    ['00'.repeat(32), '8A9136AA'],
    ['ff'.repeat(32), '62A8AB43'],
    [Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('hex'), '46DD794E'],
    ['0a', '399F7B69'],
  ])('of %s is %s', (hex, expected) => {
    expect(crc32cHex(Buffer.from(hex, 'hex'))).toBe(expected);
    expect(crc32c(Buffer.from(hex, 'hex'))).toBe(Number.parseInt(expected, 16));
  });
});

describe('vector 1: a store of three entries', () => {
  it('hashes payloads and folds the chain', () => {
    expect(payloads.map((each) => sha256Hex(each))).toEqual(hashes);
    expect(payloads.map((each) => Buffer.byteLength(each))).toEqual([7, 28, 43]);
    let chain = genesisChain;
    expect(hashes.map((hash) => (chain = chainStep(chain, hash)))).toEqual(chains);
  });

  it('prints its payloads as serde does', () => {
    expect(payloads.map(printPayload)).toEqual(payloads);
  });

  it('writes the first frame to the letter', () => {
    expect(one(1).toString()).toBe(
      '{"schema":"pi.session_store_v2.segment_frame.v1","segmentSeq":1,"frameSeq":1,"entrySeq":1,' +
        '"entryId":"entry_00000001","entryType":"message","timestamp":"2026-01-01T00:00:00.001Z",' +
        '"payloadSha256":"2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd",' +
        '"payloadBytes":7,"payload":{"n":1}}\n',
    );
  });

  it('has the lengths and checksums of the format page', () => {
    expect(([1, 2, 3] as const).map((n) => [one(n).length, crc32cHex(one(n))])).toEqual([
      [297, '028058F5'],
      [352, 'DE838977'],
      [370, 'F19530C5'],
    ]);
    const bare = one(1).subarray(0, -1);
    expect(crc32cHex(Buffer.concat([bare, Buffer.from('\r\n')]))).toBe('856F491D');
    expect(crc32cHex(bare)).toBe('DD3D01AB');
    expect([segment.length, sha256Hex(segment)]).toEqual([
      1019,
      '159e46d40a0ea43fa1e48a85b58a5fc7b147c141dfdd3a3d80a2dbce655d286d',
    ]);
  });

  it('indexes them', () => {
    let offset = 0;
    const rows = ([1, 2, 3] as const).map((n) => {
      const bytes = one(n);
      const row: Row = {
        schema: schemas.row,
        entrySeq: BigInt(n),
        entryId: `entry_0000000${n}`,
        segmentSeq: 1n,
        frameSeq: BigInt(n),
        byteOffset: BigInt(offset),
        byteLength: BigInt(bytes.length),
        crc32c: crc32cHex(bytes),
        state: 'active',
      };
      offset += bytes.length;
      return line(encodeRow(row));
    });
    expect(rows[0]?.toString()).toBe(
      '{"schema":"pi.session_store_v2.offset_index.v1","entrySeq":1,"entryId":"entry_00000001","segmentSeq":1,' +
        '"frameSeq":1,"byteOffset":0,"byteLength":297,"crc32c":"028058F5","state":"active"}\n',
    );
    const index = Buffer.concat(rows);
    expect([index.length, sha256Hex(index)]).toEqual([
      562,
      '13a0ccac847e1cc8746a9d27ae3144ad49c16b576112e622a4c3458a6bd5f297',
    ]);
  });

  it('1b: the third frame alone in a second segment', () => {
    const third = line(encodeFrame(frame(3, { segmentSeq: 2n, frameSeq: 1n })));
    expect([third.length, crc32cHex(third), sha256Hex(third)]).toEqual([
      370,
      'DF0F6290',
      '8632353120f98475bd068b9d29b74e2cabf498fc4ed14172deb6916b4c08d0ff',
    ]);
  });
});

describe('vector 2: a chain over null, {} and "a"', () => {
  it('folds the hashes as text', () => {
    let chain = genesisChain;
    expect(
      ['null', '{}', '"a"'].map((text) => (chain = chainStep(chain, sha256Hex(text)))),
    ).toEqual([
      '35d2f8d495bf25f77e6d1f20a94a8aed94267acb9ed88a076545f7e86bfc3918',
      '166503dcf61238bbcb48adcffeb4dea0280659af0992a20c9735b38555acb3b0',
      '9e5ec602f36d04962961c7d97c863e2b24f3b0391dc87ddf15e75bdd161e1547',
    ]);
    expect(chainStep(genesisChain, genesisChain)).toBe(
      '45725791c47b32618cc57b88343e2bceec3b0a01b83bc97d144a2cbc11a20c3d',
    );
  });
});

function manifest(
  over: Pick<Manifest, 'sessionId' | 'updatedAt' | 'head' | 'counters'>,
  chainHash: string,
  lastCrc32c: string,
): Manifest {
  // prettier-ignore
  const bare: Manifest = {
    schema: schemas.manifest,
    storeVersion: 2,
    sourceFormat: 'native_v2',
    createdAt: '2026-01-01T00:00:00.000Z',
    ...over,
    files: {
      segmentDir: 'segments/',
      segmentCount: over.head.segmentSeq,
      indexPath: 'index/offsets.jsonl',
      checkpointDir: 'checkpoints/',
      migrationLedgerPath: 'migrations/ledger.jsonl',
    },
    integrity: { chainHash, manifestHash: 'not part of the hash', lastCrc32c },
    invariants: {
      parentLinksClosed: true,
      monotonicEntrySeq: true,
      monotonicSegmentSeq: true,
      indexWithinSegmentBounds: true,
      branchHeadsIndexed: true,
      checkpointsMonotonic: true,
      hashChainValid: true,
    },
  };
  return { ...bare, integrity: { ...bare.integrity, manifestHash: manifestHash(bare) } };
}

describe('vectors 3 to 7: manifests, checkpoint, ledger line, white space', () => {
  it('3: the manifest of vector 1', () => {
    const whole = manifest(
      {
        sessionId: 'f4c03c8c-cf0a-4c90-9535-e95f2d02b393',
        updatedAt: '2026-01-01T00:00:01.000Z',
        head: { segmentSeq: 1n, entrySeq: 3n, entryId: 'entry_00000003' },
        counters: {
          entriesTotal: 3n,
          messagesTotal: 2n,
          branchesTotal: 0n,
          compactionsTotal: 1n,
          bytesTotal: 1019n,
        },
      },
      chains[2] ?? '',
      'F19530C5',
    );
    expect(whole.integrity.manifestHash).toBe(
      '7f8de3d07864e4e884b043655c5950b24dd168d93f5bb376a62366c9508f3824',
    );
    const bytes = encodeManifest(whole);
    expect([bytes.length, sha256Hex(bytes)]).toEqual([
      1148,
      'ed9bd38fc6fa421ac0e030805298c14736d2c91f521358febbd1710b0332a9f7',
    ]);
  });

  it('4: the manifest of an empty store', () => {
    const whole = manifest(
      {
        sessionId: 'empty-session',
        updatedAt: '2026-01-01T00:00:00.000Z',
        head: { segmentSeq: 0n, entrySeq: 0n, entryId: '' },
        counters: {
          entriesTotal: 0n,
          messagesTotal: 0n,
          branchesTotal: 0n,
          compactionsTotal: 0n,
          bytesTotal: 0n,
        },
      },
      genesisChain,
      '00000000',
    );
    expect(whole.integrity.manifestHash).toBe(
      'ff1ca8159e794100eb02629cc498b128f7051e129b291702168ef16990260830',
    );
    const bytes = encodeManifest(whole);
    expect([bytes.length, sha256Hex(bytes)]).toEqual([
      1108,
      '12dd8b0792abad6ce11901ecdd95594bc8a55b3bf7d213e563fe4ac873c92825',
    ]);
  });

  it('5: a checkpoint of vector 1', () => {
    const bytes = encodeCheckpoint({
      schema: schemas.checkpoint,
      checkpointSeq: 1n,
      at: '2026-01-01T00:00:02.000Z',
      headEntrySeq: 3n,
      headEntryId: 'entry_00000003',
      snapshotRef: 'checkpoints/0000000000000001.json',
      compactedBeforeEntrySeq: 0n,
      chainHash: chains[2] ?? '',
      reason: 'manual',
    });
    expect([bytes.length, sha256Hex(bytes)]).toEqual([
      356,
      '1d1643b20ea9d08aba9f700d0949854915a0db6e984ec844432642fc5b3c9f4c',
    ]);
  });

  it('6: the ledger line of a rollback', () => {
    const bytes = line(
      encodeEvent({
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
      }),
    );
    expect([bytes.length, sha256Hex(bytes)]).toEqual([
      418,
      'ed92b8830c5df828b7171930f5405af50017726ef82ed078aa97c04b4e601b2f',
    ]);
  });

  it('7: white space inside a payload counts', () => {
    expect(sha256Hex('{ "n" : 1 }')).toBe(
      '7bf595dc01e7866161710b1f448f5183ebc97558129e993d8c282e22e8921653',
    );
  });
});
