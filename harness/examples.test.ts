import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLog } from '../ports/examples/append-log.ts';
import { conformance } from './conformance.ts';
import { logPort, type NodeFs } from './kinds/append-log-port.ts';
import { appendLog } from './kinds/append-log.ts';
import { tryLog, type TryOptions } from './kinds/append-log-try.ts';

const root = join(import.meta.dirname, '..');

/** The log of somebody else whom the pages speak of, made from the example. */
class MyLog {
  readonly #log: ReturnType<typeof openLog>;
  constructor(dir: string, options: { fs: NodeFs; syncEachAppend: boolean }) {
    this.#log = openLog(options.fs, dir, options.syncEachAppend ? 'entry' : 'none');
  }
  append(payload: Uint8Array): unknown {
    return this.#log.append(payload);
  }
  flush(): unknown {
    return this.#log.sync();
  }
  readAll(): Iterable<Uint8Array> {
    return this.#log.read();
  }
  close(): unknown {
    return this.#log.close();
  }
}

/** The nth TypeScript block of a page, run with these names instead of its imports. */
async function runExample(page: string, nth: number, names: object): Promise<void> {
  const blocks = [...readFileSync(join(root, page), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)];
  const body = blocks[nth]?.[1]?.replace(/^import .*\n/gm, '') ?? 'throw new Error("no example")';
  const source = `return (async ({ ${Object.keys(names).join(', ')} }) => {\n${body}\n})`;
  // The example is plain JavaScript, as its readers will run it.
  // oxlint-disable-next-line typescript/no-implied-eval
  const run = new Function(source)() as (names: object) => Promise<void>;
  await run(names);
}

const few = (open: Parameters<typeof tryLog>[0], options: TryOptions = {}) =>
  tryLog(open, { ...options, histories: 3 });

it('runs the README’s log of one’s own', async () => {
  const said: string[] = [];
  const console = { log: (line: string) => said.push(line) };
  let states = 0;
  const counting = async (open: Parameters<typeof tryLog>[0]) => {
    const result = await few(open);
    states = result.states;
    return result;
  };
  await runExample('README.md', 0, { tryLog: counting, MyLog, console });
  expect(said).toEqual([]);
  expect(states).toBeGreaterThan(300);
});

it('runs the README’s conformance tests, one a clause', async () => {
  const bodies: (() => Promise<void>)[] = [];
  const names = {
    describe: (_name: string, body: () => void) => body(),
    test: (_name: string, body: () => Promise<void>) => bodies.push(body),
    conformance, appendLog, logPort, openMyLog: openLog,
  }; // prettier-ignore
  await runExample('README.md', 1, names);
  expect(bodies.length).toBe(appendLog.clauses.length);
  for (const body of bodies) await body();
});

it('runs the example of docs/test-your-own-log.md', async () => {
  const bodies: (() => Promise<void>)[] = [];
  const collect = (_name: string, body: () => Promise<void>): number => bodies.push(body);
  await runExample('docs/test-your-own-log.md', 0, { it: collect, expect, tryLog: few, MyLog });
  for (const body of bodies) await body();
  expect(bodies).toHaveLength(1);
});

it('ends a process whose log hangs, and says what was tried', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tearproof-hang-'));
  const file = join(dir, 'hang.json');
  const script = join(dir, 'hang.mts');
  const from = JSON.stringify(join(root, 'harness/kinds/append-log-try.ts'));
  writeFileSync(
    script,
    `import { tryLog } from ${from};
await tryLog(() => { for (;;); }, { hangTimeoutMs: 1500, hangFile: ${JSON.stringify(file)} });`,
  );
  const tsx = join(root, 'node_modules/tsx/dist/loader.mjs');
  const ran = spawnSync(process.execPath, ['--import', tsx, script], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect([ran.signal, ran.stderr]).toEqual(['SIGKILL', expect.stringContaining('tearproof: hang')]);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    kind: 'append-log',
    ops: [{ op: 'open' }],
  });
  rmSync(dir, { recursive: true });
});
