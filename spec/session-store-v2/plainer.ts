import type { Op } from './ops.ts';

/** Simpler operations to try in place of one while shrinking, simplest first (DESIGN section 8). */
export function plainer(op: Op): readonly Op[] {
  if (op.op === 'append') return plainerAppends(op);
  if (op.op === 'create') return plainerCreates(op);
  if (op.op === 'tail' && op.n !== 1n) return [{ ...op, n: 1n }];
  if (op.op === 'checkpoint') {
    // Where it is only there for a rollback to begin another segment, opening anew does that too.
    const reopened: Op = { op: 'create', h: op.h, max: 1n };
    return op.reason === '' ? [reopened] : [{ ...op, reason: '' }, reopened];
  }
  return [];
}

function plainerAppends(op: Extract<Op, { op: 'append' }>): readonly Op[] {
  const simpler: Op[] = [];
  if (op.payload !== '0') simpler.push({ ...op, payload: '0' });
  for (const block of [512, 4096]) {
    const length = op.payload.length % block;
    if (op.payload.length > block && length > 1) {
      simpler.push({ ...op, payload: `"${'x'.repeat(length - 2)}"` });
    }
  }
  if (op.parent !== null) simpler.push({ ...op, parent: null });
  if (op.type !== 'message') simpler.push({ ...op, type: 'message' });
  return simpler;
}

// One entry a segment first: then no rollback is needed to begin another one.
const thresholds = [1n, 1n << 20n];

function plainerCreates(op: Extract<Op, { op: 'create' }>): readonly Op[] {
  const simpler: Op[] = [];
  for (const max of thresholds) {
    if (op.max === max) break;
    simpler.push({ ...op, max });
  }
  if (op.durability !== undefined) {
    const { durability: _dropped, ...rest } = op;
    simpler.push(rest);
  }
  return simpler;
}
