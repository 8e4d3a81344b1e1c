import { crc32cHex } from '../../lib/crc32c.ts';
import type { Row } from '../ops.ts';
import { readFile, stat } from './disk.ts';
import { Fault, abortFault, osFault, sessionFault, unexpectedEof } from './fault.ts';
import { bufferBytesMax, frameAt, outOfBounds, overflow, readIndex, remembered } from './read.ts';
import type { FileNode } from './read.ts';
import { recoverableText } from './recoverable.ts';
import type { ReadFrame } from './records.ts';
import { segmentPath, shown, u64Max } from './run.ts';
import type { Run } from './run.ts';

type Parents = Map<string, string | null>;

/**
 * Checks the whole store against its index and throws the first thing that is wrong (format page,
 * Validation). Changes nothing.
 */
export function validate(run: Run): void {
  const rows = readIndex(run);
  let last = 0n;
  const bySegment = new Map<bigint, Row[]>();
  for (const row of rows) {
    if (!run.rule('rows-rise', row.entrySeq > last)) {
      throw sessionFault(
        'entry-seq-not-increasing',
        `entry sequence is not strictly increasing at entry_seq=${row.entrySeq}`,
      );
    }
    last = row.entrySeq;
    const rowsOfSegment = bySegment.get(row.segmentSeq);
    if (rowsOfSegment === undefined) bySegment.set(row.segmentSeq, [row]);
    else rowsOfSegment.push(row);
  }
  const parents: Parents = new Map();
  for (const [seq, rowsOfSegment] of [...bySegment].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    checkSegment(run, { path: segmentPath(seq), rows: rowsOfSegment }, parents);
  }
  checkParentsKnown(run, parents);
  checkAcyclic(run, parents);
}

/** True where `validate` finds nothing. */
export function isValid(run: Run): boolean {
  try {
    validate(run);
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

function checkSegment(
  run: Run,
  segment: { readonly path: string; readonly rows: readonly Row[] },
  parents: Parents,
): void {
  const { path } = segment;
  const size = openedSize(run, path);
  for (const row of segment.rows) {
    const end = row.byteOffset + row.byteLength;
    if (!run.rule('check-range-fits', end <= u64Max)) throw overflow();
    if (!run.rule('check-range-inside', end <= BigInt(size)))
      throw outOfBounds(run, path, { end, size });
    const file = readFile(run.disk, path);
    const { frame, payloadSha256, payloadBytes } = checkedFrame(run, file, row);
    const agrees =
      frame.entrySeq === row.entrySeq &&
      frame.entryId === row.entryId &&
      frame.segmentSeq === row.segmentSeq &&
      frame.frameSeq === row.frameSeq;
    if (!run.rule('check-coordinates', agrees)) {
      throw sessionFault(
        'index-frame-mismatch',
        `index/frame mismatch at entry_seq=${row.entrySeq}`,
      );
    }
    const hashed = run.rule('check-payload-hash', frame.payloadSha256 === payloadSha256);
    const counted = run.rule('check-payload-length', frame.payloadBytes === BigInt(payloadBytes));
    if (!hashed || !counted) {
      throw sessionFault(
        'payload-mismatch',
        `payload integrity mismatch at entry_seq=${row.entrySeq}`,
      );
    }
    if (!run.rule('check-id-new', !parents.has(frame.entryId))) {
      throw sessionFault(
        'entry-id-duplicate',
        `duplicate entry_id detected in session store: ${frame.entryId}`,
      );
    }
    parents.set(frame.entryId, frame.parentEntryId);
  }
}

function openedSize(run: Run, path: string): number {
  let size: number | null = null;
  let why = '';
  try {
    const found = stat(run.disk, path);
    if (found.is === 'other') throw osFault('ENXIO');
    size = found.size;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    why = error.message;
  }
  if (!run.rule('segment-opens', size !== null)) {
    throw sessionFault('segment-unopenable', `failed to open segment ${shown(run, path)}: ${why}`);
  }
  return size ?? 0;
}

const checksums: Parameters<typeof remembered<string>>[0] = new WeakMap();

function checkedFrame(run: Run, file: FileNode, row: Row): ReadFrame {
  // Unlike the readers, validation has no cap of its own: it asks for whatever lies inside the
  // segment.
  if (row.byteLength > BigInt(bufferBytesMax)) throw abortFault(row.byteLength);
  const from = Number(row.byteOffset);
  const to = from + Number(row.byteLength);
  if (to > file.size) throw unexpectedEof();
  const bytes = to <= file.bytes.length ? file.bytes : withZeros(file, to);
  const actual = remembered(checksums, { bytes, from, to }, crc32cHex);
  if (!run.rule('check-crc', actual === row.crc32c)) {
    throw sessionFault(
      'checksum-mismatch',
      `checksum mismatch for entry_seq=${row.entrySeq} expected=${row.crc32c} actual=${actual}`,
    );
  }
  const endsInLf = to > from && bytes[to - 1] === 0x0a;
  const read = frameAt(file, from, endsInLf ? to - 1 : to);
  if (!run.rule('check-frame-parses', !(read instanceof Fault)) || read instanceof Fault) {
    throw read instanceof Fault ? read : new Fault('json', 'json', 'no frame');
  }
  return read;
}

function withZeros(file: FileNode, to: number): Uint8Array {
  const bytes = new Uint8Array(to);
  bytes.set(file.bytes);
  return bytes;
}

/**
 * Which of several culprits is named hangs on hash order; it matters only where the name decides
 * what follows.
 */
function throwOne(run: Run, faults: readonly Fault[]): void {
  const recovered = faults.find((fault) => recoverableText(fault.message));
  const fatal = faults.find((fault) => !recoverableText(fault.message));
  const distinct = [fatal, recovered].filter((fault) => fault !== undefined);
  const named = distinct[distinct.length > 1 ? run.choose(distinct.length) : 0];
  if (named !== undefined) throw named;
}

function checkParentsKnown(run: Run, parents: Parents): void {
  const faults: Fault[] = [];
  const inOrder = run.rule('parents-come-first', false);
  const seen = new Set<string>();
  for (const [id, parent] of parents) {
    seen.add(id);
    const known = parent === null || (inOrder ? seen : parents).has(parent);
    if (parent === null || run.rule('check-parent-known', known)) continue;
    faults.push(
      sessionFault(
        'parent-missing',
        `missing parent entry detected in session store: entry_id=${id} parent_id=${parent}`,
      ),
    );
  }
  throwOne(run, faults);
}

function checkAcyclic(run: Run, parents: Parents): void {
  const onCycle = entriesOnCycles(parents);
  if (run.rule('check-acyclic', onCycle.length === 0)) return;
  const named = onCycle.length > 0 ? onCycle : [...parents.keys()].slice(0, 1);
  throwOne(
    run,
    named.map((id) =>
      sessionFault(
        'parent-cycle',
        `cyclic parent chain detected in session store at entry_id=${id}`,
      ),
    ),
  );
}

/** The entries from which following parents leads back to them. */
function entriesOnCycles(parents: Parents): readonly string[] {
  const walkOf = new Map<string, number>();
  const cyclic: string[] = [];
  let walk = 0;
  for (const start of parents.keys()) {
    walk += 1;
    let at: string | null | undefined = start;
    while (at !== null && at !== undefined && parents.has(at) && !walkOf.has(at)) {
      walkOf.set(at, walk);
      at = parents.get(at);
    }
    if (at === null || at === undefined || walkOf.get(at) !== walk) continue;
    const first = at;
    do {
      cyclic.push(at);
      at = parents.get(at) ?? first;
    } while (at !== first);
  }
  return cyclic;
}
