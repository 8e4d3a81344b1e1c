import * as fs from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Random } from '../../faults/random.ts';
import type { Port } from '../../spec/lib/port.ts';
import { follow } from '../follow.ts';
import type { LeansOn } from '../kind.ts';
import { show } from '../lib/show.ts';
import { timeAt } from '../lib/time.ts';
import { askableOf, kindOfClaimed, machineOfAskable } from '../remote/narrowed.ts';
import type { AnyKind } from '../subjects.ts';
import { claimsOf, stdioPort } from '../wire/stdio-port.ts';
import type { LiveCase } from './cases.ts';
import { readAtRest, readOnce, type Pair, type Read, type Writing } from './reads.ts';
import { judgeReads } from './weigh.ts';

/** A history to be written while it is read. */
export interface BesideOptions {
  /** An existing folder of its own; the store is made in it. */
  readonly work: string;
  readonly random: Random;
  readonly operations: number;
  readonly leansOn?: LeansOn | undefined;
}

/** What the readers of one history came to. */
export interface Beside {
  readonly operations: number;
  readonly cases: readonly LiveCase[];
}

/** So many reads more are sent, one after the other, while one operation is at work. */
const readsMost = 40;

/**
 * Writes a random history in one process while another one reads it: with each operation some reads
 * are sent, and more as long as it is not answered. The schedule comes from the seed; what the
 * system makes of it is a race, and whatever comes of it is judged. Now and then, and at last, one
 * reads while the writer rests, and the files must be what they were.
 */
export async function readBeside(pair: Pair, options: BesideOptions): Promise<Beside> {
  const { kind, codec, writes } = pair;
  const dir = join(options.work, 'store');
  fs.mkdirSync(dir);
  const claims = claimsOf(writes, kind.name);
  const askable = askableOf(kind, codec, claims.ops);
  const machine = machineOfAskable(kind.machine('safe', claims, { root: dir }), askable);
  const writer: Port<unknown, unknown> = stdioPort(writes, codec, { dir, handle: 'w' }) as never;
  const { random } = options;
  const follower = follow(machine, false);
  const writing: Writing = { steps: [], strays: [], isBusy: false, now: 0 };
  const made: Promise<Read>[] = [];
  const begin = (more: number): void => {
    const during = writing.steps.length;
    const read = readOnce(pair, dir, made.length, writing);
    made.push(read);
    const again = (): void => {
      if (more > 0 && writing.isBusy && writing.steps.length === during) begin(more - 1);
    };
    // One that fails meanwhile is met where all of them are waited for.
    read.then(again, () => {});
  };
  const rest = async (): Promise<void> => {
    await Promise.all(made);
    const read = readAtRest(pair, dir, made.length, writing);
    made.push(read);
    await read;
  };
  for (const draft of drawn(kindOfClaimed(kind, claims.ops), options)) {
    const op = kind.resolve(follower.states.at(-1), draft);
    const at = timeAt(writing.steps.length);
    if (op === null || follower.allowed(op, at).length === 0) continue;
    const answer = writer.step(op, at);
    writing.isBusy = true;
    for (let n = random.below(3); n > 0; n--) begin(0);
    begin(readsMost);
    const outcome = await answer;
    writing.isBusy = false;
    writing.steps.push({ actor: 0, began: 0, ended: 0, op, at, outcome });
    if (!follower.answered(op, at, outcome)) {
      writing.strays.push(`${kind.nameOf(op)} answers ${show(outcome)}`);
    }
    // Some reads go on beside the next operations.
    if (random.chance(2, 3)) await Promise.all(made);
    if (random.chance(1, 4)) await rest();
  }
  await rest();
  const { steps } = writing;
  return {
    operations: steps.length,
    cases: judgeReads(pair, machine, steps, await Promise.all(made)),
  };
}

function drawn(kind: AnyKind, { random, operations, leansOn }: BesideOptions): readonly unknown[] {
  const one = fc.array(kind.drafts('safe', leansOn), {
    minLength: operations,
    maxLength: operations,
    size: 'max',
  });
  return fc.sample(one, { seed: random.next() | 0, numRuns: 1 })[0]!;
}
