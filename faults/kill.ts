import type { Image, Path } from '../spec/lib/image.ts';
import { isChange, type Event, type OpLog } from './oplog.ts';
import { replayOf } from './replay.ts';

/** A moment at which a process is killed, so that what it had asked for by then is all there is. */
export interface Cut {
  /** Events of the log that were done, acknowledgements included. */
  readonly event: number;
  /** Bytes of the write after them that arrived as well. */
  readonly partialBytes?: number;
  /** The step that was at work, or the last one answered. */
  readonly step: number;
  /** True where that step had not been answered. */
  readonly inFlight: boolean;
}

/** Where writes are torn. */
export interface KillOptions {
  /**
   * Positions inside a write that mean something to the format, 0 to `bytes.length`; `path` is
   * relative to the root.
   */
  readonly tears?: (path: Path, bytes: Uint8Array) => readonly number[];
  /**
   * Most tears tried at the block boundaries of one write; large writes are sampled from both ends.
   */
  readonly boundariesMost?: number;
}

/**
 * All kill cuts of a log, in order: one at every prefix of the calls that changed the disk, as late
 * as possible (after the acknowledgements that follow, when most is owed for that image), and those
 * inside each write. Of a log that knows no more than the trees between its steps, those.
 */
export function killCuts(log: OpLog, options: KillOptions = {}): Cut[] {
  const replay = replayOf(log);
  const cuts: Cut[] = [];
  const firstStep = log.events[0]?.step ?? 0;
  let last = { step: firstStep, inFlight: true };
  for (const [index, event] of log.events.entries()) {
    if (log.grain === 'step') {
      // A step that was refused has no acknowledgement, and was answered all the same.
      if (index > 0 && event.step !== last.step) cuts.push({ event: index, ...last, inFlight: false }); // prettier-ignore
    } else if (isChange(event)) {
      cuts.push({ event: index, ...last });
      for (const partialBytes of tearsOf(event, replay, options)) {
        cuts.push({ event: index, partialBytes, step: event.step, inFlight: true });
      }
    }
    replay.apply(event);
    last = { step: event.step, inFlight: event.is !== 'ack' };
  }
  cuts.push({ event: log.events.length, ...last, ...(log.grain === 'step' ? { inFlight: false } : {}) }); // prettier-ignore
  return cuts;
}

/** The image that a kill at the cut leaves. */
export function applyCut(log: OpLog, cut: Cut): Image {
  const replay = replayAt(log, cut.event);
  return partOf(log, cut, replay);
}

/** The images of many cuts; in the order of {@link killCuts} the log is replayed only once. */
export function* applyCuts(
  log: OpLog,
  cuts: Iterable<Cut>,
): Generator<{ readonly cut: Cut; readonly image: Image }> {
  let replay = replayOf(log);
  let at = 0;
  for (const cut of cuts) {
    if (cut.event < at) {
      replay = replayOf(log);
      at = 0;
    }
    for (; at < cut.event; at++) replay.apply(log.events[at]!);
    yield { cut, image: partOf(log, cut, replay) };
  }
}

type Replay = ReturnType<typeof replayOf>;

const lastReplay = new WeakMap<readonly Event[], { at: number; replay: Replay }>();

/**
 * Cuts are mostly asked for in order, so the replay of the last one is kept, for as long as the log
 * lives.
 */
function replayAt(log: OpLog, eventCount: number): Replay {
  let kept = lastReplay.get(log.events);
  if (kept === undefined || kept.at > eventCount) {
    lastReplay.set(log.events, (kept = { at: 0, replay: replayOf(log) }));
  }
  for (; kept.at < eventCount; kept.at++) kept.replay.apply(log.events[kept.at]!);
  return kept.replay;
}

function partOf(log: OpLog, cut: Cut, replay: Replay): Image {
  const { partialBytes } = cut;
  const event = log.events[cut.event];
  if (partialBytes === undefined || event === undefined) return replay.image();
  return replay.imageWithPart(event, partialBytes);
}

function tearsOf(event: Event, replay: Replay, options: KillOptions): readonly number[] {
  if (event.is !== 'call' || event.call.do !== 'write') return [];
  const { ino, from, bytes } = event.call;
  const path = replay.pathOf(ino);
  if (path === null || path.startsWith('/')) return [];
  const places = new Set(options.tears?.(path, bytes) ?? []);
  places.add(1);
  places.add(bytes.length - 1);
  for (const at of boundaries(from, bytes.length, options.boundariesMost ?? 24)) places.add(at);
  return [...places]
    .filter((at) => Number.isInteger(at) && at > 0 && at < bytes.length)
    .toSorted((a, b) => a - b);
}

const SECTOR_BYTES = 512;
const PAGE_BYTES = 4096;

/**
 * Positions inside a write at which the file reaches a multiple of 512: all, or the first, the last
 * and some pages.
 */
function boundaries(from: number, length: number, most: number): number[] {
  const first = SECTOR_BYTES - (from % SECTOR_BYTES);
  const count = length > first ? Math.ceil((length - first) / SECTOR_BYTES) : 0;
  const sector = (k: number): number => first + k * SECTOR_BYTES;
  if (count <= most) return Array.from({ length: count }, (_, k) => sector(k));
  const ends = Math.max(1, Math.floor(most / 4));
  const places: number[] = [];
  for (let k = 0; k < ends; k++) places.push(sector(k), sector(count - 1 - k));
  const firstPage = PAGE_BYTES - (from % PAGE_BYTES);
  const pages = Math.max(0, Math.ceil((length - firstPage) / PAGE_BYTES));
  const stride = Math.max(1, Math.ceil(pages / Math.max(1, most - 2 * ends)));
  for (let k = 0; k < pages; k += stride) places.push(firstPage + k * PAGE_BYTES);
  return places;
}
