import { blake3Hex, frameBytes, headerBytesOf } from './bytes.ts';
import type { Closed, Frame } from './ops.ts';

/** A segment as it stands in its file; `prev` is the hash in its header, hex. */
export interface Segment {
  readonly segment: bigint;
  readonly prev: string;
  readonly frames: readonly Frame[];
  readonly sizeBytes: bigint;
  readonly parts: readonly Uint8Array[];
}

/** The open segment; `prev` is what goes into the header where it has yet to be created. */
export interface Active {
  readonly segment: bigint;
  readonly instance: bigint;
  readonly maxBytes: bigint;
  readonly maxAgeMicros: bigint;
  /** Microseconds since 1970. */
  readonly openedAt: bigint;
  readonly force: boolean;
  readonly prev: string;
  /** What its running hash has gone over: the file as it was found, and what it added itself. */
  readonly hashed: readonly Uint8Array[];
  /** Set once another writer has moved the log. */
  readonly isStale: boolean;
}

/** What a log is: its segments by number, and which is open (null: none). */
export interface State {
  readonly segments: readonly Segment[];
  readonly active: Active | null;
}

/** The segment with that number. */
export function segmentOf(state: State, segment: bigint): Segment | undefined {
  return state.segments.find((one) => one.segment === segment);
}

/** All frames in the order of their segments. */
export function framesOf(state: State): readonly Frame[] {
  return state.segments.flatMap((segment) => segment.frames);
}

/** The highest commit sequence of the log; 0 where it has no frame. */
export function lastSeq(state: State): bigint {
  return framesOf(state).reduce((most, { seq }) => (seq > most ? seq : most), 0n);
}

/** What an open asks for; the rest follows from what stands there. */
export type Wanted = Omit<Active, 'hashed' | 'isStale'>;

/** Opens a segment, which is created with a header where none has that number. */
export function withActive(state: State, wanted: Wanted): State {
  const found = segmentOf(state, wanted.segment);
  if (found !== undefined) {
    return { ...state, active: { ...wanted, hashed: found.parts, isStale: false } };
  }
  const { instance, segment, openedAt, prev } = wanted;
  const header = headerBytesOf({ instance, segment, createdAtMicros: openedAt, prev });
  const made: Segment = {
    segment,
    prev,
    frames: [],
    sizeBytes: BigInt(header.length),
    parts: [header],
  };
  const segments = [...state.segments, made].toSorted((a, b) => (a.segment < b.segment ? -1 : 1));
  return { segments, active: { ...wanted, hashed: made.parts, isStale: false } };
}

/** Appends frames to the open segment. */
export function withFrames(state: State, active: Active, frames: readonly Frame[]): State {
  const parts = frames.map(frameBytes);
  const segments = state.segments.map((one) =>
    one.segment === active.segment
      ? {
          ...one,
          frames: [...one.frames, ...frames],
          sizeBytes: one.sizeBytes + lengthOf(parts),
          parts: [...one.parts, ...parts],
        }
      : one,
  );
  return { segments, active: { ...active, hashed: [...active.hashed, ...parts] } };
}

const lengthOf = (parts: readonly Uint8Array[]): bigint =>
  BigInt(parts.reduce((sum, part) => sum + part.length, 0));

const hashes = new WeakMap<readonly Uint8Array[], string>();

function hashOfParts(parts: readonly Uint8Array[]): string {
  let hash = hashes.get(parts);
  if (hash === undefined) hashes.set(parts, (hash = blake3Hex(...parts)));
  return hash;
}

/** BLAKE3 of a segment's bytes. */
export function hashOf({ parts }: Segment): string {
  return hashOfParts(parts);
}

/** How long a handle takes its segment to be: what others added it does not see. */
export function sizeKnownTo({ hashed }: Active): bigint {
  return lengthOf(hashed);
}

/** What closing the open segment answers: the hash that ran along, the size of the file. */
export function closedOf(state: State, active: Active): Closed {
  return {
    segment: active.segment,
    hash: hashOfParts(active.hashed),
    sizeBytes: segmentOf(state, active.segment)?.sizeBytes ?? 0n,
  };
}
