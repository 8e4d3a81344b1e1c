import type { CallMade } from '../../faults/errors/types.ts';
import { powerOf } from '../../faults/power.ts';
import type { Evidence, Finding } from '../../spec/lib/clause.ts';
import type { Key } from '../../spec/lib/judge.ts';
import { nearest } from '../../spec/lib/departure.ts';
import type { Run } from '../drive.ts';
import type { Fault, PowerCut, SingleFault } from '../fault.ts';
import type { Kind } from '../kind.ts';
import type { WalkRun } from '../nested.ts';
import type { Hit } from '../shrink.ts';
import { failuresIn, failureText } from './failures.ts';
import { callWords, lossesOf, type Seat } from './losses.ts';
import { keysIn, keysSeen } from './nearest.ts';
import { operationParts, walkParts, type Part } from './parts.ts';
import { listText, oneKey, plural, sayText } from './words.ts';

/** A finding with the history and the fault that led to it. */
export interface Story<O, R, S> {
  readonly kind: Pick<Kind<O, R>, 'nameOf' | 'adds' | 'keyText'>;
  readonly run: Run<O, R, S>;
  readonly fault: Fault;
  readonly finding: Finding;
  readonly evidence: Evidence;
  /** The walk that a second fault came into; without it the place of that fault is not named. */
  readonly walked?: WalkRun | null;
  /** Events that were not durable and have to be kept for the finding, where that was found out. */
  readonly kept?: readonly number[];
}

/** What happened, in one sentence: the fault, what was then wrong, and what of the calls did it. */
export function sentenceOf<O, R, S>(story: Story<O, R, S>): string {
  const before = faultTexts(story);
  const because = causeText(story);
  const when = before.length === 0 ? 'without any fault' : `after ${listText(before, 4)}`;
  const line = `${when}${whatText(story)}${because === null ? '' : `, because ${because}`}.`;
  return line[0]!.toUpperCase() + line.slice(1);
}

/** The same of what was found, without a walk that was not made: for lists and events. */
export function sentenceOfHit<O, R, S>(
  kind: Story<O, R, S>['kind'],
  { run, case: { fault }, finding, evidence }: Hit<O, R, S>,
): string {
  return sentenceOf({ kind, run, fault, finding, evidence });
}

/** The first call that was made to fail; `where` says in what. */
function errorText(calls: readonly CallMade[], where: (step: number) => string): string[] {
  const [first, ...later] = failuresIn(calls);
  if (first === undefined) return [];
  const more = later.length === 0 ? '' : ` and ${plural(later.length, 'later failure')}`;
  return [`${failureText(first)} in ${where(first.step)}${more}`];
}

function faultTexts<O, R, S>({ fault, walked, run }: Story<O, R, S>): string[] {
  const operation = (step: number): string => `operation ${step + 1}`;
  const errors = errorText(run.calls, operation);
  if (fault.is === 'damage') {
    return [...errors, fault.kill === null ? 'damage at rest' : 'a kill and damage at rest'];
  }
  if (fault.is !== 'nested') return [...errors, ...singleText(fault, operation)];
  const own = walked == null ? [] : walkParts(walked, []).slice(-walked.steps.length);
  const walkStep = (step: number): string => {
    const part = own[step];
    return part === undefined ? 'the walk that followed' : `${part.title} (${part.label})`;
  };
  return [
    ...errors,
    ...singleText(fault.first, operation),
    ...errorText(walked?.calls ?? [], walkStep),
    ...singleText(fault.second, walkStep),
  ];
}

function singleText(
  fault: Exclude<SingleFault, { readonly is: 'damage' }>,
  where: (step: number) => string,
): string[] {
  if (fault.is === 'none') return [];
  const { step, inFlight } = fault.kill;
  const what = fault.is === 'kill' ? 'a kill' : `a power cut (${fault.model})`;
  return [`${what} ${inFlight ? 'in' : 'after'} ${where(step)}`];
}

/** What was wrong: entries by what a person recognises, or the words of the clause. */
function whatText<O, R, S>({ kind, run, finding, evidence }: Story<O, R, S>): string {
  const { anomaly, say } = finding;
  const keys = keysSeen(evidence, finding);
  const off = keys === null ? null : nearest(keys, evidence.owes);
  const isAre = (list: readonly Key[]): string => (list.length === 1 ? 'is' : 'are');
  if (off !== null && off.lost.length > 0 && anomaly.startsWith('lost_')) {
    const when = acknowledgedText(kind, run, off.lost);
    return `, ${entriesText(off.lost, kind)}${when} ${isAre(off.lost)} missing`;
  }
  if (off !== null && off.returned.length > 0 && anomaly === 'resurrected') {
    const are = isAre(off.returned);
    return `, ${entriesText(off.returned, kind)} ${are} shown again after a rollback`;
  }
  if (off !== null && off.alien.length > 0 && anomaly === 'phantom') {
    return `, ${entriesText(off.alien, kind)} ${isAre(off.alien)} shown, which nobody appended`;
  }
  return `: ${sayText(say, keysIn(evidence), kind.keyText).replace(/\.$/, '')}`;
}

function entriesText<O, R>(keys: readonly Key[], { keyText }: Pick<Kind<O, R>, 'keyText'>): string {
  const names = keys.map((key) => `«${oneKey(key, keyText)}»`);
  return `${keys.length === 1 ? 'entry' : 'entries'} ${listText(names)}`;
}

/** In which operations the entries were added, and whether those were answered. */
function acknowledgedText<O, R, S>(
  kind: Pick<Kind<O, R>, 'adds'>,
  run: Run<O, R, S>,
  keys: readonly Key[],
): string {
  const wanted = new Set(keys);
  const steps = run.steps.flatMap(({ op, outcome }, i) => {
    const added = outcome.is === 'ok' ? [kind.adds(op) ?? []].flat() : [];
    return added.some((key) => wanted.has(key)) ? [i + 1] : [];
  });
  if (steps.length === 0) return '';
  const numbers = listText(steps.map(String), 4);
  return `, acknowledged at ${steps.length === 1 ? 'operation' : 'operations'} ${numbers},`;
}

/** Which calls were kept and which were lost; null where no power was cut. */
function causeText<O, R, S>(story: Story<O, R, S>): string | null {
  const { fault, run, kind, walked, kept = [] } = story;
  const operations = operationParts(run.steps, kind);
  const history = (cut: PowerCut, also: readonly number[]): string | null =>
    cutText(seatOf(run.log, operations), cut, also);
  if (fault.is === 'power') return history(fault, kept);
  if (fault.is !== 'nested') return null;
  const { first, second } = fault;
  const own = second.is === 'power' && walked != null;
  const causes = [
    first.is === 'power' ? history(first, own ? [] : kept) : null,
    own ? cutText(seatOf(walked.log, walkParts(walked, operations)), second, kept) : null,
  ].filter((cause) => cause !== null);
  return causes.length === 0 ? null : causes.join('; then ');
}

function seatOf(log: Seat['log'], parts: readonly Part[]): Seat {
  return { log, units: powerOf(log).units, parts };
}

function cutText(seat: Seat, { lost }: PowerCut, kept: readonly number[]): string | null {
  const losses = lossesOf(seat, lost);
  if (losses.length === 0) return null;
  const gone = losses.map(
    ({ what, spot, left }) => `${what} (${spot}${left === '' ? '' : `: ${left}`})`,
  );
  const isOne = losses.length === 1 && !losses[0]!.what.startsWith('the bytes');
  const was = isOne ? 'was' : 'were';
  const lostText = `${listText(gone, 4)} ${was} lost`;
  if (kept.length === 0) return lostText;
  const stayed = tellingOf(seat, kept)
    .map((event) => callWords(seat, event))
    .map(({ what, spot }) => `${what} (${spot})`);
  return `${listText(stayed)} ${stayed.length === 1 ? 'was' : 'were'} kept and ${lostText}`;
}

/** A directory that had to be made for what lies in it tells less than what lies in it. */
function tellingOf({ log }: Seat, kept: readonly number[]): readonly number[] {
  const others = kept.filter((event) => {
    const at = log.events[event];
    return at?.is !== 'call' || at.call.do !== 'name' || at.call.made?.is !== 'dir';
  });
  return others.length > 0 ? others : kept;
}
