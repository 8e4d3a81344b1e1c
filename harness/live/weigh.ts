import type { Step } from '../../spec/lib/history.ts';
import type { Key, Machine, Owes } from '../../spec/lib/judge.ts';
import { owes } from '../../spec/lib/ledger.ts';
import { isBegun, isCutIn, isUndoneIn, placeOf, type LiveCase } from './cases.ts';
import { judgeLive, type LiveBounds } from './judge.ts';
import type { Pair, Read } from './reads.ts';

type Steps = readonly Step<unknown, unknown>[];

/** Holds the reads of one history against what the log was while each of them was made. */
export function judgeReads(
  { kind, reader, clauses }: Pair,
  machine: Machine<unknown, unknown, unknown>,
  steps: Steps,
  reads: readonly Read[],
): readonly LiveCase[] {
  return reads.map((read) => {
    const { view, overlapped, strays } = read;
    const span = { from: read.from, to: read.last };
    const bounds: LiveBounds = {
      owes: owedOver(machine, steps, read),
      begun: isBegun(kind, steps.slice(0, read.from)),
      cutting: isCutIn(kind, reader, steps, span),
      before: shownBefore(read, reads, (from) => {
        const since = { from, to: read.last };
        return isCutIn(kind, reader, steps, since) || isUndoneIn(steps, since);
      }),
      strays,
    };
    return {
      where: placeOf(kind, steps, read.last),
      shown: view?.keys.length ?? 0,
      refused: view === null,
      overlapped,
      judged: judgeLive(clauses, read, bounds),
    };
  });
}

/** What the last reader showed that had ended before, where nothing was taken back since. */
function shownBefore(
  { sent }: Read,
  reads: readonly Read[],
  isTakenBack: (from: number) => boolean,
): readonly Key[] | undefined {
  let last: Read | undefined;
  for (const one of reads) {
    if (one.view === null || one.answered > sent) continue;
    if (last === undefined || one.answered > last.answered) last = one;
  }
  return last === undefined || isTakenBack(last.from) ? undefined : last.view?.keys;
}

/** What the log may have been from the sending of a read to its answer. */
function owedOver(
  machine: Machine<unknown, unknown, unknown>,
  steps: Steps,
  { from, to, last }: Read,
): readonly Owes[] {
  const all: Owes[] = [];
  for (let upTo = from; upTo <= to; upTo++) {
    all.push(...owes(machine, steps.slice(0, upTo), upTo, 'process'));
    if (upTo <= last) all.push(...owes(machine, steps.slice(0, upTo + 1), upTo, 'process'));
  }
  return all;
}
