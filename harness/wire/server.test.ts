// Long, for it holds every way in which one line can be answered.
import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Op, Value } from '../../spec/append-log/ops.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import type { PortMaker } from '../kind.ts';
import { appendLogCodec } from './append-log.ts';
import { serveKind } from './served.ts';
import { serve } from './server.ts';
import type { ServerEnd } from './server.ts';

const at = '2026-01-01T00:00:00.000Z';

/** A log in memory: enough of a store to see what the server does with one. */
const memoryLog: PortMaker<Op, Value> = () => {
  let entries: Uint8Array[] | null = null;
  const step = (op: Op): Outcome<Value> => {
    if (op.op === 'open') {
      if (entries !== null) return { is: 'fail', code: 'already-open' };
      entries = [];
      return { is: 'ok', value: null };
    }
    if (entries === null) return { is: 'fail', code: 'no-handle' };
    if (op.op === 'sync') return { is: 'info', code: 'io-eio' };
    if (op.op === 'read') return { is: 'ok', value: entries };
    if (op.op === 'append') {
      const text = new TextDecoder().decode(op.payload);
      if (text.startsWith('fails with ')) return { is: 'fail', code: text.slice(11) };
      if (op.payload.length === 13) throw new Error('a defect of the store');
      entries.push(op.payload);
    } else entries = null;
    return { is: 'ok', value: null };
  };
  const claims = {
    name: 'memory',
    version: '1',
    kind: 'append-log',
    policy: 'safe',
    profiles: ['full'],
    ops: ['open', 'append', 'read', 'sync', 'close'],
    holds: ['memory'],
  } as const;
  return { claims, step };
};

interface Answer {
  readonly id: number | null;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly data?: { readonly code: string } };
}

interface Told {
  readonly end: ServerEnd;
  readonly answers: readonly Answer[];
  readonly raw: string;
}

interface TellOptions {
  readonly maxLineBytes?: number;
  readonly closeAfter?: number;
  readonly exit?: () => void;
}

async function tell(
  input: readonly (string | Uint8Array)[],
  options: TellOptions = {},
): Promise<Told> {
  const written: string[] = [];
  const { closeAfter = Infinity, ...limits } = options;
  const end = await serve({
    input: (async function* () {
      for (const part of input) yield typeof part === 'string' ? Buffer.from(part) : part;
    })(),
    write: async (line) => written.push(line) < closeAfter,
    kinds: [serveKind(appendLogCodec, memoryLog, fs)],
    name: 'test',
    version: '1',
    ...limits,
  });
  const answers = written.map((line): Answer => JSON.parse(line));
  return { end, answers, raw: written.join('') };
}

const hello = (limits = { maxLineBytes: 1024 }) =>
  call(1, 'initialize', {
    protocol: { min: 1, max: 3 },
    suite: { name: 's', version: '1' },
    limits,
  });

function call(id: number, method: string, params?: unknown): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
}

const open = (id: number, h = 'a') => call(id, 'append-log/open', { h, dir: '/d', at });
const append = (id: number, text: string) => {
  const payload = Buffer.from(text).toString('base64');
  return call(id, 'append-log/append', { h: 'a', payload, at });
};

describe('serve', () => {
  it('shakes hands and serves a log', async () => {
    const { end, answers } = await tell([
      hello(),
      open(2),
      append(3, 'é'),
      call(4, 'append-log/read', { h: 'a' }),
      call(5, 'shutdown'),
      call(6, 'ping'),
    ]);
    expect(end).toBe('shutdown');
    expect(answers).toEqual([
      {
        jsonrpc: '2.0',
        id: 1,
        result: {
          protocol: 1,
          port: { name: 'test', version: '1' },
          kinds: {
            'append-log': {
              policy: 'safe',
              profiles: ['full'],
              ops: ['open', 'append', 'read', 'sync', 'close'],
              holds: ['memory'],
            },
          },
          features: ['recipes'],
          limits: { maxLineBytes: 8388608, inFlight: 64 },
        },
      },
      { jsonrpc: '2.0', id: 2, result: {} },
      { jsonrpc: '2.0', id: 3, result: {} },
      { jsonrpc: '2.0', id: 4, result: { entries: ['w6k='] } },
      { jsonrpc: '2.0', id: 5, result: {} },
    ]);
  });

  it('answers bad lines with a reserved code and goes on', async () => {
    const { end, answers } = await tell([
      'not json\n',
      '\n \r\n',
      '[1]\n',
      '{"jsonrpc":"2.0","id":0,"method":"ping"}\n',
      '{"jsonrpc":"1.0","id":7,"method":"ping"}\n',
      '{"jsonrpc":"2.0","id":8}\n',
      '{"jsonrpc":"2.0","method":"$/whatever"}\n',
      new Uint8Array([0x22, 0xff, 0x22, 0x0a]),
      `${'['.repeat(100_000)}\n`,
      open(9),
      hello(),
      hello(),
      call(10, 'append-log/open', { h: 'a', dir: '/d' }),
      call(11, 'append-log/open', { h: '', dir: '/d', at }),
      call(12, 'append-log/nothing', {}),
      call(13, 'append-log/constructor', {}),
      call(14, '__proto__/open', {}),
      call(15, 'ping'),
      '{"jsonrpc":"2.0","id":16,"method":"ping"}',
    ]);
    expect(end).toBe('eof');
    expect(answers.map((a) => [a.id, a.error?.code])).toEqual([
      [null, -32700],
      [null, -32600],
      [null, -32600],
      [7, -32600],
      [8, -32600],
      [null, -32700],
      [null, -32700],
      [9, -32002],
      [1, undefined],
      [1, -32600],
      [10, -32602],
      [11, -32602],
      [12, -32601],
      [13, -32601],
      [14, -32601],
      [15, undefined],
      [null, -32700],
    ]);
  });

  it('refuses a version that it does not speak', async () => {
    const params = {
      protocol: { min: 2, max: 3 },
      suite: { name: 's', version: '1' },
      limits: { maxLineBytes: 1 },
    };
    const { answers } = await tell([call(1, 'initialize', params)]);
    expect(answers[0]?.error).toMatchObject({ code: -32003 });
  });

  it('holds no line longer than the limit, and sends none longer than the other side takes', async () => {
    const { answers } = await tell(
      [
        hello({ maxLineBytes: 200 }),
        `${'x'.repeat(5000)}\n`,
        open(2),
        append(3, 'y'.repeat(200)),
        call(4, 'append-log/read', { h: 'a' }),
      ],
      { maxLineBytes: 1024 },
    );
    expect(answers[1]).toMatchObject({ id: null, error: { code: -32700 } });
    expect(answers[4]).toMatchObject({ id: 4, error: { code: -32001 } });
  });

  it('tells errors of the store from defects, and definite from in doubt', async () => {
    const { answers } = await tell([
      hello(),
      append(2, 'early'),
      open(3),
      open(4),
      call(5, 'append-log/sync', { h: 'a', at }),
      append(6, 'thirteen byte'),
      call(7, 'append-log/read', { h: 'a' }),
    ]);
    expect(answers.slice(1)).toMatchObject([
      { error: { code: 1, data: { code: 'no-handle', definite: true } } },
      { result: {} },
      { error: { code: 1, data: { code: 'already-open', definite: true } } },
      { error: { code: 1, data: { code: 'io-eio', definite: false } } },
      { error: { code: -32603 } },
      { result: { entries: [] } },
    ]);
  });

  it('puts no code on a line that a line may not hold', async () => {
    const codes = ['ENOSPC', 'died: TypeError: x', 'untyped', 'SQLITE_BUSY', 'EACCES'];
    const calls = codes.map((code, i) => append(i + 3, `fails with ${code}`));
    const { answers } = await tell([hello(), open(2), ...calls]);
    expect(answers.slice(2)).toMatchObject([
      { error: { message: 'ENOSPC', data: { code: 'io-enospc', definite: true } } },
      { error: { message: codes[1], data: { code: 'internal', definite: false } } },
      { error: { data: { code: 'untyped', definite: true } } },
      { error: { data: { code: 'internal', definite: false } } },
      { error: { data: { code: 'io-eacces', definite: true } } },
    ]);
  });

  it('forgets one handle with drop and every handle with reset', async () => {
    const { answers } = await tell([
      hello(),
      open(2, 'a'),
      open(3, 'b'),
      call(4, 'drop', { h: 'a' }),
      call(5, 'append-log/read', { h: 'a' }),
      call(6, 'append-log/read', { h: 'b' }),
      call(7, 'drop', { h: 'a' }),
      call(8, 'reset'),
      call(9, 'append-log/read', { h: 'b' }),
      call(10, 'drop', {}),
    ]);
    const codes = answers.map(({ error }) => error?.data?.code ?? error?.code ?? 'ok');
    expect(codes.slice(3)).toEqual([
      'ok',
      'no-handle',
      'ok',
      'no-handle',
      'ok',
      'no-handle',
      -32602,
    ]);
  });

  it('ends quietly once nobody reads', async () => {
    const { end, answers } = await tell([hello(), call(2, 'ping'), call(3, 'ping')], {
      closeAfter: 2,
    });
    expect(end).toBe('closed');
    expect(answers).toHaveLength(2);
  });

  it.each([
    ['before_reply', 3],
    ['after_reply', 4],
  ])('ends at once where exit is asked for, %s', async (when, answered) => {
    let exits = 0;
    const { end, answers } = await tell(
      [hello(), open(2), call(3, 'exit', { when: 'later' }), call(4, 'exit', { when }), open(5)],
      { exit: () => exits++ },
    );
    expect({ end, exits }).toEqual({ end: 'exit', exits: 1 });
    expect(answers[0]).toMatchObject({ result: { features: ['recipes', 'exit'] } });
    expect(answers[2]).toMatchObject({ id: 3, error: { code: -32602 } });
    expect(answers).toHaveLength(answered);
  });

  it('has no method exit where it does not claim it', async () => {
    const { answers } = await tell([hello(), call(2, 'exit', { when: 'after_reply' })]);
    expect(answers[1]).toMatchObject({ error: { code: -32601 } });
  });

  it('takes recipes, and answers digests where the call allows them', async () => {
    const payload = { gen: 'xorshift32le', seed: '12345', bytes: '1048576' };
    const read = (id: number, digestsAbove?: string) =>
      call(id, 'append-log/read', { h: 'a', ...(digestsAbove && { digestsAbove }) });
    const { answers } = await tell([
      hello(),
      open(2),
      call(3, 'append-log/append', { h: 'a', payload, at }),
      read(4),
      read(5, '1048575'),
      read(6, '1048576'),
    ]);
    const sha256 = 'bc801a4a9ef72ed61a4cae1af440e7387ce247833f1cf932d24cebc61f53ad8b';
    expect(answers.slice(3)).toMatchObject([
      { error: { code: -32001 } },
      { result: { entries: [{ sha256, bytes: '1048576' }] } },
      { error: { code: -32001 } },
    ]);
  });
});
