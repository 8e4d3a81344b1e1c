import type { FoundBefore, Told } from './engine.ts';
import { findingName, type RunEvent } from './events.ts';
import type { Sink } from './sink.ts';

/** What the workers of a run tell, written in the order of histories, whoever was first. */
export interface Collator {
  take(told: Told): void;
  /** Nothing will be told of histories from `from` up to `to`, not included. */
  skip(from: number, to: number): void;
  /** Every history before this one is written. */
  readonly next: number;
  /** Writes what is there of later histories as well, for a run that ends before they do. */
  flush(): void;
}

export interface CollateOptions {
  readonly sink: Sink;
  /** Told of each finding that was written: nobody needs to look for it in a later history. */
  readonly onFound?: (found: FoundBefore) => void;
}

type OfHistory = Extract<Told, { readonly is: 'event' }>;

/** Each finding is written once, as in a run by one worker: the one of the earliest history. */
export function collate({ sink, onFound }: CollateOptions): Collator {
  const waiting = new Map<number, OfHistory[]>();
  const over = new Set<number>();
  const found = new Set<string>();
  let started = false;
  let next = 0;
  const write = (told: OfHistory): void => {
    const { subject, event, repro } = told;
    if (event.is !== 'finding') return sink.event(event);
    const name = findingName(event);
    if (found.has(`${subject} ${name}`)) return;
    found.add(`${subject} ${name}`);
    const file = repro === undefined ? undefined : sink.keep(repro, event.gates);
    const kept: RunEvent = { ...event, ...(file === undefined ? {} : { repro: file }) };
    sink.event(kept);
    onFound?.({ subject, name });
  };
  const writeWaiting = (index: number): void => {
    for (const told of waiting.get(index) ?? []) write(told);
    waiting.delete(index);
  };
  const advance = (): void => {
    writeWaiting(next);
    while (over.delete(next)) writeWaiting(++next);
  };
  return {
    take: (told) => {
      if (told.is === 'start') {
        if (!started) sink.event(told.event);
        started = true;
        return;
      }
      if (told.is === 'ending') return;
      const { index } = told;
      const queue = waiting.get(index);
      if (queue === undefined) waiting.set(index, [told]);
      else queue.push(told);
      if (endsHistory(told.event)) over.add(index);
      advance();
    },
    skip: (from, to) => {
      for (let index = from; index < to; index++) over.add(index);
      advance();
    },
    get next() {
      return next;
    },
    flush: () => {
      for (const index of [...waiting.keys()].toSorted((a, b) => a - b)) writeWaiting(index);
    },
  };
}

/** A history ends with its case, or where the port broke it off. */
function endsHistory(event: OfHistory['event']): boolean {
  return event.is === 'case' || (event.is === 'port' && event.lost === true);
}
