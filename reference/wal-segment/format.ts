import { crc32c } from '@node-rs/crc32';
import type { Frame } from './types.ts';

/** The bytes that a segment begins with. */
export const headerBytes = 64;
/** Bytes of a frame beside its payload. */
export const frameFixedBytes = 25;
/** The least and the most that a frame's length field may say; it does not count itself. */
export const frameLength = { least: 21, most: 67_108_864 } as const;
/** Payload types that a replay applies. */
export const payloadTypes: readonly number[] = [1, 2, 4];
/** What the header of a first segment holds as the hash of the one before it. */
export const noHash = '0'.repeat(64);
/** The largest number that fits the format. */
export const u64Max = 18_446_744_073_709_551_615n;

const magic = 0x41454442;
const version = 1;

/** The name of a segment's file: 16 digits at least. */
export function segmentName(seq: bigint): string {
  return `segment_${seq.toString().padStart(16, '0')}.aedbwal`;
}

/**
 * The number that the original's directory scan reads from a name, or null for a name that it
 * passes over. It takes more than it writes: `segment_` any number of times, a `+`, zeros in front.
 */
export function segmentNumber(name: string): bigint | null {
  const digits = /^(?:segment_)+\+?(\d+)\.aedbwal$/.exec(name)?.[1];
  if (digits === undefined) return null;
  const significant = digits.replace(/^0+(?=.)/, '');
  if (significant.length > 20) return null;
  const seq = BigInt(significant);
  return seq > u64Max ? null : seq;
}

/** What a header says; `prev` is the hash of the segment before, hex. */
export interface Header {
  readonly isMagic: boolean;
  readonly version: number;
  readonly reserved: number;
  readonly instance: bigint;
  readonly seq: bigint;
  readonly createdAtMicros: bigint;
  readonly prev: string;
}

/** The 64 bytes of a header of version 1. */
export function encodeHeader(
  header: Pick<Header, 'instance' | 'seq' | 'createdAtMicros' | 'prev'>,
): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.writeUInt32BE(magic, 0);
  bytes.writeUInt16BE(version, 4);
  bytes.writeBigUInt64BE(header.instance, 8);
  bytes.writeBigUInt64BE(header.seq, 16);
  bytes.writeBigUInt64BE(header.createdAtMicros, 24);
  bytes.write(header.prev, 32, 'hex');
  return bytes;
}

/** What stands in at least 64 bytes; nothing is judged but the magic number. */
export function decodeHeader(bytes: Buffer): Header {
  return {
    isMagic: bytes.readUInt32BE(0) === magic,
    version: bytes.readUInt16BE(4),
    reserved: bytes.readUInt16BE(6),
    instance: bytes.readBigUInt64BE(8),
    seq: bytes.readBigUInt64BE(16),
    createdAtMicros: bytes.readBigUInt64BE(24),
    prev: bytes.toString('hex', 32, headerBytes),
  };
}

/** Bytes that the frames take. */
export function encodedBytes(frames: readonly Frame[]): number {
  let sum = 0;
  for (const { payload } of frames) sum += frameFixedBytes + payload.length;
  return sum;
}

/** Writes frames one behind the other from the beginning of `into`; answers where they end. */
export function encodeFrames(into: Buffer, frames: readonly Frame[]): number {
  const view = new DataView(into.buffer, into.byteOffset, into.length);
  let at = 0;
  for (const { seq, at: time, type, payload } of frames) {
    const crcAt = at + 21 + payload.length;
    view.setUint32(at, frameLength.least + payload.length);
    view.setBigUint64(at + 4, seq);
    view.setBigUint64(at + 12, time);
    view.setUint8(at + 20, type);
    into.set(payload, at + 21);
    view.setUint32(crcAt, crc32c(into.subarray(at, crcAt)));
    at = crcAt + 4;
  }
  return at;
}
