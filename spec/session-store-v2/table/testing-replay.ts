import type { Image } from '../../lib/image.ts';
import { codeOfMessage } from '../codes.ts';
import type { Frame, MigrationEvent, Op } from '../ops.ts';
import { does } from './does.ts';
import type { TableOptions, TableResult } from './does.ts';
import type { World } from './run.ts';
import { asText, hashesOf, imageOfRecording, treeOfValue } from './testing-recorded.ts';
import type { Tree } from './testing-recorded.ts';

/** An error as the recording program saw it; `message` begins with the category. */
interface Err {
  readonly category: string;
  readonly message: string;
}
export type Recorded<T> = { readonly ok: T } | { readonly err: Err };

type Members = Readonly<Record<string, Tree>>;

/** A damaged store, and what the original did on each fresh open of it. */
export interface RecordedCase {
  readonly id: string;
  readonly maxSegmentBytes: bigint;
  readonly before: Readonly<Record<string, string | null>>;
  readonly steps: readonly CaseStep[];
}
export interface CaseStep {
  readonly op: string;
  readonly result: Recorded<Members>;
  readonly entry?: Members;
  readonly checkpoint?: bigint;
  readonly after?: Tree;
}

/** Where table and recording do not agree. */
export interface Difference {
  readonly where: string;
  readonly wanted: Tree;
  readonly got: Tree;
}

/** The clock of recordings whose times are not compared. */
const someTime = '2026-11-20T09:00:00.000Z';
/** What recordings show in place of the store's directory. */
export const recordedRoot = '<root>';

/** Runs a case against the table and answers every difference. */
export function replayCase(recorded: RecordedCase, options: TableOptions = {}): Difference[] {
  const differences: Difference[] = [];
  let image: Image = imageOfRecording(recorded.before);
  for (const [i, step] of recorded.steps.entries()) {
    const run = runStep(image, step, { max: recorded.maxSegmentBytes, options });
    image = run.image;
    const where = `${recorded.id} step ${i} ${step.op}`;
    compare(differences, { where, wanted: wantedOf(step.result), got: run.got });
    if (step.after !== undefined) {
      const got = treeOfValue(hashesOf(image));
      compare(differences, { where: `${where} image`, wanted: step.after, got });
    }
  }
  return differences;
}

/** Adds a difference where the two trees are not the same. */
export function compare(differences: Difference[], difference: Difference): void {
  if (spelled(difference.wanted) !== spelled(difference.got)) differences.push(difference);
}

/** A text that two trees share exactly if they are the same, members in any order. */
export function spelled(tree: Tree): string {
  if (typeof tree === 'bigint') return `${tree}n`;
  if (tree === null || typeof tree !== 'object') return JSON.stringify(tree);
  if (isList(tree)) return `[${tree.map(spelled).join(',')}]`;
  const members = Object.entries(tree).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const texts = members.map(([name, member]) => `${JSON.stringify(name)}:${spelled(member)}`);
  return `{${texts.join(',')}}`;
}

const isList = (tree: Tree): tree is readonly Tree[] => Array.isArray(tree);

/** The first result that the table allows; recordings hold no store where it allows more. */
export function only(
  world: World,
  op: Op,
  given: { readonly at?: string; readonly options?: TableOptions } = {},
): TableResult {
  const [result, ...others] = does(world, op, given.at ?? someTime, given.options);
  if (result === undefined || (others.length > 0 && given.options?.mutate === undefined)) {
    throw new Error(`the table allows ${others.length + 1} results for ${op.op}`);
  }
  return result;
}

/** What the table answered in the form of a recording, errors by category and code. */
export function shownResult(result: TableResult): Tree {
  if (result.outcome.is === 'ok') return { ok: treeOfValue(result.outcome.value) };
  return { err: { category: result.category ?? '', code: result.outcome.code } };
}

/** A recorded error with its code in place of its text. */
export function errorTree({ category, message }: Err): Tree {
  return { category, code: codeOfMessage(category, message) ?? `unknown text: ${message}` };
}

function wantedOf(result: Recorded<Members>): Tree {
  if ('err' in result) return { err: errorTree(result.err) };
  const { entries = null, valid = null, ...rest } = result.ok;
  return {
    ok: { ...rest, entries: withCodes(entries, 'error'), valid: withCodes({ valid }, 'valid') },
  };
}

/** `{ [name]: error }` with its text as a code; anything else as it is. */
function withCodes(tree: Tree, name: string): Tree {
  if (tree === null || typeof tree !== 'object' || isList(tree) || !(name in tree)) return tree;
  const error = (tree as Members)[name];
  if (error === null || typeof error !== 'object' || isList(error)) return tree;
  const { category, message } = error as Members;
  return { [name]: errorTree({ category: asText(category), message: asText(message) }) };
}

interface Context {
  readonly max: bigint;
  readonly options: TableOptions;
}

function runStep(
  image: Image,
  step: CaseStep,
  { max, options }: Context,
): { readonly image: Image; readonly got: Tree } {
  const world: World = { image, root: recordedRoot, handles: new Map() };
  const opened = only(world, { op: 'create', h: 'a', max }, { options });
  const op = opOf(step);
  const result =
    op === null || opened.outcome.is !== 'ok' ? opened : only(opened.world, op, { options });
  if (result.outcome.is !== 'ok') return { image: result.world.image, got: shownResult(result) };
  const state = stateTree(result.world, options);
  if (op?.op !== 'rollback') return { image: result.world.image, got: { ok: state } };
  const { at: _, ...event } = result.outcome.value as MigrationEvent;
  return { image: result.world.image, got: { ok: { ...state, event: treeOfValue(event) } } };
}

function opOf(step: CaseStep): Op | null {
  if (step.op === 'append') return appendOf(step.entry ?? {});
  if (step.op !== 'rollback') return null;
  const migrationId = '00000000-0000-0000-0000-00000000000a';
  const seq = step.checkpoint ?? 0n;
  return { op: 'rollback', h: 'a', seq, migrationId, correlationId: 'rollback_00000001' };
}

/** The append that a recording spells, on handle `a` unless it names one. */
export function appendOf(step: Members): Op {
  const payload = step['payload'] as { readonly json: string };
  return {
    op: 'append',
    h: (step['h'] ?? 'a') as string,
    id: step['id'] as string,
    parent: step['parent'] as string | null,
    type: step['type'] as string,
    payload: payload.json,
  };
}

/** The state that cases record after each operation. */
function stateTree(world: World, options: TableOptions): Members {
  const state = shownResult(only(world, { op: 'state', h: 'a' }, { options })) as { ok: Members };
  const all = only(world, { op: 'all', h: 'a' }, { options });
  const valid = only(world, { op: 'validate', h: 'a' }, { options });
  const entries =
    all.outcome.is === 'ok' ? (all.outcome.value as readonly Frame[]).map(entryTree) : null;
  const failure = (result: TableResult): Tree => (shownResult(result) as { err: Tree }).err;
  return {
    ...state.ok,
    entries: entries ?? { error: failure(all) },
    valid: { valid: valid.outcome.is === 'ok' ? null : failure(valid) },
  };
}

const entryTree = (f: Frame): Tree => [
  f.entrySeq,
  f.entryId,
  f.segmentSeq,
  f.frameSeq,
  f.payloadSha256,
];
