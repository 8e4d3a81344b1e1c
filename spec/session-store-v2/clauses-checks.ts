import type { Check, Evidence, FailedCall, Finding, Phase } from '../lib/clause.ts';
import { nodesEqual } from '../lib/image.ts';
import type { Image } from '../lib/image.ts';
import { finding, firstOpen, reportsOwed, survives } from '../lib/promises.ts';
import type { Facts, Keeping } from '../lib/promises.ts';
import { utf8Of } from '../lib/utf8.ts';
import { intentFile } from './classify-intent.ts';
import { segmentNumber } from './classify-segments.ts';
import { indexFile, manifestFile } from './classify-witness.ts';
import { assess } from './classify.ts';
import { chainStep, genesis, payloadHash } from './encode.ts';
import { lineBytesMax } from './layout.ts';
import type { Frame, Row, State, Summary } from './ops.ts';

/** What makes a walk of this kind readable to the makers of promises. */
export const facts: Facts = {
  isOpen: (seen) => seen.op === 'create' || seen.op === 'inspect',
  // The intent of a rollback is the one name in there that means something.
  isVolatile: (path) => path.startsWith('tmp/') && path !== intentFile,
};

/**
 * Where a safe store keeps what it takes away. A rollback that is finished drops index rows that it
 * can make again.
 */
export const keeping: Keeping = {
  isKeeper: (path) =>
    path.startsWith('quarantine/') || /^segments\/\d+\.seg\.(?:rolledback|tail)/.test(path),
  isSpared: (path, before) => path === intentFile || (path === indexFile && before.has(intentFile)),
};

/** True where a rollback was begun: the next open redoes it, step by step, as far as it comes. */
export const isRollingBack = (image: Image): boolean => image.has(intentFile);

/** The codes that name a failed file call as its cause (format page, Errors). */
export function codesOfFailure({ errno }: FailedCall): readonly string[] {
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return ['no_space'];
  return [errno === 'ELOOP' ? 'symlink_refused' : `io-${errno.toLowerCase()}`];
}

/** Notices of these codes that the bytes of the start call for. */
export function owedNotices(...codes: readonly string[]): Check {
  return reportsOwed(facts, ({ start }) => ({
    notices: assess(start).expectedNotices.filter((n) => codes.includes(n.code)),
    repairs: [],
  }));
}

/** Repairs that the bytes of the start call for. */
export const owedRepairs: Check = reportsOwed(facts, ({ start }) => ({
  notices: [],
  repairs: assess(start).expectedRepairs,
}));

/**
 * The manifest's bytes, which only the caller's order may change, are the same after every open.
 */
export const manifestStays: Check = (evidence) => {
  if (evidence.start.get(manifestFile)?.is !== 'file') return 'not_exercised';
  const moved = evidence.seen.find(
    (s) =>
      s.image !== undefined &&
      !nodesEqual(evidence.start.get(manifestFile), s.image.get(manifestFile)),
  );
  return moved === undefined
    ? []
    : [finding('side_effect', moved.phase, `${moved.op} changes the manifest`)];
};

/** Answers of one phase that speak of the whole log. */
interface Answers {
  readonly phase: Phase;
  readonly frames: readonly Frame[];
  readonly state: State | null;
  readonly rows: readonly Row[] | null;
  readonly summary: Summary | null | 'none';
}

function answersIn(evidence: Evidence, phase: Phase): Answers | null {
  const value = (op: string): unknown => {
    const seen = evidence.seen.find(
      (s) => s.phase === phase && s.op === op && s.outcome.is === 'ok',
    );
    return seen?.outcome.is === 'ok' ? seen.outcome.value : undefined;
  };
  const frames = value('all');
  if (!Array.isArray(frames)) return null;
  const rows = value('index');
  return {
    phase,
    frames: frames.filter(isFrame),
    state: asState(value('state')),
    rows: Array.isArray(rows) ? rows.filter(isRow) : null,
    summary: asSummary(value('summary')),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
const isFrame = (value: unknown): value is Frame => isRecord(value) && 'payloadSha256' in value;
const isRow = (value: unknown): value is Row => isRecord(value) && 'crc32c' in value;
const isState = (value: unknown): value is State => isRecord(value) && 'chainHash' in value;
const isSummary = (value: unknown): value is Summary => isRecord(value) && 'firstEntrySeq' in value;
const asState = (value: unknown): State | null => (isState(value) ? value : null);
const asSummary = (value: unknown): Summary | null | 'none' =>
  isSummary(value) || value === null ? value : 'none';

const answers = new WeakMap<Evidence, readonly Answers[]>();

function judgePhases(judge: (answers: Answers) => readonly Finding[]): Check {
  return (evidence) => {
    let found = answers.get(evidence);
    if (found === undefined) {
      const phases = ['read', 'reopen'] as const;
      found = phases.flatMap((phase) => answersIn(evidence, phase) ?? []);
      answers.set(evidence, found);
    }
    return found.length === 0 ? 'not_exercised' : found.flatMap(judge);
  };
}

/** The chain hash that a handle reports is the fold over exactly the entries that it shows. */
export const chainIsFold: Check = judgePhases(({ phase, frames, state }) => {
  if (state === null) return [];
  const fold = frames.reduce((chain, f) => chainStep(chain, f.payloadSha256), genesis);
  if (fold === state.chainHash) return [];
  return [
    finding('chain_broken', phase, `reports chain ${state.chainHash}, its entries give ${fold}`),
  ];
});

/** Every frame that is shown carries the hash and the length of its payload. */
export const payloadsVerify: Check = judgePhases(({ phase, frames }) =>
  frames
    .filter(
      (f) =>
        f.payloadSha256 !== payloadHash(f.payload) || f.payloadBytes !== BigInt(bytesIn(f.payload)),
    )
    .map((f) =>
      finding('corrupt_accepted', phase, `shows ${f.entryId} with another payload than it had`),
    ),
);

function bytesIn(text: string): number {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return utf8Of(text).length;
  }
  return text.length;
}

/** Counts, rows, summary and head all speak of the entries that are shown. */
export const countsAgree: Check = judgePhases(({ phase, frames, state, rows, summary }) => {
  const last = frames.at(-1);
  const count = BigInt(frames.length);
  const off: string[] = [];
  if (state !== null && state.entryCount !== count) off.push('state');
  if (state !== null && (state.head?.entryId ?? null) !== (last?.entryId ?? null)) off.push('head');
  if (rows !== null && !rowsFit(rows, frames)) off.push('index');
  if (summary !== 'none' && (summary?.entryCount ?? 0n) !== count) off.push('summary');
  return off.map((op) =>
    finding('readers_disagree', phase, `${op} speaks of another log than all`),
  );
});

function rowsFit(rows: readonly Row[], frames: readonly Frame[]): boolean {
  return (
    rows.length === frames.length &&
    rows.every((row, i) => {
      const frame = frames[i];
      return (
        frame?.entrySeq === row.entrySeq &&
        frame.entryId === row.entryId &&
        frame.segmentSeq === row.segmentSeq &&
        frame.frameSeq === row.frameSeq
      );
    })
  );
}

/** A link where the store looks for a file of its own is refused. Exercised where there is one. */
export const linksRefused: Check = (evidence) => {
  const opened = firstOpen(facts, evidence);
  const isLinked = evidence.legal.some(
    (l) => l.open === 'refused' && l.codes.includes('symlink_refused'),
  );
  const mustRefuse = isLinked && evidence.legal.every((l) => l.open === 'refused');
  if (opened === undefined || !mustRefuse) return 'not_exercised';
  if (opened.outcome.is !== 'ok') return [];
  return [
    finding(
      'corrupt_accepted',
      'open',
      'follows a link that stands where a file of its own should',
    ),
  ];
};

/** What a reader may ask for at once, however little there is: a buffer of its own choice. */
const readBytesAtOnce = 1 << 20;

/**
 * Lengths and counts on disk that no file could meet do not end the port, and it asks for no more
 * bytes than exist or the longest record has. Exercised where there are such, and wherever the port
 * read at all.
 */
export const boundsHold: Check = (evidence) => {
  const { requested = 0, start, seen } = evidence;
  if (requested === 0 && !isBoundless(start)) return 'not_exercised';
  let largest = 0;
  for (const image of [start, ...seen.flatMap((s) => s.image ?? [])]) {
    for (const node of image.values()) {
      if (node.is === 'file' && node.size > largest) largest = node.size;
    }
  }
  const bound = Math.max(readBytesAtOnce, Math.min(largest, lineBytesMax));
  const found = survives(evidence);
  if (requested <= bound || found === 'not_exercised') return found;
  const say = `asks for ${requested} bytes at once where ${bound} are all that there can be`;
  return [...found, finding('allocation_unbounded', 'open', say)];
};

function isBoundless(start: Image): boolean {
  for (const [path, node] of start) {
    if (node.is !== 'file') continue;
    if (node.size > node.bytes.length) return true;
    if (path !== indexFile) continue;
    if (namesHugePlaces(node.bytes)) return true;
  }
  return false;
}

const latin1 = new TextDecoder('latin1');
const hugePlaces = new WeakMap<Uint8Array, boolean>();

/** Whether rows of an index speak of more bytes or entries than any file here could hold. */
function namesHugePlaces(index: Uint8Array): boolean {
  let huge = hugePlaces.get(index);
  if (huge === undefined) {
    huge = /"(?:byteLength|byteOffset|entrySeq)":\d{10,}/.test(latin1.decode(index));
    hugePlaces.set(index, huge);
  }
  return huge;
}

/**
 * After a rollback the first append goes to a segment number that no name in `segments/` has borne.
 * Exercised where a name that is set aside has a number not below the last segment's.
 */
export const neverUsedNumber: Check = (evidence) => {
  const opened = firstOpen(facts, evidence);
  const appended = evidence.seen.find((s) => s.phase === 'append' && s.outcome.is === 'ok');
  if (opened?.image === undefined || appended === undefined) return 'not_exercised';
  const { last, aside } = numbersIn(opened.image);
  if (aside === 0n || aside < last) return 'not_exercised';
  const row = appended.outcome.is === 'ok' ? appended.outcome.value : null;
  const used = aside > last ? aside : last;
  if (!isRow(row) || row.segmentSeq > used) return [];
  return [
    finding(
      'resurrected',
      'append',
      `writes to segment ${row.segmentSeq}, whose number was used before`,
    ),
  ];
};

function numbersIn(image: Image): { readonly last: bigint; readonly aside: bigint } {
  let last = 0n;
  let aside = 0n;
  for (const path of image.keys()) {
    if (!path.startsWith('segments/')) continue;
    const name = path.slice('segments/'.length);
    const plain = segmentNumber(name);
    const behind = /^(\d+)\.seg\./.exec(name)?.[1];
    if (plain !== null && plain > last) last = plain;
    else if (behind !== undefined && BigInt(behind) > aside) aside = BigInt(behind);
  }
  return { last, aside };
}
