import { z } from 'zod';
import type { StartEvent } from '../events.ts';
import { waiverSchema } from './schemas.ts';
import { statuses, type Verdict } from './verdict.ts';

/** A waiver in `results.json`: every report prints it. */
export const waiverResult = z
  .object({
    ...waiverSchema.shape,
    /** `elsewhere`: the clause is not part of this run. */
    state: z.enum(['holds', 'expired', 'elsewhere']),
    /** What the run saw of the clause: a waiver of what passes can go. */
    measured: z.enum(statuses).optional(),
  })
  .strict();
export type WaiverResult = z.infer<typeof waiverResult>;

/** What became of each waiver of a run. */
export function waiversOf(
  { waivers = [] }: StartEvent,
  kinds: readonly { readonly kind: string; readonly verdicts: readonly Verdict[] }[],
): WaiverResult[] {
  return waivers.map(({ expired, ...waiver }) => {
    const kind = kinds.find((one) => one.kind === waiver.kind);
    const verdict = kind?.verdicts.find((one) => one.clause === waiver.clause);
    if (expired === true) return { ...waiver, state: 'expired' };
    if (verdict === undefined) return { ...waiver, state: 'elsewhere' };
    return { ...waiver, state: 'holds', measured: verdict.measured ?? verdict.status };
  });
}
