import * as fs from 'node:fs';
import { counterexampleLines } from '../../../harness/report/counterexample.ts';
import { hitOf, replay, type Replayed } from '../../../harness/replay.ts';
import { reproSchema, type Repro } from '../../../harness/repro.ts';
import { subjectOf } from '../../../harness/subjects.ts';

/** Reads a repro file. Throws where it is no JSON or no repro. */
export function readRepro(file: string): Repro {
  return reproSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
}

/** Replays a repro on the port that made it and shows the whole counterexample. */
export async function showRepro(file: string): Promise<string[]> {
  const repro = readRepro(file);
  const replayed = await replayOn(repro, repro.made?.by ?? 'safe', 'made');
  return reproLines(repro, replayed, file);
}

export async function replayOn(
  repro: Repro,
  store: string,
  layer: 'made' | 'image',
): Promise<Replayed> {
  const subject = await subjectOf(repro.kind, store, repro.policy);
  return replay(subject.trial, repro, layer);
}

/** A replayed repro as lines of text; one that no longer breaks says so. */
export function reproLines(repro: Repro, replayed: Replayed, file: string): string[] {
  const hit = hitOf(replayed, repro);
  const command = `npx tearproof replay ${file}`;
  if (hit === null) {
    const end = replayed.finding === null ? 'did not break it' : replayed.finding.say;
    return [`${repro.clause}: ${repro.say}`, `  on its image (layer ${replayed.layer}): ${end}`];
  }
  return counterexampleLines({ clause: replayed.clause, hit, replay: command });
}
