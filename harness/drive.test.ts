import { describe, expect, it } from 'vitest';
import type { Op } from '../spec/session-store-v2/ops.ts';
import { machine } from '../spec/session-store-v2/machine.ts';
import { drive } from './drive.ts';
import { makePort } from './kinds/session-store-v2-port.ts';
import { PortFault, SuiteFault } from './wire/fault.ts';

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

  it('takes a port that throws for dead, and no defect of ours for an answer', async () => {
    const run = (error: Error): ReturnType<typeof drive<Op, unknown, unknown>> => {
      const make = (): never => ({ step: () => Promise.reject(error) }) as never;
      const op = { op: 'create', h: 'a', max: 900n } as const;
      return drive(make, machine('safe') as never, (_, index) => (index === 0 ? op : null));
    };
    const dead = await run(new TypeError('x is not a function'));
    expect(dead.steps.map(({ outcome }) => outcome)).toEqual([
      { is: 'info', code: 'died: x is not a function' },
    ]);
    await expect(run(new SuiteFault('two at once'))).rejects.toThrow(SuiteFault);
    await expect(run(new PortFault('noise', 'no line'))).rejects.toThrow(PortFault);
  });
});
