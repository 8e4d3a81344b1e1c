import type { CheckRequest } from '../../harness/engine.ts';
import { rungsOf } from '../../harness/fault-classes.ts';
import { narrow } from '../../harness/narrow.ts';
import { verdictLine } from '../../harness/report/summary.ts';
import type { Results } from '../../harness/results.ts';
import { counted } from '../../harness/lib/shown.ts';
import type { LintReport } from '../../harness/lint/lint.ts';
import {
  driverStep,
  ownRungs,
  steps,
  stepsOf,
  type Step,
} from '../../harness/verdicts/adoption.ts';
import { exit, UsageError } from './lib/exit.ts';
import { plain } from './lib/paint.ts';
import { lintExit, lintText } from './lint.ts';

/** Runs a request to its end: its results, or the exit code of a run that left none. */
export type RunOnce = (request: CheckRequest) => Promise<Results | number>;

/** Where the words go, a whole report of the step that did not hold, and how a port is linted. */
export interface LadderOutput {
  readonly line: (text: string) => void;
  readonly report: (results: Results) => Promise<void>;
  /** Missing where the store runs in this process: it has no driver. */
  readonly lint?: () => Promise<LintReport>;
}

/**
 * Climbs the steps of adoption one run after the other and stops at the first that does not hold;
 * answers its exit code. Throws `UsageError` where the rungs are chosen already.
 */
export async function climb(
  request: CheckRequest,
  runOnce: RunOnce,
  output: LadderOutput,
): Promise<number> {
  const { line, report } = output;
  if (request.only?.rungs !== undefined) {
    throw new UsageError('--ladder chooses the rungs: leave --rung out');
  }
  const { tried, left } = stepsOf(request.depth);
  const all = output.lint === undefined ? steps : [driverStep, ...steps];
  const code = await climbDriver(output, tried);
  if (code !== exit.conforms) return code;
  const idle: Step[] = [];
  for (const [i, step] of tried.entries()) {
    const results = await runOnce(onStep(request, step));
    if (typeof results === 'number') return results;
    if (isUnshown(step, results)) {
      idle.push(step);
      continue;
    }
    if (results.exitCode !== exit.conforms) {
      await report(results);
      const stopped = { step, all, next: tried.slice(i + 1), why: verdictLine(results) };
      for (const text of stoppedAt(stopped)) line(text);
      return results.exitCode;
    }
    line(heldLine(step, results));
  }
  for (const step of [...left, ...idle]) line(`- ${step.name}: not tried here: ${step.says}`);
  line(doneLine([...left, ...idle]));
  return exit.conforms;
}

type Named = Pick<Step, 'name' | 'says' | 'hint'>;

/**
 * The first step of a port; answers the exit code where it does not hold. What a store must have
 * for a check to be made is asked of the store, in the next step.
 */
async function climbDriver({ line, lint }: LadderOutput, next: readonly Named[]): Promise<number> {
  if (lint === undefined) return exit.conforms;
  const linted = await lint();
  const code = lintExit(linted);
  if (code === exit.violates || code === exit.cannotStart) {
    for (const text of lintText(linted, plain).trimEnd().split('\n')) line(text);
    const all = [driverStep, ...steps];
    const stopped = { step: driverStep, all, next, why: 'the driver does not keep the protocol' };
    for (const text of stoppedAt(stopped)) line(text);
    return code;
  }
  const checks = linted.is === 'linted' ? linted.checks : [];
  const open = checks.filter(({ end }) => end.is === 'not_tried').length;
  const count = counted(checks.length - open, 'check');
  const rest = open === 0 ? '' : `; ${open} not tried, for want of a store`;
  line(`✓ ${driverStep.name}: ${driverStep.says} (${count} of lint${rest})`);
  return exit.conforms;
}

/** The request of one step. */
function onStep(request: CheckRequest, step: Step): CheckRequest {
  const has = rungsOf(request.depth);
  const rungs = step.rungs.filter((rung) => has.includes(rung));
  const only = { ...request.only, rungs };
  const words = rungs.map((rung) => rung.replaceAll(' ', '-')).join(' ');
  // Before what may stand behind it: the program of a port, with flags of its own.
  const command = request.command.replace('tearproof check', `tearproof check --rung ${words}`);
  return { ...request, command, depth: narrow(request.depth, only), only };
}

/** What a depth plans, a port may be out of reach of: then nothing of the step was seen. */
function isUnshown(step: Step, { kinds, exitCode }: Results): boolean {
  const own = ownRungs(step);
  const wasMet = kinds.some(({ rungs }) =>
    rungs.some((one) => own.includes(one.rung) && one.generated > 0),
  );
  const codes: readonly number[] = [exit.conforms, exit.usage, exit.inconclusive];
  return !wasMet && codes.includes(exitCode);
}

function heldLine({ name, says }: Step, { kinds }: Results): string {
  const states = kinds.reduce((sum, kind) => sum + (kind.totals['walked'] ?? 0), 0);
  const histories = kinds.reduce((sum, kind) => sum + kind.histories.done, 0);
  return `✓ ${name}: ${says} (${histories} histories, ${states} states)`;
}

interface Stopped {
  readonly step: Named;
  readonly all: readonly Named[];
  readonly next: readonly Named[];
  readonly why: string;
}

function stoppedAt({ step: { name, hint }, all, next, why }: Stopped): string[] {
  const number = all.findIndex((step) => step.name === name) + 1;
  return [
    '',
    `the ladder stops at step ${number} of ${all.length}, ${name}: ${why}`,
    `  look at: ${hint}`,
    ...next.map((step, i) => `  ${i === 0 ? 'then' : '    '}: ${step.name}: ${step.says}`),
  ];
}

function doneLine(left: readonly Step[]): string {
  const next = 'next: the whole run, without --ladder, which also asks that every clause was met';
  return left.length === 0 ? next : `${next}, and a reach or depth that has what was not tried`;
}
