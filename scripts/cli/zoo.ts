import type { Command } from 'commander';
import { huntBudget } from '../../harness/zoo/hunt.ts';
import { matrix, type Catch } from '../../harness/zoo/matrix.ts';
import {
  corpus,
  trialOfMutants,
  type Specimen,
} from '../../harness/zoo/session-store-v2-mutants.ts';

interface ZooFlags {
  readonly kind?: string;
  readonly seed: string;
  readonly full: boolean;
}

/** How much is tried: plain `zoo` ends within a minute on two cores, `--full` is for CI. */
const sizes = {
  plain: { seeds: 1, histories: 10, damaged: 40 },
  full: { seeds: 10, histories: 60, damaged: 60 },
} as const;

/** Adds `tearproof zoo`. */
export function register(program: Command): void {
  program
    .command('zoo')
    .description('does the suite catch every planted bug and every spec mutant?')
    .option('--kind <kind>', 'only the bugs of this kind')
    .option('--seed <seed>', 'decimal, up to 64 bits', '1')
    .option('--full', 'ten seeds a bug, and a larger corpus for the mutants', false)
    .action(async (flags: ZooFlags) => {
      process.exitCode = await runZoo(flags);
    });
}

/** Exit 0 where everything is caught, 1 where something lives, 2 where nothing was asked for. */
async function runZoo(flags: ZooFlags): Promise<number> {
  const size = flags.full ? sizes.full : sizes.plain;
  const out = (line: string): void => void process.stdout.write(`${line}\n`);
  out(`seed ${flags.seed}, histories of ${huntBudget.operations} operations`);
  out('');
  let bugs = 0;
  let alive = 0;
  for (let i = 0; i < size.seeds; i++) {
    const seed = String(BigInt(flags.seed) + BigInt(i));
    const kind = flags.kind === undefined ? {} : { kind: flags.kind };
    for await (const row of matrix({ seed, ...kind })) {
      bugs++;
      if (row.anomaly === null) alive++;
      out(rowText(row, size.seeds > 1 ? seed : null));
    }
  }
  if (bugs === 0) return 2;
  const mutants = flags.kind === 'append-log' ? null : await runMutants(flags.seed, size);
  out('');
  out(`planted bugs caught: ${bugs - alive} of ${bugs}`);
  for (const line of mutants?.lines ?? []) out(line);
  return alive > 0 || (mutants?.alive ?? 0) > 0 ? 1 : 0;
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
