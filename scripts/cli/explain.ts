import type { Command } from 'commander';
import { UsageError } from './lib/exit.ts';
import type { Paint } from './lib/paint.ts';
import { paintFor } from './lib/paint.ts';
import type { Explained } from './lib/sources.ts';

/** Adds `tearproof explain`. */
export function register(program: Command): void {
  program
    .command('explain')
    .description(
      'a clause, anomaly, model, rung, decision row, flag, exception or code in a sentence',
    )
    .argument('[id]', 'its id; without one all ids are listed')
    .option('--json', 'as JSON')
    .action(async (id: string | undefined, flags: { readonly json?: true }) => {
      const { explainable } = await import('./lib/sources.ts');
      const found = id === undefined ? null : await find(id, explainable());
      const paint = paintFor(process.stdout, process.env);
      const text = found === null ? list(explainable()) : inWords(found, paint);
      const json = `${JSON.stringify(found ?? explainable(), null, 2)}\n`;
      process.stdout.write(flags.json === true ? json : text);
    });
}

/**
 * All that has this id, by its spelling, else by its letters alone; a usage error names what is
 * near.
 */
async function find(id: string, all: readonly Explained[]): Promise<readonly Explained[]> {
  const exact = all.filter((one) => one.id === id);
  if (exact.length > 0) return exact;
  const asked = id.toLowerCase().replaceAll(' ', '-');
  const folded = all.filter((one) => one.id.toLowerCase() === asked);
  if (folded.length > 0) return folded;
  const { nearest } = await import('./lib/near.ts');
  const near = nearest(
    id,
    all.map((one) => one.id),
  );
  const hint = near.length === 0 ? 'tearproof explain lists all ids' : `near: ${near.join(', ')}`;
  throw new UsageError(`nothing has the id ${id.slice(0, 100)}; ${hint}`);
}

function inWords(found: readonly Explained[], paint: Paint): string {
  const blocks = found.map((one) => {
    const facts: readonly (readonly [string, string])[] = [
      ...(one.loses === undefined ? [] : [['lost', one.loses] as const]),
      ...one.more,
      ['source', one.source],
      ...(one.read ?? []).map((at) => ['read', at] as const),
    ];
    const lines = facts.map(([name, text]) => `  ${paint('dim', `${name}:`)} ${text}`);
    return [`${paint('bold', one.id)} (${one.what})`, `  ${one.says}`, ...lines].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}

function list(all: readonly Explained[]): string {
  const groups = new Map<string, string[]>();
  for (const { id, what } of all) groups.set(what, [...(groups.get(what) ?? []), id]);
  return [...groups].map(([what, ids]) => `${what}: ${ids.join(' ')}\n`).join('');
}
