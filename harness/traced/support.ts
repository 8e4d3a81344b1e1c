import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { attach } from './tracer.ts';

/** Whether ports can be traced on this machine; `version` is what strace says of itself. */
export type TraceSupport =
  { readonly ok: true; readonly version: string } | { readonly ok: false; readonly why: string };

const run = promisify(execFile);
const waitMs = 30_000;

/**
 * Tries what reach traced needs: programs, the right to attach to a process of one's own, a trace
 * of it, an injected error, a limit of file sizes. Never rejects.
 */
export async function canTrace(): Promise<TraceSupport> {
  if (process.platform !== 'linux') {
    return { ok: false, why: `strace is for Linux, and this is ${process.platform}` };
  }
  const lacks: string[] = [];
  for (const [program, ...args] of needed) {
    const found = await run(program, args, { timeout: waitMs }).catch(() => null);
    if (found === null) lacks.push([program, ...args].join(' '));
  }
  if (lacks.length > 0) return { ok: false, why: `these do not run here: ${lacks.join('; ')}` };
  const { stdout } = await run('strace', ['-V']);
  const version = stdout.split('\n', 1)[0]?.replace('strace -- version ', '') ?? '';
  const dir = mkdtempSync(join(tmpdir(), 'tearproof-trace-'));
  try {
    const why = await tried(join(dir, 'trace'));
    return why === null ? { ok: true, version } : { ok: false, why };
  } catch (error) {
    return { ok: false, why: `${error instanceof Error ? error.message : String(error)}${hint()}` };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const needed = [
  ['strace', '-V'],
  ['env', '--ignore-signal=XFSZ', 'true'],
  ['prlimit', '--fsize=unlimited:', 'true'],
] as const;

/** Attaches to a program that reads a line and writes it; its write is made to fail. */
async function tried(file: string): Promise<string | null> {
  const child = spawn('cat', [], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.stdin.on('error', () => {});
  try {
    const inject = ['write:error=ENOSPC:when=1'];
    const pids = [child.pid ?? 0];
    const tracer = await attach({ pids, file, inject, stringBytes: 1024, waitMs });
    child.stdin.end('traced\n');
    await ended;
    await tracer.ended;
    const lines = tracer.tail.lines();
    tracer.tail.close();
    const isSeen = lines.some((line) => line.includes('"traced\\n"'));
    const isFailed = lines.some((line) => line.endsWith('(INJECTED)'));
    if (!isSeen) return 'strace attached, and saw nothing of what was written';
    return isFailed ? null : 'strace attached, and could inject no error';
  } finally {
    child.kill('SIGKILL');
  }
}

const yama = '/proc/sys/kernel/yama/ptrace_scope';

function hint(): string {
  if (!existsSync(yama)) return '';
  const scope = readFileSync(yama, 'latin1').trim();
  return scope === '0' ? '' : ` (${yama} is ${scope}: only 0, or root, lets strace attach)`;
}
