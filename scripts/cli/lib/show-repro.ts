import * as fs from 'node:fs';
import { counterexampleLines } from '../../../harness/report/counterexample.ts';
import { recordedLines } from '../../../harness/report/recorded.ts';
import { replay, UnknownClause, type Replayed } from '../../../harness/replay.ts';
import { caseOf, reproSchema, type Repro } from '../../../harness/repro.ts';
import { kindNamed, subjectOf, UnknownName } from '../../../harness/subjects.ts';
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

/**
 * Replays a repro on a store. Rejects with `UsageError` where kind, store or clause are unknown.
 */
export async function replayOn(
  repro: Repro,
  store: string,
  layer: 'made' | 'image',
): Promise<Replayed> {
  try {
    const subject = await subjectOf(repro.kind, store, repro.policy);
    return await replay(subject.trial, repro, layer);
  } catch (error) {
    if (error instanceof UnknownName || error instanceof UnknownClause) {
      throw new UsageError(error.message);
    }
    throw error;
  }
}

/** A replayed repro as lines of text; of one that does not break here, what was recorded. */
export function reproLines(repro: Repro, replayed: Replayed, command: string): string[] {
  const { clause, evidence, finding, run } = replayed;
  if (finding === null) return recordedLines(repro, clause, evidence, kindNamed(repro.kind));
  const made = run === null ? null : caseOf(repro);
  const hit = {
    finding,
    evidence,
    ...(run === null ? {} : { run }),
    ...(made === null ? {} : { case: made }),
  };
  return counterexampleLines({ kind: kindNamed(repro.kind), clause, hit, replay: command });
}
