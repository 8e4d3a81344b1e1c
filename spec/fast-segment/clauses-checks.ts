import type { Check, Evidence, FailedCall, Finding } from '../lib/clause.ts';
import type { Image } from '../lib/image.ts';
import type { Key } from '../lib/judge.ts';
import { aroundSteps } from '../lib/promises-disk.ts';
import { finding, firstOpen, named, reportsOwed, survives } from '../lib/promises.ts';
import type { Facts } from '../lib/promises.ts';
import { keyOf } from './bytes.ts';
import { assess, judgedId, verdict } from './classify.ts';
import { pathOf, payloadBytesMost } from './layout.ts';
import { segmentsIn, survey } from './survey.ts';

/** Opening reports and shows no entry; a file on its way to replace another means nothing. */
export const facts: Facts = {
  isOpen: (seen) => seen.op === 'open',
  isVolatile: (path) => /^sessions\/\d+\.fast\.tmp$/.test(path),
};

/** The codes that name a failed file call as its cause (format page, Codes). */
export function codesOfFailure({ errno }: FailedCall): readonly string[] {
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return ['no_space'];
  return [errno === 'ELOOP' ? 'symlink_refused' : `io-${errno.toLowerCase()}`];
}

/** What the bytes of the start call for: repairs, or notices. */
export const owedRepairs: Check = reportsOwed(facts, ({ start }) => ({
  notices: [],
  repairs: assess(start).owed.repairs,
}));

export const owedNotices: Check = reportsOwed(facts, ({ start }) => ({
  notices: assess(start).owed.notices,
  repairs: [],
}));

/** The committed entries of every segment, as keys, by path. */
function committedIn(image: Image): ReadonlyMap<string, readonly Key[]> {
  return new Map(
    segmentsIn(image).map(([path, node]) => [
      path,
      verdict(path, survey(node)).committed.map(({ entry }) => keyOf(entry)),
    ]),
  );
}

/** An open takes away nothing that was committed. Exercised where an open changed a segment. */
export const committedStays: Check = (evidence) => {
  const opens = aroundSteps(evidence).filter(
    ({ seen, before, after }) =>
      facts.isOpen(seen) &&
      before !== after &&
      segmentsIn(before).some(([path, node]) => after.get(path) !== node),
  );
  if (opens.length === 0) return 'not_exercised';
  return opens.flatMap(({ seen, before, after }): readonly Finding[] => {
    const left = committedIn(after);
    return [...committedIn(before)].flatMap(([path, keys]) => {
      const now = left.get(path) ?? [];
      const gone = keys.filter((key, i) => now[i] !== key);
      if (gone.length === 0) return [];
      const say = `opening takes committed entries out of ${path}: ${named(gone)}`;
      return [finding('destroyed_evidence', seen.phase, say)];
    });
  });
};

/** A reader shows exactly the frames that the header of its file publishes, at that moment. */
export const showsPublished: Check = (evidence) => {
  const file = pathOf(judgedId);
  const reads = aroundSteps(evidence).filter(
    ({ seen }) => seen.view !== undefined && !facts.isOpen(seen),
  );
  const judged = reads.flatMap(({ seen, after }) => {
    const node = after.get(file);
    if (node?.is !== 'file') return [];
    const { committed, classes } = verdict(file, survey(node));
    const isWhole = classes.every(({ why }) => why === 'uncommitted_tail');
    return isWhole ? [{ seen, keys: committed.map(({ entry }) => keyOf(entry)) }] : [];
  });
  if (judged.length === 0) return 'not_exercised';
  return judged.flatMap(({ seen, keys }): readonly Finding[] => {
    const shown = seen.view?.keys ?? [];
    const beyond = shown.filter((key, i) => keys[i] !== key);
    if (beyond.length > 0) {
      const say = `shows what the header does not publish there: ${named(beyond)}`;
      return [finding('torn_visible', seen.phase, say)];
    }
    if (shown.length === keys.length) return [];
    const say = `shows ${shown.length} entries of ${keys.length} that the header publishes`;
    return [finding('gap', seen.phase, say)];
  });
};

/** A link where the store looks for a file of its own is refused. Exercised where there is one. */
export const linksRefused: Check = (evidence) => {
  const opened = firstOpen(facts, evidence);
  const isLinked = evidence.legal.some(
    (l) => l.open === 'refused' && l.codes.includes('symlink_refused'),
  );
  if (opened === undefined || !isLinked) return 'not_exercised';
  if (opened.outcome.is !== 'ok') return [];
  const say = 'follows a link that stands where a file of its own should';
  return [finding('corrupt_accepted', 'open', say)];
};

/** What a reader may ask for at once, however little there is: a buffer of its own choice. */
const readBytesAtOnce = 1 << 20;

/**
 * Lengths on disk that no file could meet do not end the port, and it asks for no more bytes than
 * exist or the longest payload has. Exercised wherever the port read at all.
 */
export const boundsHold: Check = (evidence) => {
  const { requested = 0 } = evidence;
  if (requested === 0) return 'not_exercised';
  const largest = Math.min(largestFile(evidence), payloadBytesMost + readBytesAtOnce);
  const most = Math.max(largest, readBytesAtOnce);
  const died = survives(evidence);
  if (requested <= most) return died === 'not_exercised' ? [] : died;
  const say = `asks for ${requested} bytes at once, and the largest file has ${largest}`;
  return [finding('allocation_unbounded', 'open', say)];
};

function largestFile({ start, seen }: Evidence): number {
  let largest = 0;
  for (const image of [start, ...seen.flatMap((s) => s.image ?? [])]) {
    for (const node of image.values()) {
      if (node.is === 'file' && node.size > largest) largest = node.size;
    }
  }
  return largest;
}
