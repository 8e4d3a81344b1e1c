import { callChecks } from './calls.ts';
import { ofPort } from './check.ts';
import type { End, LintCheck } from './check.ts';
import { openLint } from './context.ts';
import { processChecks } from './processes.ts';
import { Seen } from './session.ts';
import type { SessionOptions } from './session.ts';
import { valueChecks } from './values.ts';

/** What was noticed on the way is judged last. */
const noticedChecks: readonly LintCheck[] = [
  {
    id: 'quiet',
    level: 'MUST',
    sentence: 'Nothing but messages is written to stdout.',
    cure: 'Keep the descriptor of stdout for the protocol, and point descriptor 1 at stderr first of all.',
    run: ofPort(async ({ noticed }) => {
      const [line] = noticed.noise;
      return line === undefined ? null : `stdout has the line ${line}`;
    }),
  },
  {
    id: 'answers-fit',
    level: 'MUST',
    sentence: 'Every result fits its schema.',
    cure: 'Compare the member that is named with its schema in ports/schema/.',
    run: ofPort(async ({ noticed }) => noticed.misfits[0] ?? null),
  },
];

/** Every check of a driver, in the order in which they are made. */
export const lintChecks: readonly LintCheck[] = [
  ...callChecks,
  ...valueChecks.filter(({ id }) => id !== 'ascii'),
  ...processChecks,
  ...valueChecks.filter(({ id }) => id === 'ascii'),
  ...noticedChecks,
];

/** What a check came to. */
export interface Linted {
  readonly id: string;
  readonly level: LintCheck['level'];
  readonly sentence: string;
  readonly cure: string;
  readonly end: End;
}

/** `cannot_start`: the port was not started, or did not shake hands; nothing else was tried. */
export type LintReport =
  | { readonly is: 'cannot_start'; readonly saw: string }
  | {
      readonly is: 'linted';
      readonly port: { readonly name: string; readonly version: string };
      readonly kinds: readonly string[];
      readonly checks: readonly Linted[];
      readonly errors: { readonly all: number; readonly internal: number };
    };

/** A port that is silent so often is silent for one reason; its time is not waited out again. */
const mostSilences = 3;
const tooSilent: End = { is: 'not_tried', why: `the port was silent ${mostSilences} times` };

/** What is asked after a run: `quiet` and `answers-fit` judge what was noticed in it. */
function only(ids: readonly string[] | undefined): readonly LintCheck[] {
  return ids === undefined ? lintChecks : lintChecks.filter(({ id }) => ids.includes(id));
}

/** What is heard while a lint runs, and which of the checks are made: all where nothing is said. */
export interface LintWishes {
  readonly told?: (linted: Linted) => void;
  readonly only?: readonly string[];
}

/**
 * Tests a driver itself. `scratch` is an empty directory for stores, which the caller removes.
 */
export async function runLint(
  options: SessionOptions,
  scratch: string,
  { told = () => {}, only: asked }: LintWishes = {},
): Promise<LintReport> {
  let lint;
  try {
    lint = await openLint(options, scratch);
  } catch (error) {
    if (error instanceof Seen) return { is: 'cannot_start', saw: error.message };
    throw error;
  }
  try {
    const checks: Linted[] = [];
    let silences = 0;
    for (const { id, level, sentence, cure, run } of only(asked)) {
      const end: End = silences < mostSilences ? await run(lint) : tooSilent;
      if (end.is === 'failed' && end.silent === true) silences++;
      await lint.endOthers();
      const linted = { id, level, sentence, cure, end };
      checks.push(linted);
      told(linted);
    }
    const { errors } = lint.noticed;
    const internal = errors.filter((code) => code === 'internal').length;
    const { name, version } = lint.hello.port;
    return {
      is: 'linted',
      port: { name, version },
      kinds: Object.keys(lint.hello.kinds),
      checks,
      errors: { all: errors.length, internal },
    };
  } finally {
    await lint.close();
  }
}
