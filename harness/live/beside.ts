import * as fs from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Random } from '../../faults/random.ts';
import type { Outcome, Step } from '../../spec/lib/history.ts';
import type { Machine, Owes } from '../../spec/lib/judge.ts';
import { owes } from '../../spec/lib/ledger.ts';
import type { Port } from '../../spec/lib/port.ts';
import { follow } from '../follow.ts';
import { timeAt } from '../lib/time.ts';
import { askableOf, kindOfClaimed, machineOfAskable } from '../remote/narrowed.ts';
import type { AnyKind } from '../subjects.ts';
import type { Client } from '../wire/client.ts';
import type { AnyCodec } from '../wire/codecs.ts';
import { PortFault } from '../wire/fault.ts';
import { claimsOf, stdioPort } from '../wire/stdio-port.ts';
import { judgeLive, type LiveFinding } from './judge.ts';
import type { LiveReader } from './readers.ts';
import { isBegun } from './watch.ts';

/** Two processes of a port on one real folder: one writes, the other one reads. */
export interface Pair {
  readonly kind: AnyKind;
  readonly codec: AnyCodec;
  readonly reader: LiveReader<unknown>;
  readonly writes: Client;
  readonly reads: Client;
}

/** A history to be written while it is read. */
export interface BesideOptions {
  /** An existing folder of its own; the store is made in it. */
  readonly work: string;
  readonly random: Random;
  readonly operations: number;
}

/** What the readers of one history came to. */
export interface Beside {
  readonly operations: number;
  readonly reads: number;
  /** Reads that were under way while an operation of the writer was. */
  readonly overlapped: number;
  /** Refused while entries were taken back, or before the store was there. */
  readonly refused: number;
  /** Reads that saw a cut half done. */
  readonly between: number;
  readonly shown: number;
  readonly findings: readonly (LiveFinding & { readonly during: string })[];
}

/**
 * One read: how many operations were answered when it began, and which one was at work after it.
 */
interface Read {
  readonly from: number;
  readonly to: number;
  readonly overlapped: boolean;
  readonly outcome: Outcome<unknown>;
}

/**
 * Writes a random history in one process while another one reads it: with each operation some reads
 * are sent before it is answered. The schedule comes from the seed; what the system makes of it is
 * a race, and whatever comes of it is judged.
 */
export async function readBeside(pair: Pair, options: BesideOptions): Promise<Beside> {
  const { kind, codec, reader, writes, reads } = pair;
  const dir = join(options.work, 'store');
  fs.mkdirSync(dir);
  const claims = claimsOf(writes, kind.name);
  const askable = askableOf(kind, codec, claims.ops);
  const machine = machineOfAskable(kind.machine('safe', claims), askable);
  const writer: Port<unknown, unknown> = stdioPort(writes, codec, { dir, handle: 'w' }) as never;
  const { random } = options;
  const drafts = drawn(kindOfClaimed(kind, claims.ops), options);
  const follower = follow(machine, false);
  const steps: Step<unknown, unknown>[] = [];
  const made: Promise<Read>[] = [];
  let number = 0;
  let isBusy = false;
  const begin = (): void => {
    const from = steps.length;
    const overlapped = isBusy;
    const port = stdioPort(reads, codec, { dir, handle: `r${number++}` }) as never;
    const read = readOnce(port, reader);
    made.push(read.then((outcome) => ({ from, to: steps.length, overlapped, outcome })));
  };
  for (const draft of drafts) {
    const op = kind.resolve(follower.states.at(-1), draft);
    const at = timeAt(steps.length);
    if (op === null || follower.allowed(op, at).length === 0) continue;
    const answer = writer.step(op, at);
    isBusy = true;
    for (let n = random.below(4); n > 0; n--) begin();
    const outcome = await answer;
    isBusy = false;
    steps.push({ actor: 0, began: 0, ended: 0, op, at, outcome });
    follower.answered(op, at, outcome);
    // Some reads go on beside the next operations.
    if (random.chance(2, 3)) await Promise.all(made);
  }
  begin();
  return tally(pair, machine, steps, await Promise.all(made));
}

function drawn(kind: AnyKind, { random, operations }: BesideOptions): readonly unknown[] {
  const one = fc.array(kind.drafts('safe'), {
    minLength: operations,
    maxLength: operations,
    size: 'max',
  });
  return fc.sample(one, { seed: random.next() | 0, numRuns: 1 })[0]!;
}

async function readOnce(
  port: Port<unknown, unknown>,
  { open, read }: LiveReader<unknown>,
): Promise<Outcome<unknown>> {
  try {
    const opened = open === null ? null : await port.step(open, timeAt(0));
    return opened === null || opened.is === 'ok' ? await port.step(read, timeAt(0)) : opened;
  } catch (error) {
    if (!(error instanceof PortFault)) throw error;
    if (error.fault !== 'died' && error.fault !== 'hang') throw error;
    return { is: 'info', code: `${error.fault}: ${error.message}` };
  }
}

function tally(
  { kind, reader }: Pair,
  machine: Machine<unknown, unknown, unknown>,
  steps: readonly Step<unknown, unknown>[],
  reads: readonly Read[],
): Beside {
  const findings: Beside['findings'][number][] = [];
  let [refused, between, shown] = [0, 0, 0];
  for (const { from, to, outcome } of reads) {
    const keys = kind.view(reader.read, outcome)?.keys ?? null;
    const during = steps.slice(from, to + 1).map(({ op }) => kind.nameOf(op));
    const moved = during.some((name) => reader.cuts.includes(name));
    const begun = isBegun(kind, steps.slice(0, from));
    const bounds = { owes: owedOver(machine, steps, from, to), begun, moved };
    const finding = judgeLive({ keys, outcome, changes: 0 }, bounds);
    if (keys === null) refused++;
    shown += keys?.length ?? 0;
    if (finding?.excused === true) between++;
    else if (finding !== null) findings.push({ ...finding, during: during.join(', ') });
  }
  return {
    operations: steps.length,
    reads: reads.length,
    overlapped: reads.filter((one) => one.overlapped).length,
    refused,
    between,
    shown,
    findings,
  };
}

/** What the log may have been from the answer before a read to the operation at work after it. */
function owedOver(
  machine: Machine<unknown, unknown, unknown>,
  steps: readonly Step<unknown, unknown>[],
  from: number,
  to: number,
): readonly Owes[] {
  const all: Owes[] = [];
  for (let upTo = from; upTo <= to; upTo++) {
    all.push(...owes(machine, steps.slice(0, upTo), upTo, 'process'));
    all.push(...owes(machine, steps.slice(0, upTo + 1), upTo, 'process'));
  }
  return all;
}
