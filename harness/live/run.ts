import * as fs from 'node:fs';
import { join } from 'node:path';
import { randomFrom } from '../../faults/random.ts';
import { makeRun } from '../make.ts';
import { makeWorkFolder } from '../remote/work.ts';
import { kindNamed, subjectOf } from '../subjects.ts';
import { connect, type Client, type ClientOptions } from '../wire/client.ts';
import { codecs } from '../wire/codecs.ts';
import { PortFault } from '../wire/fault.ts';
import { claimsOf } from '../wire/stdio-port.ts';
import { readBeside } from './beside.ts';
import type { LiveFinding } from './judge.ts';
import { liveReaderOf, type LiveReader } from './readers.ts';
import { acrossMoments, atEachMoment, type LiveCase } from './watch.ts';

/** How many histories of a kind are written, each of so many operations, and from which seed. */
export interface LiveOptions {
  readonly seed: string;
  readonly histories: number;
  readonly operations: number;
}

/** Reads of one sort, in all histories of a kind. */
export interface LiveReads {
  readonly kind: string;
  readonly how: 'at each moment' | 'across moments' | 'in two processes';
  readonly reads: number;
  /** Reads while the writer went on. */
  readonly overlapped: number;
  readonly refused: number;
  /** Reads that saw a cut half done. */
  readonly between: number;
  /** Entries that they showed. */
  readonly shown: number;
  readonly findings: readonly (LiveFinding & { readonly where: string })[];
}

/** Reads across moments that are drawn for each history. */
const drawnMost = 200;

/** Reads one of our stores in memory while it is written. */
export async function liveInMemory(
  kindName: string,
  store: string,
  { seed, histories, operations }: LiveOptions,
): Promise<readonly LiveReads[]> {
  const { trial } = await subjectOf(kindName, store, 'safe');
  const reader = readerOf(kindName);
  const { kind } = trial;
  const sorts: [LiveReads['how'], LiveCase[], string[]][] = [
    ['at each moment', [], []],
    ['across moments', [], []],
  ];
  for (let i = 0; i < histories; i++) {
    const id = `live/${kindName}/${i}`;
    const random = randomFrom(seed).fork(id);
    const run = await makeRun(trial, random, operations, kind.leans?.[i % 2]);
    const watched = { trial, run, reader };
    const each = [atEachMoment(watched), acrossMoments(watched, random.fork('across'), drawnMost)];
    for (const [n, cases] of each.entries()) {
      for await (const one of cases) {
        const name = kind.nameOf(run.steps[one.ended.step]!.op);
        sorts[n]![1].push(one);
        sorts[n]![2].push(`${id}, the writer at ${name} (operation ${one.ended.step + 1})`);
      }
    }
  }
  return sorts.map(([how, cases, places]) => ({
    kind: kindName,
    how,
    reads: cases.length,
    overlapped: cases.filter((one) => one.began !== one.ended).length,
    refused: cases.filter((one) => one.refused).length,
    between: cases.filter((one) => one.finding?.excused === true).length,
    shown: cases.reduce((sum, one) => sum + one.shown, 0),
    findings: cases.flatMap(({ finding }, i) =>
      finding === null || finding.excused === true ? [] : [{ ...finding, where: places[i]! }],
    ),
  }));
}

/** Reads a store in one process of a port while another process of it writes. */
export async function liveInTwo(
  kindName: string,
  client: ClientOptions,
  { seed, histories, operations }: LiveOptions,
): Promise<LiveReads> {
  const kind = kindNamed(kindName);
  const reader = readerOf(kindName);
  const codec = codecs.find((one) => one.kind === kindName)!;
  const work = makeWorkFolder();
  const clients: Client[] = [];
  try {
    const writes = await started(client);
    clients.push(writes);
    requireReader(writes, kindName, reader);
    const reads = await started(client);
    clients.push(reads);
    const all: Omit<LiveReads, 'kind' | 'how'>[] = [];
    for (let i = 0; i < histories; i++) {
      const id = `live/${kindName}/${i}`;
      const own = join(work.dir, String(i));
      fs.mkdirSync(own);
      const pair = { kind, codec, reader, writes, reads };
      const random = randomFrom(seed).fork(id).fork('two');
      const { findings, ...counts } = await readBeside(pair, { work: own, random, operations });
      const told = findings.map((one) => ({ ...one, where: `${id}, the writer at ${one.during}` }));
      all.push({ ...counts, findings: told });
      for (const one of clients) await one.call('reset', {});
    }
    const sum = (name: 'reads' | 'overlapped' | 'refused' | 'between' | 'shown'): number =>
      all.reduce((total, one) => total + one[name], 0);
    return {
      kind: kindName,
      how: 'in two processes',
      reads: sum('reads'),
      overlapped: sum('overlapped'),
      refused: sum('refused'),
      between: sum('between'),
      shown: sum('shown'),
      findings: all.flatMap((one) => one.findings),
    };
  } finally {
    await Promise.all(clients.map((one) => one.close()));
    work.remove();
  }
}

/** Whatever keeps a port from its handshake, it could not be started. */
async function started(client: ClientOptions): Promise<Client> {
  try {
    return await connect(client);
  } catch (error) {
    if (!(error instanceof PortFault) || error.fault === 'handshake') throw error;
    throw new PortFault('start', error.message, { stderr: error.stderr });
  }
}

function readerOf(kind: string): LiveReader<unknown> {
  const reader = liveReaderOf(kind);
  if (reader === null) throw new RangeError(`${kind} has no live reader`);
  return reader;
}

/** Rejects a port that does not claim to read beside a writer. */
function requireReader(client: Client, kind: string, reader: LiveReader<unknown>): void {
  const { ops } = claimsOf(client, kind);
  const known = kindNamed(kind);
  const asked = [reader.open, reader.read].flatMap((op) => (op === null ? [] : [known.nameOf(op)]));
  const missing = asked.filter((name) => !ops.includes(name));
  if (missing.length === 0) return;
  throw new PortFault('not-served', `${kind}: ${missing.join(', ')} is not claimed`);
}
