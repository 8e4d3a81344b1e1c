import { isDeepStrictEqual } from 'node:util';
import { createDisk } from '../../faults/disk.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import { differences, type Image } from '../../spec/lib/image.ts';
import { storeRoot } from '../drive.ts';
import type { PortMaker } from '../kind.ts';
import { show } from '../lib/show.ts';
import { timeAt } from '../lib/time.ts';

/** What the original did, operation by operation: the answer, and the disk after it. */
export type Transcript<O, R> = readonly {
  readonly op: O;
  readonly at: string;
  readonly outcome: Outcome<R>;
  readonly image: Image;
}[];

/** A spec mutant: a decision that is answered the other way round, or always the same way. */
export type Mutant = string | { readonly rule: string; readonly answer: boolean };

/** Limits under which small stores meet what only large ones would; each kind has its own. */
export type WitnessLimits = Readonly<Record<string, number>>;

/** What a table is asked with: nothing, a decision changed, or lower limits. */
export interface Asking {
  readonly mutate?: Mutant;
  readonly limits?: WitnessLimits;
}

/** One legal result of a table, with the decision rows and the decisions that it went through. */
interface Way<R, W> {
  readonly outcome: Outcome<R>;
  readonly world: W;
  readonly rows: Iterable<string>;
  readonly decisions: ReadonlyMap<string, unknown>;
}

/** What a kind gives: its table, decision by decision, and the store that was written beside it. */
export interface TableOf<O, R, W extends { readonly image: Image }> {
  readonly kind: string;
  /** Ids of all decisions. */
  readonly rules: readonly string[];
  /** Decision rows, each with the decisions that it hangs on. */
  readonly rows: readonly { readonly id: string; readonly rules: readonly string[] }[];
  /** What every damaged image is put through: all that there is to ask. */
  readonly standard: readonly O[];
  /** What most are put through where thousands are: open, readers, an append, and once more. */
  readonly brief: readonly O[];
  /** True for the steps whose results count as going through decision rows. */
  showsRows(op: O, step: number): boolean;
  start(image: Image): W;
  does(world: W, op: O, at: string, asking: Asking): readonly Way<R, W>[];
  original(limits?: WitnessLimits): PortMaker<O, R>;
}

/** Where table and original part; `step` is the position in the transcript. */
export interface Disagreement {
  readonly step: number;
  readonly say: string;
}

/** What a comparison went through in the table. */
export interface Compared {
  readonly disagreement: Disagreement | null;
  readonly rows: ReadonlySet<string>;
  /** Decisions that were asked for. */
  readonly rules: ReadonlySet<string>;
}

/**
 * Table and original of one kind, held against each other; what a world of its table is stays
 * inside.
 */
export interface Witness<O, R> extends Pick<
  TableOf<O, R, { readonly image: Image }>,
  'kind' | 'rules' | 'rows' | 'standard' | 'brief'
> {
  /** Runs the original over an image on a disk in memory. */
  transcribe(this: void, image: Image, ops: readonly O[], limits?: WitnessLimits): Transcript<O, R>;
  /**
   * Holds the table, or a spec mutant of it, against what the original did: answers by value or
   * code, disks to the byte.
   */
  compare(this: void, image: Image, transcript: Transcript<O, R>, asking?: Asking): Compared;
}

/** A witness of any kind: its operations and answers are its own business. */
export type AnyWitness = Witness<unknown, unknown>;

/** Makes table and original of a kind a witness. */
export function witnessOf<O, R, W extends { readonly image: Image }>(
  table: TableOf<O, R, W>,
): Witness<O, R> {
  const { kind, rules, rows, standard, brief } = table;
  return {
    kind,
    rules,
    rows,
    standard,
    brief,
    transcribe(image, ops, limits) {
      const disk = createDisk(image, { root: storeRoot, record: false });
      const begin = () => table.original(limits)(disk.fs, storeRoot);
      let port = begin();
      return ops.map((op, index) => {
        const at = timeAt(index);
        const outcome = port.step(op, at) as Outcome<R>;
        // Where the process died another one goes on, without a handle.
        if (outcome.is !== 'ok' && outcome.code === 'abort') port = begin();
        return { op, at, outcome, image: disk.image() };
      });
    },
    compare: (image, transcript, asking = {}) => compare(table, image, transcript, asking),
  };
}

function compare<O, R, W extends { readonly image: Image }>(
  table: TableOf<O, R, W>,
  image: Image,
  transcript: Transcript<O, R>,
  asking: Asking,
): Compared {
  const rows = new Set<string>();
  const rules = new Set<string>();
  let worlds: readonly W[] = [table.start(image)];
  for (const [step, seen] of transcript.entries()) {
    const ways = worlds.flatMap((world) => table.does(world, seen.op, seen.at, asking));
    const fit = ways.filter(
      (way) => isSame(way.outcome, seen.outcome) && sameDisk(way.world.image, seen.image),
    );
    for (const way of fit.length > 0 ? fit : ways) {
      for (const rule of way.decisions.keys()) rules.add(rule);
      if (asking.mutate === undefined && table.showsRows(seen.op, step))
        for (const row of way.rows) rows.add(row);
    }
    if (fit.length === 0) {
      const say = `${show(seen.op, 120)}: original ${show(seen.outcome, 300)}, table ${ways
        .map((way) => `${show(way.outcome, 300)} ${diskText(way.world.image, seen.image)}`)
        .join(' or ')}`;
      return { disagreement: { step, say }, rows, rules };
    }
    worlds = fit.map((way) => way.world);
  }
  return { disagreement: null, rows, rules };
}

function isSame<R>(table: Outcome<R>, original: Outcome<R>): boolean {
  if (table.is === 'ok')
    return original.is === 'ok' && isDeepStrictEqual(table.value, original.value);
  return original.is !== 'ok' && original.code === table.code;
}

const sameDisk = (a: Image, b: Image): boolean => differences(a, b).length === 0;

function diskText(table: Image, original: Image): string {
  const paths = differences(table, original);
  return paths.length === 0 ? '' : `(disk differs at ${paths.slice(0, 4).join(', ')})`;
}

/** A mutant with a decision that a table knows. Throws where it knows none of that name. */
export function mutantOf<Id extends string>(
  ids: readonly Id[],
  mutant: Mutant,
): Id | { readonly rule: Id; readonly answer: boolean } {
  const name = typeof mutant === 'string' ? mutant : mutant.rule;
  const rule = ids.find((id) => id === name);
  if (rule === undefined) throw new Error(`no decision is called ${name}`);
  return typeof mutant === 'string' ? rule : { rule, answer: mutant.answer };
}
