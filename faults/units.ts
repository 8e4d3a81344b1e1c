import type { Path } from '../spec/lib/image.ts';
import { isChange, ROOT_INO, type Call, type Ino, type OpLog } from './oplog.ts';
import { replayOf } from './replay.ts';

/**
 * The smallest thing that a power cut keeps or loses. An `extension` is a new block of a file: its
 * data and the size that reaches it come together. A `size` within a block comes on its own.
 */
export interface Unit {
  readonly is: 'data' | 'size' | 'extension' | 'name' | 'rename';
  /** Unique in a log, and the same for the same history: `step3/segments/1.seg/data/297+352`. */
  readonly id: string;
  /** Index of the event that it came from. */
  readonly event: number;
  /** Units without which it has no place to be: those that made or moved the directory it is in. */
  readonly needs: readonly string[];
  readonly ino: Ino;
  /** What remains of the call for this unit alone. */
  readonly call: Call;
  /** Of a rename: whether it replaced something. */
  readonly replaces?: boolean;
}

/** How a log is cracked. */
export interface CrackOptions {
  /** Bytes of a block: what is written within one is one unit; 'call' leaves each write whole. */
  readonly blockBytes: number | 'call';
}

/** The units of a log in program order. Sizes are those that the running system saw. */
export function unitsOf(log: OpLog, options: CrackOptions = { blockBytes: 4096 }): Unit[] {
  const replay = replayOf(log);
  const names = namesOf(log);
  const sizes = new Map<Ino, number>();
  const dirs = new Map<Path, string[]>();
  const taken = new Map<string, number>();
  const units: Unit[] = [];
  log.events.forEach((event, index) => {
    if (isChange(event)) {
      const { call } = event;
      const where = (ino: Ino): Path => replay.pathOf(ino) ?? `#${ino}`;
      for (const part of crackCall(call, sizes, names, options.blockBytes)) {
        const path = part.at ?? where(part.ino);
        const base = `step${event.step}/${path}/${part.is}${part.detail}`;
        const count = (taken.get(base) ?? 0) + 1;
        taken.set(base, count);
        const id = count === 1 ? base : `${base}#${count}`;
        const needs = part.at === undefined ? [] : above(part.at).flatMap((d) => dirs.get(d) ?? []);
        const { is, ino, call: rest, replaces } = part;
        const unit = { is, id, event: index, needs, ino, call: rest };
        units.push(replaces === undefined ? unit : { ...unit, replaces });
        noteDir(dirs, part, id);
      }
      follow(names, sizes, call);
    }
    replay.apply(event);
  });
  return units;
}

interface Part {
  readonly is: Unit['is'];
  readonly ino: Ino;
  readonly call: Call;
  /** The path that a name unit is about. */
  readonly at?: Path;
  readonly detail: string;
  readonly replaces?: boolean;
}

function crackCall(
  call: Call,
  sizes: ReadonlyMap<Ino, number>,
  names: Names,
  blockBytes: number | 'call',
): Part[] {
  switch (call.do) {
    case 'sync':
      return [];
    case 'write':
      return crackWrite(
        call,
        sizes.get(call.ino) ?? names.baseSizes.get(call.ino) ?? 0,
        blockBytes,
      );
    case 'size':
      return [{ is: 'size', ino: call.ino, call, detail: `/${call.to}` }];
    case 'name': {
      const ino = call.ino ?? names.at.get(call.at) ?? 0;
      const did = call.ino === null ? '-' : '+';
      return [{ is: 'name', ino, call, at: call.at, detail: did }];
    }
    case 'rename': {
      const ino = names.at.get(call.from) ?? 0;
      const replaces = names.at.has(call.to);
      return [{ is: 'rename', ino, call, at: call.to, detail: `/${call.from}`, replaces }];
    }
  }
}

/**
 * A write, block by block: what lies in blocks that exist is data, with a size if it grows; the
 * rest is new.
 */
function crackWrite(
  call: Extract<Call, { do: 'write' }>,
  size: number,
  blockBytes: number | 'call',
): Part[] {
  const { ino } = call;
  const parts: Part[] = [];
  const end = call.from + call.bytes.length;
  if (blockBytes === 'call') {
    const is = end > size ? 'extension' : 'data';
    return [{ is, ino, call, detail: `/${call.from}+${call.bytes.length}` }];
  }
  const existing = Math.ceil(size / blockBytes) * blockBytes;
  for (let from = call.from; from < end;) {
    const to = Math.min(end, from - (from % blockBytes) + blockBytes);
    const bytes = call.bytes.subarray(from - call.from, to - call.from);
    const write: Call = { do: 'write', ino, from, bytes };
    const is = from < existing ? 'data' : 'extension';
    parts.push({ is, ino, call: write, detail: `/${from}+${to - from}` });
    if (is === 'data' && to > size) {
      parts.push({ is: 'size', ino, call: { do: 'size', ino, to }, detail: `/${to}` });
    }
    from = to;
  }
  return parts;
}

interface Names {
  readonly at: Map<Path, Ino>;
  readonly baseSizes: ReadonlyMap<Ino, number>;
}

function namesOf(log: OpLog): Names {
  const at = new Map<Path, Ino>();
  const baseSizes = new Map<Ino, number>();
  let ino = ROOT_INO + 1;
  for (const image of [log.base, log.outside ?? new Map<never, never>()]) {
    for (const [path, node] of image) {
      if (node.is === 'file') baseSizes.set(ino, node.size);
      at.set(path, ino++);
    }
  }
  return { at, baseSizes };
}

function follow(names: Names, sizes: Map<Ino, number>, call: Call): void {
  const { at } = names;
  if (call.do === 'write') {
    const before = sizes.get(call.ino) ?? names.baseSizes.get(call.ino) ?? 0;
    sizes.set(call.ino, Math.max(before, call.from + call.bytes.length));
  } else if (call.do === 'size') sizes.set(call.ino, call.to);
  else if (call.do === 'name') {
    if (call.ino === null) at.delete(call.at);
    else at.set(call.at, call.ino);
  } else if (call.do === 'rename') {
    const moved = [...at].filter(([p]) => p === call.from || p.startsWith(`${call.from}/`));
    for (const [path] of moved) at.delete(path);
    for (const [path, ino] of moved) at.set(call.to + path.slice(call.from.length), ino);
  }
}

function noteDir(dirs: Map<Path, string[]>, part: Part, id: string): void {
  const { call } = part;
  if (call.do === 'name' && call.made?.is === 'dir') dirs.set(call.at, [id]);
  if (call.do !== 'rename') return;
  for (const [path, made] of dirs) {
    if (path !== call.from && !path.startsWith(`${call.from}/`)) continue;
    dirs.delete(path);
    dirs.set(call.to + path.slice(call.from.length), path === call.from ? [...made, id] : made);
  }
  if (!dirs.has(call.to)) dirs.set(call.to, [id]);
}

function above(path: Path): Path[] {
  const dirs: Path[] = [];
  for (let cut = path.indexOf('/', 1); cut !== -1; cut = path.indexOf('/', cut + 1)) {
    dirs.push(path.slice(0, cut));
  }
  return dirs;
}
