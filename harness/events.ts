import { z } from 'zod';

const counts = z.record(z.string(), z.number().int().nonnegative());
const spread = z.object({ exercised: z.number().int(), failed: z.number().int() }).strict();

/** One line of `events.jsonl`: everything else is a pure function of them. */
export const eventSchema = z.discriminatedUnion('is', [
  z
    .object({
      is: z.literal('start'),
      version: z.literal(1),
      tearproof: z.string(),
      seed: z.string(),
      depth: z.string(),
      policy: z.enum(['original', 'safe']),
      command: z.string(),
      /** Denominators, fixed before the run: histories planned and clauses selected a kind. */
      kinds: z.array(
        z
          .object({
            kind: z.string(),
            port: z.string(),
            histories: z.number().int(),
            must: z.array(z.string()),
            should: z.array(z.string()),
            notTested: z.array(z.string()),
          })
          .strict(),
      ),
    })
    .strict(),
  z
    .object({
      is: z.literal('case'),
      kind: z.string(),
      id: z.string(),
      operations: z.number().int(),
      cuts: z.number().int(),
      damaged: z.number().int(),
      /**
       * States generated, those left after merging equal images with equal duties, and those
       * walked.
       */
      generated: z.number().int(),
      unique: z.number().int(),
      walked: z.number().int(),
      /** Fault classes that were injected, by name. */
      faults: counts,
      phases: counts,
      clauses: z.record(z.string(), spread),
      /** States on which the port's answer is the original's, and states compared. */
      agreement: z.object({ same: z.number().int(), compared: z.number().int() }).strict(),
    })
    .strict(),
  z
    .object({
      is: z.literal('finding'),
      kind: z.string(),
      id: z.string(),
      clause: z.string(),
      anomaly: z.string(),
      phase: z.string(),
      fault: z.enum(['none', 'kill', 'damage']),
      rung: z.string(),
      model: z.string(),
      say: z.string(),
      /** File name of the repro beside the events, where one was written. */
      repro: z.string().optional(),
    })
    .strict(),
  z
    .object({
      is: z.literal('end'),
      reason: z.enum(['done', 'interrupted', 'hang', 'harness_error']),
      detail: z.string().optional(),
    })
    .strict(),
]);

export type RunEvent = z.infer<typeof eventSchema>;
export type StartEvent = Extract<RunEvent, { is: 'start' }>;
export type CaseEvent = Extract<RunEvent, { is: 'case' }>;
export type FindingEvent = Extract<RunEvent, { is: 'finding' }>;

/**
 * Reads `events.jsonl`; a last line that a kill cut short is left out, any other bad line is an
 * error.
 */
export function parseEvents(text: string): RunEvent[] {
  const lines = text.split('\n');
  const tail = lines.pop() ?? '';
  const events = lines.map((line) => eventSchema.parse(JSON.parse(line)));
  if (tail === '') return events;
  try {
    return [...events, eventSchema.parse(JSON.parse(tail))];
  } catch {
    return events;
  }
}
