import type { Port } from '../../../spec/lib/port.ts';
import type { Op, Value } from '../../../spec/session-store-v2/ops.ts';
import { same, someTime as at, type Recording } from './recording.ts';
import {
  answerOf, changeFromOutside, codeClass, digest, expectedCode, expectedState, form, isRecord,
  numbers, operationsOf, settled, withoutPlace, type Case, type RecordedHistory,
} from './session-store-v2-forms.ts'; // prettier-ignore
import { decoded, harvest, plant } from './tree.ts';

const kind = 'session-store-v2';

/** What the original session store did with damaged stores, and in histories of operations. */
export const sessionStoreRecordings: readonly Recording[] = [
  { kind, file: 'cases.jsonl', least: 40, run: runCase },
  { kind, file: 'histories.jsonl', least: 40, run: runHistory },
];

async function runCase(line: string, port: Port<Op, Value>, dir: string): Promise<number> {
  const each: Case = JSON.parse(line);
  plant(dir, each.before);
  const max = BigInt(each.maxSegmentBytes);
  for (const [i, step] of each.steps.entries()) {
    const say = `${each.id} step ${i} (${step.op})`;
    same(await stateAfter(port, step, max, dir), expectedState(step.result), say);
    await port.step({ op: 'drop', h: 'a' }, at);
    if (step.after !== undefined) same(digest(harvest(dir)), step.after, say);
  }
  return each.steps.length;
}

/** The state as the recordings hold it, or the code of the first error on the way to it. */
async function stateAfter(
  port: Port<Op, Value>,
  step: Case['steps'][number],
  max: bigint,
  dir: string,
): Promise<unknown> {
  const opened = await port.step({ op: 'create', h: 'a', max }, at);
  if (opened.is !== 'ok') return codeClass(opened.code);
  let event: unknown;
  if (step.op === 'append' && step.entry !== undefined) {
    const payload = JSON.stringify(step.entry.payload);
    const appended = await port.step({ op: 'append', h: 'a', ...step.entry, payload }, at);
    if (appended.is !== 'ok') return codeClass(appended.code);
  }
  if (step.op === 'rollback') {
    const ids = {
      migrationId: '00000000-0000-0000-0000-00000000000a',
      correlationId: 'rollback_00000001',
    };
    const seq = BigInt(step.checkpoint ?? 0);
    const rolled = await port.step({ op: 'rollback', h: 'a', seq, ...ids }, at);
    if (rolled.is !== 'ok') return codeClass(rolled.code);
    event = rolled.value;
  }
  const state = await port.step({ op: 'state', h: 'a' }, at);
  if (state.is !== 'ok' || !isRecord(state.value)) throw new Error('state has no answer');
  const all = await port.step({ op: 'all', h: 'a' }, at);
  const valid = await port.step({ op: 'validate', h: 'a' }, at);
  return {
    ...Object.fromEntries(Object.entries(state.value).map(([name, v]) => [name, numbers(v)])),
    entries: all.is === 'ok' ? placesOf(all.value) : codeClass(all.code),
    valid: valid.is === 'ok' ? null : codeClass(valid.code),
    ...(event === undefined ? {} : { event: withoutPlace(event, dir) }),
  };
}

function placesOf(frames: unknown): unknown {
  const members = ['entrySeq', 'entryId', 'segmentSeq', 'frameSeq', 'payloadSha256'];
  if (!Array.isArray(frames)) return null;
  return frames.map((frame: unknown) =>
    isRecord(frame) ? members.map((name) => numbers(frame[name])) : null,
  );
}

async function runHistory(line: string, port: Port<Op, Value>, dir: string): Promise<number> {
  const history: RecordedHistory = JSON.parse(line);
  const operations = operationsOf(line);
  for (const [i, [step, result]] of history.steps.entries()) {
    const op = operations[i] ?? null;
    if (op === null || result === null) {
      changeFromOutside(dir, step);
      continue;
    }
    const outcome = await port.step(op, at);
    const wanted = result.err === undefined ? form(result.ok, '<root>') : expectedCode(result.err);
    same(answerOf(op, outcome, dir), wanted, `${history.id} step ${i} ${op.op}`);
  }
  same(settled(harvest(dir)), settled(decoded(history.after)), history.id);
  return history.steps.length;
}
