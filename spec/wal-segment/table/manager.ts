import { frameBytes, headerBytesOf, noHash } from '../bytes.ts';
import { hashOfFile, headerBytes, headOf, look, type FileNode } from '../frames.ts';
import { defaults, microsOf } from '../machine.ts';
import { pathOf } from '../names.ts';
import { payloadTypes } from '../search.ts';
import type { Closed, Frame, Op, Opened, Rotation } from '../ops.ts';
import { appendTo, fileAt, grown, nodeAt, openToAppend } from './files.ts';
import { listed } from './list.ts';
import { read } from './replay.ts';
import { Fault, type Handle, type Run } from './run.ts';

type Opening = Extract<Op, { readonly op: 'open' }>;

const u64Max = (1n << 64n) - 1n;

/** Opens a segment with a fresh manager, whose chain begins anew. */
export function open(run: Run, op: Opening): Opened {
  const all = listed(run);
  const last = all.at(-1);
  const isLast = run.rule('open-last', op.seq === undefined && last !== undefined);
  const segment = isLast ? (last?.segment ?? 1n) : (op.seq ?? 1n);
  const before = all.findLast((one) => one.segment < segment);
  let prev = noHash;
  if (before !== undefined && !all.some((one) => one.segment === segment)) {
    run.saw('new chain');
    if (run.rule('open-continues-chain', false)) prev = hashAt(run, before.path);
  }
  const { instance, maxBytes = defaults.maxBytes, maxAgeMicros = defaults.maxAgeMicros } = op;
  const limits = { instance, maxBytes, maxAgeMicros, force: false };
  const handle = activate(run, { ...limits, segment, prev });
  run.handle = handle;
  const sizeBytes = BigInt(handle.hashed.size);
  return { segment, sizeBytes, repairs: [], notices: [] };
}

function hashAt(run: Run, path: string): string {
  const node = nodeAt(run, path);
  return (node.is === 'file' ? hashOfFile(node) : null) ?? noHash;
}

type Wanted = Omit<Handle, 'path' | 'openedAt' | 'hashed'>;

/** Opens the file of a segment to append to it; one that is empty gets a header. */
function activate(run: Run, wanted: Wanted): Handle {
  const openedAt = microsOf(run.at);
  const name = pathOf(wanted.segment);
  const wasThere = run.image.has(name);
  const path = openToAppend(run, name);
  const before = fileAt(run, path);
  if (run.rule('file-empty', before.size === 0)) {
    if (wasThere) run.saw('opened empty');
    const { instance, segment, prev } = wanted;
    appendTo(run, path, headerBytesOf({ instance, segment, createdAtMicros: openedAt, prev }));
  } else noteOpened(run, path, wanted.segment);
  const hashed = fileAt(run, path);
  if (hashOfFile(hashed) === null) throw new Fault('abort');
  return { ...wanted, path, openedAt, hashed };
}

/** What the original does not look at when it opens a segment that is there. */
function noteOpened(run: Run, path: string, segment: bigint): void {
  const file = fileAt(run, path);
  const head = headOf(file);
  if (!head.isWhole && file.size > 0) run.saw('opened piece');
  const isOdd = !head.isWhole || !head.magicRight || head.version !== 1n;
  if (isOdd || head.segment !== segment) run.saw('opened odd header');
  if (run.rule('open-checks-header', false) && isOdd) throw new Fault('bad_magic');
  const end = endOfFrames(file);
  if (end < file.size) run.saw('opened behind tail');
  if (run.rule('open-cuts-tail', false) && end < file.size) {
    const bytes = file.bytes.subarray(0, end);
    run.image = new Map(run.image).set(path, { is: 'file', bytes, size: end });
  }
}

function endOfFrames(file: FileNode): number {
  let at = Math.min(headerBytes, file.size);
  for (let seen = look(file, at); seen.sumRight && at < file.size; seen = look(file, at)) {
    at = seen.to;
  }
  return at;
}

function held({ handle }: Run): Handle {
  if (handle === null) throw new Fault('no-handle');
  return handle;
}

/** Appends a batch in one write. */
export function append(run: Run, frames: readonly Frame[]): void {
  const handle = held(run);
  if (frames.length === 0) run.saw('appended none');
  if (run.rule('batch-empty', frames.length === 0)) return;
  noteAppended(run, handle, frames);
  let to = handle;
  for (const frame of frames) {
    const isFull = BigInt(to.hashed.size) >= to.maxBytes;
    if (frame !== frames[0] && isFull) {
      run.saw('batch over size');
      if (run.rule('append-splits', false)) rotate(run);
    }
    to = run.handle ?? to;
    const bytes = frameBytes(frame);
    appendTo(run, to.path, bytes);
    run.handle = to = { ...to, hashed: added(run, to, bytes) };
  }
}

/** What another manager does, which nobody tells of; the open one stays as it is. */
export function besides(run: Run, op: Extract<Op, { readonly op: 'other' }>): null {
  const mine = run.handle;
  try {
    run.handle = null;
    open(run, { op: 'open', instance: op.instance });
    append(run, op.frames);
    close(run);
    return null;
  } finally {
    run.handle = mine;
  }
}

/** What the running hash has gone over: the very file, as long as nobody else writes to it. */
function added(run: Run, { path, hashed }: Handle, bytes: Uint8Array): FileNode {
  const file = fileAt(run, path);
  return file.size === hashed.size + bytes.length ? file : grown(hashed, bytes);
}

function noteAppended(run: Run, { hashed }: Handle, frames: readonly Frame[]): void {
  let last = lastSeqIn(hashed);
  for (const { seq, type } of frames) {
    const isLow = seq <= last;
    const isUnknown = !payloadTypes.includes(type);
    if (isLow) run.saw('appended low');
    if (isUnknown) run.saw('appended unknown type');
    if (run.rule('append-checks-seq', false) && isLow) throw new Fault('non_monotonic');
    if (run.rule('append-checks-type', false) && isUnknown) {
      throw new Fault('unknown_payload_type');
    }
    if (!isLow) last = seq;
  }
}

function lastSeqIn(file: FileNode): bigint {
  let last = 0n;
  for (let at = headerBytes; at < file.size;) {
    const seen = look(file, at);
    if (!seen.sumRight || seen.frame === null) break;
    if (seen.frame.seq > last) last = seen.frame.seq;
    at = seen.to;
  }
  return last;
}

/** Makes the next rotation due. */
export function force(run: Run): void {
  run.handle = { ...held(run), force: true };
}

/** Why a rotation is due, if it is. */
export function shouldRotate(run: Run): Rotation | null {
  const handle = held(run);
  const age = microsOf(run.at) - handle.openedAt;
  if (run.rule('due-forced', handle.force)) {
    run.saw('due: forced');
    return 'forced';
  }
  if (run.rule('due-size', BigInt(handle.hashed.size) >= handle.maxBytes)) {
    run.saw('due: size');
    return 'size';
  }
  // A clock that went back is taken for one that stands.
  if (run.rule('due-age', (age < 0n ? 0n : age) >= handle.maxAgeMicros)) {
    run.saw('due: age');
    return 'time';
  }
  run.saw('due: none');
  return null;
}

/** Closes the open segment; its hash is the one that ran along, its size that of the file. */
export function close(run: Run): Closed {
  const handle = held(run);
  run.handle = null;
  const hash = hashOfFile(handle.hashed);
  if (hash === null) throw new Fault('abort');
  return { segment: handle.segment, hash, sizeBytes: BigInt(fileAt(run, handle.path).size) };
}

/** Closes the open segment and opens the next one. */
export function rotate(run: Run): Closed {
  const { segment, instance, maxBytes, maxAgeMicros, force: wasForced } = held(run);
  const closed = close(run);
  run.saw('rotated');
  if (wasForced) run.saw('unforced');
  if (segment === u64Max) run.saw('wrapped');
  const wraps = run.rule('rotate-wraps', segment === u64Max);
  const next = wraps ? 0n : segment + 1n;
  if (next > u64Max) throw new Fault('abort');
  const prev = run.rule('rotate-chains', true) ? closed.hash : noHash;
  const again = !run.rule('rotate-unforces', true) && wasForced;
  const limits = { instance, maxBytes, maxAgeMicros };
  run.handle = activate(run, { ...limits, segment: next, force: again, prev });
  return closed;
}

/** False also for a link that leads nowhere. */
function isThere(run: Run, path: string): boolean {
  try {
    return nodeAt(run, path) !== undefined;
  } catch (error) {
    if (error instanceof Fault && error.code !== 'io-enoent') return true;
    return false;
  }
}

/** The frame reader on one segment: every frame, or the error that it ends with. */
export function framesOf(run: Run, segment: bigint): readonly Frame[] {
  const path = pathOf(segment);
  if (!run.rule('segment-there', isThere(run, path))) {
    run.saw('reader: no segment');
    throw new Fault('no_such_segment');
  }
  const node = nodeAt(run, path);
  if (node.is !== 'file') throw new Fault(node.is === 'dir' ? 'io-eisdir' : 'io-enxio');
  if (!run.rule('reader-header-there', node.size >= headerBytes)) {
    run.saw('reader: short');
    throw new Fault('segment_too_small');
  }
  const frames: Frame[] = [];
  for (let at = headerBytes; at < node.size;) {
    const seen = read(run, node, at);
    if (seen.is !== 'frame') {
      run.saw(seen.is === 'torn' ? 'reader: torn' : 'reader: corrupt');
      throw new Fault(seen.is === 'torn' ? 'frame_torn' : 'frame_corrupt');
    }
    frames.push(seen.frame);
    at = seen.to;
  }
  return frames;
}
