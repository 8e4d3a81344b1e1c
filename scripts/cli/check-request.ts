import type { Depth } from '../../harness/depth.ts';
import { depths } from '../../harness/depth.ts';
import type { CheckRequest } from '../../harness/engine.ts';
import { version } from '../../harness/version.ts';
import { zoos } from '../../harness/zoo/index.ts';
import { UsageError } from './lib/exit.ts';
import { nearest } from './lib/near.ts';

/** The flags of `tearproof check` as they were given. */
export interface CheckFlags {
  readonly kind?: readonly string[];
  readonly policy: 'original' | 'safe';
  readonly store?: string;
  readonly bug?: string;
  readonly depth: keyof typeof depths;
  readonly histories?: string;
  readonly seed: string;
  readonly out: string;
  readonly hangTimeout: string;
}

/** The seed of a run that names none: a run without options is the same run everywhere. */
export const defaultSeed = '20260101';

/** Every kind, in the order in which they are run. */
export const kindNames = ['session-store-v2', 'append-log'];

/** What is asked for. Throws `UsageError` where it makes no sense. */
export function requestOf(flags: CheckFlags): CheckRequest {
  const { policy, seed } = flags;
  requireSeed(seed);
  const depth = depthOf(flags);
  return { version, command: commandOf(flags), seed, depth, policy, subjects: subjectsOf(flags) };
}

/** Throws `UsageError` unless it is a decimal number of up to 64 bits. */
export function requireSeed(seed: string): void {
  if (/^[0-9]{1,20}$/.test(seed) && BigInt(seed) < 1n << 64n) return;
  throw new UsageError(`--seed takes a decimal number of up to 64 bits, not "${seed}"`);
}

/** The number of milliseconds. Throws `UsageError`. */
export function hangTimeoutOf({ hangTimeout }: CheckFlags): number {
  if (/^[1-9][0-9]{0,8}$/.test(hangTimeout)) return Number(hangTimeout);
  throw new UsageError(`--hang-timeout takes milliseconds, not "${hangTimeout}"`);
}

function depthOf({ depth, histories }: CheckFlags): Depth {
  const chosen = depths[depth];
  if (histories === undefined) return chosen;
  if (!/^[1-9][0-9]{0,8}$/.test(histories)) {
    throw new UsageError(`--histories takes a positive number, not "${histories}"`);
  }
  return { ...chosen, histories: Number(histories) };
}

function subjectsOf(flags: CheckFlags): CheckRequest['subjects'] {
  const { bug, policy } = flags;
  if (bug !== undefined) return withBug(bug, flags);
  const store = flags.store ?? policy;
  // Nothing of an unknown log's original is known: append-log is judged by the promises alone.
  const able = (flags.kind ?? kindNames).filter(
    (kind) => kind !== 'append-log' || (store !== 'original' && policy === 'safe'),
  );
  if (able.length === 0) throw new UsageError('append-log has no original and no policy original');
  return able.map((kind) => ({ kind, store }));
}

/** The kinds that have the bug: every bug is planted in the safe store of one kind. */
function withBug(bug: string, flags: CheckFlags): CheckRequest['subjects'] {
  if (flags.store !== undefined) {
    throw new UsageError('--bug runs a copy of the safe store: leave --store out');
  }
  const among = zoos.filter((zoo) => flags.kind?.includes(zoo.kind) ?? true);
  const having = among.filter((zoo) => zoo.bugs.some((known) => known.id === bug));
  if (having.length > 0) return having.map(({ kind }) => ({ kind, store: `bug:${bug}` }));
  const near = nearest(
    bug,
    among.flatMap((zoo) => zoo.bugs.map((known) => known.id)),
  );
  const hint = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
  const where = flags.kind === undefined ? '' : ` in ${flags.kind.join(' or ')}`;
  throw new UsageError(
    `no planted bug is called "${bug}"${where}.${hint} \`tearproof zoo --list\` prints them all.`,
  );
}

function commandOf(flags: CheckFlags): string {
  const words = ['tearproof', 'check', '--depth', flags.depth, '--seed', flags.seed];
  if (flags.kind !== undefined) words.push('--kind', ...flags.kind);
  if (flags.policy !== 'safe') words.push('--policy', flags.policy);
  if (flags.store !== undefined) words.push('--store', flags.store);
  if (flags.bug !== undefined) words.push('--bug', flags.bug);
  if (flags.histories !== undefined) words.push('--histories', flags.histories);
  return words.join(' ');
}
