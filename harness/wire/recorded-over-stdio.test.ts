import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Op, Value } from '../../spec/session-store-v2/ops.ts';
import { connect } from './client.ts';
import type { Client } from './client.ts';
import {
  answerOf, changeFromOutside, codeClass, decoded, digest, expectedCode, expectedState, form, harvest, isRecord,
  numbers, operationsOf, plant, settled, withoutPlace,
} from './recorded.ts'; // prettier-ignore
import type { Case, RecordedHistory } from './recorded.ts';
import { sessionStoreCodec } from './session-store-v2.ts';
import { stdioPort } from './stdio-port.ts';
import type { StdioPort } from './stdio-port.ts';

// What the original program was recorded doing, asked of our `original` in another process, on a
// real directory.

const root = join(import.meta.dirname, '../..');
const recorded = join(root, 'fixtures/session-store-v2/recorded');
const at = '2026-01-01T00:00:00.000Z';

type Port = StdioPort<Op, Value>;
let client: Client;
let scratch: string;

beforeAll(async () => {
  scratch = fs.mkdtempSync(join(tmpdir(), 'tearproof-stdio-'));
  const main = join(root, 'scripts/cli/main.ts');
  const args = ['driver', '--kind', 'session-store-v2', '--store', 'original'];
  client = await connect({
    command: [process.execPath, '--import', 'tsx', main, ...args],
    cwd: root,
    startMs: 60_000,
    callMs: 60_000,
  });
}, 60_000);

afterAll(async () => {
  await client.close();
  fs.rmSync(scratch, { recursive: true });
});

describe('the original over stdio', () => {
  it('agrees with the recorded cases', async () => {
    const cases = linesOf('cases.jsonl').map((line): Case => JSON.parse(line));
    const wrong = await fourAtOnce(cases, runCase);
    console.info(`over stdio: ${cases.length - wrong.length} of ${cases.length} cases agree`);
    expect(wrong).toEqual([]);
    expect(cases.length).toBeGreaterThanOrEqual(40);
  }, 120_000);

  it('agrees with the recorded histories', async () => {
    const lines = linesOf('histories.jsonl');
    const wrong = await fourAtOnce(lines, runHistory);
    console.info(`over stdio: ${lines.length - wrong.length} of ${lines.length} histories agree`);
    expect(wrong).toEqual([]);
    expect(lines.length).toBeGreaterThanOrEqual(40);
  }, 120_000);
});

function linesOf(name: string): readonly string[] {
  return fs.readFileSync(join(recorded, name), 'utf8').trimEnd().split('\n');
}

/** Runs all on the one process, four mixed at any moment, and gives what was wrong. */
async function fourAtOnce<T>(
  all: readonly T[],
  run: (each: T, port: Port, dir: string) => Promise<void>,
): Promise<string[]> {
  const wrong: string[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < all.length; i = next++) {
      const each = all[i];
      if (each === undefined) return;
      const dir = fs.mkdtempSync(join(scratch, 'store-'));
      const port = stdioPort(client, sessionStoreCodec, { dir, handle: `${i}.` });
      await run(each, port, dir).catch((error: unknown) => wrong.push(`${i}: ${String(error)}`));
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return wrong;
}

async function runCase(each: Case, port: Port, dir: string): Promise<void> {
  plant(dir, each.before);
  const max = BigInt(each.maxSegmentBytes);
  for (const [i, step] of each.steps.entries()) {
    const say = `${each.id} step ${i} (${step.op})`;
    expect(await stateAfter(port, step, max, dir), say).toEqual(expectedState(step.result));
    await port.step({ op: 'drop', h: 'a' }, at);
    if (step.after !== undefined) {
      expect(digest(harvest(dir)), say).toEqual(step.after);
    }
  }
}

/** The state as the recordings hold it, or the code of the first error on the way to it. */
async function stateAfter(
  port: Port,
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

async function runHistory(line: string, port: Port, dir: string): Promise<void> {
  const history: RecordedHistory = JSON.parse(line);
  const operations = operationsOf(line);
  for (const [i, [step, result]] of history.steps.entries()) {
    const op = operations[i] ?? null;
    if (op === null || result === null) {
      changeFromOutside(dir, step);
      continue;
    }
    const outcome = await port.step(op, at);
    expect(answerOf(op, outcome, dir), `${history.id} step ${i} ${op.op}`).toEqual(
      result.err === undefined ? form(result.ok, '<root>') : expectedCode(result.err),
    );
  }
  expect(settled(harvest(dir)), history.id).toEqual(settled(decoded(history.after)));
}
