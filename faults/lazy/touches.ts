import type { Path } from '../../spec/lib/image.ts';
import type { Fact } from '../observe/facts.ts';
import type { Rules } from '../models/rules.ts';
import { ROOT_INO, type Ino, type OpLog } from '../oplog.ts';
import type { Unit } from '../units.ts';

/** What was learned of one tree, arranged so that units can be held against it. */
export interface Learned {
  readonly all: boolean;
  /** Paths that were looked for, and those that were listed. */
  readonly looked: ReadonlySet<Path>;
  readonly listed: ReadonlySet<Path>;
  readonly sized: ReadonlySet<Path>;
  readonly read: ReadonlyMap<Path, readonly { readonly from: number; readonly to: number }[]>;
}

/** Arranges the facts of several trees as one: what any of them showed was learned. */
export function learnedOf(facts: Iterable<Fact>): Learned {
  const looked = new Set<Path>();
  const listed = new Set<Path>();
  const sized = new Set<Path>();
  const read = new Map<Path, { readonly from: number; readonly to: number }[]>();
  let all = false;
  for (const fact of facts) {
    if (fact.is === 'name') looked.add(fact.dir === '' ? fact.name : `${fact.dir}/${fact.name}`);
    else if (fact.is === 'list') listed.add(fact.dir);
    else if (fact.is === 'size') sized.add(fact.file);
    else if (fact.is === 'everything') all = true;
    else {
      const ranges = read.get(fact.file);
      if (ranges === undefined) read.set(fact.file, [fact]);
      else ranges.push(fact);
    }
  }
  return { all, looked, listed, sized, read };
}

/**
 * Whether losing a group of a log could change an answer: true wherever that is not certain to be
 * no. A group touches the files that its inode ever stood for, by any of its names.
 */
export function touches(rules: Rules): Touches {
  let made = kept.get(rules);
  if (made === undefined) kept.set(rules, (made = makeTouches(rules)));
  return made;
}

export type Touches = (group: number, learned: Learned) => boolean;

const kept = new WeakMap<Rules, Touches>();

function makeTouches(rules: Rules): Touches {
  const { log } = rules;
  const paths = pathsEver(log, rules.units);
  const movesDirs = rules.units.some((unit) => unit.is === 'rename' && isDir(log, rules, unit));
  return (group, learned) => {
    if (learned.all || movesDirs) return true;
    return rules.groups[group]!.units.some((index) => {
      const unit = rules.units[index]!;
      if (unit.is === 'name' || unit.is === 'rename') return touchesName(unit, learned);
      return [...(paths.get(unit.ino) ?? [])].some((path) => touchesFile(unit, path, learned));
    });
  };
}

function touchesName({ call }: Unit, { looked, listed }: Learned): boolean {
  const named = call.do === 'rename' ? [call.from, call.to] : call.do === 'name' ? [call.at] : [];
  return named.some((path) => {
    if (path.startsWith('/')) return false;
    return looked.has(path) || listed.has(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  });
}

function touchesFile({ is, call }: Unit, path: Path, { sized, read }: Learned): boolean {
  // A length decides which of the bytes around it are there.
  if (is === 'size') return sized.has(path) || read.has(path);
  if (call.do !== 'write') return true;
  const to = call.from + call.bytes.length;
  return read.get(path)?.some((range) => range.from < to && call.from < range.to) === true;
}

/** All relative paths that each inode of a log ever had. */
function pathsEver(log: OpLog, units: readonly Unit[]): ReadonlyMap<Ino, ReadonlySet<Path>> {
  const paths = new Map<Ino, Set<Path>>();
  const note = (ino: Ino, path: Path): void => {
    const known = paths.get(ino);
    if (known === undefined) paths.set(ino, new Set([path]));
    else known.add(path);
  };
  let ino = ROOT_INO + 1;
  for (const path of log.base.keys()) note(ino++, path);
  for (const { call, ino: named } of units) {
    if (call.do === 'name') note(named, call.at);
    if (call.do === 'rename') {
      note(named, call.from);
      note(named, call.to);
    }
  }
  return paths;
}

/** Renaming a directory moves what is below it; paths alone do not tell what becomes of that. */
function isDir(log: OpLog, { units }: Rules, { ino }: Unit): boolean {
  const nodes = [...log.base.values(), ...(log.outside?.values() ?? [])];
  if (nodes[ino - ROOT_INO - 1]?.is === 'dir') return true;
  return units.some(
    ({ call }) => call.do === 'name' && call.ino === ino && call.made?.is === 'dir',
  );
}
