import { decodeRow } from '../../../spec/session-store-v2/classify-records.ts';
import { piecesIn, readSmall } from './source.ts';
import type { Source } from './source.ts';

const indexFile = 'index/offsets.jsonl';
const indexBytes = 256 * 1024 * 1024;

/**
 * What the old index says of the line at a place: its CRC-32C, or null where it says nothing. It
 * covers what the payload's hash does not: ids, parent, type and time.
 */
export type Witness = (segmentSeq: bigint, byteOffset: number) => string | null;

/** Reads the old index as far as it can be read; a row that cannot is no witness. */
export function readWitness(source: Source): Witness {
  const checksums = new Map<bigint, Map<number, string>>();
  const entry = source.entries.get(indexFile);
  const bytes = entry === undefined ? null : readSmall(source, indexFile, indexBytes);
  if (entry === undefined || bytes === null) return () => null;
  for (const { from, to } of piecesIn(source.root, entry)) {
    const row = decodeRow(bytes, from, bytes[to - 1] === 0x0a ? to - 1 : to);
    if (row === null) continue;
    const ofSegment = checksums.get(row.segmentSeq) ?? new Map<number, string>();
    checksums.set(row.segmentSeq, ofSegment.set(Number(row.byteOffset), row.crc32c));
  }
  return (segmentSeq, byteOffset) => checksums.get(segmentSeq)?.get(byteOffset) ?? null;
}
