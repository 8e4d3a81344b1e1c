import type { Walk } from '../lib/walk.ts';
import type { Op, Value } from './ops.ts';

/**
 * Open, read twice, append twice, sync, reopen, read, and again; ends at an open that is refused.
 */
export function* walk(): Walk<Op, Value> {
  const opened = yield { phase: 'open', op: { op: 'open' } };
  if (opened.is !== 'ok') return;
  const read = yield { phase: 'read', op: { op: 'read' } };
  yield { phase: 'read', op: { op: 'read' } };
  const count = read.is === 'ok' && read.value !== null ? read.value.length : 0;
  // The second append is where a wrong end of file shows; no history has payloads like these.
  for (const n of [count, count + 1]) {
    const payload = new TextEncoder().encode(`walk.${n} `);
    yield { phase: 'append', op: { op: 'append', payload } };
  }
  yield { phase: 'sync', op: { op: 'sync' } };
  for (const phase of ['reopen', 'again'] as const) {
    yield { phase, op: { op: 'close' } };
    const reopened = yield { phase, op: { op: 'open' } };
    if (reopened.is !== 'ok') return;
    yield { phase, op: { op: 'read' } };
  }
}
