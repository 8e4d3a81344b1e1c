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

/** Opens a segment, which is created with a header where none has that number. */
export function withActive(state: State, active: Active): State {
  if (segmentOf(state, active.segment) !== undefined) return { ...state, active };
  const { instance, segment, openedAt, prev } = active;
  const header = headerBytesOf({ instance, segment, createdAtMicros: openedAt, prev });
  const made: Segment = {
    segment,
    prev,
    frames: [],
    sizeBytes: BigInt(header.length),
    parts: [header],
  };
  const segments = [...state.segments, made].toSorted((a, b) => (a.segment < b.segment ? -1 : 1));
  return { segments, active };
}

/** Appends frames to the open segment. */
export function withFrames(state: State, active: Active, frames: readonly Frame[]): State {
  const parts = frames.map(frameBytes);
  const added = parts.reduce((sum, part) => sum + part.length, 0);
  const segments = state.segments.map((one) =>
    one.segment === active.segment
      ? {
          ...one,
          frames: [...one.frames, ...frames],
          sizeBytes: one.sizeBytes + BigInt(added),
          parts: [...one.parts, ...parts],
        }
      : one,
  );
  return { ...state, segments };
}

const hashes = new WeakMap<Segment, string>();

/** BLAKE3 of a segment's bytes. */
export function hashOf(segment: Segment): string {
  let hash = hashes.get(segment);
  if (hash === undefined) hashes.set(segment, (hash = blake3Hex(...segment.parts)));
  return hash;
}

/** What closing the open segment answers. */
export function closedOf(state: State, active: Active): Closed {
  const found = segmentOf(state, active.segment);
  return {
    segment: active.segment,
    hash: found === undefined ? blake3Hex() : hashOf(found),
    sizeBytes: found?.sizeBytes ?? 0n,
  };
}
