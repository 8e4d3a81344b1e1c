import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect } from './client.ts';
import type { ClientOptions } from './client.ts';
import { PortFault } from './fault.ts';
import { allowedEnv } from './process.ts';

/** A port as a short script: `answer` gets each request and returns the lines to print. */
function script(answer: string, before = ''): readonly string[] {
  const hello = `{ protocol: 1, port: { name: 'p', version: '1' }, kinds: {}, limits: { maxLineBytes: 1048576, inFlight: 8 } }`;
  const source = `
    ${before}
    const hello = ${hello};
    const ok = (id, result = {}) => JSON.stringify({ jsonrpc: '2.0', id, result });
    const answer = (q) => { ${answer} };
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const q = JSON.parse(line);
      const said = q.method === 'initialize' ? ok(q.id, hello) : answer(q);
      if (typeof said === 'string') process.stdout.write(said + '\\n');
    }).on('close', () => process.exit(0));
  `;
  return [process.execPath, '-e', source];
}

// The calls are of no method that a suite asks.
const quick = { startMs: 20_000, callMs: 20_000, unchecked: true } as const;

async function faultOf(work: Promise<unknown>): Promise<PortFault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof PortFault) return error;
    throw error;
  }
  throw new Error('no fault');
}

/** Connects, calls `x` once, and gives the fault that the call ended with. */
async function faultOfCall(
  command: readonly string[],
  options: Partial<ClientOptions> = {},
): Promise<PortFault> {
  const client = await connect({ command, ...quick, ...options });
  const fault = await faultOf(client.call('x', {}));
  expect(await faultOf(client.call('later', {}))).toBe(fault);
  await client.close();
  return fault;
}

// Each test starts a process, which takes long where many run.
describe('connect', { timeout: 60_000 }, () => {
  it('reports a program that is not there, and one that is no port', async () => {
    const missing = await faultOf(connect({ command: ['/nonexistent/port'], ...quick }));
    expect(missing.fault).toBe('start');
    const quits = await faultOf(
      connect({
        command: [process.execPath, '-e', 'console.error("sorry"); process.exit(7)'],
        ...quick,
      }),
    );
    expect(quits.fault).toBe('died');
    expect(quits.death).toEqual({ exitCode: 7, signal: null });
    expect(quits.stderr).toBe('sorry\n');
  });

  it('reports a port that never answers', async () => {
    const command = [process.execPath, '-e', 'process.stdin.resume()'];
    const fault = await faultOf(connect({ command, startMs: 300 }));
    expect(fault.fault).toBe('hang');
  });

  it('gives a port that works through its calls one by one its time for each', async () => {
    const slow = `
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
      return ok(q.id);
    `;
    const client = await connect({ command: script(slow), ...quick, callMs: 1500 });
    // Together they take longer than one may.
    const replies = Array.from({ length: 8 }, () => client.call('x', {}));
    expect((await Promise.all(replies)).map(({ is }) => is)).toEqual(Array(8).fill('result'));
    await client.close();
    // One that answers all others is found out all the same.
    const forgets = `return q.id === 2 ? null : ok(q.id);`;
    const other = await connect({ command: script(forgets), ...quick, callMs: 1000 });
    const never = faultOf(other.call('x', {}));
    await other.call('x', {}).catch(() => {});
    expect((await never).fault).toBe('hang');
    await other.close();
  });

  it('reports an answer to initialize that does not fit', async () => {
    const command = script('', `process.stdin.once('data', () => {});`);
    const bad = command.map((part) => part.replace('protocol: 1', 'protocol: 9'));
    expect((await faultOf(connect({ command: bad, ...quick }))).message).toContain('protocol 9');
    const worse = command.map((part) => part.replace('protocol: 1', 'protocol: "1"'));
    expect((await faultOf(connect({ command: worse, ...quick }))).fault).toBe('handshake');
  });
});

describe('a client', { timeout: 60_000 }, () => {
  it('matches answers by id, in any order, many in flight', async () => {
    const command = script(
      `held.push(q.id); if (held.length < 8) return; return held.reverse().map((id) => ok(id, { id })).join('\\n');`,
      'const held = [];',
    );
    const client = await connect({ command, ...quick });
    const replies = await Promise.all(Array.from({ length: 8 }, () => client.call('x', {})));
    expect(replies.map((r) => r.is === 'result' && r.result['id'])).toEqual([
      2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    await client.kill();
    expect((await faultOf(client.call('x', {}))).fault).toBe('closed');
  });

  it('sends no more at once than the port takes, and the rest when it answers', async () => {
    const command = script(
      `inFlight++; setImmediate(() => { const seen = inFlight--; process.stdout.write(ok(q.id, { seen }) + '\\n'); });`,
      'let inFlight = 0;',
    ).map((part) => part.replace('inFlight: 8', 'inFlight: 2'));
    const client = await connect({ command, ...quick });
    const replies = await Promise.all(Array.from({ length: 20 }, () => client.call('x', {})));
    const seen = replies.map((r) => (r.is === 'result' ? Number(r.result['seen']) : 99));
    expect(Math.max(...seen)).toBeLessThanOrEqual(2);
    await client.kill();
  });

  it('ignores notifications and ends a port that answers shutdown', async () => {
    const command = script(
      `if (q.method === 'shutdown') setImmediate(() => process.exit(0)); return '{"jsonrpc":"2.0","method":"log","params":{}}\\n' + ok(q.id);`,
    );
    const client = await connect({ command, ...quick });
    expect(await client.call('x', {})).toEqual({ is: 'result', result: {} });
    expect(await client.close()).toEqual({
      death: { exitCode: 0, signal: null },
      forced: null,
      strays: [],
      fault: null,
    });
  });

  it.each([
    ['noise', `return 'hello'`],
    ['noise', `return '{"level":"info"}'`],
    ['noise', `return '[]'`],
    ['noise', `return '' `],
    ['invalid-json', `return '{"jsonrpc":'`],
    ['unknown-id', `return ok(99)`],
    ['duplicate-reply', `return ok(1)`],
    ['refused-call', `return '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":""}}'`],
    ['schema', `return '{"jsonrpc":"2.0","id":2}'`],
    [
      'schema',
      `return '{"jsonrpc":"2.0","id":2,"result":{},"error":{"code":-32000,"message":""}}'`,
    ],
    ['schema', `return '{"jsonrpc":"2.0","id":2,"error":{"code":1,"message":"no data"}}'`],
    ['line-too-long', `return ok(q.id, { big: 'x'.repeat(70000) })`],
    ['died', `process.stdout.write(ok(9).slice(0, 9)); process.exit(3)`],
    ['died', `process.kill(process.pid, 'SIGSEGV')`],
    ['hang', ``],
  ])('tells %s: %s', async (name, answer) => {
    const limits = name === 'hang' ? { callMs: 300 } : { maxLineBytes: 65536 };
    const fault = await faultOfCall(script(answer), limits);
    expect(fault.fault).toBe(name);
  });

  it('keeps the end of stderr only, and survives a port that dies while it is written to', async () => {
    const command = script(
      `process.exit(1)`,
      `process.stderr.write('a'.repeat(200000) + 'the end');`,
    );
    const client = await connect({ command, ...quick, stderrBytes: 1000 });
    const big = { text: 'x'.repeat(500_000) };
    const faults = await Promise.all([1, 2, 3].map(() => faultOf(client.call('x', big))));
    expect(new Set(faults.map((f) => f.fault))).toEqual(new Set(['died']));
    expect(faults[0]?.stderr).toHaveLength(1000);
    expect(faults[0]?.stderr.endsWith('the end')).toBe(true);
    await client.close();
  });

  it('gives a port nothing of our environment but what is allowed', async () => {
    const command = script(
      `if (q.method === 'shutdown') setImmediate(() => process.exit(0)); return ok(q.id, { ...process.env });`,
    );
    process.env['NODE_OPTIONS_OF_A_TEST'] = 'x';
    const client = await connect({ command, ...quick, env: { EXTRA: '1', LANG: 'C.UTF-8' } });
    const reply = await client.call('x', {});
    delete process.env['NODE_OPTIONS_OF_A_TEST'];
    const env = reply.is === 'result' ? reply.result : {};
    const ours = allowedEnv.filter((name) => process.env[name] !== undefined);
    const own = ['TMPDIR', 'TEMP', 'TMP', 'TEARPROOF_PORT', 'EXTRA', 'LANG'];
    expect(Object.keys(env).toSorted(byName)).toEqual(
      [...new Set([...ours, ...own])].toSorted(byName),
    );
    expect(env).toMatchObject({ LANG: 'C.UTF-8', PATH: process.env['PATH'] });
    const temporary = typeof env['TMPDIR'] === 'string' ? env['TMPDIR'] : '';
    expect(fs.readdirSync(temporary)).toEqual([]);
    fs.writeFileSync(join(temporary, 'left'), '');
    expect((await client.close()).fault).toBe(null);
    expect(fs.existsSync(temporary)).toBe(false);
  });

  it('gives a port the allowed environment and ends what it started', async () => {
    process.env['TEARPROOF_TEST_SECRET'] = 'secret';
    const command = script(
      `return ok(q.id, { secret: process.env.TEARPROOF_TEST_SECRET ?? null, extra: process.env.EXTRA, child: child.pid });`,
      `const child = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'inherit' });`,
    );
    const client = await connect({ command, ...quick, env: { EXTRA: '1' } });
    const reply = await client.call('x', {});
    delete process.env['TEARPROOF_TEST_SECRET'];
    const result = reply.is === 'result' ? reply.result : {};
    expect(result).toMatchObject({ secret: null, extra: '1' });
    await client.kill();
    await expect.poll(() => isRunning(Number(result['child'])), { timeout: 30_000 }).toBe(false);
  });
});

const byName = (a: string, b: string): number => (a < b ? -1 : 1);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
