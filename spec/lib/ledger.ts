import type { History, Holds, Outcome, Step } from './history.ts';
import { survives } from './history.ts';
import { alternatives, distinct, isSame } from './alternatives.ts';
import { sameBooks, versionsAfter, type Version } from './books.ts';
import type { Book, Key, Machine, Owes } from './judge.ts';

/**
 * A machine that can also say what the log becomes when a port accepted what it should have
 * refused. Without `force` such an entry would be in no list and its survival would look like a
 * phantom.
 */
export interface Owing<S, O, R> extends Machine<S, O, R> {
  force?(state: S, op: O, at: string): S | null;
  /**
   * The states between before and after that an operation may leave where it fails half done: of a
   * batch, its beginnings. None where missing.
   */
  partly?(state: S, op: O): readonly S[];
  /**
   * The states in which a handle that failed has lost some of what it had only in its own memory.
   * None where missing, as of every store that hands over what it accepts.
   */
  forgetting?(state: S): readonly S[];
  /** What `state` keeps besides the log; none where missing. */
  books?(state: S): readonly Book[];
  /** The handle that an operation is asked of, and whether it opens it anew from the files. */
  handle?(op: O): { readonly name: string; readonly opens: boolean };
}

/**
 * How many readings of one history are followed at once; each doubtful (`info`) step may double
 * them. Of more, those with the least and those with the most of what is in doubt are kept: a store
 * takes back what failed, or does not, and seldom now this and now that.
 */
const trackLimit = 64;

const levels: readonly Holds[] = ['memory', 'process', 'power'];

/**
 * One reading of a history: the log after each step, and for each event the last step whose ok
 * survives it.
 */
interface Track<S> {
  readonly state: S;
  readonly logs: readonly (readonly Key[])[];
  /** What its books held, in order; null for a machine without books, and where nobody knows. */
  readonly books: readonly Version[] | null;
  readonly anchor: Readonly<Record<Holds, number>>;
  /**
   * After a step that failed half done, the handles that were opened since: one that was open
   * before answers from its memory, which says nothing of what the files hold.
   */
  readonly fresh: ReadonlySet<string> | null;
}

/**
 * What a history owes a recovered state, after `upTo` completed steps and an `event` (`process`: a
 * kill -9, `power`: a power cut). A step in flight is `history[upTo]`. One of the answers must
 * hold. Let L be the log after the last step whose acknowledgement survives the event: each run of
 * growing logs from there to the cut gives one answer. An append in flight or in doubt may be
 * there; a rollback in flight gives before and after, both whole.
 */
export function owes<S, O, R>(
  machine: Owing<S, O, R>,
  history: History<O, R>,
  upTo: number,
  event: Holds,
): readonly Owes[] {
  const memo = memoOf(machine, history);
  const flying = history[upTo];
  const name = `${upTo} ${event} ${flying === undefined ? 'done' : 'in flight'}`;
  const known = memo.answers.get(name);
  if (known !== undefined && known.flying === flying) return known.owes;
  const answer = distinct(
    ends(machine, memo, history, upTo).flatMap((t) => alternatives(t, event)),
  );
  memo.answers.set(name, { flying, owes: answer });
  return answer;
}

/**
 * Every reading of the history up to the cut: before the step in flight, and with it, where there
 * is one.
 */
function ends<S, O, R>(
  machine: Owing<S, O, R>,
  memo: Memo<S, O, R>,
  history: History<O, R>,
  upTo: number,
): readonly Track<S>[] {
  for (let i = memo.after.length - 1; i < upTo; i++) {
    const step = history[i];
    const tracks = memo.after[i];
    if (step === undefined || tracks === undefined) break;
    memo.steps.push(step);
    memo.after.push(follow(machine, tracks, step));
  }
  const done = memo.after[Math.min(upTo, memo.after.length - 1)] ?? [];
  const flying = history[upTo];
  if (flying === undefined) return done;
  // The step in flight was never acknowledged, so nothing becomes durable by it.
  return done.flatMap((track) => [
    track,
    ...reach(machine, track.state, flying).states.map((state) => grow(machine, track, { state })),
  ]);
}

/** The states that a step may have led to; `exact` where the machine foresaw this very outcome. */
function reach<S, O, R>(
  machine: Owing<S, O, R>,
  state: S,
  step: Step<O, R>,
): { readonly states: readonly S[]; readonly exact: boolean } {
  const ways = machine.next(state, step.op, step.at);
  const outcome = step.outcome;
  const foreseen = ways.filter((way) => agree(way.result, outcome));
  if (foreseen.length > 0) return { states: foreseen.map((way) => way.state), exact: true };
  const accepting = ways.filter((way) => way.result.is === 'ok').map((way) => way.state);
  if (outcome.is === 'fail') {
    // Nothing changed on the disk; the handle may be gone all the same, or be there.
    const handles = accepting.filter(
      (s) =>
        isSame(machine.log(s), machine.log(state)) &&
        sameBooks(machine.books?.(s) ?? [], machine.books?.(state) ?? []),
    );
    return { states: withForgetting(machine, [state, ...handles]), exact: false };
  }
  if (accepting.length === 0) {
    const forced = machine.force?.(state, step.op, step.at) ?? null;
    if (forced !== null) accepting.push(forced);
  }
  if (outcome.is === 'info') {
    const between = machine.partly?.(state, step.op) ?? [];
    const states = withForgetting(machine, [state, ...between, ...accepting]);
    return { states, exact: false };
  }
  return { states: accepting.length > 0 ? accepting : [state], exact: false };
}

function withForgetting<S, O, R>(machine: Owing<S, O, R>, states: readonly S[]): readonly S[] {
  return [...states, ...states.flatMap((state) => machine.forgetting?.(state) ?? [])];
}

function follow<S, O, R>(
  machine: Owing<S, O, R>,
  tracks: readonly Track<S>[],
  step: Step<O, R>,
): readonly Track<S>[] {
  const handle = machine.handle?.(step.op);
  const grown = tracks.map((track) => {
    const { states, exact } = reach(machine, track.state, step);
    const level = step.outcome.is === 'ok' ? machine.holds(track.state, step.op) : null;
    const fresh = freshAfter(track.fresh, handle, step.outcome);
    const settles = handle === undefined || fresh === null || fresh.has(handle.name);
    const isKnown = exact || step.outcome.is !== 'ok';
    // A refusal as foreseen that changed the disk all the same wrote nobody knows what.
    const books = exact && step.outcome.is === 'info' ? { books: null } : {};
    const after = states.map((state) => ({
      ...grow(machine, track, { state, level, isKnown }),
      ...books,
      fresh,
    }));
    return { exact: exact || !settles, tracks: after };
  });
  // An answer that only some readings foresaw settles the doubt between them.
  const exact = grown.filter((g) => g.exact);
  const next = (exact.length > 0 ? exact : grown).flatMap((g) => g.tracks);
  return next.length > trackLimit ? outermost(different(next)) : next;
}

function outermost<T>(all: readonly T[]): readonly T[] {
  if (all.length <= trackLimit) return all;
  return [...all.slice(0, trackLimit / 2), ...all.slice(-trackLimit / 2)];
}

function freshAfter(
  fresh: ReadonlySet<string> | null,
  handle: { readonly name: string; readonly opens: boolean } | undefined,
  outcome: Outcome<unknown>,
): ReadonlySet<string> | null {
  if (handle === undefined) return null;
  if (outcome.is === 'info') return new Set();
  if (fresh === null || outcome.is !== 'ok' || !handle.opens) return fresh;
  return new Set([...fresh, handle.name]);
}

/** Readings that tell the same of every moment are one. */
function different<S>(tracks: readonly Track<S>[]): readonly Track<S>[] {
  const seen = new Map<string, Track<S>>();
  for (const track of tracks) {
    const name = JSON.stringify([track.logs, track.books, track.anchor]);
    if (!seen.has(name)) seen.set(name, track);
  }
  return [...seen.values()];
}

/** A reading with one step more; `level` is what its ok survives, null where there was none. */
function grow<S, O, R>(
  machine: Owing<S, O, R>,
  track: Track<S>,
  to: { readonly state: S; readonly level?: Holds | null; readonly isKnown?: boolean },
): Track<S> {
  const { state, level = null, isKnown = true } = to;
  const logs = [...track.logs, machine.log(state)];
  const since = logs.length - 1;
  const anchor = { ...track.anchor };
  if (level !== null) {
    for (const event of levels) if (survives(level, event)) anchor[event] = since;
  }
  const now = machine.books?.(state) ?? [];
  const step = { since, isSure: level !== null, isKnown };
  const books = track.books === null ? null : versionsAfter(track.books, now, step);
  return { state, logs, books, anchor, fresh: track.fresh };
}

/**
 * True where an outcome is one that the machine foresaw: the same code, or the same value to the
 * last member. Whether the disk changed on the way to an error is seen by the harness alone.
 */
export function agree<R>(foreseen: Outcome<R>, outcome: Outcome<R>): boolean {
  if (foreseen.is === 'ok') return outcome.is === 'ok' && same(foreseen.value, outcome.value);
  return outcome.is !== 'ok' && outcome.code === foreseen.code;
}

/**
 * Equality of plain data; members that are undefined count as absent. A text `detail` is free: it
 * counts only where the first value foresees one.
 */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  const left = Object.entries(a).filter(([, value]) => value !== undefined);
  const right = new Map(Object.entries(b).filter(([, value]) => value !== undefined));
  if (!('detail' in a) && typeof right.get('detail') === 'string') right.delete('detail');
  if (left.length !== right.size) return false;
  return left.every(([name, value]) => right.has(name) && same(value, right.get(name)));
}

interface Memo<S, O, R> {
  readonly machine: Owing<S, O, R>;
  readonly steps: Step<O, R>[];
  /** Readings after 0, 1, 2 ... steps. */
  readonly after: (readonly Track<S>[])[];
  /** What is owed, with the step that was in flight. */
  readonly answers: Map<string, { readonly flying: unknown; readonly owes: readonly Owes[] }>;
}

// Every cut of one history asks again, of all of it or of its beginning, so its run is kept, by its
// first step; the others are compared, since another history may begin with the same.
const nothing = {};
const memos = new WeakMap<object, WeakMap<object, unknown>>();

function memoOf<S, O, R>(machine: Owing<S, O, R>, history: History<O, R>): Memo<S, O, R> {
  const first = history[0] ?? nothing;
  let ofMachine = memos.get(first);
  if (ofMachine === undefined) {
    ofMachine = new WeakMap();
    memos.set(first, ofMachine);
  }
  const known = ofMachine.get(machine);
  const isCurrent = (memo: unknown): memo is Memo<S, O, R> =>
    isMemo(memo) &&
    memo.machine === machine &&
    memo.steps.every((s, i) => i >= history.length || s === history[i]);
  if (isCurrent(known)) return known;
  const start = machine.start();
  const anchor = { memory: 0, process: 0, power: 0 };
  const logs = [machine.log(start)];
  const none = machine.books === undefined ? null : [];
  const track: Track<S> = { state: start, logs, books: none, anchor, fresh: null };
  const memo: Memo<S, O, R> = { machine, steps: [], after: [[track]], answers: new Map() };
  ofMachine.set(machine, memo);
  return memo;
}

function isMemo(memo: unknown): memo is Memo<unknown, unknown, unknown> {
  return typeof memo === 'object' && memo !== null && 'answers' in memo;
}
