import * as fs from 'node:fs';
import { counterexampleLines } from '../../../harness/report/counterexample.ts';
import { recordedLines } from '../../../harness/report/recorded.ts';
import { tellLines } from '../../../harness/advise/tell.ts';
import { hitOf, replay, UnknownClause, type Replayed } from '../../../harness/replay.ts';
import { replayerOf } from '../../../harness/remote/replayer.ts';
import type { Remote } from '../../../harness/remote/subject.ts';
import { reproSchema, type Repro } from '../../../harness/repro.ts';
import { reproOfHang } from './hang.ts';
import { subjectOf, UnknownName } from '../../../harness/subjects.ts';
import { UsageError } from './exit.ts';

/** A repro is small; a file beyond this is something else. */
const bytesMost = 64 * 1024 * 1024;

/** Reads a repro file. Throws `UsageError` where it cannot be read or is no repro. */
export function readRepro(file: string): Repro {
  const json = jsonIn(file);
  const hang = reproOfHang(json);
  if (hang !== null) return hang;
  const read = reproSchema.safeParse(json);
  if (read.success) return read.data;
  const first = read.error.issues[0];
  const where = first === undefined || first.path.length === 0 ? '' : ` at ${first.path.join('.')}`;
  throw new UsageError(`${file} is no repro${where}: ${first?.message ?? 'it does not fit'}`);
}

function jsonIn(file: string): unknown {
  try {
    if (!fs.statSync(file).isFile()) throw new UsageError(`${file} is no file`);
    if (fs.statSync(file).size > bytesMost)
      throw new UsageError(`${file} is too large for a repro`);
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw new UsageError(`cannot read ${file}: ${text.slice(0, 300)}`);
  }
}

/** A port in another process, and how it is started. */
export interface PortGiven {
  readonly remote: Remote;
  /** As it stands behind a command. */
  readonly words: string;
}

/** Replays a repro on the port that made it and shows the whole counterexample. */
export async function showRepro(file: string, port?: PortGiven): Promise<string[]> {
  const repro = readRepro(file);
  const command = `npx tearproof replay ${file}`;
  if (port !== undefined) {
    return reproLines(repro, await replayOnPort(repro, port.remote), `${command} ${port.words}`);
  }
  return reproLines(repro, await replayOn(repro, repro.made?.by ?? 'safe', 'made'), command);
}

/** A replay with the store that it was made on, so that more can be asked of it. */
export interface Shown {
  readonly trial: AnyTrial;
  readonly replayed: Replayed;
  /** False where the calls of the history are not those of the port that is judged. */
  readonly isSeen: boolean;
}

/**
 * Replays a repro on a port in another process: its history where that can be run again, else its
 * image. Rejects with `UsageError` where the port does not serve the kind, or could read neither.
 */
export async function replayOnPort(
  repro: Repro,
  remote: Remote,
  asked?: 'made' | 'image',
): Promise<Shown> {
  if (!remote.kinds.includes(repro.kind)) {
    throw new UsageError(`the port does not serve ${repro.kind}`);
  }
  const by = repro.made?.by ?? null;
  const { trial, isMade, isSeen } = await replayerOf(remote, { ...repro, by });
  if (asked === 'made' && !isMade) {
    throw new UsageError(`only «${by ?? 'nobody'}» can run this history again`);
  }
  const layer = asked ?? (isMade ? 'made' : 'image');
  if (layer === 'image' && trial.kind.structuralDamage === undefined && !isMade) {
    throw new UsageError(
      `the files of ${repro.kind} are each port's own: another cannot read them`,
    );
  }
  return { trial, isSeen, replayed: await replayKnown(trial, repro, layer) };
}

type AnyTrial = Awaited<ReturnType<typeof subjectOf>>['trial'];

/**
 * Replays a repro on a store. Rejects with `UsageError` where kind, store or clause are unknown.
 */
export async function replayOn(
  repro: Repro,
  store: string,
  layer: 'made' | 'image',
): Promise<Shown> {
  try {
    const { trial } = await subjectOf(repro.kind, store, repro.policy);
    return { trial, isSeen: true, replayed: await replayKnown(trial, repro, layer) };
  } catch (error) {
    if (error instanceof UnknownName) throw new UsageError(error.message);
    throw error;
  }
}

async function replayKnown(
  trial: AnyTrial,
  repro: Repro,
  layer: 'made' | 'image',
): Promise<Replayed> {
  try {
    return await replay(trial, repro, layer);
  } catch (error) {
    if (error instanceof UnknownClause) throw new UsageError(error.message);
    throw error;
  }
}

/**
 * A replayed repro as lines of text, with what was found out about it; of one that does not break
 * here, what was recorded.
 */
export async function reproLines(
  repro: Repro,
  { trial, replayed, isSeen }: Shown,
  command: string,
): Promise<string[]> {
  const { clause, evidence, finding } = replayed;
  if (finding === null) return recordedLines(repro, clause, evidence, trial.kind);
  const hit = hitOf(replayed, repro);
  if (hit !== null && isSeen) return tellLines(trial, { clause, hit, replay: command });
  const seen = hit ?? { finding, evidence };
  return counterexampleLines({ kind: trial.kind, clause, hit: seen, replay: command });
}
