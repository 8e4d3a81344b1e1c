import type { Clause } from '../../spec/lib/clause.ts';
import type { Policy } from '../../spec/lib/port.ts';
import type { HeldWaiver, LeftOut } from './schemas.ts';

/** What somebody chose of the clauses and operations of a run. */
export interface Select {
  /** Ids (`SSV2-S3-1`), what ids begin with (`SSV2-S3`), or promises (`S3`). */
  readonly clauses?: readonly string[];
  /** What the port is asked for: one of the profiles of its kind. */
  readonly profile?: string;
  /** `0.1`: clauses of later versions are run and not scored. */
  readonly requirements?: string;
}

/** By what clauses are chosen for a port. */
export interface Choice {
  readonly policy: Policy;
  /** The operations that the port is asked for, by name. */
  readonly ops: readonly string[];
  readonly select?: Select | undefined;
  readonly waivers?: readonly HeldWaiver[] | undefined;
  /** Why a clause cannot be seen from where the port runs; null where it can. */
  readonly unseen?: ((clause: Clause) => string | null) | undefined;
}

/** The denominators of a run of one kind, fixed before it begins. */
export interface ClausePlan {
  /** The clauses that evidence is held against, those included that do not count. */
  readonly judged: readonly Clause[];
  readonly must: readonly string[];
  readonly should: readonly string[];
  readonly notScored: readonly LeftOut[];
  readonly notApplicable: readonly LeftOut[];
  /** `ID (why)`. */
  readonly notTested: readonly string[];
}

/** Sorts the clauses of a kind into those that score, and those that stand aside. */
export function clausePlan(clauses: readonly Clause[], choice: Choice): ClausePlan {
  const { policy, select, unseen } = choice;
  const asked = clauses.filter((c) => c.policies.includes(policy) && isAsked(c, select?.clauses));
  const each = asked.map((clause) => ({ clause, place: placeOf(clause, choice, unseen) }));
  const at = (is: Place['is']): { readonly clause: Clause; readonly place: Place }[] =>
    each.filter(({ place }) => place.is === is);
  const scored = at('scored').map(({ clause }) => clause);
  const ids = (level: Clause['level']): string[] =>
    scored.filter((c) => c.level === level).map((c) => c.id);
  const leftOut = (is: Place['is']): LeftOut[] =>
    at(is).map(({ clause: { id, level }, place }) => ({ clause: id, level, why: place.why }));
  return {
    judged: each
      .filter(({ place }) => place.is === 'scored' || place.is === 'not scored')
      .map(({ clause }) => clause),
    must: ids('MUST'),
    should: ids('SHOULD'),
    notScored: leftOut('not scored'),
    notApplicable: leftOut('not applicable'),
    notTested: at('not tested').map(({ clause, place }) => `${clause.id} (${place.why})`),
  };
}

/** Where a clause stands in a run. */
export interface Place {
  readonly is: 'scored' | 'not scored' | 'not applicable' | 'not tested';
  /** Empty where it scores. */
  readonly why: string;
}

/** Where a clause of the policy stands, and why. */
export function placeOf(clause: Clause, choice: Choice, unseen = choice.unseen): Place {
  const blind = clause.needs === undefined ? (unseen?.(clause) ?? null) : `needs ${clause.needs}`;
  if (blind !== null) return { is: 'not tested', why: blind };
  const missing = unclaimed(clause, choice.ops);
  if (missing !== null) return { is: 'not applicable', why: missing };
  const { requirements } = choice.select ?? {};
  if (requirements !== undefined && isLater(clause.since, requirements)) {
    return { is: 'not scored', why: `since ${clause.since}, asked for ${requirements}` };
  }
  const waiver = choice.waivers?.find(
    (one) => one.clause === clause.id && one.expired === undefined,
  );
  if (waiver === undefined) return { is: 'scored', why: '' };
  return { is: 'not scored', why: `waived until ${waiver.until}: ${waiver.reason}` };
}

/** Of the operations that a clause is about, at least one must be claimed. */
function unclaimed({ asks }: Clause, ops: readonly string[]): string | null {
  if (asks === undefined || asks.some((op) => ops.includes(op))) return null;
  return `${asks.join(', ')} not claimed`;
}

/** True where the version is younger than the set of requirements, as far as that is spelt out. */
export function isLater(since: string, requirements: string): boolean {
  const [have, asked] = [since, requirements].map((text) => text.split('.').map(Number));
  for (const [i, most] of asked!.entries()) {
    const own = have![i] ?? 0;
    if (own !== most) return own > most;
  }
  return false;
}

/** True where nothing was chosen, or a word of the choice means the clause. */
export function isAsked(clause: Clause, asked: readonly string[] | undefined): boolean {
  return asked?.some((one) => isMeant(clause, one)) ?? true;
}

/** True where a word of the command line means the clause: its id, a beginning, its promise. */
export function isMeant({ id, promise }: Clause, asked: string): boolean {
  const word = asked.toUpperCase();
  return id === word || id.startsWith(`${word}-`) || promise === word;
}
