import type { Check, Evidence, FailedCall, Finding, Seen } from '../lib/clause.ts';
import type { Image } from '../lib/image.ts';
import type { Key } from '../lib/judge.ts';
import {
  finding, firstOpen, goneOf, named, reportsOwed, sameKeys, survives,
} from '../lib/promises.ts'; // prettier-ignore
import type { Facts, Keeping } from '../lib/promises.ts';
import { keyOf, noHash } from './bytes.ts';
import { assess } from './classify.ts';
import { hashOfFile, headOf } from './frames.ts';
import { frameLengthMost } from './layout.ts';
import { numberIn, pathOf } from './names.ts';
import type { Closed, Frame, Link, Op } from './ops.ts';
import { does, start } from './table.ts';
import { modeName } from './walk.ts';

/**
 * Opening reports and shows no frame; of what recovery sets aside only the last step is relied on.
 */
export const facts: Facts = {
  isOpen: (seen) => seen.op === 'open',
  isVolatile: (path) => path === 'quarantine/tmp',
};

/**
 * Where a safe log keeps what it takes away; nothing goes without a copy. The copy that is being
 * made is none yet: the next repair begins by taking it away.
 */
export const keeping: Keeping = {
  isKeeper: (path) => path.startsWith('quarantine/') && path !== 'quarantine/tmp',
  isSpared: () => false,
};

/**
 * The codes that name a failed file call as its cause. Closing is the cause of nothing: an open
 * that lets go of the handle before it goes on to refuse for a reason of its own.
 */
export function codesOfFailure({ call, errno }: FailedCall): readonly string[] {
  if (call === 'closeSync') return [];
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return ['no_space'];
  return [errno === 'ELOOP' ? 'symlink_refused' : `io-${errno.toLowerCase()}`];
}

/** Notices of these codes that the bytes of the start call for. */
export function owedNotices(...codes: readonly string[]): Check {
  return reportsOwed(facts, ({ start: image }) => ({
    notices: assess(image).expectedNotices.filter((n) => codes.includes(n.code)),
    repairs: [],
  }));
}

/** Repairs that the bytes of the start call for. */
export const owedRepairs: Check = reportsOwed(facts, ({ start: image }) => ({
  notices: [],
  repairs: assess(image).expectedRepairs,
}));

/** Where an open has succeeded, every strict replay behind it does. */
export const opensToBeReplayed: Check = ({ seen }) => {
  const judged = seen.filter((s) => s.op === 'replay' && s.phase !== 'inspect');
  const opened = seen.some((s) => facts.isOpen(s) && s.outcome.is === 'ok');
  if (!opened || judged.length === 0) return 'not_exercised';
  return judged.flatMap(({ outcome, phase }) => {
    if (outcome.is === 'ok' || goneOf(outcome) !== null) return [];
    return [finding('unopenable', phase, `the log opens, and a replay answers ${outcome.code}`)];
  });
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const isLink = (value: unknown): value is Link =>
  isRecord(value) && typeof value['segment'] === 'bigint' && typeof value['hash'] === 'string';
const isClosed = (value: unknown): value is Closed => isLink(value) && 'sizeBytes' in value;

function hashIn(image: Image, segment: bigint): string | null {
  const node = image.get(pathOf(segment));
  return node?.is === 'file' ? hashOfFile(node) : null;
}

/** Steps of one operation that answered, with the disk after them. */
function answered(
  { seen }: Evidence,
  ...ops: readonly string[]
): readonly (Seen & { readonly image: Image; readonly value: unknown })[] {
  return seen.flatMap((s) =>
    s.outcome.is === 'ok' && s.image !== undefined && ops.includes(s.op)
      ? [{ ...s, image: s.image, value: s.outcome.value }]
      : [],
  );
}

/**
 * Verification names every segment with the hash of its bytes, and what its header holds of the one
 * before: that one's hash, or none in a segment that begins a chain.
 */
export const linksHold: Check = (evidence) => {
  const steps = answered(evidence, 'verify');
  if (steps.length === 0) return 'not_exercised';
  return steps.flatMap(({ image, phase, value }) => {
    const links = Array.isArray(value) ? value.filter(isLink) : [];
    const off = links.find(
      ({ segment, hash, prev }, i) =>
        hash !== hashIn(image, segment) ||
        (prev !== (links[i - 1]?.hash ?? noHash) && prev !== noHash),
    );
    const count = [...image.keys()].filter((path) => isCanonical(path)).length;
    if (off !== undefined) {
      return [finding('chain_broken', phase, `segment ${off.segment}: not the hash of its bytes`)];
    }
    if (links.length === count) return [];
    return [finding('chain_broken', phase, `names ${links.length} segments of ${count}`)];
  });
};

const isCanonical = (path: string): boolean => {
  const number = path.includes('/') ? null : numberIn(path);
  return number !== null && path === pathOf(number);
};

/**
 * A segment that is closed is named with the hash and the size of its file, and one that a rotation
 * creates holds that hash.
 */
export const closedAsFound: Check = (evidence) => {
  const steps = answered(evidence, 'rotate', 'close');
  if (steps.length === 0) return 'not_exercised';
  return steps.flatMap(({ image, phase, op, value }): readonly Finding[] => {
    const closed = isClosed(value) ? value : null;
    const node = closed === null ? undefined : image.get(pathOf(closed.segment));
    if (closed === null || node?.is !== 'file') {
      return [finding('chain_broken', phase, `${op} names a segment that is not there`)];
    }
    const { segment, hash, sizeBytes } = closed;
    if (hash !== hashOfFile(node) || sizeBytes !== BigInt(node.size)) {
      const say = `${op} names another hash or size of segment ${segment} than its file has`;
      return [finding('chain_broken', phase, say)];
    }
    const next = op === 'rotate' ? image.get(pathOf(segment + 1n)) : undefined;
    if (next?.is !== 'file' || headOf(next).prev === hash) return [];
    const say = `segment ${segment + 1n} does not hold the hash of the one before`;
    return [finding('chain_broken', phase, say)];
  });
};

/** A rotation creates one file, whose number is above that of every segment that was there. */
export const newNumber: Check = ({ seen, start: first }) => {
  const rotated = seen.findIndex((s) => s.op === 'rotate' && s.outcome.is === 'ok');
  const image = seen[rotated]?.image;
  if (image === undefined) return 'not_exercised';
  const before = seen.slice(0, rotated).findLast((s) => s.image !== undefined)?.image ?? first;
  const numbers = (of: Image): readonly bigint[] =>
    [...of.keys()].flatMap((path) => (path.includes('/') ? [] : (numberIn(path) ?? [])));
  const most = numbers(before).reduce((a, b) => (b > a ? b : a), 0n);
  const added = [...image.keys()].filter((path) => !before.has(path) && isCanonical(path));
  if (added.length === 1 && (numberIn(added[0] ?? '') ?? 0n) > most) return [];
  return [finding('resurrected', 'append', 'a rotation goes on in a segment that was used before')];
};

/**
 * After a crash every segment that another follows is whole, and the header behind it holds its
 * hash.
 */
export const sealedIsWhole: Check = ({ fault, start: image }) => {
  const count = [...image.keys()].filter((path) => isCanonical(path)).length;
  if ((fault !== 'kill' && fault !== 'power') || count < 2) return 'not_exercised';
  return assess(image)
    .problems.filter(({ code }) => sealedCodes.has(code))
    .map(({ code, file }) =>
      finding('torn_visible', 'open', `${file}: ${code}, although it was closed`),
    );
};

const sealedCodes = new Set([
  'frame_corrupt', 'header_damaged', 'segment_misplaced', 'chain_mismatch',
]); // prettier-ignore

/** What a reader may ask for at once, however little there is: a buffer of its own choice. */
const readBytesAtOnce = 1 << 20;

/** The port lives, and asks for no more bytes than a file or the longest frame has. */
export const boundsHold: Check = (evidence) => {
  const { requested = 0, start: image, seen } = evidence;
  if (requested === 0) return 'not_exercised';
  let largest = 0;
  for (const one of [image, ...seen.flatMap((s) => s.image ?? [])]) {
    for (const node of one.values()) {
      if (node.is === 'file' && node.size > largest) largest = node.size;
    }
  }
  const bound = Math.max(readBytesAtOnce, Math.min(largest, frameLengthMost + 4));
  const found = survives(evidence);
  if (requested <= bound || found === 'not_exercised') return found;
  const say = `asks for ${requested} bytes at once where ${bound} are all that there can be`;
  return [...found, finding('allocation_unbounded', 'open', say)];
};

/** A link where the log looks for a file or directory of its own is refused. */
export const linksRefused: Check = (evidence) => {
  const opened = firstOpen(facts, evidence);
  const isLinked = evidence.legal.some(
    (l) => l.open === 'refused' && l.codes.includes('symlink_refused'),
  );
  const mustRefuse = isLinked && evidence.legal.every((l) => l.open === 'refused');
  if (opened === undefined || !mustRefuse) return 'not_exercised';
  if (opened.outcome.is !== 'ok') return [];
  const say = 'follows a link that stands where a file of its own should';
  return [finding('corrupt_accepted', 'open', say)];
};

const modes: ReadonlyMap<string, Op> = new Map(
  [true, false].flatMap((strict) =>
    [true, false].map((chain) => [
      modeName(strict, chain),
      { op: 'replay', after: 0n, strict, chain },
    ]),
  ),
);

/** Every replay, in its mode, answers what the original answers on the same bytes. */
export const replaysAsTable: Check = ({ seen }) => {
  const asked = seen.flatMap((s) => {
    const op = modes.get(s.probe ?? '');
    return op === undefined || s.image === undefined ? [] : [{ ...s, image: s.image, op }];
  });
  if (asked.length === 0) return 'not_exercised';
  return asked.flatMap(({ image, op, outcome, phase, probe, view }) => {
    const ways = does(start(image), op, '1970-01-01T00:00:00.000Z').map((way) => way.outcome);
    if (outcome.is !== 'ok') {
      const codes = ways.flatMap((way) => (way.is === 'ok' ? [] : way.code));
      if (codes.includes(outcome.code)) return [];
      const due = codes.length === 0 ? 'answering' : `answering ${codes.join(' or ')}`;
      const say = `a replay, ${probe ?? ''}, answers ${outcome.code} instead of ${due}`;
      return [finding(codes.length === 0 ? 'unopenable' : 'wrong_error', phase, say)];
    }
    const legal = ways.flatMap((way) =>
      way.is === 'ok' ? [(way.value as readonly Frame[]).map(keyOf)] : [],
    );
    const shown: readonly Key[] = view?.keys ?? [];
    if (legal.some((keys) => sameKeys(keys, shown))) return [];
    const known = new Set(legal.flat());
    const alien = shown.filter((key) => !known.has(key));
    const say = alien.length > 0 ? `shows ${named(alien)}` : `shows ${shown.length} frames`;
    const anomaly = legal.length === 0 || alien.length > 0 ? 'corrupt_accepted' : 'gap';
    return [finding(anomaly, phase, `a replay, ${probe ?? ''}, ${say}; the original does not`)];
  });
};

/** Verification answers what the original answers on the same bytes. */
export const verifiesAsTable: Check = ({ seen }) => {
  const asked = seen.filter((s) => s.op === 'verify' && s.image !== undefined);
  if (asked.length === 0) return 'not_exercised';
  return asked.flatMap(({ image = new Map(), outcome, phase }) => {
    const ways = does(start(image), { op: 'verify' }, '1970-01-01T00:00:00.000Z');
    const said = sayOf(outcome);
    if (ways.some((way) => sayOf(way.outcome) === said)) return [];
    const anomaly = outcome.is === 'ok' ? 'corrupt_accepted' : 'wrong_error';
    return [finding(anomaly, phase, `verification answers ${said.slice(0, 80)}`)];
  });
};

function sayOf(outcome: Seen['outcome']): string {
  if (outcome.is !== 'ok') return outcome.code;
  const links = Array.isArray(outcome.value) ? outcome.value.filter(isLink) : [];
  return links.map(({ segment, prev, hash }) => `${segment} ${prev} ${hash}`).join('\n');
}
