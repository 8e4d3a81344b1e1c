import { blake3 } from '@noble/hashes/blake3.js';
import type { Key } from '../lib/judge.ts';
import { encodeBinary } from '../lib/layout-binary.ts';
import { bytesOfHex, hexOf, sha256Hex } from '../lib/sha256.ts';
import * as layout from './layout.ts';
import type { Frame } from './ops.ts';

/** What the header of a first segment holds as the hash of the one before it. */
export const noHash = '0'.repeat(64);

/** The bytes of a frame. Throws a TypeError where it does not fit the format. */
export function frameBytes({ seq, at, type, payload }: Frame): Uint8Array {
  return encodeBinary(layout.frame, {
    commitSeq: seq,
    timestampMicros: at,
    payloadType: BigInt(type),
    payload,
  });
}

/** What a header says that is no constant; `prev` is hex. */
export interface HeaderFacts {
  readonly instance: bigint;
  readonly segment: bigint;
  readonly createdAtMicros: bigint;
  readonly prev: string;
}

/** The 64 bytes of a header. Throws a TypeError where something does not fit the format. */
export function headerBytesOf(facts: HeaderFacts): Uint8Array {
  return encodeBinary(layout.header, {
    instanceId: facts.instance,
    segmentSeq: facts.segment,
    createdAtMicros: facts.createdAtMicros,
    prevSegmentHash: bytesOfHex(facts.prev) ?? new Uint8Array(0),
  });
}

/** BLAKE3 of bytes given in parts, as lower-case hex. */
export function blake3Hex(...parts: readonly Uint8Array[]): string {
  const hasher = blake3.create();
  for (const part of parts) hasher.update(part);
  return hexOf(hasher.digest());
}

const plainLimitBytes = 48;

const keys = new WeakMap<Frame, Key>();

/** The identity of a frame: sequence, type, time, and its payload or the digest of it. */
export function keyOf(frame: Frame): Key {
  let key = keys.get(frame);
  if (key === undefined) keys.set(frame, (key = spell(frame)));
  return key;
}

function spell({ seq, at, type, payload }: Frame): Key {
  const isPlain =
    payload.length <= plainLimitBytes && payload.every((byte) => byte >= 0x20 && byte < 0x7f);
  const text = isPlain
    ? `'${String.fromCharCode(...payload)}'`
    : `${payload.length} bytes sha256:${sha256Hex(payload)}`;
  return `#${seq} type ${type} at ${at} ${text}`;
}

/** A key as a person recognises its frame: the sequence and how the payload begins. */
export function keyText(key: Key): string {
  return key.replace(/ type (\d+) at \d+ /, (_all, type: string) =>
    type === '1' ? ' ' : ` t${type} `,
  );
}
