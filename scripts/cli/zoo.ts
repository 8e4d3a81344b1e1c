import type { Command } from 'commander';
import { Option } from 'commander';
import { huntBudget } from '../../harness/zoo/hunt.ts';
import { zoos } from '../../harness/zoo/index.ts';
import { matrix, type Catch } from '../../harness/zoo/matrix.ts';
import {
  corpus,
  trialOfMutants,
  type Specimen,
} from '../../harness/zoo/session-store-v2-mutants.ts';
import { kindNames, requireSeed } from './check-request.ts';

interface ZooFlags {
  readonly kind?: string;
  readonly seed: string;
  readonly full: boolean;
  readonly list: boolean;
}

/** How much is tried: plain `zoo` ends within a minute on two cores, `--full` is for CI. */
const sizes = {
  plain: { seeds: 1, histories: 4, damaged: 20 },
  full: { seeds: 10, histories: 20, damaged: 40 },
} as const;

/** A counterexample of more operations than this is not shrunk enough to be read. */
const operationsMost = 6;

/** Adds `tearproof zoo`. */
export function register(program: Command): void {
  program
    .command('zoo')
    .description('does the suite catch every planted bug and every spec mutant?')
    .addOption(new Option('--kind <kind>', 'only the bugs of this kind').choices(kindNames))
    .option('--seed <seed>', 'decimal, up to 64 bits', '1')
    .option('--full', 'ten seeds a bug, and a larger corpus for the mutants', false)
    .option('--list', 'print every planted bug and what it does, and try none', false)
    .action(async (flags: ZooFlags) => {
      process.exitCode = await runZoo(flags);
    });
}

/** Exit 0 where everything is caught, 1 where something lives, 2 where nothing was asked for. */
async function runZoo(flags: ZooFlags): Promise<number> {
  requireSeed(flags.seed);
  if (flags.list) return listBugs(flags.kind);
  const size = flags.full ? sizes.full : sizes.plain;
  const out = (line: string): void => void process.stdout.write(`${line}\n`);
  out(`seed ${flags.seed}, histories of ${huntBudget.operations} operations`);
  out('');
  let bugs = 0;
  let alive = 0;
  let long = 0;
  for (let i = 0; i < size.seeds; i++) {
    const seed = String(BigInt(flags.seed) + BigInt(i));
    const kind = flags.kind === undefined ? {} : { kind: flags.kind };
    for await (const row of matrix({ seed, ...kind })) {
      bugs++;
      if (row.anomaly === null) alive++;
      if (row.operationsAfter > operationsMost) long++;
      out(rowText(row, size.seeds > 1 ? seed : null));
    }
  }
  if (bugs === 0) return 2;
  const mutants = flags.kind === 'append-log' ? null : await runMutants(flags.seed, size);
  out('');
  out(`planted bugs caught: ${bugs - alive} of ${bugs}`);
  if (long > 0) out(`✗ shrunk to more than ${operationsMost} operations: ${long}`);
  for (const line of mutants?.lines ?? []) out(line);
  return alive + long > 0 || (mutants?.alive ?? 0) > 0 ? 1 : 0;
}

function listBugs(kind: string | undefined): number {
  for (const zoo of zoos.filter((one) => kind === undefined || one.kind === kind)) {
    for (const { id, text, clause } of zoo.bugs) {
      process.stdout.write(`${zoo.kind}  ${id.padEnd(28)} ${clause.padEnd(12)} ${text}\n`);
    }
  }
  return 0;
}

function rowText(row: Catch, seed: string | null): string {
  const name = `${row.kind}/${row.id}`.padEnd(46);
  const when = seed === null ? '' : `seed ${seed.padEnd(4)} `;
  if (row.anomaly === null)
    return `✗ ${name} ${when}NOT CAUGHT by ${row.clause} in ${row.states} states`;
  const shrunk = `${row.operationsBefore} -> ${row.operationsAfter} operations`;
  const by = `${row.clause} ${row.anomaly}`.padEnd(38);
  return `✓ ${name} ${when}${by} ${row.needs.padEnd(8)} after ${String(row.states).padStart(4)} states, ${shrunk}`;
}

async function runMutants(
  seed: string,
  size: { readonly histories: number; readonly damaged: number },
): Promise<{ alive: number; lines: string[] }> {
  const specimens: Specimen[] = [];
  for await (const one of corpus(seed, size)) specimens.push(one);
  const { fates, rowsAlive } = trialOfMutants(specimens);
  const living = fates.filter((fate) => fate.killedAfter === null);
  return {
    alive: living.length + rowsAlive.length,
    lines: [
      `spec mutants killed: ${fates.length - living.length} of ${fates.length} on ${specimens.length} damaged stores`,
      ...living.map(
        (fate) => `✗ ${fate.rule}: not contradicted on ${fate.reached} stores that reach it`,
      ),
      ...(rowsAlive.length === 0
        ? []
        : [`✗ decision rows whose mutants live: ${rowsAlive.join(', ')}`]),
    ],
  };
}
