import { z } from 'zod';
import { reproSchema, type Repro } from '../../../harness/repro.ts';
import { kinds } from '../../../harness/subjects.ts';
import { survives } from '../../../spec/lib/promises.ts';

/** What is kept of a port that did not come back: see `LastBeat`. */
const hangSchema = z.strictObject({
  kind: z.string(),
  ops: z.array(z.unknown()),
  fault: z.unknown(),
});

/**
 * The file of a hang as a repro of the clause that nothing may hang; null where it is none. A store
 * in this process that hangs hangs the replay too.
 */
export function reproOfHang(json: unknown): Repro | null {
  const read = hangSchema.safeParse(json);
  if (!read.success) return null;
  const { kind: name, ops, fault } = read.data;
  const kind = kinds.find((one) => one.name === name);
  const clause = kind?.clauses.find(({ check }) => check === survives);
  if (clause === undefined) return null;
  const repro = reproSchema.safeParse({
    version: 2,
    kind: name,
    policy: 'safe',
    clause: clause.id,
    anomaly: 'hang',
    say: 'the port did not come back',
    image: {},
    fault: 'none',
    owes: [],
    made: { by: 'safe', ops, fault },
  });
  return repro.success ? repro.data : null;
}
