import type { CallMade } from '../faults/errors/types.ts';
import { joinLogs } from '../faults/join.ts';
import type { OpLog } from '../faults/oplog.ts';
import type { FailingStep, Seen } from '../spec/lib/clause.ts';
import type { Holds } from '../spec/lib/history.ts';
import type { Image } from '../spec/lib/image.ts';
import type { Key, Owes } from '../spec/lib/judge.ts';
import { nearest } from '../spec/lib/departure.ts';
import type { Run } from './drive.ts';
import { failingInWalk } from './failing.ts';
import {
  applyTo,
  cutOf,
  faultable,
  type Faultable,
  type Faulted,
  type Nested,
  type Reached,
} from './fault.ts';
import type { Trial } from './judge.ts';
import { walk, type WalkStepSpan } from './walk.ts';

/** A walk over the state that a first fault left, recorded, so that a second one can hit it. */
export interface WalkRun extends Faultable {
  /** The image that the walk began on, and whether all of its bytes survive a power cut. */
  readonly start: Image;
  readonly isDurable: boolean;
  readonly seen: readonly Seen[];
  /** Every file call of the walk. */
  readonly calls: readonly CallMade[];
  /** Its steps, where calls were made to fail. */
  readonly failing: readonly FailingStep[];
}

/**
 * Walks over what `first` leaves of a run and records it; null where the run does not reach so far.
 * After a kill the kernel lives on: what the history never synced is still pending.
 */
export async function walkAfter<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  { first, errors = [] }: Pick<Nested, 'first' | 'errors'>,
): Promise<WalkRun | null> {
  const on = faultable(trial.machine, run);
  const faulted = applyTo(on, first);
  if (faulted === null) return null;
  const { kind, make, policy } = trial;
  const walked = await walk(kind, make, policy, faulted.image, { record: true, errors });
  const { log, steps, seen, image, calls } = walked;
  const buffers = !trial.claims.holds.includes('process');
  const before = (event: Holds): readonly Owes[] => owedBefore(on, first, event);
  const owedAt = (at: Reached, event: Holds): readonly Owes[] =>
    owedInWalk({ before: before(event), seen, opens: kind.opens, buffers }, at, event);
  const failing = errors.length === 0 ? [] : failingInWalk(kind.opens, walked, faulted.image);
  const isDurable = first.is === 'power';
  const rest = { start: faulted.image, isDurable, seen, image, calls, failing, owedAt };
  if (first.is === 'power') return { log, steps, ...rest };
  const joined = joinedLog(on, first, log);
  return { log: joined.log, steps: shifted(steps, joined.before), ...rest };
}

function joinedLog(
  on: Faultable,
  first: Exclude<Nested['first'], { readonly is: 'power' }>,
  second: OpLog,
): { readonly log: OpLog; readonly before: number } {
  const cut = first.is === 'none' ? null : cutOf(on, first.kill);
  const at = cut ?? { event: on.log.events.length };
  const log = joinLogs(on.log, at, second, on.steps.length);
  return { log, before: log.events.length - second.events.length };
}

function shifted(steps: readonly WalkStepSpan[], by: number): readonly WalkStepSpan[] {
  return steps.map(({ began, ended }) => ({ began: began + by, ended: ended + by }));
}

/** What the history owed at the first fault, if nothing but `event` came after it. */
function owedBefore(on: Faultable, first: Nested['first'], event: Holds): readonly Owes[] {
  const survives = first.is === 'power' ? 'power' : event;
  if (first.is === 'none') return on.owedAt({ upTo: on.steps.length, inFlight: false }, survives);
  const { step, inFlight } = first.kill;
  return on.owedAt({ upTo: inFlight ? step : step + 1, inFlight }, survives);
}

/** The state that both faults leave; null where the walk does not reach the second. */
export function applyNested(walked: WalkRun, fault: Nested): Faulted | null {
  const faulted = applyTo(walked, fault.second);
  if (faulted === null) return faulted;
  const { step, inFlight } = fault.second.kill;
  const { failing } = walked;
  // After a kill what the history never synced may go with the power, whoever recovers.
  const survives = walked.isDurable || fault.second.is === 'kill';
  return {
    ...faulted,
    ...(survives ? { earlier: walked.start } : {}),
    ...(failing.length === 0 ? {} : { failing: failing.slice(0, step + (inFlight ? 0 : 1)) }),
  };
}

/** Where nothing was read, what was appended stands behind what the history owed, and perhaps. */
function unread(before: readonly Owes[], answered: readonly Seen[]): readonly Owes[] {
  const added = answered.flatMap((s) => [s.adds ?? [], s.mayAdd ?? []].flat());
  if (added.length === 0) return before;
  return before.flatMap(({ must, may, never, ...rest }) =>
    Array.from({ length: may.length + 1 }, (_, kept) => ({
      ...rest,
      must,
      may: [...may.slice(0, kept), ...added],
      never,
    })),
  );
}

/** What was owed before a walk, what the walk saw, and which operations show no entries. */
export interface WalkDuties {
  readonly before: readonly Owes[];
  readonly seen: readonly Seen[];
  readonly opens: readonly string[];
  /** True where the port keeps what it accepts in its own memory until it syncs. */
  readonly buffers: boolean;
}

/**
 * What is owed when a walk is cut short. What recovery showed and what was appended since is owed
 * after a kill. A power cut may take back all that no later sync covered, recovery's own decisions
 * too.
 */
export function owedInWalk(
  { before, seen, opens, buffers }: WalkDuties,
  { upTo, inFlight }: Reached,
  event: Holds,
): readonly Owes[] {
  const answered = seen.slice(0, upTo);
  const shown = answered.findIndex((s) => showsLog(s, opens));
  const recovered = answered[shown]?.view?.keys;
  if (recovered === undefined) return unread(before, seen.slice(0, inFlight ? upTo + 1 : upTo));
  // Where no reading of the history fits what was shown, the first walk itself is the finding.
  const consistent = before.filter((owes) => isWhole(recovered, owes));
  const flying = inFlight ? [seen[upTo]?.adds ?? [], seen[upTo]?.mayAdd ?? []].flat() : [];
  const synced = lastSync(answered);
  const answers = additions(answered).flatMap((adds) => {
    const log = [...recovered, ...adds(answered.length)];
    const until = event === 'process' && !buffers ? answered.length : synced + 1;
    if (event === 'process' || synced >= shown) {
      const must = [...recovered, ...adds(until)];
      const may = [...log.slice(must.length), ...flying];
      return consistent.map((owes) => ({ ...owes, must, may, never: neverOf(owes, log) }));
    }
    return consistent.map((owes) => {
      return { ...owes, may: [...log.slice(owes.must.length), ...flying] };
    });
  });
  // Before the first sync a power cut may take back all that the walk did.
  const untouched = event === 'process' || synced >= shown || consistent.length === 0 ? [] : before;
  return distinct([...untouched, ...answers]);
}

/**
 * What the first so many answered steps added: with all that failed half done, and with none of it.
 */
function additions(answered: readonly Seen[]): readonly ((steps: number) => readonly Key[])[] {
  const added = (half: boolean) => (steps: number) =>
    answered.slice(0, steps).flatMap((s) => s.adds ?? (half ? (s.mayAdd ?? []) : []));
  return answered.some((s) => s.mayAdd !== undefined)
    ? [added(false), added(true)]
    : [added(false)];
}

const showsLog = ({ phase, op, view }: Seen, opens: readonly string[]): boolean =>
  view !== undefined && !opens.includes(op) && (phase === 'open' || phase === 'read');

function lastSync(answered: readonly Seen[]): number {
  return answered.findLastIndex(
    (s) => s.outcome.is === 'ok' && (s.phase === 'sync' || s.holds === 'power'),
  );
}

function isWhole(keys: readonly Key[], owes: Owes): boolean {
  const off = nearest(keys, [owes]);
  return off !== null && Object.values(off).every((list) => list.length === 0);
}

function neverOf(owes: Owes, log: readonly Key[]): readonly Key[] {
  const there = new Set(log);
  return [...new Set([...owes.never, ...owes.may])].filter((key) => !there.has(key));
}

function distinct(all: readonly Owes[]): readonly Owes[] {
  const seen = new Map(all.map((owes) => [JSON.stringify(owes), owes]));
  return [...seen.values()];
}
