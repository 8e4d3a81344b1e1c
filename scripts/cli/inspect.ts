import type { Command } from 'commander';
import type { InspectOptions } from '../../harness/inspect/inspect.ts';
import { UsageError, exit } from './lib/exit.ts';
import { paintFor } from './lib/paint.ts';

interface Flags {
  readonly json?: true;
  readonly frame?: string;
  readonly maxBytes: string;
  readonly time: string;
}

/** Adds `tearproof inspect`. */
export function register(program: Command): void {
  program
    .command('inspect')
    .description('what is on disk, what is wrong with it, what each policy would do; reads only')
    .argument('<dir>', 'the directory of a session-store-v2')
    .option('--json', 'everything as JSON')
    .option('--frame <segment:n>', 'the bytes of the n-th frame of a segment, annotated')
    .option('--max-bytes <n>', 'largest store for which policies are computed', '268435456')
    .option('--time <seconds>', 'time after which reading ends; 0: none', '8')
    .addHelpText(
      'after',
      '\nExit codes: 0 whole, 1 something is wrong, 2 no such directory, 5 nothing wrong was found but' +
        '\nnot everything was looked at.',
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
  if (flags.frame !== undefined) return showFrame(dir, flags.frame, flags.json === true, options);
  const found = inspectDirectory(dir, options);
  const root = found.unread.find((p) => p.path === '' && p.code.startsWith('root_'));
  if (root !== undefined) {
    throw new UsageError(`${dir}: ${root.code === 'root_missing' ? 'no such' : 'not a'} directory`);
  }
  const { inWords } = await import('./inspect-text.ts');
  const { asJson } = await import('./inspect-json.ts');
  const paint = paintFor(process.stdout, process.env);
  process.stdout.write(flags.json === true ? asJson(found) : inWords(found, paint));
  if (found.verdict === 'whole') return exit.conforms;
  return found.verdict === 'wrong' ? exit.violates : exit.inconclusive;
}

async function showFrame(
  dir: string,
  asked: string,
  json: boolean,
  options: InspectOptions,
): Promise<number> {
  const [, segment, frame] = /^(\d{1,20}):(\d{1,20})$/.exec(asked) ?? [];
  if (segment === undefined || frame === undefined) {
    throw new UsageError(`--frame takes SEGMENT:N, both numbers, not ${asked.slice(0, 60)}`);
  }
  const { findFrame, frameInWords } = await import('./inspect-frame.ts');
  const found = findFrame(dir, BigInt(segment), BigInt(frame), options);
  if (typeof found === 'string') throw new UsageError(found);
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
