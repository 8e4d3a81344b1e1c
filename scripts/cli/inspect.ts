import type { Command } from 'commander';
import type { InspectOptions } from '../../harness/inspect/inspect.ts';
import type { ReadProblem } from '../../harness/inspect/walk.ts';
import { UsageError, exit } from './lib/exit.ts';
import { paintFor } from './lib/paint.ts';

interface Flags {
  readonly json?: true;
  readonly kind?: string;
  readonly frame?: string;
  readonly maxBytes: string;
  readonly time: string;
}

/** Adds `tearproof inspect`. */
export function register(program: Command): void {
  program
    .command('inspect')
    .description('what is on disk, what is wrong with it, what each policy would do; reads only')
    .argument('<dir>', 'the directory of a store')
    .option('--kind <kind>', 'the kind of the store; by default what its names speak for')
    .option('--json', 'everything as JSON')
    .option('--frame <segment:n>', 'the bytes of the n-th frame of a numbered file')
    .option('--max-bytes <n>', 'largest store for which policies are computed', '268435456')
    .option('--time <seconds>', 'time after which reading ends; 0: none', '8')
    .addHelpText(
      'after',
      '\nExit codes: 0 whole, 1 something is wrong, 2 no such directory, 5 nothing wrong was found but' +
        '\nnot everything was looked at, or somebody wrote the store meanwhile.',
    )
    .action(async (dir: string, flags: Flags) => {
      process.exitCode = await inspect(dir, flags);
    });
}

async function inspect(dir: string, flags: Flags): Promise<number> {
  const { inspectDefaults, inspectDirectory } = await import('../../harness/inspect/inspect.ts');
  const options: InspectOptions = {
    ...inspectDefaults,
    policyBytes: numberIn('--max-bytes', flags.maxBytes),
    leftMs: countdown(numberIn('--time', flags.time)),
  };
  const kind = flags.kind ?? null;
  await requireKind(kind);
  if (flags.frame !== undefined) return showFrame(dir, flags, options);
  const found = inspectDirectory(dir, options, kind);
  requireDirectory(dir, found.unread);
  const { inWords } = await import('./inspect-text.ts');
  const { asJson } = await import('./inspect-json.ts');
  const paint = paintFor(process.stdout, process.env);
  process.stdout.write(flags.json === true ? asJson(found) : inWords(found, paint));
  if (found.verdict === 'whole') return exit.conforms;
  return found.verdict === 'wrong' ? exit.violates : exit.inconclusive;
}

/** Throws `UsageError` for a kind whose files nobody knows. */
async function requireKind(kind: string | null): Promise<void> {
  const { inspectors } = await import('../../harness/inspect/kinds.ts');
  const known = inspectors.map((one) => one.kind);
  if (kind === null || known.includes(kind)) return;
  const say = `no kind with files is called "${kind.slice(0, 60)}"; known: ${known.join(', ')}`;
  throw new UsageError(say);
}

function requireDirectory(dir: string, unread: readonly ReadProblem[]): void {
  const root = unread.find((p) => p.path === '' && p.code.startsWith('root_'));
  if (root === undefined) return;
  throw new UsageError(`${dir}: ${root.code === 'root_missing' ? 'no such' : 'not a'} directory`);
}

async function showFrame(dir: string, flags: Flags, options: InspectOptions): Promise<number> {
  const [, number, nth] = /^(\d{1,20}):(\d{1,20})$/.exec(flags.frame ?? '') ?? [];
  if (number === undefined || nth === undefined) {
    const asked = flags.frame?.slice(0, 60) ?? '';
    throw new UsageError(`--frame takes SEGMENT:N, both numbers, not ${asked}`);
  }
  const { frameAt } = await import('../../harness/inspect/inspect.ts');
  const { frameInWords } = await import('./inspect-text.ts');
  const found = frameAt(
    dir,
    { number: BigInt(number), nth: BigInt(nth) },
    options,
    flags.kind ?? null,
  );
  if (typeof found === 'string') throw new UsageError(found);
  const json = flags.json === true;
  process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : frameInWords(found));
  return found.wrong ? exit.violates : exit.conforms;
}

function numberIn(flag: string, text: string): number {
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`${flag} takes a whole number, not ${text}`);
  return value;
}

/** The one use of a clock: a hostile directory must not keep a person waiting. */
function countdown(seconds: number): () => number {
  if (seconds === 0) return () => Number.POSITIVE_INFINITY;
  const end = performance.now() + seconds * 1000;
  return () => end - performance.now();
}
