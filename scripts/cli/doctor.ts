import type { Command } from 'commander';
import type { Diagnosis } from '../../harness/doctor/advise.ts';
import { shown } from '../../harness/lib/shown.ts';
import { exit } from './lib/exit.ts';
import type { Paint } from './lib/paint.ts';
import { paintFor } from './lib/paint.ts';

/** Adds `tearproof doctor`. */
export function register(program: Command): void {
  program
    .command('doctor')
    .description('what this machine allows: which reaches, how fast, and what is missing')
    .option('--json', 'as JSON')
    .action(async (flags: { readonly json?: true }) => {
      const { diagnose } = await import('../../harness/doctor/advise.ts');
      const { probe } = await import('../../harness/doctor/probe.ts');
      const diagnosis = diagnose(await probe());
      const json = `${JSON.stringify(diagnosis, null, 2)}\n`;
      const paint = paintFor(process.stdout, process.env);
      process.stdout.write(flags.json === true ? json : doctorText(diagnosis, paint));
      const works = diagnosis.reaches.some((one) => one.works);
      process.exitCode = works ? exit.conforms : exit.cannotStart;
    });
}

/** Things, then reaches; a line each. */
export function doctorText({ found, reaches }: Diagnosis, paint: Paint): string {
  const lines = [
    ...found.map(({ what, has, ok, means }) => {
      const mark = ok ? paint('green', '✓') : paint('yellow', '!');
      const more = means === '' ? '' : paint('dim', `  ${shown(means)}`);
      return `${mark} ${what.padEnd(16)} ${shown(has)}${more}`;
    }),
    '',
    ...reaches.map(({ reach, works, why }) => {
      const mark = works ? paint('green', '✓') : paint('red', '✗');
      return `${mark} ${`reach ${reach}`.padEnd(16)} ${shown(why)}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}
