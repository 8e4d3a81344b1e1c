import { crc32cHex } from '../lib/crc32c.ts';
import { fileNode } from '../lib/image.ts';
import type { Image, Node } from '../lib/image.ts';
import { encodeJson } from '../lib/layout-encode.ts';
import type { ReadValue } from '../lib/layout-encode.ts';
import { join } from '../lib/layout-damage.ts';
import { numberedPath } from '../lib/layout.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { utf8Of } from '../lib/utf8.ts';
import { directories, genesis } from './layout.ts';
import { checkpoint, event, frame, manifest, row } from './records.ts';

type Values = Readonly<Record<string, bigint | string | boolean | { readonly raw: string }>>;

/** What a sample store holds; `payload(n)` is the JSON text of entry n, from 1. */
export interface SampleOptions {
  readonly entries: number;
  readonly perSegment: number;
  readonly payload?: (entry: number) => string;
}

const reader =
  (values: Values): ReadValue =>
  (path) =>
    values[path];

const time = (entry: number): string =>
  `2026-01-01T00:00:${String(Math.floor(entry / 1000) % 60).padStart(2, '0')}.` +
  `${String(entry % 1000).padStart(3, '0')}Z`;

/**
 * A whole store made from the format table: segments, index, one checkpoint at the head, manifest
 * and one ledger event, all consistent. Entries are linear and every third is a compaction.
 */
export function sampleImage(options: SampleOptions): Image {
  const { entries, perSegment, payload = (n) => `{"n":${n}}` } = options;
  const segments = new Map<number, Uint8Array[]>();
  const rows: Uint8Array[] = [];
  let [chain, crc, offset, total] = [genesis, '00000000', 0, 0];
  for (let n = 1; n <= entries; n++) {
    const segmentSeq = Math.ceil(n / perSegment);
    const frameSeq = ((n - 1) % perSegment) + 1;
    if (frameSeq === 1) offset = 0;
    const place = {
      entrySeq: BigInt(n),
      entryId: idOf(n),
      segmentSeq: BigInt(segmentSeq),
      frameSeq: BigInt(frameSeq),
    };
    const line = encodeJson(frame, reader({ ...place, ...contentOf(n, payload(n)) }));
    crc = crc32cHex(line);
    const at = { byteOffset: BigInt(offset), byteLength: BigInt(line.length), crc32c: crc };
    rows.push(encodeJson(row, reader({ ...place, ...at })));
    segments.set(segmentSeq, [...(segments.get(segmentSeq) ?? []), line]);
    chain = sha256Hex(chain + sha256Hex(payload(n)));
    offset += line.length;
    total += line.length;
  }
  const image = new Map<string, Node>(
    directories.map((dir): [string, Node] => [dir, { is: 'dir' }]),
  );
  for (const [number, lines] of segments) {
    image.set(numberedPath('segments/%016d.seg', BigInt(number)), fileNode(join(...lines)));
  }
  image.set('index/offsets.jsonl', fileNode(join(...rows)));
  const head = { entries, chain, crc, total, segments: segments.size };
  image.set('checkpoints/0000000000000001.json', fileNode(checkpointOf(head)));
  image.set('manifest.json', fileNode(manifestOf(head)));
  image.set('migrations/ledger.jsonl', fileNode(eventBytes()));
  return image;
}

/** Id of the n-th entry of a sample. */
export function idOf(entry: number): string {
  return entry === 0 ? '' : `entry_${String(entry).padStart(8, '0')}`;
}

function contentOf(n: number, payload: string): Values {
  return {
    ...(n > 1 ? { parentEntryId: idOf(n - 1) } : {}),
    entryType: n % 3 === 0 ? 'compaction' : 'message',
    timestamp: time(n),
    payloadSha256: sha256Hex(payload),
    payloadBytes: BigInt(utf8Of(payload).length),
    payload: { raw: payload },
  };
}

interface SampleHead {
  readonly entries: number;
  readonly chain: string;
  readonly crc: string;
  readonly total: number;
  readonly segments: number;
}

function checkpointOf(head: SampleHead): Uint8Array {
  const values: Values = {
    checkpointSeq: 1n,
    at: '2026-01-01T00:00:02.000Z',
    headEntrySeq: BigInt(head.entries),
    headEntryId: idOf(head.entries),
    snapshotRef: 'checkpoints/0000000000000001.json',
    chainHash: head.chain,
    reason: 'manual',
  };
  return encodeJson(checkpoint, reader(values));
}

function manifestOf(head: SampleHead): Uint8Array {
  const values: Values = {
    sessionId: 'f4c03c8c-cf0a-4c90-9535-e95f2d02b393',
    sourceFormat: 'native_v2',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:01.000Z',
    'head.segmentSeq': BigInt(head.segments),
    'head.entrySeq': BigInt(head.entries),
    'head.entryId': idOf(head.entries),
    'counters.entriesTotal': BigInt(head.entries),
    'counters.messagesTotal': BigInt(head.entries - Math.floor(head.entries / 3)),
    'counters.branchesTotal': 0n,
    'counters.compactionsTotal': BigInt(Math.floor(head.entries / 3)),
    'counters.bytesTotal': BigInt(head.total),
    'files.segmentCount': BigInt(head.segments),
    'integrity.chainHash': head.chain,
    'integrity.lastCrc32c': head.crc,
    'invariants.parentLinksClosed': true,
    'invariants.monotonicEntrySeq': true,
    'invariants.monotonicSegmentSeq': true,
    'invariants.indexWithinSegmentBounds': true,
    'invariants.hashChainValid': true,
  };
  const compact = encodeJson(
    { ...manifest, form: 'line' },
    reader({ ...values, 'integrity.manifestHash': '' }),
  );
  const hash = sha256Hex(compact.subarray(0, compact.length - 1));
  return encodeJson(manifest, reader({ ...values, 'integrity.manifestHash': hash }));
}

function eventBytes(): Uint8Array {
  const values: Values = {
    migrationId: '00000000-0000-0000-0000-00000000000a',
    phase: 'imported',
    at: '2026-01-01T00:00:03.000Z',
    sourcePath: 's.jsonl',
    targetPath: 's.v2',
    sourceFormat: 'jsonl_v3',
    targetFormat: 'native_v2',
    'verification.entryCountMatch': true,
    'verification.hashChainMatch': true,
    'verification.indexConsistent': true,
    outcome: 'ok',
    correlationId: 'import_00000001',
  };
  return encodeJson(event, reader(values));
}
