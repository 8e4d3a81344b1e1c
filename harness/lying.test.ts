import { describe, expect, it } from 'vitest';
import { drive } from './drive.ts';
import { makePort } from './kinds/session-store-v2-port.ts';
import { sessionStoreV2 } from './kinds/session-store-v2.ts';
import { gatherOn, judge } from './judge.ts';
import { trialOf } from './subjects.ts';
import type { Outcome } from '../spec/lib/history.ts';
import type { Op, Value } from '../spec/session-store-v2/ops.ts';

type Answer = (op: Op, honest: () => Outcome<Value>) => unknown;

/** The clauses that a port breaks on an empty store by answering otherwise than the safe one. */
async function brokenBy(answer: Answer): Promise<readonly string[]> {
  const safe = makePort('safe');
  const make: typeof safe = (fs, root) => {
    const port = safe(fs, root);
    const step = (op: Op, at: string): unknown =>
      answer(op, () => port.step(op, at) as Outcome<Value>);
    return { claims: port.claims, step: step as typeof port.step };
  };
  const evidence = await gatherOn(trialOf(sessionStoreV2, make, 'safe'), new Map());
  return judge(sessionStoreV2.clauses, evidence).flatMap(({ clause, findings }) =>
    findings.map(({ anomaly }) => `${clause.id} ${anomaly}`),
  );
}

describe('a port that answers what no port may', () => {
  it('is not the harness dying', async () => {
    const answers: readonly Answer[] = [
      () => ({ is: 'ok', value: null }),
      () => undefined,
      () => ({ is: 'fail', code: 7 }),
      (op, honest) => (op.op === 'all' ? { is: 'ok', value: [null] } : honest()),
      (op, honest) => (op.op === 'all' ? { is: 'ok', value: [{ entryId: 1 }] } : honest()),
      () => {
        // oxlint-disable-next-line typescript/only-throw-error -- a port may throw anything
        throw 'a string';
      },
      () => Promise.reject(new Error('no')),
    ];
    for (const answer of answers) expect(await brokenBy(answer)).toContain('SSV2-S9-2 died');
  });

  it('may use promises of its own', async () => {
    const later = (value: unknown): unknown => ({
      // oxlint-disable-next-line unicorn/no-thenable -- this is what is tried
      then: (settle: (value: unknown) => void) => settle(value),
    });
    expect(await brokenBy((_op, honest) => later(honest()))).toEqual([]);
  });

  it('reports a repair that it did not make', async () => {
    const did = { did: 'cut', file: 'segments/0000000000000001.seg', from: 0, to: 9, why: 'torn' };
    const broken = await brokenBy((op, honest) => {
      const answer = honest();
      if (op.op !== 'create' || answer.is !== 'ok') return answer;
      return { is: 'ok', value: { ...(answer.value as object), repairs: [did] } };
    });
    expect(broken).toContain('SSV2-S10-6 silent_repair');
  });

  it('refuses an operation and leaves traces of it', async () => {
    const safe = makePort('safe');
    const make: typeof safe = (fs, root) => {
      const port = safe(fs, root);
      const step: typeof port.step = (op, at) => {
        const answer = port.step(op, at);
        if (op.op === 'rollback') fs.mkdirSync(`${root}/traces`);
        return answer;
      };
      return { claims: port.claims, step };
    };
    const ops: readonly Op[] = [
      { op: 'create', h: 'a', max: 1000n },
      { op: 'rollback', h: 'a', seq: 7n, migrationId: 'm', correlationId: 'c' },
    ];
    const machine = sessionStoreV2.machine('safe');
    const strays = async (of: typeof safe): Promise<number> =>
      (await drive(of, machine, (_state, index) => ops[index] ?? null)).strays.length;
    expect([await strays(safe), await strays(make)]).toEqual([0, 1]);
  });
});
