import { models as allModels } from '../../faults/models/index.ts';
import { depthAt, depths, type Depth } from '../../harness/depth.ts';
import type { CheckRequest } from '../../harness/engine.ts';
import { narrow, type Only } from '../../harness/narrow.ts';
import type { PortRequest, Reach } from '../../harness/remote/request.ts';
import { rungs } from '../../harness/rungs.ts';
import { kinds } from '../../harness/subjects.ts';
import { version } from '../../harness/version.ts';
import { zoos } from '../../harness/zoo/index.ts';
import { selectWords, type SelectFlags } from './check-select.ts';
import { UsageError } from './lib/exit.ts';
import { nearest } from './lib/near.ts';
import { millisecondsOf } from './lib/time-limit.ts';

/** The flags of `tearproof check` as they were given. */
export interface CheckFlags extends SelectFlags {
  readonly kind?: readonly string[];
  readonly policy: 'original' | 'safe';
  readonly store?: string;
  readonly bug?: string;
  readonly depth: keyof typeof depths;
  readonly histories?: string;
  readonly model?: readonly string[];
  readonly rung?: readonly string[];
  readonly time?: string;
  readonly jobs?: string;
  readonly seed: string;
  readonly out: string;
  readonly hangTimeout: string;
  /** `images` where missing. */
  readonly reach?: Reach;
  /** `1` where missing. */
  readonly timeoutFactor?: string;
  readonly inFlight?: string;
  readonly ladder?: boolean;
  readonly list?: boolean;
  readonly dryRun?: boolean;
}

/** The seed of a run that names none: a run without options is the same run everywhere. */
export const defaultSeed = '20260101';

/** Every kind, in the order in which they are run. */
export const kindNames: readonly string[] = kinds.map(({ name }) => name);

/** A port in another process that is to be tried, and the kinds that it serves. */
export interface AskedPort {
  readonly port: PortRequest;
  readonly kinds: readonly string[];
}

/** What is asked for. Throws `UsageError` where it makes no sense. */
export function requestOf(flags: CheckFlags, asked?: AskedPort): CheckRequest {
  const { policy, seed } = flags;
  requireSeed(seed);
  const subjects = asked === undefined ? subjectsOf(flags) : servedOf(flags, asked);
  const only = onlyOf(flags);
  const depth = depthOf(flags, asked?.port.reach);
  const command = commandOf(flags, asked?.port.command);
  const port = asked === undefined ? {} : { port: asked.port };
  const plain = { version, command, seed, policy, subjects, ...port };
  return only === null ? { ...plain, depth } : { ...plain, depth: narrow(depth, only), only };
}

/** What the run is narrowed to; null where nothing was said. */
function onlyOf({ model, rung }: CheckFlags): Only | null {
  if (model === undefined && rung === undefined) return null;
  const modelNames = allModels.map((one) => one.name);
  return {
    ...(model && { models: model.map((name) => named('model', name, modelNames)) }),
    ...(rung && { rungs: rung.map((name) => named('rung', name, rungs)) }),
  };
}

/** The name that is meant, spaces or hyphens. Throws `UsageError` with all names. */
function named<T extends string>(what: string, name: string, names: readonly T[]): T {
  const found = names.find((one) => one === name || hyphened(one) === name);
  if (found !== undefined) return found;
  const all = names.map(hyphened).join(', ');
  throw new UsageError(`no ${what} is called "${name}"; known: ${all}`);
}

/** A name of several words as one word of a command line. */
const hyphened = (name: string): string => name.replaceAll(' ', '-');

/** The number of workers; where nothing is said, one for each core, but at most 4. */
export function jobsOf({ jobs }: CheckFlags, cores: number): number {
  if (jobs === undefined) return Math.min(4, Math.max(1, cores));
  if (/^[1-9][0-9]?$/.test(jobs)) return Number(jobs);
  throw new UsageError(`--jobs takes a number from 1 to 99, not "${jobs}"`);
}

/** Milliseconds in which histories may be begun; null without a limit. Throws `UsageError`. */
export function timeOf({ time }: CheckFlags): number | null {
  if (time === undefined) return null;
  const ms = millisecondsOf(time);
  if (ms !== null) return ms;
  throw new UsageError(`--time takes a time like 60s, 10m or 1h, not "${time}"`);
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

/** Throws `UsageError` unless it is a number above 0. */
export function timeoutFactorOf({
  timeoutFactor = '1',
}: Pick<CheckFlags, 'timeoutFactor'>): number {
  const factor = Number(timeoutFactor);
  if (/^[0-9]{1,4}(\.[0-9]{1,3})?$/.test(timeoutFactor) && factor > 0) return factor;
  throw new UsageError(`--timeout-factor takes a number like 1 or 2.5, not "${timeoutFactor}"`);
}

/** What is said of states in flight; nothing where nothing was said. Throws `UsageError`. */
export function inFlightOf({
  inFlight,
}: Pick<CheckFlags, 'inFlight'>): Pick<PortRequest, 'inFlight'> {
  if (inFlight === undefined) return {};
  const count = Number(inFlight);
  if (/^[1-9][0-9]?$/.test(inFlight) && count <= inFlightMost) return { inFlight: count };
  throw new UsageError(`--in-flight takes a number from 1 to ${inFlightMost}, not "${inFlight}"`);
}

/** More would only wait in the port. */
const inFlightMost = 64;

function depthOf({ depth, histories }: CheckFlags, reach?: Reach): Depth {
  const chosen = reach === undefined ? depths[depth] : depthAt(reach, depth);
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
  const asked = flags.kind ?? kindNames;
  const able = asked.filter((kind) => hasOriginal(kind) || ![store, policy].includes('original'));
  if (able.length > 0) return able.map((kind) => ({ kind, store }));
  const verb = asked.length === 1 ? 'has' : 'have';
  throw new UsageError(`${asked.join(' and ')} ${verb} no original and no policy original`);
}

/** The kinds that are asked of a port: those that it serves, and of those the ones named. */
function servedOf(
  { kind, store, bug }: CheckFlags,
  { kinds: served }: AskedPort,
): CheckRequest['subjects'] {
  if (store !== undefined || bug !== undefined) {
    throw new UsageError(
      '--store and --bug run stores of ours: leave them out where a port is given',
    );
  }
  const unknown = kind?.filter((one) => !served.includes(one)) ?? [];
  if (unknown.length > 0) {
    const names = served.join(', ') || 'no kind that we know';
    throw new UsageError(`the port does not serve ${unknown.join(', ')}; it serves ${names}`);
  }
  if (served.length === 0) throw new UsageError('the port serves no kind that we know');
  return (kind ?? served).map((one) => ({ kind: one, store: 'port' }));
}

/** Nothing is known of an unknown log's original: such a kind is judged by the promises alone. */
function hasOriginal(name: string): boolean {
  return kinds.some((kind) => kind.name === name && Object.hasOwn(kind.ports, 'original'));
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

function commandOf(flags: CheckFlags, port?: readonly string[]): string {
  const words = ['tearproof', 'check', '--depth', flags.depth, '--seed', flags.seed];
  if (flags.kind !== undefined) words.push('--kind', ...flags.kind);
  if (flags.policy !== 'safe') words.push('--policy', flags.policy);
  if (flags.store !== undefined) words.push('--store', flags.store);
  if (flags.bug !== undefined) words.push('--bug', flags.bug);
  if (flags.histories !== undefined) words.push('--histories', flags.histories);
  if (flags.model !== undefined) words.push('--model', ...flags.model);
  if (flags.rung !== undefined) words.push('--rung', ...flags.rung.map(hyphened));
  if (flags.time !== undefined) words.push('--time', flags.time);
  words.push(...selectWords(flags));
  if (port === undefined) return words.join(' ');
  const { reach = 'images', timeoutFactor = '1' } = flags;
  if (reach !== 'images') words.push('--reach', reach);
  if (timeoutFactor !== '1') words.push('--timeout-factor', timeoutFactor);
  if (flags.inFlight !== undefined) words.push('--in-flight', flags.inFlight);
  return [...words, '--', ...port.map(quoted)].join(' ');
}

/** A word as a shell takes it for one. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** How a port is named behind a command, with the reach that it is to be seen at. */
export function portWords(reach: Reach, port: readonly string[]): string {
  const at = reach === 'images' ? [] : ['--reach', reach];
  return [...at, '--', ...port.map(quoted)].join(' ');
}
