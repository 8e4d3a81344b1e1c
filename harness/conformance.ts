import type { Clause } from '../spec/lib/clause.ts';
import type { Policy } from '../spec/lib/port.ts';
import { tellLines } from './advise/tell.ts';
import { checkKind } from './check.ts';
import { planOf, withChosen } from './plan.ts';
import { depths } from './depth.ts';
import { judgedBy } from './engine.ts';
import type { RunEvent } from './events.ts';
import type { Kind, PortMaker } from './kind.ts';
import { narrow, type Only } from './narrow.ts';
import { hitOf, replay } from './replay.ts';
import type { Repro } from './repro.ts';
import { resultsOf, type Results, type Verdict } from './results.ts';
import type { Expect } from './verdicts/expect.ts';
import { isAsked, type Select } from './verdicts/plan.ts';
import type { Trial } from './judge.ts';
import { trialOf } from './subjects.ts';
import { version } from './version.ts';
import { startWatchdog } from './watchdog.ts';

/** How far a port is tried: counts of histories and faults, never seconds. The seed is decimal. */
export interface ConformanceOptions {
  readonly seed?: string;
  readonly depth?: keyof typeof depths;
  /** Histories, instead of the number of the depth. */
  readonly histories?: number;
  /**
   * The rungs and persistence models to which the run is narrowed, by the names that `tearproof
   * check` prints. A clause that then has no occasion is `not_exercised`, which is no pass.
   */
  readonly only?: Only;
  /** By what it is judged; `safe` by default. */
  readonly policy?: Policy;
  /** Which clauses are run, and by which version's requirements they are scored. */
  readonly select?: Omit<Select, 'profile'>;
  /**
   * Failures that are known and clauses that are waived, as `readBaseline` and `readWaivers` give
   * them. What is expected to fail and passes fails, as on the command line.
   */
  readonly expect?: Expect;
  /** The name that it goes by in repros. */
  readonly by?: string;
  /**
   * Set it, and a walk that gives no sign of life for this long is written to `hangFile`
   * (`tearproof-hang.json` by default) and ends the process: a hanging thread cannot stop itself.
   */
  readonly hangTimeoutMs?: number;
  readonly hangFile?: string;
}

/** One clause that a port broke, shrunk to a history from which nothing can be removed. */
export interface BrokenClause extends Pick<Clause, 'id' | 'level' | 'text' | 'loses'> {
  readonly anomaly: string;
  /** What happened, in one sentence. */
  readonly say: string;
  /** The whole counterexample as text: history, kill or damage, what was seen, bytes. */
  readonly story: string;
  /**
   * Save it as JSON, and `tearproof replay` shows the history and gives the bytes that were left to
   * a store of ours; null where shrinking could not repeat it.
   */
  readonly repro: Repro | null;
}

/**
 * What became of a port: what `results.json` would hold, states walked, and every broken clause.
 */
export interface Conformance {
  readonly results: Results;
  readonly states: number;
  readonly broken: readonly BrokenClause[];
  /** What breaks only where the device or the file system does not keep its word. */
  readonly reported: readonly BrokenClause[];
}

/**
 * Kills a port at every call and inside every write, damages its files, lets it recover and go on,
 * all on a disk in memory. The same seed tries the same states everywhere.
 */
export async function runConformance<O, R, S, D>(
  kind: Kind<O, R, S, D>,
  make: PortMaker<O, R>,
  options: ConformanceOptions = {},
): Promise<Conformance> {
  const { hangTimeoutMs: timeoutMs, hangFile: file = 'tearproof-hang.json' } = options;
  const dog = timeoutMs === undefined ? null : await startWatchdog({ timeoutMs, file });
  try {
    const trial = trialOf(kind, make, options.policy ?? 'safe', dog?.beat);
    return await judgeAll({ trial, by: options.by ?? 'your port' }, options);
  } finally {
    await dog?.stop();
  }
}

async function judgeAll<O, R, S, D>(
  subject: Parameters<typeof checkKind<O, R, S, D>>[0],
  options: ConformanceOptions,
): Promise<Conformance> {
  const { seed = '20260101', policy = 'safe' } = options;
  const chosen = depths[options.depth ?? 'quick'];
  const { only } = options;
  const whole = { ...chosen, histories: options.histories ?? chosen.histories };
  const depth = only === undefined ? whole : narrow(whole, only);
  const kept: Repro[] = [];
  const keep = (repro: Repro): undefined => void kept.push(repro);
  const { select, expect } = options;
  const clauses = { select, waivers: expect?.waivers };
  const kinds = [planOf(subject, depth, clauses)];
  const named = { tearproof: version, seed, depth: depth.name, policy, command: 'runConformance' };
  const judged = judgedBy({ only, select, expect });
  const events: RunEvent[] = [{ is: 'start', version: 2, ...named, ...judged, kinds }];
  const broken: BrokenClause[] = [];
  const reported: BrokenClause[] = [];
  for await (const event of checkKind(withChosen(subject, clauses), { seed, depth, keep })) {
    events.push(event);
    if (event.is !== 'finding') continue;
    const clause = subject.trial.kind.clauses.find((c) => c.id === event.clause)!;
    const { id, level, text, loses } = clause;
    const { anomaly, say } = event;
    const repro = kept.pop() ?? null;
    const story = repro === null ? say : await storyOf(subject.trial, repro);
    const list = event.gates ? broken : reported;
    list.push({ id, level, text, loses, anomaly, say, story, repro });
  }
  const results = resultsOf([...events, { is: 'end', reason: 'done' }])!;
  return { results, states: results.kinds[0]?.totals['walked'] ?? 0, broken, reported };
}

/** The two functions of a test runner that are needed; vitest, Jest and Mocha have them. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (name: string, body: () => Promise<void>, timeoutMs?: number) => unknown;
}

/** One test a clause, under its permanent id; a broken one fails with the whole counterexample. */
export function conformance<O, R, S, D>(
  runner: TestRunner,
  kind: Kind<O, R, S, D>,
  make: PortMaker<O, R>,
  options: ConformanceOptions = {},
): void {
  const { policy = 'safe' } = options;
  let running: Promise<Conformance> | null = null;
  const report = (): Promise<Conformance> => (running ??= runConformance(kind, make, options));
  runner.describe(`tearproof: ${kind.name}`, () => {
    for (const clause of kind.clauses) {
      if (!clause.policies.includes(policy) || clause.needs !== undefined) continue;
      if (!isAsked(clause, options.select?.clauses)) continue;
      const name = `${clause.id} ${clause.level} ${clause.text}`;
      runner.test(name, async () => requireKept(await report(), clause.id), 600_000);
    }
    if (options.expect?.baseline === undefined) return;
    const name = 'what fails is what was expected to fail';
    runner.test(name, async () => requireFit((await report()).results), 600_000);
  });
}

/** What is no failure: it passed, was expected to fail, or does not count. */
const kept: readonly Verdict['status'][] = ['pass', 'xfail', 'not_scored', 'not_applicable'];

function requireFit({ baseline }: Results): void {
  const [first, ...rest] = baseline?.problems ?? [];
  if (first === undefined) return;
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
  throw new Error(`${first.is}: ${first.clause} ${first.anomaly}: ${first.say}${more}`);
}

function requireKept(report: Conformance, id: Clause['id']): void {
  const verdict = report.results.kinds[0]?.verdicts.find((v) => v.clause === id);
  if (verdict !== undefined && kept.includes(verdict.status)) return;
  const broken = report.broken.find((b) => b.id === id);
  const repro = broken?.repro == null ? '' : `\n\n  repro: ${JSON.stringify(broken.repro)}`;
  throw new Error(`${id} is ${verdict?.status ?? 'missing'}\n${broken?.story ?? ''}${repro}`);
}

async function storyOf<O, R, S, D>(trial: Trial<O, R, S, D>, repro: Repro): Promise<string> {
  const replayed = await replay(trial, repro, 'made');
  const hit = hitOf(replayed, repro);
  if (hit === null) return repro.say;
  const { clause } = replayed;
  return (await tellLines(trial, { clause, hit })).join('\n');
}
