import * as fs from 'node:fs';
import { Option, type Command } from 'commander';
import type { CheckRequest } from '../../harness/engine.ts';
import { kinds } from '../../harness/subjects.ts';
import {
  BadExpectation,
  readBaseline,
  readWaivers,
  requireApart,
  type Expect,
  type Known,
} from '../../harness/verdicts/expect.ts';
import { clausePlan, isMeant, type Select } from '../../harness/verdicts/plan.ts';
import { opsOfProfile } from '../../harness/verdicts/profile.ts';
import { profileNames } from '../../harness/wire/profiles.ts';
import type { Policy } from '../../spec/lib/port.ts';
import { UsageError } from './lib/exit.ts';
import { nearest } from './lib/near.ts';

/** The flags of `tearproof check` that choose clauses and say how they are scored. */
export interface SelectFlags {
  readonly clause?: readonly string[];
  readonly profile?: string;
  readonly requirements?: string;
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly waivers?: string;
  readonly today?: string;
}

/** The profiles that some kind has. */
const parts = profileNames.filter((one) =>
  kinds.some(({ name }) => opsOfProfile(name, one).length > 0),
);

/** Adds these flags to a command. */
export function addSelectOptions(command: Command): Command {
  return command
    .option('--clause <id...>', 'only these clauses: SSV2-S3-1, SSV2-S3, or a promise: S3')
    .addOption(new Option('--profile <profile>', 'ask only for a part of the kind').choices(parts))
    .option('--requirements <version>', 'run clauses of later versions without scoring them: 0.1')
    .option('--baseline <file>', 'failures that are known; anything else fails, a pass included')
    .option('--waivers <file>', 'clauses that are disputed, each until a day')
    .option('--today <date>', 'the day by which entries and waivers end, as 2026-12-31');
}

/** The flags as words of a command that runs the same again. */
export function selectWords(flags: SelectFlags): readonly string[] {
  const one = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`--${name}`, value];
  return [
    ...(flags.clause === undefined ? [] : ['--clause', ...flags.clause]),
    ...one('profile', flags.profile),
    ...one('requirements', flags.requirements),
    ...one('baseline', flags.baseline),
    ...one('waivers', flags.waivers),
  ];
}

/**
 * The request with what is chosen of its clauses: kinds of which nothing is left drop out. `now` is
 * the clock of the command line. Throws `UsageError`.
 */
export function selected(
  request: CheckRequest,
  flags: SelectFlags & { readonly kind?: readonly string[] },
  now: () => Date,
): CheckRequest {
  const select = selectOf(flags, request);
  const expect = expectOf(flags, now);
  const able = request.subjects.filter(({ kind }) => hasProfile(kind, select.profile));
  const lacking = request.subjects.filter((one) => !able.includes(one)).map(({ kind }) => kind);
  // Whoever names a kind means it; of those that come along, only what has the part is left.
  if (able.length === 0 || (flags.kind !== undefined && lacking.length > 0)) {
    throw new UsageError(lacking.map((kind) => withoutProfile(kind, select.profile)).join('; '));
  }
  const subjects = able.filter(({ kind }) => isAnyLeft(kind, request.policy, select));
  if (subjects.length === 0) {
    throw new UsageError(`nothing is selected: ${nothingLeft(select)}`);
  }
  return {
    ...request,
    subjects,
    ...(Object.keys(select).length === 0 ? {} : { select }),
    ...(Object.keys(expect).length === 0 ? {} : { expect }),
  };
}

/** Why no clause is left: another command may be the one that asks those that were named. */
function nothingLeft({ clauses = [] }: Select): string {
  const meant = kinds
    .flatMap((kind) => kind.clauses)
    .filter((clause) => clauses.some((one) => isMeant(clause, one)));
  const needs = new Set(meant.map((clause) => clause.needs));
  if (meant.length === 0 || needs.has(undefined))
    return 'no clause of these kinds is left to count';
  return `${clauses.join(', ')} needs ${[...needs].join(' or ')}`;
}

/** What is known of every clause, whatever is run, on the day that is told. */
export function knownOn(today: string): Known {
  const clauses = kinds.map((kind) => [kind.name, new Set(kind.clauses.map((c) => c.id))] as const);
  return { clauses: new Map<string, ReadonlySet<string>>(clauses), today };
}

/** The day that was given, or the day of the clock, UTC. Throws `UsageError`. */
export function todayOf({ today }: Pick<SelectFlags, 'today'>, now: () => Date): string {
  if (today === undefined) return now().toISOString().slice(0, 10);
  const parsed = new Date(`${today}T00:00:00Z`);
  const isDay = !Number.isNaN(parsed.getTime()) && parsed.toISOString().slice(0, 10) === today;
  if (isDay) return today;
  throw new UsageError(`--today takes a day like 2026-12-31, not "${today}"`);
}

/** What is chosen of the clauses of these subjects. Throws `UsageError` where a word means none. */
export function selectOf(
  { clause, profile, requirements }: SelectFlags,
  request: Pick<CheckRequest, 'subjects' | 'policy'>,
): Select {
  if (requirements !== undefined && !/^[0-9]{1,4}(\.[0-9]{1,4}){1,2}$/.test(requirements)) {
    throw new UsageError(`--requirements takes a version like 0.1, not "${requirements}"`);
  }
  for (const one of clause ?? []) requireClause(one, request);
  return {
    ...(clause === undefined ? {} : { clauses: clause.map((one) => one.toUpperCase()) }),
    ...(profile === undefined ? {} : { profile }),
    ...(requirements === undefined ? {} : { requirements }),
  };
}

/** Throws `UsageError` where the word means no clause that this run could judge. */
function requireClause(
  asked: string,
  { subjects, policy }: Pick<CheckRequest, 'subjects' | 'policy'>,
): void {
  const meant = kinds.flatMap((kind) =>
    kind.clauses.filter((c) => isMeant(c, asked)).map((clause) => ({ kind: kind.name, clause })),
  );
  if (meant.length === 0) {
    const near = nearest(
      asked,
      kinds.flatMap((kind) => kind.clauses.map((c) => c.id)),
    );
    const hint = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
    throw new UsageError(
      `no clause is called "${asked}".${hint} \`tearproof check --list\` prints them.`,
    );
  }
  const run = new Set(subjects.map(({ kind }) => kind));
  const own = meant.filter(({ kind }) => run.has(kind));
  if (own.length === 0) {
    throw new UsageError(`${asked} is a clause of ${meant[0]!.kind}, which is not run`);
  }
  if (own.some(({ clause }) => clause.policies.includes(policy))) return;
  throw new UsageError(
    `${asked} is of policy ${own[0]!.clause.policies.join(', ')}, and this run is of ${policy}`,
  );
}

function withoutProfile(kind: string, profile: string | undefined): string {
  const others = profileNames.filter((one) => hasProfile(kind, one));
  return `${kind} has no profile ${profile}; it has ${others.join(', ')}`;
}

const hasProfile = (kind: string, profile: string | undefined): boolean =>
  profile === undefined || opsOfProfile(kind, profile).length > 0;

/** Whatever a port claims, something of the kind must be left to count. */
function isAnyLeft(name: string, policy: Policy, select: Select): boolean {
  const kind = kinds.find((one) => one.name === name);
  if (kind === undefined) return true;
  const ops = kind.clauses.flatMap((one) => one.asks ?? []);
  const { must, should } = clausePlan(kind.clauses, { policy, ops, select });
  return must.length > 0 || (select.clauses !== undefined && should.length > 0);
}

/** What is expected of a run, from the files of its flags. Throws `UsageError`. */
export function expectOf(flags: SelectFlags, now: () => Date): Expect {
  const { baseline, waivers } = flags;
  if (baseline === undefined && waivers === undefined) {
    if (flags.today !== undefined) todayOf(flags, now);
    return {};
  }
  const known = knownOn(todayOf(flags, now));
  const expect: Expect = {
    ...(baseline === undefined
      ? {}
      : { baseline: isNew(flags) ? [] : readFrom(baseline, (text) => readBaseline(text, known)) }),
    ...(waivers === undefined
      ? {}
      : { waivers: readFrom(waivers, (text) => readWaivers(text, known)) }),
  };
  refusing('', () => requireApart(expect));
  return expect;
}

/** A baseline that is to be written need not be there yet. */
const isNew = ({ baseline, updateBaseline }: SelectFlags): boolean =>
  updateBaseline === true && baseline !== undefined && !fs.existsSync(baseline);

/** A file of expectations larger than this is none. */
const bytesMost = 4 * 1024 * 1024;

/** Reads a file of expectations. Throws `UsageError` with its name. */
export function readFrom<T>(file: string, parse: (text: string) => T): T {
  let text: string;
  try {
    if (fs.statSync(file).size > bytesMost) throw Object.assign(new Error(), { code: 'EFBIG' });
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`cannot read ${file} (${code})`);
  }
  return refusing(`${file}: `, () => parse(text));
}

function refusing<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BadExpectation)) throw error;
    throw new UsageError(`${where}${error.message}`);
  }
}
