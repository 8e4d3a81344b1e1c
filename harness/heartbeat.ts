import { toPlain, type Plain } from './lib/plain.ts';
import type { Fault } from './fault.ts';
import type { Beat } from './judge.ts';

/** What was being tried when a port stopped answering. */
export interface LastBeat {
  readonly kind: string;
  readonly ops: readonly Plain[];
  readonly fault: Plain;
}

const headerBytes = 16;
const opsBytesMax = 4 * 1024 * 1024;
const faultBytesMax = 1024 * 1024;

/**
 * Memory that a worker writes its signs of life into and its watcher reads, also while the worker
 * hangs.
 */
export function newHeartbeat(): SharedArrayBuffer {
  return new SharedArrayBuffer(headerBytes + opsBytesMax + faultBytesMax);
}

/**
 * The writing side: counts each beat and leaves behind what is being tried; too large a text is
 * left out.
 */
export function beatInto(shared: SharedArrayBuffer): Beat {
  const counters = new Int32Array(shared, 0, headerBytes / 4);
  const opsArea = new Uint8Array(shared, headerBytes, opsBytesMax);
  const faultArea = new Uint8Array(shared, headerBytes + opsBytesMax, faultBytesMax);
  let lastOps: readonly unknown[] | null = null;
  return (kind: string, ops: readonly unknown[], fault: Fault) => {
    // Odd while it writes, so that a reader never takes half of one beat for another.
    Atomics.add(counters, 3, 1);
    if (ops !== lastOps) {
      lastOps = ops;
      Atomics.store(counters, 1, put(opsArea, JSON.stringify([kind, ...ops.map(toPlain)])));
    }
    Atomics.store(counters, 2, put(faultArea, JSON.stringify(toPlain(fault))));
    Atomics.add(counters, 3, 1);
    Atomics.add(counters, 0, 1);
  };
}

function put(area: Uint8Array, text: string): number {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > area.length) return 0;
  area.set(bytes);
  return bytes.length;
}

/** How many beats there were, without what the last one was about. */
export function beatsIn(shared: SharedArrayBuffer): number {
  return Atomics.load(new Int32Array(shared, 0, 1), 0);
}

/**
 * The watching side: how many beats there were, and what the last one was about; null where it did
 * not fit, and where the worker is just writing: whoever hangs does not write.
 */
export function readHeartbeat(shared: SharedArrayBuffer): { beats: number; last: LastBeat | null } {
  const counters = new Int32Array(shared, 0, headerBytes / 4);
  const text = (from: number, length: number): string =>
    Buffer.from(new Uint8Array(shared, from, length).slice()).toString('utf8');
  const beats = Atomics.load(counters, 0);
  const began = Atomics.load(counters, 3);
  const opsLength = Atomics.load(counters, 1);
  const faultLength = Atomics.load(counters, 2);
  const opsText = text(headerBytes, opsLength);
  const faultText = text(headerBytes + opsBytesMax, faultLength);
  const isTorn = began % 2 === 1 || Atomics.load(counters, 3) !== began;
  if (isTorn || opsLength === 0 || faultLength === 0) return { beats, last: null };
  const [kind, ...ops] = JSON.parse(opsText) as [string, ...Plain[]];
  const fault = JSON.parse(faultText) as Plain;
  return { beats, last: { kind, ops, fault } };
}
