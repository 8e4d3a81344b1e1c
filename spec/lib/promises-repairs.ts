import type { Check, Finding, Seen } from './clause.ts';
import { bytesOf, nodesEqual } from './image.ts';
import type { Image, Path } from './image.ts';
import type { Repair } from './judge.ts';
import { aroundSteps } from './promises-disk.ts';
import { finding } from './promises-log.ts';

interface Told {
  readonly seen: Seen;
  readonly repair: Repair;
  readonly before: Image;
  readonly after: Image;
}

function toldIn(evidence: Parameters<Check>[0]): readonly Told[] {
  return aroundSteps(evidence).flatMap(({ seen, before, after }) =>
    (seen.view?.repairs ?? []).map((repair) => ({ seen, repair, before, after })),
  );
}

function sizeAt(image: Image, path: Path): number {
  const node = image.get(path);
  return node?.is === 'file' ? node.size : 0;
}

/**
 * A repair that is reported was done: its file is another one, and held the range that it names.
 */
export const repairsWereDone: Check = (evidence) => {
  const told = toldIn(evidence);
  if (told.length === 0) return 'not_exercised';
  return told.flatMap(({ seen, repair, before, after }): readonly Finding[] => {
    const { did, file, from, to } = repair;
    const say = (what: string): readonly Finding[] => [
      finding('silent_repair', seen.phase, `${file} is reported as ${did}, ${what}`),
    ];
    if (nodesEqual(before.get(file), after.get(file))) return say('and is as it was');
    // One repair may find what another has made longer: the line feed of an adopted record.
    const size = Math.max(sizeAt(before, file), sizeAt(after, file));
    const isRange = Number.isSafeInteger(from) && from >= 0 && from <= to && to <= size;
    return isRange ? [] : say(`bytes ${from} to ${to}, and held ${sizeAt(before, file)}`);
  });
};

/**
 * Where a repair says that bytes were kept, those bytes are; what it appended before may follow.
 */
export const keptWhereSaid: Check = (evidence) => {
  const told = toldIn(evidence).filter(({ repair }) => repair.keptIn !== undefined);
  if (told.length === 0) return 'not_exercised';
  return told.flatMap(({ seen, repair, before, after }): readonly Finding[] => {
    const { file, from, to, keptIn = '' } = repair;
    const lost = (bytesOf(before, file) ?? new Uint8Array()).subarray(from, to);
    const kept = bytesOf(after, keptIn);
    if (kept !== null && begins(kept, lost)) return [];
    const say =
      kept === null
        ? `nothing is kept in ${keptIn}`
        : `${keptIn} does not hold bytes ${from} to ${to} of ${file}`;
    return [finding('destroyed_evidence', seen.phase, say)];
  });
};

function begins(kept: Uint8Array, lost: Uint8Array): boolean {
  return kept.length >= lost.length && lost.every((byte, i) => kept[i] === byte);
}
