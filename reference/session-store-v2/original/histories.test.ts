import { appendFileSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { expect, describe, it } from 'vitest';
import { harvest, inTempDir, plant, realEnv } from '../../lib/temp-tree.ts';
import { hasSidecar, sidecarPath } from '../sidecar.ts';
import type { Frame, MigrationEvent, SessionStore } from '../types.ts';
import type { RecordedError } from './recorded-form.ts';
import { attempt, masked, rawElements, rawMembers, stableError } from './recorded-form.ts';
import { inspectOriginal, openOriginal } from './store.ts';

// Histories of the original program on up to two handles of one store, recorded: every answer and
// the files at the end must come out the same, but for times and what hangs on them.

interface Step {
  readonly op?: string;
  readonly h: string;
  readonly outside?: string;
  readonly path: string;
  readonly max: number;
  readonly id: string;
  readonly parent: string | null;
  readonly type: string;
  readonly seq: number;
  readonly n: number;
  readonly leaf: string;
  readonly reason: string;
  readonly migrationId: string;
  readonly correlationId: string;
  readonly sessionId: string;
  readonly sourceFormat: string;
  readonly event: MigrationEvent;
}

interface Recorded {
  readonly id: string;
  readonly steps: readonly (readonly [Step, { ok?: unknown; err?: RecordedError } | null])[];
  readonly after: Record<string, string | null>;
}

const file = new URL(
  '../../../fixtures/session-store-v2/recorded/histories.jsonl',
  import.meta.url,
);
const lines = readFileSync(file, 'utf8').trimEnd().split('\n');

/** What a file operation from outside the store does to one of its derived files. */
function outside(root: string, { outside: change = '', path }: Step): void {
  if (change === 'delete') rmSync(`${root}/${path}`);
  else if (change.startsWith('truncate@')) truncateSync(`${root}/${path}`, Number(change.slice(9)));
  else appendFileSync(`${root}/${path}`, change.replace(/^append /, ''));
}

const ids = (frames: readonly Frame[]): readonly string[] => frames.map((frame) => frame.entryId);

/** Every operation on an open handle; `payload` is the recorded source text. */
const operations: Record<string, (store: SessionStore, step: Step, payload: string) => unknown> = {
  append: (store, { id, parent, type }, payload) => store.append({ id, parent, type, payload }),
  lookup: (store, { seq }) => {
    const frame = store.lookup(BigInt(seq));
    return frame && { ...frame, payload: JSON.parse(frame.payload) as unknown };
  },
  all: (store) => ids(store.all()),
  from: (store, { seq }) => ids(store.from(BigInt(seq))),
  tail: (store, { n }) => ids(store.tail(BigInt(n))),
  path: (store, { leaf }) => ids(store.path(leaf)),
  segment: (store, { seq }) => ids(store.segment(BigInt(seq))),
  index: (store) => store.index(),
  summary: (store) => store.summary(),
  state: (store) => store.state(),
  checkpoint: (store, { seq, reason }) => store.checkpoint(BigInt(seq), reason),
  readCheckpoint: (store, { seq }) => store.readCheckpoint(BigInt(seq)),
  rollback: (store, { seq, migrationId, correlationId }) =>
    store.rollback(BigInt(seq), { migrationId, correlationId }),
  ledgerAppend: (store, { event }) =>
    store.ledgerAppend({ ...event, errorClass: event.errorClass ?? null }) ?? null,
  ledger: (store) => store.ledger(),
  manifest: (store, { sessionId, sourceFormat }) => store.manifest({ sessionId, sourceFormat }),
  readManifest: (store) => store.readManifest(),
  rebuild: (store) => store.rebuild(),
  validate: (store) => store.validate() ?? null,
};

function answer(
  handles: Map<string, SessionStore>,
  root: string,
  step: Step,
  payload: string,
): unknown {
  const env = realEnv();
  if (step.op === 'sidecar') return sidecarPath(step.path);
  if (step.op === 'hasSidecar') return hasSidecar(env.fs, step.path);
  if (step.op === 'create' || step.op === 'inspect') {
    handles.delete(step.h);
    const open = step.op === 'create' ? openOriginal : inspectOriginal;
    const store = open(env, root, { max: BigInt(step.max) });
    handles.set(step.h, store);
    return step.op === 'create' ? { entryCount: store.opened.entryCount } : null;
  }
  const store = handles.get(step.h);
  if (store === undefined) return 'no-handle';
  const operation = operations[step.op ?? ''];
  if (operation === undefined) throw new Error(`no operation ${step.op}`);
  return operation(store, step, payload);
}

/**
 * An answer as text in a fixed form: numbers as in JSON, members sorted, absent ones left out,
 * times masked.
 */
function form(value: unknown, root: string): string {
  const sorted = (each: unknown): unknown => {
    if (typeof each === 'bigint') return Number(each);
    if (Array.isArray(each)) return each.map(sorted);
    if (each === null || typeof each !== 'object') return each;
    const members = Object.entries(each).filter(([, member]) => member !== null);
    return Object.fromEntries(
      members
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, member]) => [name, sorted(member)]),
    );
  };
  return masked(JSON.stringify(sorted(value)).replaceAll(root, '<root>'));
}

function settle(result: { ok?: unknown; err?: RecordedError }, root: string): string {
  return result.err === undefined ? form(result.ok, root) : stableError(result.err, root);
}

function settleTree(tree: Readonly<Record<string, Buffer | null>>): Record<string, string | null> {
  const kept = Object.entries(tree).filter(([path]) => !path.startsWith('tmp/'));
  return Object.fromEntries(
    kept.map(([path, bytes]) => [path, bytes === null ? null : masked(bytes.toString('latin1'))]),
  );
}

describe('the recorded histories of the original', () => {
  it.each(lines.map((line) => ({ id: (JSON.parse(line) as Recorded).id, line })))(
    '$id',
    ({ line }) => {
      const recorded: Recorded = JSON.parse(line);
      const sources = rawElements(rawMembers(line).get('steps') ?? '[]');
      inTempDir((dir) => {
        const root = `${dir}/store`;
        plant(root, {});
        const handles = new Map<string, SessionStore>();
        for (const [i, [step, result]] of recorded.steps.entries()) {
          if (result === null) {
            outside(root, step);
            continue;
          }
          const source = rawElements(sources[i] ?? '[]')[0] ?? '{}';
          const payload = rawMembers(source).get('payload') ?? 'null';
          const got = attempt(() => answer(handles, root, step, payload));
          expect(settle(got, root), `step ${i}: ${JSON.stringify(step)}`).toEqual(
            settle(result, '<root>'),
          );
        }
        const after = Object.entries(recorded.after).map(
          ([path, bytes]) => [path, bytes === null ? null : Buffer.from(bytes, 'base64')] as const,
        );
        expect(settleTree(harvest(root))).toEqual(settleTree(Object.fromEntries(after)));
      });
    },
  );
});
