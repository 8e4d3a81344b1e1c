import type { Op as LogOp } from '../../spec/append-log/ops.ts';
import type { Op } from '../../spec/session-store-v2/ops.ts';

/** A session store with so many entries, of which only the first is ever synced. */
export function sessionOps(entries: number): Op[] {
  const h = 'a';
  const ops: Op[] = [{ op: 'create', h, max: 4000n }];
  for (let i = 1; i <= entries; i++) {
    const parent = i === 1 ? null : `e${i - 1}`;
    const payload = JSON.stringify({ n: i });
    ops.push({ op: 'append', h, id: `e${i}`, parent, type: 'message', payload });
    if (i === 1) ops.push({ op: 'sync', h });
  }
  return [...ops, { op: 'close', h }];
}

/** The same for a log that nothing is known of. */
export function logOps(entries: number): LogOp[] {
  const ops: LogOp[] = [{ op: 'open' }];
  for (let i = 1; i <= entries; i++) {
    ops.push({ op: 'append', payload: new TextEncoder().encode(`entry ${i} of ${entries}`) });
    if (i === 1) ops.push({ op: 'sync' });
  }
  return [...ops, { op: 'close' }];
}

/**
 * A session store with what a rollback leaves pending: staged files, names set aside, a tail that
 * is kept.
 */
export function rollbackOps(): Op[] {
  const h = 'a';
  const append = (id: string, parent: string | null): Op => ({
    op: 'append', h, id, parent, type: 'message', payload: '{"x":1}',
  }); // prettier-ignore
  const who = { migrationId: 'm', correlationId: 'c' };
  return [
    { op: 'create', h, max: 600n },
    append('e1', null),
    append('e2', 'e1'),
    { op: 'checkpoint', h, seq: 1n, reason: 'half' },
    append('e3', 'e2'),
    { op: 'rollback', h, seq: 1n, ...who },
    append('e4', 'e2'),
    { op: 'close', h },
  ];
}
