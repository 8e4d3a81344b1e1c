import * as fs from 'node:fs';
import { counterexampleLines } from '../../../harness/report/counterexample.ts';
import { recordedLines } from '../../../harness/report/recorded.ts';
import { tellLines } from '../../../harness/advise/tell.ts';
import { hitOf, replay, UnknownClause, type Replayed } from '../../../harness/replay.ts';
import { reproSchema, type Repro } from '../../../harness/repro.ts';
import { subjectOf, UnknownName } from '../../../harness/subjects.ts';
import { UsageError } from './exit.ts';

/** A repro is small; a file beyond this is something else. */
const bytesMost = 64 * 1024 * 1024;

/** Reads a repro file. Throws `UsageError` where it cannot be read or is no repro. */
export function readRepro(file: string): Repro {
  const read = reproSchema.safeParse(jsonIn(file));
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

/** Replays a repro on the port that made it and shows the whole counterexample. */
export async function showRepro(file: string): Promise<string[]> {
  const repro = readRepro(file);
  const replayed = await replayOn(repro, repro.made?.by ?? 'safe', 'made');
  return reproLines(repro, replayed, `npx tearproof replay ${file}`);
}

/** A replay with the store that it was made on, so that more can be asked of it. */
export interface Shown {
  readonly trial: AnyTrial;
  readonly replayed: Replayed;
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
    return { trial, replayed: await replay(trial, repro, layer) };
  } catch (error) {
    if (error instanceof UnknownName || error instanceof UnknownClause) {
      throw new UsageError(error.message);
    }
    throw error;
  }
}

/**
 * A replayed repro as lines of text, with what was found out about it; of one that does not break
 * here, what was recorded.
 */
export async function reproLines(
  repro: Repro,
  { trial, replayed }: Shown,
  command: string,
): Promise<string[]> {
  const { clause, evidence, finding } = replayed;
  if (finding === null) return recordedLines(repro, clause, evidence, trial.kind);
  const hit = hitOf(replayed, repro);
  if (hit !== null) return tellLines(trial, { clause, hit, replay: command });
  const seen = { finding, evidence };
  return counterexampleLines({ kind: trial.kind, clause, hit: seen, replay: command });
}
