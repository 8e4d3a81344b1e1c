import * as fs from 'node:fs';
import { join } from 'node:path';
import { randomFrom } from '../../faults/random.ts';
import { findingName, type CaseEvent, type FindingEvent, type PortEvent } from '../events.ts';
import type { LeansOn } from '../kind.ts';
import { makeRun } from '../make.ts';
import { portEvent } from '../port-events.ts';
import { makeWorkFolder } from '../remote/work.ts';
import { kindNamed, subjectOf } from '../subjects.ts';
import type { ClausePlan } from '../verdicts/plan.ts';
import { connect, type Client } from '../wire/client.ts';
import { codecs } from '../wire/codecs.ts';
import { PortFault } from '../wire/fault.ts';
import { resetPort } from '../wire/stdio-port.ts';
import { readBeside } from './beside.ts';
import type { LiveCase } from './cases.ts';
import { classOf, livePlan, type How, type LiveRequest, type LiveSubject } from './plan.ts';
import { liveReaderOf, type LiveReader } from './readers.ts';
import { acrossMoments, atEachMoment } from './watch.ts';

/** Reads across moments that are drawn for each history. */
const drawnMost = 200;

/** The events of one kind: a case a history and way of reading, a finding a broken clause. */
export async function* liveEvents(
  subject: LiveSubject,
  request: LiveRequest,
): AsyncGenerator<CaseEvent | FindingEvent | PortEvent> {
  const clauses = livePlan(subject, request).judged;
  const known = new Set<string>();
  const ways = [
    ...(subject.isOurs ? [inMemory(subject, request, clauses)] : []),
    inTwo(subject, request, clauses),
  ];
  for (const reads of ways) {
    for await (const one of reads) {
      if ('is' in one) yield one;
      else yield* told(subject.kind, one, known);
    }
  }
}

/** The reads of one history, in one way. */
interface Gathered {
  readonly id: string;
  readonly how: How;
  readonly operations: number;
  readonly cases: readonly LiveCase[];
}

type Clauses = ClausePlan['judged'];

async function* inMemory(
  { kind: kindName }: LiveSubject,
  { seed, histories, operations }: LiveRequest,
  clauses: Clauses,
): AsyncGenerator<Gathered> {
  const { trial } = await subjectOf(kindName, 'safe', 'safe');
  const reader = readerOf(kindName);
  for (let i = 0; i < histories; i++) {
    const id = `live/${kindName}/${i}`;
    const random = randomFrom(seed).fork(id);
    const run = await makeRun(trial, random, operations, leanAt(kindName, i));
    const watched = { trial, run, reader, clauses };
    const across = acrossMoments(watched, random.fork('across'), drawnMost);
    const common = { id, operations: run.steps.length };
    yield { ...common, how: 'at each moment', cases: await gathered(atEachMoment(watched)) };
    yield { ...common, how: 'across moments', cases: await gathered(across) };
  }
}

/** Every other history leans on what the kind says is rare, so that each is met. */
const leanAt = (kind: string, index: number): LeansOn | undefined =>
  kindNamed(kind).leans?.[index % 2];

async function gathered(cases: AsyncIterable<LiveCase>): Promise<readonly LiveCase[]> {
  const all: LiveCase[] = [];
  for await (const one of cases) all.push(one);
  return all;
}

/** Two processes of a port, which one after the other are started, asked, and ended. */
async function* inTwo(
  { kind: kindName, client }: LiveSubject,
  { seed, histories, operations }: LiveRequest,
  clauses: Clauses,
): AsyncGenerator<Gathered | PortEvent> {
  const kind = kindNamed(kindName);
  const codec = codecs.find((one) => one.kind === kindName)!;
  const work = makeWorkFolder();
  const clients: Client[] = [];
  let id = `live/${kindName}/0`;
  let broke: PortFault | null = null;
  try {
    for (let n = 0; n < 2; n++) clients.push(await connect(client));
    const [writes, reads] = [clients[0]!, clients[1]!];
    const pair = { kind, codec, reader: readerOf(kindName), clauses, writes, reads };
    for (let i = 0; i < histories; i++) {
      id = `live/${kindName}/${i}`;
      const own = join(work.dir, String(i));
      fs.mkdirSync(own);
      const random = randomFrom(seed).fork(id).fork('two');
      const leansOn = leanAt(kindName, i);
      const beside = await readBeside(pair, { work: own, random, operations, leansOn });
      yield { id, how: 'in two processes', ...beside };
      for (const one of clients) await resetPort(one);
    }
  } catch (error) {
    if (!(error instanceof PortFault)) throw error;
    broke = error;
  } finally {
    const ends = await Promise.all(clients.map((one) => one.close()));
    work.remove();
    broke ??= ends.find((one) => one.fault !== null)?.fault ?? null;
  }
  if (broke !== null) yield { ...portEvent(kindName, id, broke), lost: true };
}

function* told(
  kind: string,
  { id, how, operations, cases }: Gathered,
  known: Set<string>,
): Generator<CaseEvent | FindingEvent> {
  const clauses: Record<string, { exercised: number; failed: number }> = {};
  const common = { kind, id: `${id} ${how}` };
  for (const { judged, overlapped, where } of cases) {
    for (const { clause, findings } of judged) {
      const spread = (clauses[clause.id] ??= { exercised: 0, failed: 0 });
      // A read that met no writer at work shows nothing, unless it shows that something is wrong.
      if (overlapped || findings.length > 0) spread.exercised++;
      if (findings.length > 0) spread.failed++;
      for (const { anomaly, phase, say } of findings) {
        const named = { clause: clause.id, anomaly, gates: true };
        if (known.has(findingName(named))) continue;
        known.add(findingName(named));
        const at = { phase, fault: 'none', rung: 'none', model: 'none' } as const;
        yield { is: 'finding', ...common, ...named, ...at, say: `${say} (${how}, ${where})` };
      }
    }
  }
  const count = (is: (one: LiveCase) => boolean): number => cases.filter(is).length;
  yield {
    is: 'case',
    ...common,
    operations,
    cuts: 0,
    damaged: 0,
    generated: cases.length,
    walked: cases.length,
    faults: { [classOf(how)]: count((one) => one.overlapped) },
    phases: {
      read: cases.length,
      refused: count((one) => one.refused),
      shown: cases.reduce((sum, one) => sum + one.shown, 0),
    },
    clauses,
    reported: {},
    rungs: [],
    agreement: { same: 0, compared: 0 },
  };
}

function readerOf(kind: string): LiveReader<unknown> {
  const reader = liveReaderOf(kind);
  if (reader === null) throw new RangeError(`${kind} has no live reader`);
  return reader;
}
