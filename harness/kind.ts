import type { Arbitrary } from 'fast-check';
import type { Damage } from '../faults/damage.ts';
import type { createDisk } from '../faults/disk.ts';
import type { CallMade, Injection } from '../faults/errors/types.ts';
import type { StoreFs } from '../reference/lib/fs.ts';
import type { Clause } from '../spec/lib/clause.ts';
import type { Outcome } from '../spec/lib/history.ts';
import type { Image, Path } from '../spec/lib/image.ts';
import type { Class, Key, Legal, Machine, View } from '../spec/lib/judge.ts';
import type { Claims, Policy, Port } from '../spec/lib/port.ts';
import type { Walk, WalkOptions } from '../spec/lib/walk.ts';
import type { Turn } from './each-sort.ts';

/** Makes a disk over an image, as `createDisk` does. */
export type DiskMaker = typeof createDisk;

/** Makes a fresh port over a disk; `root` is the absolute path of the store's directory on it. */
export interface PortMaker<O, R> {
  (fs: StoreFs, root: string): Port<O, R>;
  /** What its disks are made by; ours where missing. */
  readonly disk?: DiskMaker;
  /**
   * Whether its disks are able to do this to a run that made these calls without it; all of them
   * where missing.
   */
  readonly injects?: (injection: Injection, calls: readonly CallMade[]) => boolean;
  /** Classes of faults that its disks can never bring about, and why; none where missing. */
  readonly unable?: { readonly faults: readonly string[]; readonly why: string };
}

/**
 * A change of bytes that the kind's layout suggests, because a byte-level fuzzer would rarely hit
 * it.
 */
export interface StructuralDamage {
  readonly file: Path;
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
  readonly why: string;
}

/**
 * What histories and faults are to have more of than usual, so that what is rare is met sooner.
 * Everything else still occurs.
 */
export interface LeansOn {
  /** Operations by the names that the kind's drafts have for them. */
  readonly operations?: readonly string[];
  readonly damage?: readonly Damage['do'][];
  /** Set where histories share what a run is to have one of each sort of. */
  readonly turn?: Turn;
}

/**
 * Everything the harness knows of one kind. What it knows of one kind only is a defect of the
 * harness.
 */
export interface Kind<O, R, S = unknown, D = unknown> {
  readonly name: string;
  /** Operations that no port of the kind may leave unclaimed. */
  readonly core: readonly string[];
  /** Operations that open a store: what they answer shows reports, and no entries. */
  readonly opens: readonly string[];
  readonly ports: Readonly<Record<string, PortMaker<O, R>>>;
  /**
   * `claims` of the port narrow what its acknowledgements are held to; without them all is owed.
   * `root`: the store's directory as the port is told it, which some stores write down.
   */
  machine(policy: Policy, claims?: Claims, at?: { readonly root: string }): Machine<S, O, R>;
  /**
   * Drafts of operations, resolved against the machine's state when they are run (an existing
   * parent, a known checkpoint).
   */
  drafts(policy: Policy, leansOn?: LeansOn): Arbitrary<D>;
  /** What every fourth history of a run leans on, in turn, so that no seed misses what is rare. */
  readonly leans?: readonly LeansOn[];
  resolve(state: S, draft: D): O;
  readonly clauses: readonly Clause[];
  /**
   * What may be seen when this image is opened under the policy; null where only the ledger judges.
   */
  legal(image: Image, policy: Policy): readonly Legal[] | null;
  classify(image: Image): readonly Class[];
  /**
   * The walk over a state; steps are made one by one, so a step may depend on what was seen before.
   */
  walk(policy: Policy, options?: WalkOptions): Walk<O, R>;
  nameOf(op: O): string;
  /** What an answer shows of the log, or null where it shows none. */
  view(op: O, outcome: Outcome<R>): View | null;
  /** The keys that the operation adds to the log where it is accepted, or null. */
  adds(op: O): Key | readonly Key[] | null;
  /** Which of several handles of a store an operation is asked of; one for all where missing. */
  handle?(op: O): string;
  /** The operation by which a handle shows the whole log, where there is one. */
  shows?(handle: string): O;
  /** Simpler operations to try in its place while shrinking, simplest first. */
  plainer(op: O): readonly O[];
  /**
   * Operations that write the same and acknowledge less: of a group that is published as one, its
   * appends; of a sync, none. Where missing, no operation has parts.
   */
  parts?(op: O): readonly O[];
  /**
   * Operations that may leave this very image on a fresh store, where its bytes tell; whether they
   * do is tried. Where missing, or where none are given, nothing is known of that.
   */
  writtenBy?(image: Image): readonly O[];
  /** Missing where nothing is known of the format. */
  readonly structuralDamage?: (image: Image) => readonly StructuralDamage[];
  /** Byte positions inside a write that a tear should be tried at: [0, bytes.length]. */
  readonly tears: (path: Path, bytes: Uint8Array) => readonly number[];
  /** Paths whose content is volatile (temporary names), left out when images are compared. */
  readonly volatile: (path: Path) => boolean;
  /** A key as a person recognises its entry, in few characters; the key itself where missing. */
  readonly keyText?: (key: Key) => string;
  /**
   * Annotated bytes of a file around [from, to), a line an item; none where it is no file it knows.
   */
  readonly dump?: (
    path: Path,
    bytes: Uint8Array,
    at: { readonly from: number; readonly to: number },
  ) => readonly string[];
}
