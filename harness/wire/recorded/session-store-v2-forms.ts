import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import {
  masked,
  rawElements,
  rawMembers,
} from '../../../reference/session-store-v2/original/recorded-form.ts';
import type { Outcome } from '../../../spec/lib/history.ts';
import { codeOfMessage } from '../../../spec/session-store-v2/codes.ts';
import type { Op, Value } from '../../../spec/session-store-v2/ops.ts';
import type { Tree } from './tree.ts';

// The recordings of the original and the answers of a port in one form, for tests.

interface RecordedError {
  readonly category: string;
  readonly message: string;
}

interface RecordedResult {
  readonly ok?: unknown;
  readonly err?: RecordedError;
}

interface State {
  readonly entries: readonly unknown[] | { readonly error: RecordedError };
  readonly valid: RecordedError | null;
  readonly event?: { readonly errorClass?: string | null; readonly targetPath: string };
}

/** One line of `cases.jsonl`. */
export interface Case {
  readonly id: string;
  readonly maxSegmentBytes: number;
  readonly before: Tree;
  readonly steps: readonly {
    readonly op: 'open' | 'append' | 'rollback';
    readonly entry?: { id: string; parent: string | null; type: string; payload: unknown };
    readonly checkpoint?: number;
    readonly result: { readonly ok?: State; readonly err?: RecordedError };
    readonly after?: Readonly<Record<string, readonly [bytes: number, sha256: string]>>;
  }[];
}

/** One line of `histories.jsonl`. */
export interface RecordedHistory {
  readonly id: string;
  readonly steps: readonly (readonly [Record<string, unknown>, RecordedResult | null])[];
  readonly after: Tree;
}

/** The result of a case's step as `stateAfter` in the test gives it. */
export function expectedState({ ok, err }: { ok?: State; err?: RecordedError }): unknown {
  if (err !== undefined) return expectedCode(err);
  if (ok === undefined) return null;
  const { entries, valid, event } = ok;
  return {
    ...ok,
    entries: 'error' in entries ? expectedCode(entries.error) : entries,
    valid: valid && expectedCode(valid),
    ...(event === undefined ? {} : { event: { errorClass: null, ...event } }),
  };
}

/** An event without its time and with the store's directory masked. */
export function withoutPlace(event: unknown, dir: string): unknown {
  if (!isRecord(event)) return event;
  const { at: _, ...rest } = event;
  return { ...rest, targetPath: String(rest['targetPath']).replace(dir, '<root>') };
}

/**
 * Each step's operation as one of ours, null for a change from outside: whole numbers are u64, a
 * payload its source text.
 */
export function operationsOf(line: string): readonly (Op | null)[] {
  const sources = rawElements(rawMembers(line).get('steps') ?? '[]');
  return sources.map((source) => {
    const text = rawElements(source)[0] ?? '{}';
    const step: Record<string, unknown> = JSON.parse(text);
    if (step['outside'] !== undefined) return null;
    const payload = rawMembers(text).get('payload');
    if (payload !== undefined) step['payload'] = payload;
    for (const name of ['max', 'seq', 'n']) {
      if (typeof step[name] === 'number') step[name] = BigInt(step[name]);
    }
    if (isRecord(step['event'])) step['event'] = { errorClass: null, ...step['event'] };
    return asOp(step);
  });
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const asOp = (step: Record<string, unknown>): Op => step as unknown as Op;

/** True for an object that is no array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

const listsFrames = new Set(['all', 'from', 'tail', 'path', 'segment']);

/**
 * What a port answered to a step of a history, as `form` gives it, or the class of its error's
 * code.
 */
export function answerOf(op: Op, outcome: Outcome<Value>, dir: string): unknown {
  if (outcome.is !== 'ok') {
    return outcome.code === 'no-handle' ? form('no-handle', dir) : codeClass(outcome.code);
  }
  const { value } = outcome;
  if (op.op === 'inspect') return form(null, dir);
  if (op.op === 'create' && isRecord(value)) return form({ entryCount: value['entryCount'] }, dir);
  if (listsFrames.has(op.op) && Array.isArray(value)) {
    return form(
      value.map((frame: unknown) => (isRecord(frame) ? frame['entryId'] : null)),
      dir,
    );
  }
  if (op.op === 'lookup' && isRecord(value)) {
    const frame: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(value)) frame[name] = member;
    frame['payload'] = JSON.parse(String(frame['payload']));
    return form(frame, dir);
  }
  return form(value, dir);
}

/**
 * A value as text: numbers as in JSON, members sorted, absent and null alike, times and what hangs
 * on them masked.
 */
export function form(value: unknown, place: string): string {
  const sorted = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(sorted);
    if (each === null || typeof each !== 'object') return each;
    const present = Object.entries(each).filter(([, member]) => member !== null);
    return Object.fromEntries(
      present.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, m]) => [name, sorted(m)]),
    );
  };
  return masked(JSON.stringify(sorted(numbers(value))).replaceAll(place, '<root>'));
}

/** The value with every bigint as a number. */
export function numbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(numbers);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, numbers(v)]));
}

/** The stable code of a recorded error. */
export function expectedCode({ category, message }: RecordedError): string | null {
  return codeOfMessage(category, message);
}

/** Errors of files are compared by their category: the recordings have the system's words only. */
export function codeClass(code: string): string {
  return code.startsWith('io-') ? 'io' : code;
}

/** Does to a file what somebody did between two steps of the recording. */
export function changeFromOutside(dir: string, step: Record<string, unknown>): void {
  const path = join(dir, String(step['path']));
  const change = String(step['outside']);
  if (change === 'delete') fs.rmSync(path);
  else if (change.startsWith('truncate@')) fs.truncateSync(path, Number(change.slice(9)));
  else fs.appendFileSync(path, change.slice('append '.length));
}

/** A tree without `tmp/`, as text with times and what hangs on them masked. */
export function settled(tree: Record<string, Buffer | null>): Record<string, string | null> {
  const kept = Object.entries(tree).filter(([path]) => !path.startsWith('tmp/'));
  return Object.fromEntries(
    kept.map(([path, bytes]) => [path, bytes === null ? null : masked(bytes.toString('latin1'))]),
  );
}

/** A tree as the cases record it after the first open: path to length and SHA-256. */
export function digest(tree: Record<string, Buffer | null>): Record<string, unknown> {
  const entries = Object.entries(tree).map(([path, bytes]) => {
    if (bytes === null) return [path, null] as const;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return [path, [bytes.length, sha256]] as const;
  });
  return Object.fromEntries(entries);
}
