/**
 * Histories of a run, numbered through all its subjects, as they are dealt to workers: whoever is
 * free takes the next one. It lives in shared memory, so that taking one needs nobody's answer.
 */
export interface Deal {
  readonly shared: SharedArrayBuffer;
  /** The next history for this worker, or null where none is left. */
  take(worker: number): number | null;
  /** The history that a worker is at; null before its first and after its last. */
  at(worker: number): number | null;
  /** Leaves out what was not yet taken before `index`; answers the first left out, or null. */
  skipTo(index: number): number | null;
  /** Deals nothing from `index` on. */
  endAt(index: number): void;
}

const slots = { next: 0, end: 1, workers: 2 } as const;
const nothing = -1;

/** Histories from 0 to `histories - 1`, to be dealt to so many workers. */
export function newDeal(histories: number, workers: number): Deal {
  const shared = new SharedArrayBuffer(4 * (slots.workers + workers));
  const cells = new Int32Array(shared);
  cells.fill(nothing, slots.workers);
  cells[slots.next] = 0;
  cells[slots.end] = histories;
  return dealOver(shared);
}

/** The same deal from another thread. */
export function dealOver(shared: SharedArrayBuffer): Deal {
  const cells = new Int32Array(shared);
  const next = (): number => Atomics.load(cells, slots.next);
  const moved = (from: number, to: number): boolean =>
    Atomics.compareExchange(cells, slots.next, from, to) === from;
  return {
    shared,
    take: (worker) => {
      for (;;) {
        const index = next();
        const isOver = index >= Atomics.load(cells, slots.end);
        // Noted before it is taken: a worker that dies must never hold a history nobody knows of.
        Atomics.store(cells, slots.workers + worker, isOver ? nothing : index);
        if (isOver) return null;
        if (moved(index, index + 1)) return index;
      }
    },
    at: (worker) => {
      const index = Atomics.load(cells, slots.workers + worker);
      return index === nothing ? null : index;
    },
    skipTo: (index) => {
      for (;;) {
        const from = next();
        if (from >= index) return null;
        if (moved(from, index)) return from;
      }
    },
    endAt: (index) => {
      if (index < Atomics.load(cells, slots.end)) Atomics.store(cells, slots.end, index);
    },
  };
}
