import type { FileNode, Look } from '../frames.ts';
import { hashOfFile, headerBytes, headOf, look, slice } from '../frames.ts';
import { noHash } from '../bytes.ts';
import type { Frame, Link, Op } from '../ops.ts';
import { nodeAt } from './files.ts';
import { listed, type Listed } from './list.ts';
import { Fault, type Run } from './run.ts';
import { holdsFrameBehind, payloadTypes } from '../search.ts';

type Replaying = Extract<Op, { readonly op: 'replay' }>;

/** Replays all segments, in one of the four modes. */
export function replay(run: Run, op: Replaying): readonly Frame[] {
  const strict = op.strict ?? true;
  run.saw(strict ? 'strict' : 'permissive');
  const all = listed(run);
  const chain = run.rule('chain-asked', op.chain ?? true);
  run.saw(chain ? 'chain' : 'no chain');
  const valid = chain ? chainLength(run, all, strict) : all.length;
  let state: Applying = { last: op.after, passed: null, corrupt: false };
  const segments = all.slice(0, valid);
  for (const [i, { path, segment }] of segments.entries()) {
    noteNumber(run, segments[i - 1], segment);
    const isLast = i === segments.length - 1;
    const before = segments[i - 1];
    const next = replaySegment(run, { path, segment, before, isLast, strict, chain, op, state });
    if (next === null) break;
    state = next;
  }
  return [...run.applied];
}

function noteNumber(run: Run, before: Listed | undefined, segment: bigint): void {
  const isGap = before !== undefined && segment !== before.segment + 1n;
  if (isGap && segment !== before.segment) run.saw('number gap');
  if (run.rule('gap-refused', false) && isGap) throw new Fault('chain_mismatch');
}

/** How far a replay has come; `passed` is the highest sequence that was passed over. */
interface Applying {
  readonly last: bigint;
  readonly passed: bigint | null;
  /** Whether a corrupt frame ended an earlier segment. */
  readonly corrupt: boolean;
}

interface Replayed {
  readonly path: string;
  readonly segment: bigint;
  readonly before: Listed | undefined;
  readonly isLast: boolean;
  readonly strict: boolean;
  readonly chain: boolean;
  readonly op: Replaying;
  readonly state: Applying;
}

/** Applies the frames of one segment; null where the replay ends with it. */
function replaySegment(run: Run, at: Replayed): Applying | null {
  const file = readable(run, at.path);
  if (file === null) return at.state;
  const isLong = run.rule('holds-frames', file.size > headerBytes);
  if (file.size < headerBytes) run.saw('short segment');
  if (file.size === headerBytes) run.saw('header only');
  if (!isLong) return at.state;
  checkHead(run, file, at);
  let state = at.state;
  for (let from = headerBytes; from < file.size;) {
    const seen = read(run, file, from);
    if (seen.is === 'torn') {
      noteTorn(run, file, from, at.isLast);
      if (run.rule('torn-refused', false)) throw new Fault('frame_torn');
      return run.rule('torn-ends-all', false) ? null : state;
    }
    if (seen.is === 'corrupt') {
      noteCorrupt(run, file, from, at.isLast);
      if (run.rule('corrupt-strict', at.strict)) throw new Fault('frame_corrupt');
      return run.rule('corrupt-ends-all', false) ? null : { ...state, corrupt: true };
    }
    state = applyFrame(run, seen.frame, at, state);
    from = seen.to;
  }
  return state;
}

/** What a replay reads of a segment; null where it passes over it. */
function readable(run: Run, path: string): FileNode | null {
  if (run.image.get(path)?.is === 'link') {
    run.saw('link followed');
    if (run.rule('link-refused', false)) throw new Fault('io-eloop');
  }
  const node = nodeAt(run, path);
  if (node.is === 'file') return node;
  // A directory may be said to be as small as it likes; a device or pipe has no size.
  if (run.choose(2) === 0) throw new Fault(node.is === 'dir' ? 'io-eisdir' : 'io-enxio');
  return null;
}

/** What the original does not look at, or only where it checks the chain. */
function checkHead(run: Run, file: FileNode, { segment, before, chain }: Replayed): void {
  const head = headOf(file);
  if (!head.magicRight) run.saw('wrong magic read');
  if (run.rule('magic-always', false) && !head.magicRight) throw new Fault('bad_magic');
  const node = before === undefined ? undefined : run.image.get(before.path);
  const isForeign = node?.is === 'file' && headOf(node).instance !== head.instance;
  const isOther = head.version !== 1n || head.reserved !== 0n || head.segment !== segment;
  const isOdd = isForeign || isOther;
  if (isOdd) run.saw('odd header');
  if (run.rule('version-checked', false) && head.version !== 1n) throw new Fault('bad_magic');
  if (run.rule('reserved-checked', false) && head.reserved !== 0n) throw new Fault('bad_magic');
  if (run.rule('number-checked', false) && head.segment !== segment) throw new Fault('bad_magic');
  if (run.rule('instance-checked', false) && isForeign) throw new Fault('bad_magic');
  if (chain || before === undefined) return;
  if (node?.is === 'file' && head.prev !== hashOfFile(node)) run.saw('mismatch read');
}

type Read =
  | { readonly is: 'torn' }
  | { readonly is: 'corrupt' }
  | { readonly is: 'frame'; readonly frame: Frame; readonly to: number };

/** Reads the frame at `from` as the original's reader does. */
export function read(run: Run, file: FileNode, from: number): Read {
  const seen = look(file, from);
  if (!run.rule('length-there', seen.length !== null)) return { is: 'torn' };
  const length = seen.length ?? 0;
  if (!run.rule('length-least', length >= 21)) return { is: 'corrupt' };
  if (!run.rule('length-most', length <= 64 * 1024 * 1024)) return { is: 'corrupt' };
  if (!run.rule('frame-fits', seen.fits)) return { is: 'torn' };
  if (!run.rule('crc-right', seen.sumRight)) return { is: 'corrupt' };
  return framed(seen);
}

/** What a mutant takes for a frame and is none ends its segment. */
function framed({ frame, to }: Look): Read {
  return frame === null ? { is: 'corrupt' } : { is: 'frame', frame, to };
}

function noteTorn(run: Run, file: FileNode, from: number, isLast: boolean): void {
  const { length, left } = look(file, from);
  run.saw(length === null ? 'torn length' : 'torn frame');
  if (!isLast) run.saw('torn: inner');
  if (length === null && isZero(file, from)) run.saw('nul short');
  if (left < 1 << 16 && holdsFrameBehind(file, from, 0n)) run.saw('frames hidden');
}

function noteCorrupt(run: Run, file: FileNode, from: number, isLast: boolean): void {
  run.saw(look(file, from).inBounds ? 'bad sum' : 'bad length');
  run.saw(isLast ? 'corrupt: last' : 'corrupt: inner');
  if (isZero(file, from)) run.saw('nul long');
}

function isZero({ bytes }: FileNode, from: number): boolean {
  for (let i = from; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

function applyFrame(run: Run, frame: Frame, at: Replayed, state: Applying): Applying {
  const { seq } = frame;
  if (!run.rule('seq-after', seq > at.op.after)) {
    run.saw('seq skipped');
    return state;
  }
  if (!run.rule('seq-rises', seq > state.last)) {
    run.saw('seq falls');
    throw new Fault('non_monotonic');
  }
  const isGap = seq !== state.last + 1n;
  if (isGap) run.saw('seq gap');
  if (run.rule('seq-gap-refused', false) && isGap) throw new Fault('non_monotonic');
  if (!run.rule('type-known', payloadTypes.includes(frame.type))) {
    run.saw('unknown type');
    if (run.rule('type-strict', at.strict)) throw new Fault('unknown_payload_type');
    return {
      ...state,
      passed: seq,
      last: run.rule('skipped-counts', false) ? seq : state.last,
    };
  }
  if (state.passed !== null && seq <= state.passed) run.saw('unknown then lower');
  if (state.corrupt) run.saw('went on');
  run.applied.push(frame);
  return { ...state, last: seq };
}

/** How many segments the chain holds; throws where it is broken and that is an error. */
function chainLength(run: Run, all: readonly Listed[], strict: boolean): number {
  const links = chainOf(run, all, strict);
  run.saw(links.length < all.length ? 'chain: dropped' : 'chain: whole');
  return links.length;
}

/** The links of the chain; the check of a strict replay, by itself. */
export function verify(run: Run): readonly Link[] {
  run.saw('strict');
  return chainOf(run, listed(run), true);
}

function chainOf(run: Run, all: readonly Listed[], strict: boolean): readonly Link[] {
  const links: Link[] = [];
  for (const { path, segment } of all) {
    try {
      links.push({ segment, ...linked(run, path, links.at(-1)?.hash ?? noHash) });
    } catch (error) {
      if (!(error instanceof Fault) || error.code === 'abort') throw error;
      noteChain(run, error.code);
      if (run.rule('chain-strict', strict)) throw error;
      return links;
    }
  }
  return links;
}

function noteChain(run: Run, code: string): void {
  if (code === 'segment_too_small') run.saw('chain: short');
  if (code === 'bad_magic') run.saw('chain: magic');
  if (code === 'chain_mismatch') run.saw('chain: mismatch');
}

function linked(run: Run, path: string, prev: string): Omit<Link, 'segment'> {
  const node = nodeAt(run, path);
  // A directory and a device have a size of their own; reading them fails.
  if (node.is !== 'file') {
    const isSmall = run.choose(2) === 0;
    throw new Fault(isSmall ? 'segment_too_small' : node.is === 'dir' ? 'io-eisdir' : 'io-enxio');
  }
  if (!run.rule('header-there', node.size >= headerBytes)) throw new Fault('segment_too_small');
  const head = headOf(node);
  if (!run.rule('magic-right', head.magicRight)) throw new Fault('bad_magic');
  if (!run.rule('prev-right', head.prev === prev)) throw new Fault('chain_mismatch');
  const whole = run.rule('prev-hashes-file', true);
  const hash = hashOfFile(
    whole ? node : { is: 'file', bytes: slice(node, 0, headerBytes), size: headerBytes },
  );
  if (hash === null) throw new Fault('abort');
  return { prev: head.prev, hash };
}
