import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const ping = (id: number): string => `{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`;

function start(...flags: string[]) {
  const args = ['--import', 'tsx', join(root, 'scripts/cli/main.ts'), 'driver', ...flags];
  return spawn(process.execPath, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
}

/** Runs a driver over the whole input, and gives the lines it wrote and how it ended. */
async function talk(input: string | Buffer, ...flags: string[]) {
  const child = start(...flags);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { lines: out.split('\n').slice(0, -1), err, code: Number(code) };
}

const session = ['--kind', 'session-store-v2'];

describe('tearproof driver', () => {
  it('survives lines that are no calls, and ends with 0 at the end of its input', async () => {
    const input = `${ping(1)}hello\n{"jsonrpc":"2.0","id":2,"method":"nothing"}\n${ping(3)}{"half`;
    const { lines, err, code } = await talk(input, ...session);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { id: 1, result: {} },
      { id: null, error: { code: -32700 } },
      { id: 2, error: { code: -32002 } },
      { id: 3, result: {} },
      { id: null, error: { code: -32700 } },
    ]);
    expect({ err, code }).toEqual({ err: '', code: 0 });
  }, 30_000);

  it('skips a line that is longer than it accepts', async () => {
    const input = `${'x'.repeat(3_000_000)}\n${ping(1)}`;
    const { lines, code } = await talk(input, ...session, '--max-line', '1024');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { error: { code: -32700 } },
      { id: 1, result: {} },
    ]);
    expect(code).toBe(0);
  }, 30_000);

  it('serves both of our stores and a log', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tearproof-driver-'));
    const hello =
      '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocol":{"min":1,"max":1},' +
      '"suite":{"name":"t","version":"1"},"limits":{"maxLineBytes":100000}}}\n';
    const at = '"at":"2026-01-01T00:00:00.000Z"';
    // Each has a directory of its own: they run at the same time.
    const open = (name: string): string =>
      `{"jsonrpc":"2.0","id":2,"method":"session-store-v2/create","params":{"h":"a","dir":${JSON.stringify(join(dir, name))},"max":"100",${at}}}\n`;
    const openLog = `{"jsonrpc":"2.0","id":2,"method":"append-log/open","params":{"h":"a","dir":${JSON.stringify(dir)},${at}}}\n`;
    const [original, safe, log] = await Promise.all([
      talk(hello + open('original'), ...session, '--store', 'original'),
      talk(hello + open('safe'), ...session),
      talk(hello + openLog, '--kind', 'append-log'),
    ]);
    rmSync(dir, { recursive: true });
    const policies = [original, safe, log].map(({ lines }) => {
      const { kinds } = JSON.parse(lines[0] ?? '{}').result;
      return Object.entries<{ policy: string }>(kinds).map(([k, v]) => `${k} ${v.policy}`);
    });
    expect(policies).toEqual([
      ['session-store-v2 original'],
      ['session-store-v2 safe'],
      ['append-log safe'],
    ]);
    for (const { lines } of [original, safe, log]) {
      expect(JSON.parse(lines[1] ?? '{}')).toMatchObject({ id: 2, result: {} });
    }
  }, 30_000);

  it('ends when nobody reads its answers any more', async () => {
    const child = start(...session);
    child.stdin.on('error', () => {});
    child.stdin.write(ping(1));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const timer = setInterval(() => child.stdin.write(ping(2)), 20);
    const [code, signal] = await once(child, 'exit');
    clearInterval(timer);
    expect({ code, signal }).toEqual({ code: 0, signal: null });
  }, 30_000);

  it.each([
    ['--kind', 'nothing'],
    ['--kind', 'append-log', '--store', 'original'],
    ['--kind', 'session-store-v2', '--max-line', '12'],
    [],
  ])(
    'refuses %s %s %s %s',
    async (...flags) => {
      const { code, lines } = await talk('', ...flags.filter((flag) => flag !== undefined));
      expect({ code, lines }).toEqual({ code: 2, lines: [] });
    },
    30_000,
  );
});
