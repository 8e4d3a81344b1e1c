// `npm run nightly`: builds the package, runs `check --depth deep` of all kinds on all cores, and
// writes what came of it to docs/deep.md. Options are handed on to `check`; a later one wins, as in
// `npm run nightly -- --depth quick --histories 3`. Ends as `check` does.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { models } from '../../faults/models/index.ts';
import { parseEvents, type FindingEvent } from '../../harness/events.ts';
import { unexploredLines } from '../../harness/report/ladder-table.ts';
import { whoseFault } from '../../harness/report/reported.ts';
import { verdictLine } from '../../harness/report/summary.ts';
import { reproSchema } from '../../harness/repro.ts';
import { resultsOf, type KindResults, type Results } from '../../harness/results.ts';
import { runFiles } from '../../harness/sink.ts';
import { writePages } from './docs.ts';
import { levelsOf, type LevelsPlan } from './levels.ts';
import { deepData, type DeepKind, type DeepRun } from './pages/deep.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The smaller study beside the run: what is lost with and without a sync after each append. */
const levels = { histories: 8, operations: 24, states: 100 } as const;

/** How the run went, as far as its own files do not say. */
interface Circumstances {
  readonly durationSeconds: number;
  readonly cores: number;
  /** How far the study beside the run goes. */
  readonly levels: Omit<LevelsPlan, 'seed' | 'models'>;
}

function runIn(command: string, args: readonly string[]): number {
  const ran = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (ran.error) throw ran.error;
  return ran.status ?? 1;
}

/** Runs the build and the check; answers the exit code of the first that did not end well. */
async function nightly(options: readonly string[]): Promise<number> {
  const built = runIn('npm', ['run', '--silent', 'build']);
  if (built !== 0) return built;
  const out = join(root, '.tearproof', 'nightly');
  const cores = availableParallelism();
  const main = join(root, 'dist/scripts/cli/main.js');
  const jobs = ['--jobs', String(Math.min(99, cores))];
  const args = ['check', '--depth', 'deep', ...jobs, ...options, '--out', out];
  const began = performance.now();
  const code = runIn(process.execPath, [main, ...args]);
  const durationSeconds = Math.round((performance.now() - began) / 1000);
  const run = await deepRunOf(out, { durationSeconds, cores, levels });
  if (run === null) return code === 0 ? 4 : code;
  writeFileSync(join(root, deepData), `${JSON.stringify(run, null, 1)}\n`);
  for (const path of writePages(root)) process.stdout.write(`wrote ${path}\n`);
  return code;
}

/** What is kept of the run in a folder; null where it did not begin, or somebody ended it. */
export async function deepRunOf(dir: string, around: Circumstances): Promise<DeepRun | null> {
  const events = parseEvents(readFileSync(join(dir, runFiles.events), 'utf8'));
  const results = resultsOf(events);
  if (results === null || results.ended === 'interrupted') return null;
  const { tearproof, seed, depth, command } = results;
  const limits = events.filter((e): e is FindingEvent => e.is === 'finding' && e.limit === true);
  const kinds: DeepKind[] = [];
  for (const kind of results.kinds) {
    const own = limits.filter((one) => one.kind === kind.kind).map((one) => limitOf(one, dir));
    const plan = { seed, ...around.levels, models: cutting };
    kinds.push(await deepKindOf(results, kind, own, plan));
  }
  const verdict = verdictLine(results);
  const node = process.versions.node;
  const { durationSeconds, cores } = around;
  return {
    tearproof, seed, depth, command, verdict, durationSeconds, cores, node,
    levelsPlan: { seed, ...around.levels }, kinds,
  }; // prettier-ignore
}

const cutting = models.filter((model) => model.loses !== null).map((model) => model.name);

async function deepKindOf(
  results: Results,
  kind: KindResults,
  limits: DeepKind['limits'],
  plan: LevelsPlan,
): Promise<DeepKind> {
  // What a certificate lays to the format is told once, with the certificate.
  const isNoLimit = (one: { clause: string; anomaly: string; say: string }): boolean =>
    !limits.some(
      ({ clause, anomaly, say }) =>
        clause === one.clause && anomaly === one.anomaly && say === one.say,
    );
  return {
    kind: kind.kind,
    port: kind.port,
    histories: kind.histories,
    operations: kind.totals['operations'] ?? 0,
    verdicts: kind.verdicts.map(({ anomalies: _a, repro: _r, rung: _g, ...rest }) => rest),
    rungs: kind.rungs,
    reported: kind.reported.filter(isNoLimit).map(({ clause, anomaly, model, say }) => ({
      model,
      whose: whoseFault(model),
      clause,
      anomaly,
      say,
    })),
    limits,
    neverInjected: Object.entries(kind.faults).flatMap(([name, n]) => (n === 0 ? [name] : [])),
    unexplored: unexploredLines(kind, results),
    notTested: kind.notTested,
    levels: await levelsOf(kind.kind, plan),
  };
}

function limitOf(found: FindingEvent, dir: string): DeepKind['limits'][number] {
  const { clause, anomaly, say, repro: file } = found;
  if (file === undefined) return { clause, anomaly, say, history: 'null', other: 'null' };
  const repro = reproSchema.parse(JSON.parse(readFileSync(join(dir, file), 'utf8')));
  const [history, other] = [JSON.stringify(repro.made), JSON.stringify(repro.limit)];
  return { clause, anomaly, say, history: history ?? 'null', other: other ?? 'null' };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await nightly(process.argv.slice(2));
}
