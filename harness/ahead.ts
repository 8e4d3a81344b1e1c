import { WalkAgain } from './remote/walk-again.ts';

/** How far what is done of states has come: each is pulled, walked and then judged. */
export interface Pace {
  /** Resolves when all states that were pulled so far are judged. */
  readonly settled: () => Promise<void>;
  /** Resolves when somebody waits for that. */
  readonly awaited: () => Promise<void>;
  readonly pulled: () => void;
  readonly judged: () => void;
  /** Nothing is judged any more: nobody is left waiting. */
  readonly end: () => void;
}

/** A pace at which nothing has been pulled yet. */
export function newPace(): Pace {
  let open = 0;
  let isOver = false;
  let waiting: (() => void)[] = [];
  let watching: (() => void)[] = [];
  const tell = (): void => {
    if (open > 0 && !isOver) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  return {
    settled: () => {
      if (open === 0 || isOver) return Promise.resolve();
      for (const resolve of watching) resolve();
      watching = [];
      return new Promise<void>((resolve) => void waiting.push(resolve));
    },
    awaited: () =>
      waiting.length > 0
        ? Promise.resolve()
        : new Promise<void>((resolve) => void watching.push(resolve)),
    pulled: () => void open++,
    judged: () => {
      open--;
      tell();
    },
    end: () => {
      isOver = true;
      tell();
    },
  };
}

/** States that are walked, several at a time. */
export interface Flight<S, E> {
  readonly states: AsyncGenerator<S, void>;
  /** So many walks at once. */
  readonly most: number;
  /** True for a state whose walk must have no other beside it. */
  readonly isAlone: (state: S, index: number) => boolean;
  /** Rejects with `WalkAgain` where others beside it may be to blame. */
  readonly walk: (state: S, index: number) => Promise<E>;
  /**
   * Makes those walks once more, one after the other, while no other is being made; at least the
   * first. What it leaves out is begun anew beside others.
   */
  readonly again: (walks: readonly Again<E>[]) => Promise<void>;
}

/** A walk that must be made once more, alone; `walk` answers what came of it, and never rejects. */
export interface Again<E> {
  readonly why: WalkAgain;
  readonly walk: () => Promise<Came<E>>;
}

/**
 * A state that was walked. `quiet` resolves when no walk of another is being made, and none of the
 * states that come next, which may ask a port too.
 */
export interface Landed<S, E> {
  readonly state: S;
  readonly evidence: E;
  readonly quiet: () => Promise<void>;
}

/** What came of a walk: what it saw, or what it rejected with. */
export type Came<E> =
  | { readonly is: 'seen'; readonly evidence: E }
  | { readonly is: 'failed'; readonly error: unknown };

interface Entry<S, E> {
  readonly state: S;
  readonly index: number;
  readonly isAlone: boolean;
  walk: Promise<void> | null;
  came: Came<E> | null;
}

interface Under<S, E> {
  /** Pulled and not yet given, in their order. */
  readonly queue: Entry<S, E>[];
  pulling: Promise<void> | null;
  /** Set when there are no more states, or they cannot be had. */
  ended: { readonly is: 'over' } | { readonly is: 'failed'; readonly error: unknown } | null;
  pulled: number;
}

/**
 * Walks states ahead of whoever judges them, and gives them in their order. While one is judged no
 * walk is begun, so that after `quiet` the port has nobody else to answer. What a walk rejects with
 * is thrown when all before it are judged.
 */
export async function* ahead<S, E>(
  flight: Flight<S, E>,
  pace: Pace,
): AsyncGenerator<Landed<S, E>, void> {
  const under: Under<S, E> = { queue: [], pulling: null, ended: null, pulled: 0 };
  const { queue } = under;
  const quiet = async (): Promise<void> => {
    for (const { walk } of queue) await walk;
    // A pull that waits for what is judged now is over only when that is.
    if (under.pulling !== null) await Promise.race([under.pulling, pace.awaited()]);
  };
  try {
    for (;;) {
      begin(flight, queue);
      const isFull = queue.length >= flight.most || queue.some(({ isAlone }) => isAlone);
      if (under.ended === null && !isFull) under.pulling ??= pull(flight, pace, under);
      const { pulling } = under;
      const head = queue[0];
      if (head === undefined && pulling === null) break;
      if (head === undefined || head.came === null) {
        await Promise.race([head?.walk, pulling].filter((one) => one instanceof Promise));
        continue;
      }
      if (queue.some(isDisturbed)) {
        await quiet();
        await flight.again(queue.flatMap((entry) => againOf(flight, entry)));
        for (const entry of queue.filter(isDisturbed)) entry.walk = entry.came = null;
        if (head.came === null) continue;
      }
      queue.shift();
      if (head.came.is === 'failed') throw head.came.error;
      yield { state: head.state, evidence: head.came.evidence, quiet };
      pace.judged();
    }
    if (under.ended?.is === 'failed') throw under.ended.error;
  } finally {
    // What is still under way must not reach into whatever comes next.
    pace.end();
    await quiet();
    await flight.states.return();
  }
}

async function pull<S, E>(flight: Flight<S, E>, pace: Pace, under: Under<S, E>): Promise<void> {
  try {
    const { done, value: state } = await flight.states.next();
    if (done === true) under.ended = { is: 'over' };
    else {
      pace.pulled();
      const index = under.pulled++;
      const isAlone = flight.isAlone(state, index);
      under.queue.push({ state, index, isAlone, walk: null, came: null });
    }
  } catch (error) {
    under.ended = { is: 'failed', error };
  }
  under.pulling = null;
}

/** Begins what may be begun: up to the first that must be alone, and that one when it is first. */
function begin<S, E>(flight: Flight<S, E>, queue: readonly Entry<S, E>[]): void {
  for (const [place, entry] of queue.entries()) {
    if (entry.isAlone && place > 0) return;
    entry.walk ??= made(flight, entry).then((came) => void (entry.came = came));
  }
}

async function made<S, E>({ walk }: Flight<S, E>, { state, index }: Entry<S, E>): Promise<Came<E>> {
  try {
    return { is: 'seen', evidence: await walk(state, index) };
  } catch (error) {
    return { is: 'failed', error };
  }
}

const isDisturbed = <S, E>({ came }: Entry<S, E>): boolean =>
  came?.is === 'failed' && came.error instanceof WalkAgain;

function againOf<S, E>(flight: Flight<S, E>, entry: Entry<S, E>): readonly Again<E>[] {
  const { came } = entry;
  if (came?.is !== 'failed' || !(came.error instanceof WalkAgain)) return [];
  const walk = async (): Promise<Came<E>> => (entry.came = await made(flight, entry));
  return [{ why: came.error, walk }];
}
