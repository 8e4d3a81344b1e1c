import { readFileSync } from 'node:fs';
import { expect, describe, it } from 'vitest';
import { digest, harvest, inTempDir, plant, realEnv } from '../../lib/temp-tree.ts';
import type { SessionStore } from '../types.ts';
import type { RecordedError } from './recorded-form.ts';
import { attempt, stableError } from './recorded-form.ts';
import { openOriginal } from './store.ts';

// What the original program did with damaged stores, recorded: every step of every case must come
// out the same.

interface RecordedState {
  readonly entryCount: number;
  readonly chainHash: string;
  readonly totalBytes: number;
  readonly head: unknown;
  readonly entries: readonly unknown[] | { readonly error: RecordedError };
  readonly valid: RecordedError | null;
  readonly event?: Record<string, unknown>;
}

interface RecordedStep {
  readonly op: 'open' | 'append' | 'rollback';
  readonly entry?: { id: string; parent: string | null; type: string; payload: unknown };
  readonly checkpoint?: number;
  readonly result: { readonly ok?: RecordedState; readonly err?: RecordedError };
  readonly after?: Record<string, readonly [number, string] | null>;
}

interface RecordedCase {
  readonly id: string;
  readonly maxSegmentBytes: number;
  readonly damage: readonly string[];
  readonly before: Record<string, string | null>;
  readonly steps: readonly RecordedStep[];
}

const file = new URL('../../../fixtures/session-store-v2/recorded/cases.jsonl', import.meta.url);
const cases = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): RecordedCase => JSON.parse(line));

function stateOf(store: SessionStore): RecordedState {
  const { entryCount, chainHash, totalBytes, head } = store.state();
  const all = attempt(() => store.all());
  const valid = attempt(() => store.validate());
  return {
    entryCount: Number(entryCount),
    chainHash,
    totalBytes: Number(totalBytes),
    head: head && {
      ...head,
      entrySeq: Number(head.entrySeq),
      segmentSeq: Number(head.segmentSeq),
    },
    entries:
      'err' in all
        ? { error: all.err }
        : all.ok.map((frame) => [
            Number(frame.entrySeq),
            frame.entryId,
            Number(frame.segmentSeq),
            Number(frame.frameSeq),
            frame.payloadSha256,
          ]),
    valid: 'err' in valid ? valid.err : null,
  };
}

function run(step: RecordedStep, root: string, max: bigint): RecordedStep['result'] {
  return attempt(() => {
    const store = openOriginal(realEnv(), root, { max });
    if (step.op === 'append' && step.entry !== undefined) {
      store.append({ ...step.entry, payload: JSON.stringify(step.entry.payload) });
    }
    if (step.op !== 'rollback') return stateOf(store);
    const { at: _at, ...event } = store.rollback(BigInt(step.checkpoint ?? 0), {
      migrationId: '00000000-0000-0000-0000-00000000000a',
      correlationId: 'rollback_00000001',
    });
    return { ...stateOf(store), event };
  });
}

/** A result with its errors cut to what is stable, and an absent `errorClass` as null. */
function settle({ ok, err }: RecordedStep['result'], root: string): unknown {
  if (err !== undefined) return stableError(err, root);
  if (ok === undefined) return null;
  const { entries, valid, event } = ok;
  return {
    ...ok,
    entries: 'error' in entries ? stableError(entries.error, root) : entries,
    valid: valid && stableError(valid, root),
    event: event && { errorClass: null, ...event, targetPath: '<root>' },
  };
}

describe('the recorded cases of the original', () => {
  it.each(cases.map((each) => ({ name: `${each.id}: ${each.damage.join(', ')}`, ...each })))(
    '$name',
    (recorded) => {
      inTempDir((dir) => {
        const root = `${dir}/store`;
        const decoded = Object.entries(recorded.before).map(
          ([path, bytes]) => [path, bytes === null ? null : Buffer.from(bytes, 'base64')] as const,
        );
        plant(root, Object.fromEntries(decoded));
        for (const step of recorded.steps) {
          const result = run(step, root, BigInt(recorded.maxSegmentBytes));
          expect(settle(result, root)).toEqual(settle(step.result, '<root>'));
          if (step.after !== undefined) expect(digest(harvest(root))).toEqual(step.after);
        }
      });
    },
  );
});
