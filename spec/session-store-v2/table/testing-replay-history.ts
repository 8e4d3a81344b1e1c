import { bytesOf, fileNode } from '../../lib/image.ts';
import type { Image } from '../../lib/image.ts';
import { textOf, utf8Of } from '../../lib/utf8.ts';
import type { Frame, MigrationEvent, Op } from '../ops.ts';
import type { TableOptions, TableResult } from './does.ts';
import type { World } from './run.ts';
import { ledgerPath } from './run.ts';
import { asText, hashesOf, imageOfRecording, treeOfValue } from './testing-recorded.ts';
import type { Tree } from './testing-recorded.ts';
import {
  appendOf,
  compare,
  errorTree,
  only,
  recordedRoot,
  shownResult,
  spelled,
} from './testing-replay.ts';
import type { Difference, Recorded } from './testing-replay.ts';

type Members = Readonly<Record<string, Tree>>;

/** Operations on two handles of one store, what each answered, and the image at the end. */
export interface RecordedHistory {
  readonly id: string;
  readonly steps: readonly (readonly [Members, Recorded<Tree> | null])[];
  readonly after: Readonly<Record<string, string | null>>;
}

/**
 * Milliseconds around the times that a recording shows at which an unseen frame may have been
 * written.
 */
const slackMs = 40;

/**
 * Runs a history against the table and answers every difference; times are taken from the
 * recording.
 */
export function replayHistory(recorded: RecordedHistory, options: TableOptions = {}): Difference[] {
  const differences: Difference[] = [];
  const times = timesOf(recorded);
  let world: World = { image: new Map(), root: recordedRoot, handles: new Map() };
  for (const [i, [op, result]] of recorded.steps.entries()) {
    const where = `${recorded.id} step ${i} ${asText(op['op'] ?? 'outside')}`;
    if (typeof op['outside'] === 'string') {
      const image = changed(world.image, asText(op['path']), op['outside']);
      world = { ...world, image };
      continue;
    }
    if (result === null) throw new Error(`${where} has no result`);
    const ran = runAt(world, { op: opOf(op), result, times, options });
    world = ran.world;
    compare(differences, { where, wanted: wantedOf(result), got: shownIn(opOf(op), ran) });
  }
  const after = imageOfRecording(recorded.after);
  const wanted = treeOfValue(hashesOf(withoutTimes(after)));
  const got = treeOfValue(hashesOf(withoutTimes(world.image)));
  compare(differences, { where: `${recorded.id} image`, wanted, got });
  return differences;
}

function wantedOf(result: Recorded<Tree>): Tree {
  if ('err' in result) return { err: errorTree(result.err) };
  return maskTimes({ ok: result.ok });
}

/** What a history shows of a result: readers of many entries only their ids. */
function shownIn(op: Op, result: TableResult): Tree {
  const { outcome } = result;
  if (outcome.is !== 'ok') {
    return outcome.code === 'no-handle' ? { ok: 'no-handle' } : shownResult(result);
  }
  const lists = ['all', 'from', 'tail', 'path', 'segment'];
  if (lists.includes(op.op)) {
    return { ok: (outcome.value as readonly Frame[]).map((f) => f.entryId) };
  }
  if (op.op === 'inspect') return { ok: null };
  if (op.op === 'create')
    return { ok: { entryCount: (outcome.value as { entryCount: bigint }).entryCount } };
  return maskTimes({ ok: treeOfValue(outcome.value) });
}

/**
 * Runs an operation at the time for which the table answers as recorded; at the first where there
 * is none.
 */
function runAt(
  world: World,
  step: {
    readonly op: Op;
    readonly result: Recorded<Tree>;
    readonly times: readonly string[];
    readonly options: TableOptions;
  },
): TableResult {
  const { op, result, options } = step;
  const told = 'ok' in result ? timeIn(result.ok) : null;
  const at = told ?? step.times[0] ?? '';
  const first = only(world, op, { at, options });
  if (op.op !== 'append' || first.outcome.is !== 'ok' || !('ok' in result)) return first;
  // A row shows no time, but its CRC covers the frame's.
  const wanted = spelled(result.ok);
  for (const time of step.times) {
    const ran = only(world, op, { at: time, options });
    if (ran.outcome.is === 'ok' && spelled(treeOfValue(ran.outcome.value)) === wanted) return ran;
  }
  return first;
}

/** The time at which a recorded value says that it was written. */
function timeIn(value: Tree): string | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const { updatedAt, at } = value as Members;
  const time = updatedAt ?? at;
  return typeof time === 'string' ? time : null;
}

const timePattern = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

function timesOf(recorded: RecordedHistory): readonly string[] {
  const texts = Object.values(recorded.after).map((base64) => atob(base64 ?? ''));
  const shown = [...texts, spelled(recorded.steps as unknown as Tree)].join('\n');
  const near = new Set<number>();
  for (const time of new Set(shown.match(timePattern))) {
    const ms = Date.parse(time);
    for (let offset = -slackMs; offset <= slackMs; offset++) near.add(ms + offset);
  }
  if (near.size === 0) return ['2026-11-20T09:00:00.000Z'];
  return [...near].map((ms) => new Date(ms).toISOString());
}

/**
 * Times of events are only known where their rollback succeeded, and a manifest's hash covers its
 * own.
 */
function maskTimes(tree: Tree): Tree {
  if (tree === null || typeof tree !== 'object') return tree;
  if (Array.isArray(tree)) return tree.map((element: Tree) => maskTimes(element));
  const members: Record<string, Tree> = {};
  for (const [name, member] of Object.entries(tree as Members)) {
    members[name] = name === 'at' ? '<time>' : maskTimes(member);
  }
  return members;
}

/**
 * Masks what recordings show as it was in the bytes of the ledger: times, and the store's own
 * directory.
 */
function withoutTimes(image: Image): Image {
  const text = textOf(bytesOf(image, ledgerPath) ?? new Uint8Array());
  if (!image.has(ledgerPath) || text === null) return image;
  const root = /"phase":"rollback"[^\n]*?"targetPath":"([^"]*)"/.exec(text)?.[1] ?? recordedRoot;
  const masked = text.replaceAll(root, recordedRoot).replace(timePattern, '<time>');
  return new Map(image).set(ledgerPath, fileNode(utf8Of(masked)));
}

/** A change of a derived file between two operations: `delete`, `truncate@n` or `append TEXT`. */
function changed(image: Image, path: string, what: string): Image {
  const after = new Map(image);
  const bytes = bytesOf(image, path) ?? new Uint8Array();
  if (what === 'delete') after.delete(path);
  else if (what.startsWith('truncate@')) {
    after.set(path, fileNode(bytes.subarray(0, Number(what.slice('truncate@'.length)))));
  } else if (what.startsWith('append ')) {
    const tail = utf8Of(what.slice('append '.length));
    after.set(path, fileNode(Uint8Array.from([...bytes, ...tail])));
  } else throw new Error(`unknown change from outside: ${what}`);
  return after;
}

/**
 * The operation that a history spells; its members are those of `Op`, events without their optional
 * ones.
 */
function opOf(step: Members): Op {
  if (step['op'] === 'append') return appendOf(step);
  if (step['op'] !== 'ledgerAppend') return step as unknown as Op;
  const event = step['event'] as unknown as MigrationEvent;
  return {
    op: 'ledgerAppend',
    h: asText(step['h']),
    event: { ...event, errorClass: event.errorClass ?? null },
  };
}
