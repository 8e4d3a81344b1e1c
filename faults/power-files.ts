import type { Node } from '../spec/lib/image.ts';
import { nodeOf } from './content.ts';
import { applyToFile, emptyFile, physicalOf, type Left } from './crash.ts';
import { nodeOfPhysical, type Physical } from './crash-image.ts';
import type { OpLog } from './oplog.ts';
import type { Unit } from './units.ts';

/** Units between two states of a file that are kept to start from. */
const STRIDE = 32;
/** Bytes kept of each file's states: those of one cut, mostly. */
const KEPT_BYTES_MOST = 8 * 1024 * 1024;

type FileNode = ReturnType<typeof nodeOf>;

/** A state of a file on the disk that nothing writes to any more. */
interface Frozen {
  readonly content: FileNode;
  readonly sizeBytes: number;
}

/** One file through a log: what each choice leaves of it, made from the nearest state before. */
export interface PowerFile {
  /** Its data and size units, in program order. */
  readonly units: readonly Unit[];
  /** Its units before the cut. */
  countAt(cut: number): number;
  /** The file after its first `count` units, none lost. */
  whole(count: number): Node;
  /** The file after its first `count` units, those of `lost` lost, by their place in `units`. */
  damaged(count: number, lost: ReadonlyMap<number, Left>): Node;
}

/** A file of a log; `base` is null where it was made in the log. */
export function powerFile(log: OpLog, units: readonly Unit[], base: Node | null): PowerFile {
  const object = base === null ? emptyFile() : physicalOf(base);
  if (!('content' in object))
    return { units, countAt: () => 0, whole: () => object, damaged: () => object };
  const running: Physical = object;
  const states: Frozen[] = [freeze(running)];
  const kept = { nodes: new Map<string, Node>(), bytes: 0 };
  let at = 0;

  const build = (first: number, count: number, lost: ReadonlyMap<number, Left>): Node => {
    const k = Math.min(Math.floor(first / STRIDE), states.length - 1);
    const built = thaw(states[k]!, units, k * STRIDE, count);
    for (let i = k * STRIDE; i < count; i++) applyToFile(log, built, units[i]!, lost.get(i));
    return nodeOfPhysical(built);
  };
  const whole = (count: number): Node => {
    if (count < at) return build(count, count, NONE);
    for (; at < count; at++) {
      applyToFile(log, running, units[at]!, undefined);
      if ((at + 1) % STRIDE === 0) states.push(freeze(running));
    }
    return nodeOfPhysical(running);
  };
  return {
    units,
    countAt: (cut) => countBefore(units, cut),
    whole: (count) =>
      count === 0 && base !== null ? base : keep(kept, `${count}`, () => whole(count)),
    damaged: (count, lost) => {
      let key = `${count}`;
      for (const [i, left] of lost) key += `,${i}${leftKey(left)}`;
      return keep(kept, key, () => {
        const first = Math.min(...lost.keys());
        if (first > at) whole(first);
        return build(first, count, lost);
      });
    },
  };
}

const NONE: ReadonlyMap<number, Left> = new Map();

interface Kept {
  readonly nodes: Map<string, Node>;
  bytes: number;
}

function keep(kept: Kept, key: string, make: () => Node): Node {
  const known = kept.nodes.get(key);
  if (known !== undefined) return known;
  const node = make();
  if (kept.bytes > KEPT_BYTES_MOST) {
    kept.nodes.clear();
    kept.bytes = 0;
  }
  kept.nodes.set(key, node);
  kept.bytes += OVERHEAD_BYTES + 2 * key.length + (node.is === 'file' ? node.bytes.length : 0);
  return node;
}

/** What a kept state costs beside its bytes and its key. */
const OVERHEAD_BYTES = 256;

/** A left as a short text, for keys. */
export function leftKey(left: Left): string {
  if (typeof left !== 'object') return left === 'old' ? '' : left;
  return `${left.keeps}${left.bytes}${left.rest}`;
}

/** How many of the units, in program order, come before the cut. */
export function countBefore(units: readonly Unit[], cut: number): number {
  let [low, high] = [0, units.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (units[middle]!.event < cut) low = middle + 1;
    else high = middle;
  }
  return low;
}

function freeze({ content, sizeBytes }: Physical): Frozen {
  return { content: nodeOf(content), sizeBytes };
}

/** A copy with room for all that its next units may write, so that it is made once. */
function thaw(
  { content, sizeBytes }: Frozen,
  units: readonly Unit[],
  from: number,
  to: number,
): Physical {
  let room = content.bytes.length;
  for (let i = from; i < to; i++) {
    const { call } = units[i]!;
    if (call.do === 'write') room = Math.max(room, call.from + call.bytes.length);
  }
  const buffer = new Uint8Array(room);
  buffer.set(content.bytes);
  const length = content.bytes.length;
  return { content: { buffer, length, size: content.size, frozen: 0, node: null }, sizeBytes };
}
