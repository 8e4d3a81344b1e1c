import type { Clause } from '../../spec/lib/clause.ts';
import type { Outcome, Step } from '../../spec/lib/history.ts';
import { nodesEqual, type Image } from '../../spec/lib/image.ts';
import type { Port } from '../../spec/lib/port.ts';
import { readImage } from '../inspect/read.ts';
import { timeAt } from '../lib/time.ts';
import type { AnyKind } from '../subjects.ts';
import type { Client } from '../wire/client.ts';
import type { AnyCodec } from '../wire/codecs.ts';
import { PortFault } from '../wire/fault.ts';
import { stdioPort } from '../wire/stdio-port.ts';
import type { LiveRead } from './judge.ts';
import type { LiveReader } from './readers.ts';

/** Two processes of a port on one real folder: one writes, the other one reads. */
export interface Pair {
  readonly kind: AnyKind;
  readonly codec: AnyCodec;
  readonly reader: LiveReader<unknown>;
  readonly clauses: readonly Clause[];
  readonly writes: Client;
  readonly reads: Client;
}

/** A writer as its readers see it. */
export interface Writing {
  readonly steps: Step<unknown, unknown>[];
  /** Answers that its machine does not allow and no read was told of yet. */
  readonly strays: string[];
  isBusy: boolean;
  /** Counts what was sent and answered. */
  now: number;
}

/** One read, and the steps of the writer around it. */
export interface Read extends LiveRead {
  /** Moments of the run at which it was sent and answered, as the order of events has them. */
  readonly sent: number;
  readonly answered: number;
  /** Steps that were over when it was sent, and when it was answered. */
  readonly from: number;
  readonly to: number;
  /** The writer had not answered when this reader answered one of its calls. */
  readonly overlapped: boolean;
  /** The last step that may have been at work. */
  readonly last: number;
  readonly strays: readonly string[];
}

/** Opens a reader and reads, in a process of its own; a death or a hang is an answer too. */
export async function readOnce(
  { kind, codec, reader, reads }: Pair,
  dir: string,
  number: number,
  writing: Writing,
): Promise<Read> {
  const handle = `r${number}`;
  const port: Port<unknown, unknown> = stdioPort(reads, codec, { dir, handle }) as never;
  const [sent, from] = [writing.now++, writing.steps.length];
  const asked = reader.open === null ? [reader.read] : [reader.open, reader.read];
  let op = asked[0];
  let outcome = await answered(port, op);
  let overlapped = writing.isBusy;
  for (op of asked.slice(1)) {
    if (outcome.is !== 'ok') break;
    outcome = await answered(port, op);
    overlapped ||= writing.isBusy;
  }
  const to = writing.steps.length;
  const last = writing.isBusy ? to : to - 1;
  const view = outcome.is === 'ok' ? kind.view(op, outcome) : null;
  const around = { sent, answered: writing.now++, from, to, last, overlapped };
  return { op: kind.nameOf(op), outcome, view, changes: 0, strays: [], ...around };
}

async function answered(port: Port<unknown, unknown>, op: unknown): Promise<Outcome<unknown>> {
  try {
    return await port.step(op, timeAt(0));
  } catch (error) {
    if (!(error instanceof PortFault)) throw error;
    if (error.fault !== 'died' && error.fault !== 'hang') throw error;
    return { is: 'info', code: `${error.fault}: ${error.message}` };
  }
}

/** A read while nobody writes: what changes meanwhile, the reader has changed. */
export async function readAtRest(
  pair: Pair,
  dir: string,
  number: number,
  writing: Writing,
): Promise<Read> {
  const before = readImage(dir).image;
  const read = await readOnce(pair, dir, number, writing);
  const changes = differences(before, readImage(dir).image);
  return { ...read, changes, strays: writing.strays.splice(0) };
}

function differences(a: Image, b: Image): number {
  const paths = new Set([...a.keys(), ...b.keys()]);
  return [...paths].filter((path) => !nodesEqual(a.get(path), b.get(path))).length;
}
