import { describe, expect, it } from 'vitest';
import type { Op } from '../spec/session-store-v2/ops.ts';
import { machine } from '../spec/session-store-v2/machine.ts';
import { drive } from './drive.ts';
import { makePort } from './kinds/session-store-v2-port.ts';

const append = (id: string): Op => ({
  op: 'append', h: 'a', id, parent: null, type: 'message', payload: '{}',
}); // prettier-ignore

describe('a history', () => {
  it('runs again to the byte without what could not be asked', async () => {
    const unasked: Op = { op: 'hasSidecar', path: 'a' };
    const ops = [{ op: 'create', h: 'a', max: 900n } as const, unasked, append('x'), append('y')];
    const run = (list: readonly Op[]): ReturnType<typeof drive<Op, unknown, unknown>> =>
      drive(makePort('safe'), machine('safe') as never, (_, index) => list[index] ?? null);
    const first = await run(ops);
    expect(first.steps).toHaveLength(3);
    const again = await run(first.steps.map((step) => step.op));
    expect(again.log).toEqual(first.log);
    expect(again.steps).toEqual(first.steps);
  });
});
