import * as os from 'node:os';
import type { Command } from 'commander';
import { Option } from 'commander';
import { comparedHeading, comparedLine, comparedTotals } from '../../harness/report/strategies.ts';
import { huntBudget } from '../../harness/zoo/hunt.ts';
import { zoos } from '../../harness/zoo/index.ts';
import type { Catch } from '../../harness/zoo/matrix.ts';
import { mutantGrounds } from '../../harness/zoo/mutant-grounds.ts';
import {
  corpus, trialOfMutants, type CorpusSize, type MutantGround, type Specimen,
} from '../../harness/zoo/mutants.ts'; // prettier-ignore
import { compareStrategies, type Compared } from '../../harness/zoo/strategies.ts';
import { kindNames, requireSeed } from './check-request.ts';
import { matrixBy } from './lib/zoo-crew.ts';

interface ZooFlags {
  readonly kind?: string;
  readonly seed: string;
  readonly full: boolean;
  readonly list: boolean;
  readonly strategies: boolean;
}

/** How much is tried: plain `zoo` ends within a minute on two cores, `--full` is for CI. */
const sizes = {
  plain: { histories: 4, damaged: 20, budget: { ...huntBudget, single: 24, shrinkWalks: 60 } },
  full: { histories: 20, damaged: 40, budget: { ...huntBudget, single: 400 } },
} as const;

/** Adds `tearproof zoo`. */
export function register(program: Command): void {
  program
    .command('zoo')
    .description('does the suite catch every planted bug and every spec mutant?')
    .addOption(new Option('--kind <kind>', 'only the bugs of this kind').choices(kindNames))
    .option('--seed <seed>', 'decimal, up to 64 bits', '1')
    .option('--full', 'shrink each finding to the end, and a larger corpus for the mutants', false)
    .option('--strategies', 'which bugs weaker crash strategies find, by the same walk', false)
    .option('--list', 'print every planted bug and what it does, and try none', false)
    .action(async (flags: ZooFlags) => {
      process.exitCode = await runZoo(flags);
    });
}

/** Exit 0 where everything is caught, 1 where something lives, 2 where nothing was asked for. */
async function runZoo(flags: ZooFlags): Promise<number> {
  requireSeed(flags.seed);
  if (flags.list) return listBugs(flags.kind);
  if (flags.strategies) return runStrategies(flags);
  const size = flags.full ? sizes.full : sizes.plain;
  const out = (line: string): void => void process.stdout.write(`${line}\n`);
  out(`seed ${flags.seed}, histories of ${huntBudget.operations} operations`);
  out('');
  let bugs = 0;
  let alive = 0;
  let flawed = 0;
  const kind = flags.kind === undefined ? {} : { kind: flags.kind };
  const request = { seed: flags.seed, ...kind, budget: size.budget, isShrunk: flags.full };
  for await (const row of matrixBy(request, os.availableParallelism())) {
    bugs++;
    if (row.anomaly === null) alive++;
    else if (row.flaws.length > 0) flawed++;
    out(rowText(row));
  }
  if (bugs === 0) return 2;
  out('');
  out(`planted bugs caught: ${bugs - alive} of ${bugs}`);
  if (flawed > 0) out(`✗ caught, but not as they must be: ${flawed}`);
  let mutantsAlive = 0;
  for (const ground of mutantGrounds) {
    if (flags.kind !== undefined && flags.kind !== ground.witness.kind) continue;
    const mutants = await runMutants(ground, flags.seed, size);
    mutantsAlive += mutants.alive;
    for (const line of mutants.lines) out(line);
  }
  return alive + flawed + mutantsAlive > 0 ? 1 : 0;
}

/** Exit 0 where ours finds every bug, 1 where one lives, 2 where there is none. */
async function runStrategies({ kind, seed }: ZooFlags): Promise<number> {
  const out = (line: string): void => void process.stdout.write(`${line}\n`);
  out(`seed ${seed}, histories of ${huntBudget.operations} operations; states until found, - not`);
  out('');
  out(comparedHeading());
  const rows: Compared[] = [];
  for await (const row of compareStrategies({ seed, ...(kind === undefined ? {} : { kind }) })) {
    rows.push(row);
    out(comparedLine(row));
  }
  out('');
  for (const line of comparedTotals(rows)) out(line);
  if (rows.length === 0) return 2;
  return rows.every(({ ours }) => ours !== null) ? 0 : 1;
}

function listBugs(kind: string | undefined): number {
  for (const zoo of zoos.filter((one) => kind === undefined || one.kind === kind)) {
    for (const { id, text, clause } of zoo.bugs) {
      process.stdout.write(`${zoo.kind}  ${id.padEnd(28)} ${clause.padEnd(12)} ${text}\n`);
    }
  }
  return 0;
}

function rowText(row: Catch): string {
  const name = `${row.kind}/${row.id}`.padEnd(46);
  if (row.flaws.length > 0) return `✗ ${name} ${row.flaws.join('; ')}`;
  const shrunk = `${row.operationsBefore} -> ${row.operationsAfter} operations`;
  const by = `${row.clause} ${row.anomaly}`.padEnd(38);
  const where = `${row.stage ?? ''}${row.model === null ? '' : `, ${row.model}`}`.padEnd(36);
  return `✓ ${name} ${by} ${where} after ${String(row.states).padStart(4)} states, ${shrunk}`;
}

async function runMutants(
  ground: MutantGround,
  seed: string,
  size: CorpusSize,
): Promise<{ alive: number; lines: string[] }> {
  const specimens: Specimen[] = [];
  for await (const one of corpus(ground, seed, size)) specimens.push(one);
  const { witness } = ground;
  const { fates, rowsAlive } = trialOfMutants(witness, specimens);
  const living = fates.filter((fate) => fate.killedAfter === null);
  return {
    alive: living.length + rowsAlive.length,
    lines: [
      `spec mutants of ${witness.kind} killed: ${fates.length - living.length} of ${fates.length} on ${specimens.length} damaged stores`,
      ...living.map(
        (fate) => `✗ ${fate.rule}: not contradicted on ${fate.reached} stores that reach it`,
      ),
      ...(rowsAlive.length === 0
        ? []
        : [`✗ decision rows whose mutants live: ${rowsAlive.join(', ')}`]),
    ],
  };
}
