import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Policies } from './inspector.ts';

/** Bounds of the process that computes what policies would do. */
export interface ApartLimits {
  readonly totalBytes: number;
  readonly timeoutMs: number;
}

/** Heap of that process; a store of 256 MiB of short lines may need more and is then left out. */
const heapMegabytes = 1024;

/**
 * Computes what each policy would do in a process of its own, which is ended when the time is over:
 * recovery of a hostile store may take long, and cannot be interrupted from inside.
 */
export function judgeApart(
  root: string,
  kind: string,
  limits: ApartLimits,
): Policies | { readonly leftOut: string } {
  if (limits.timeoutMs <= 0) return { leftOut: 'the time given has ended' };
  const source = fileURLToPath(new URL('./policies-child.ts', import.meta.url));
  // Run from source or compiled, the other file has the same extension as this one.
  const program = import.meta.url.endsWith('.ts') ? source : source.replace(/ts$/, 'js');
  const heap = `--max-old-space-size=${heapMegabytes}`;
  const args = [...process.execArgv, heap, program, root, kind, String(limits.totalBytes)];
  const ran = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
    ...(Number.isFinite(limits.timeoutMs) ? { timeout: Math.ceil(limits.timeoutMs) } : {}),
  });
  if (ran.error !== undefined || ran.signal !== null) {
    const why =
      ran.error !== undefined && 'code' in ran.error ? String(ran.error.code) : ran.signal;
    return {
      leftOut: why === 'ETIMEDOUT' ? 'it took longer than the time given' : `it ended by ${why}`,
    };
  }
  if (ran.status !== 0) return { leftOut: `it ended with code ${ran.status}` };
  return answerOf(ran.stdout);
}

/** What the other process wrote: our own program, so its shape is known. */
function answerOf(text: string): Policies | { readonly leftOut: string } {
  const answer: Policies | { readonly leftOut: string } = JSON.parse(text);
  return answer;
}
