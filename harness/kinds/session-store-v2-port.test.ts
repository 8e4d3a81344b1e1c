import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { StoreError } from '../../reference/lib/error.ts';
import type { StoreFs } from '../../reference/lib/fs.ts';
import type { Op, Value } from '../../spec/session-store-v2/ops.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import { outcomeOf } from './outcome.ts';
import { claimsOf, makePort } from './session-store-v2-port.ts';

const scratch = fs.mkdtempSync(join(tmpdir(), 'tearproof-port-'));
let made = 0;
const at = (n: number): string => `2026-01-01T00:00:0${n}.000Z`;

afterAll(() => {
  fs.rmSync(scratch, { recursive: true });
});

function ask(store: 'original' | 'safe', disk: StoreFs = fs, dir = join(scratch, `${++made}`)) {
  const port = makePort(store)(disk, dir);
  return { dir, step: (op: Op, time = at(0)) => settled(port.step(op, time)) };
}

/** Our ports answer at once; a promise would be a defect. */
function settled(answer: Outcome<Value> | Promise<Outcome<Value>>): Outcome<Value> {
  if (answer instanceof Promise) throw new Error('not at once');
  return answer;
}

const create: Op = { op: 'create', h: 'a', max: 1000n };
const append = (id: string, parent: string | null = null): Op => ({
  op: 'append',
  h: 'a',
  id,
  parent,
  type: 'message',
  payload: '{"b":1, "a":1.0}',
});

describe.each(['original', 'safe'] as const)('the port of %s', (store) => {
  it('writes the time it is told, and answers every operation that it claims', () => {
    const { step, dir } = ask(store);
    expect(step(create)).toEqual({
      is: 'ok',
      value: { entryCount: 0n, repairs: [], notices: [] },
    });
    expect(step(append('x'), at(7))).toMatchObject({ is: 'ok', value: { entryId: 'x' } });
    expect(step({ op: 'all', h: 'a' })).toMatchObject({ value: [{ timestamp: at(7) }] });
    const event = {
      schema: '', migrationId: 'm', phase: 'p', at: '', sourcePath: '', targetPath: '', sourceFormat: '',
      targetFormat: '', verification: { entryCountMatch: true, hashChainMatch: true, indexConsistent: true },
      outcome: 'ok', errorClass: null, correlationId: 'c',
    }; // prettier-ignore
    const every: { readonly [K in Op['op']]: Extract<Op, { op: K }> } = {
      create: { ...create, op: 'create', h: 'b', max: 1000n },
      inspect: { op: 'inspect', h: 'c', max: 1000n },
      append: { op: 'append', h: 'a', id: 'y', parent: 'x', type: 't', payload: '1' },
      sync: { op: 'sync', h: 'a' },
      lookup: { op: 'lookup', h: 'a', seq: 1n },
      all: { op: 'all', h: 'a' },
      from: { op: 'from', h: 'a', seq: 1n },
      tail: { op: 'tail', h: 'a', n: 1n },
      path: { op: 'path', h: 'a', leaf: 'y' },
      segment: { op: 'segment', h: 'a', seq: 1n },
      index: { op: 'index', h: 'a' },
      summary: { op: 'summary', h: 'a' },
      state: { op: 'state', h: 'a' },
      checkpoint: { op: 'checkpoint', h: 'a', seq: 1n, reason: 'r' },
      readCheckpoint: { op: 'readCheckpoint', h: 'a', seq: 1n },
      rollback: { op: 'rollback', h: 'a', seq: 1n, migrationId: 'm', correlationId: 'c' },
      ledgerAppend: { op: 'ledgerAppend', h: 'a', event },
      ledger: { op: 'ledger', h: 'a' },
      manifest: { op: 'manifest', h: 'a', sessionId: 's', sourceFormat: 'f' },
      readManifest: { op: 'readManifest', h: 'a' },
      rebuild: { op: 'rebuild', h: 'a' },
      validate: { op: 'validate', h: 'a' },
      close: { op: 'close', h: 'a' },
      drop: { op: 'drop', h: 'b' },
      sidecar: { op: 'sidecar', path: join(dir, 's.jsonl') },
      hasSidecar: { op: 'hasSidecar', path: join(dir, 's.jsonl') },
    };
    const refused = Object.values(every).filter((op) => step(op).is !== 'ok');
    const unclaimed = Object.keys(every).filter((name) => !claimsOf[store].ops.includes(name));
    expect(refused.map((op) => op.op)).toEqual(unclaimed);
    expect(unclaimed).toEqual(store === 'original' ? ['sync'] : []);
    expect(claimsOf[store].ops.filter((name) => !Object.hasOwn(every, name))).toEqual([]);
  });

  it('answers no-handle where none is open, also after an open that failed', () => {
    const { step, dir } = ask(store);
    const none = { is: 'fail', code: 'no-handle' };
    expect(step({ op: 'state', h: 'a' })).toEqual(none);
    expect(step({ op: 'drop', h: 'a' })).toEqual(none);
    step(create);
    expect(step({ op: 'state', h: 'b' })).toEqual(none);
    fs.mkdirSync(join(dir, 'segments', '0000000000000001.seg', 'x'), { recursive: true });
    expect(step({ ...create, max: 0n })).toMatchObject({ is: 'fail' });
    expect(step({ op: 'state', h: 'a' })).toEqual(none);
  });

  it('leaves no descriptor open, whether closed, dropped, opened again or failed', () => {
    const open = new Set<number>();
    const disk: StoreFs = {
      ...fs,
      openSync(path, flags, mode) {
        const fd = fs.openSync(path, flags, mode);
        open.add(fd);
        return fd;
      },
      closeSync(fd) {
        open.delete(fd);
        fs.closeSync(fd);
      },
    };
    const { step } = ask(store, disk);
    for (const end of ['close', 'drop', 'create'] as const) {
      step(create);
      step(append(end));
      if (end !== 'create') step({ op: end, h: 'a' });
    }
    step({ ...create, max: 0n });
    expect([...open]).toEqual([]);
  });
});

describe('outcomeOf', () => {
  const thrown = (error: unknown) =>
    outcomeOf(() => {
      throw error;
    });

  it.each([
    [new StoreError('a-code', ''), { is: 'fail', code: 'a-code' }],
    [new StoreError('a-code', '', { definite: false }), { is: 'info', code: 'a-code' }],
    [Object.assign(new Error(), { code: 'ENOSPC' }), { is: 'info', code: 'io-enospc' }],
    [Object.assign(new Error(), { code: 'ERR_OUT_OF_RANGE' }), { is: 'info', code: 'internal' }],
    [new RangeError('x'), { is: 'info', code: 'internal' }],
    ['text', { is: 'info', code: 'internal' }],
  ])('%s', (error, outcome) => {
    expect(thrown(error)).toEqual(outcome);
  });
});
