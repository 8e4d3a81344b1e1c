// `npx tsx scripts/dev/limits.ts DIR` writes spec/<kind>/limits.json from the certificates that a
// run of `tearproof check --out DIR` found: what a format cannot tell apart, whatever its store
// does.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEvents, type FindingEvent } from '../../harness/events.ts';
import { reproSchema, type Repro } from '../../harness/repro.ts';
import { runFiles } from '../../harness/sink.ts';
import { repository } from './sources.ts';

type Told = NonNullable<Repro['limit']>;

/**
 * One limit of a format: a history and a fault after which the clause breaks, and another that
 * leaves the same bytes and owes what the first one excludes. Both as in a repro.
 */
export interface FormatLimit {
  readonly clause: string;
  readonly anomaly: string;
  readonly say: string;
  readonly history: Told;
  readonly other: Told;
}

/** The limits that a run has certified, by kind, each clause and anomaly once. */
export function limitsIn(dir: string): ReadonlyMap<string, readonly FormatLimit[]> {
  const events = parseEvents(readFileSync(join(dir, runFiles.events), 'utf8'));
  const found = events.filter((e): e is FindingEvent => e.is === 'finding' && e.limit === true);
  const limits = new Map<string, FormatLimit[]>();
  for (const { kind, clause, anomaly, say, repro: file } of found) {
    const known = limits.get(kind) ?? [];
    limits.set(kind, known);
    if (file === undefined) continue;
    if (known.some((one) => one.clause === clause && one.anomaly === anomaly)) continue;
    const repro = reproSchema.parse(JSON.parse(readFileSync(join(dir, file), 'utf8')));
    if (repro.made === undefined || repro.limit === undefined) continue;
    const { ops, fault } = repro.made;
    known.push({ clause, anomaly, say, history: { ops, fault }, other: repro.limit });
  }
  return limits;
}

/** Where the limits of a kind are kept. */
export const limitsFile = (kind: string): string => join('spec', kind, 'limits.json');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dir] = process.argv.slice(2);
  if (dir === undefined) throw new Error('say the directory of a run');
  for (const [kind, limits] of limitsIn(dir)) {
    const sorted = limits.toSorted((a, b) => (a.clause < b.clause ? -1 : 1));
    writeFileSync(join(repository, limitsFile(kind)), `${JSON.stringify(sorted, null, 2)}\n`);
    process.stdout.write(`${limitsFile(kind)}: ${limits.length}\n`);
  }
}
