import { z } from 'zod';
import { rungs } from './rungs.ts';
import { expectSchemas, leftOutSchema } from './verdicts/schemas.ts';

const counts = z.record(z.string(), z.number().int().nonnegative());
const spread = z
  .object({
    exercised: z.number().int(),
    failed: z.number().int(),
    /** States that broke it where a certificate lays that to the format. */
    limited: z.number().int().optional(),
  })
  .strict();

/** How far one rung went, in one history. */
export const rung = z
  .object({
    rung: z.enum(rungs),
    model: z.string(),
    generated: z.number().int(),
    unique: z.number().int(),
    walked: z.number().int(),
    finished: z.boolean(),
  })
  .strict();

/** The first event: what will be run, fixed before it begins. */
export const startSchema = z
  .object({
    is: z.literal('start'),
    version: z.literal(2),
    tearproof: z.string(),
    seed: z.string(),
    depth: z.string(),
    policy: z.enum(['original', 'safe']),
    command: z.string(),
    /**
     * How a port in another process is reached; missing for one in this process. `live`: nothing
     * was done to it, it was read while it was written.
     */
    reach: z.enum(['images', 'traced', 'live']).optional(),
    /** What the run was narrowed to, where it was. */
    only: z
      .object({
        models: z.array(z.string()).optional(),
        rungs: z.array(z.enum(rungs)).optional(),
        /** As it was asked for: ids, or what ids begin with. */
        clauses: z.array(z.string()).optional(),
        profile: z.string().optional(),
      })
      .strict()
      .optional(),
    /** The set of requirements that scores, as `0.1`: what is younger is run and not scored. */
    requirements: z.string().optional(),
    ...expectSchemas,
    /** Denominators, fixed before the run: histories planned and clauses selected a kind. */
    kinds: z.array(
      z
        .object({
          kind: z.string(),
          port: z.string(),
          histories: z.number().int(),
          /** Histories without which a run that is out of time shows nothing. */
          least: z.number().int(),
          /** What of the ladder is tried, and under which models power is cut. */
          rungs: z.array(z.enum(rungs)),
          models: z.array(z.string()),
          must: z.array(z.string()),
          should: z.array(z.string()),
          /** Clauses that are run and do not count. */
          notScored: z.array(leftOutSchema).optional(),
          /** Clauses whose matter the port does not claim. */
          notApplicable: z.array(leftOutSchema).optional(),
          notTested: z.array(z.string()),
        })
        .strict(),
    ),
  })
  .strict();

/** How often a history made a sync of one pattern, and how often it made nothing durable. */
export const syncTally = z
  .object({
    operation: z.string(),
    /** As in `fsync segments/#.seg`: numbers in names stand as `#`. */
    call: z.string(),
    met: z.number().int(),
    redundant: z.number().int(),
  })
  .strict();
export type SyncTally = z.infer<typeof syncTally>;

/** A broken clause: the first of its anomaly in a run. */
const findingSchema = z
  .object({
    is: z.literal('finding'),
    kind: z.string(),
    id: z.string(),
    clause: z.string(),
    anomaly: z.string(),
    phase: z.string(),
    fault: z.enum(['none', 'kill', 'power', 'nested', 'damage']),
    rung: z.enum(rungs),
    model: z.string(),
    /** False where the model is one whose findings do not count. */
    gates: z.boolean(),
    /** Set where the format is to blame, and a certificate says so; then it does not count. */
    limit: z.literal(true).optional(),
    say: z.string(),
    /** File name of the repro beside the events, where one was written. */
    repro: z.string().optional(),
  })
  .strict();

/** A port that failed as a program where no verdict could be formed. */
const portSchema = z
  .object({
    is: z.literal('port'),
    kind: z.string(),
    id: z.string(),
    /** What it did, by its name: `noise`, `died`, `hang`, …; `suite` where we are to blame. */
    fault: z.string().regex(/^[a-z][a-z-]{0,31}$/),
    say: z.string(),
    /** The end of what it wrote to stderr. */
    stderr: z.string().optional(),
    /** Set where the history ends here, without an event of its own. */
    lost: z.literal(true).optional(),
  })
  .strict();

/** A call of a port that no crash state can be made of. */
const notModelledSchema = z
  .object({
    is: z.literal('not_modelled'),
    kind: z.string(),
    id: z.string(),
    /** The call by its name, as in `mmap(MAP_SHARED)`. */
    call: z.string(),
    say: z.string(),
    /** The clauses that it leaves open; all of the kind where missing. */
    clauses: z.array(z.string()).optional(),
  })
  .strict();

/** One line of `events.jsonl`: everything else is a pure function of them. */
export const eventSchema = z.discriminatedUnion('is', [
  startSchema,
  z
    .object({
      is: z.literal('case'),
      kind: z.string(),
      id: z.string(),
      operations: z.number().int(),
      cuts: z.number().int(),
      damaged: z.number().int(),
      /** States made, and those walked after merging equal images with equal duties. */
      generated: z.number().int(),
      walked: z.number().int(),
      /** Fault classes that were injected, by name. */
      faults: counts,
      phases: counts,
      clauses: z.record(z.string(), spread),
      /** States on which a clause broke under a model whose findings do not count. */
      reported: counts,
      rungs: z.array(rung),
      /** States on which the port's answer is the original's, and states compared. */
      agreement: z.object({ same: z.number().int(), compared: z.number().int() }).strict(),
      /** Syncs of the history and of the walks that were recorded; events of old have none. */
      syncs: z.array(syncTally).optional(),
    })
    .strict(),
  findingSchema,
  portSchema,
  notModelledSchema,
  z
    .object({
      is: z.literal('end'),
      /**
       * `time`: the time that was given was up, and no further history was begun. `cannot_start`:
       * no process of the port could be started, or it speaks another protocol.
       */
      reason: z.enum(['done', 'time', 'interrupted', 'hang', 'cannot_start', 'harness_error']),
      detail: z.string().optional(),
    })
    .strict(),
]);

export type RunEvent = z.infer<typeof eventSchema>;
export type StartEvent = Extract<RunEvent, { is: 'start' }>;
export type CaseEvent = Extract<RunEvent, { is: 'case' }>;
export type FindingEvent = Extract<RunEvent, { is: 'finding' }>;
export type PortEvent = Extract<RunEvent, { is: 'port' }>;
export type NotModelledEvent = Extract<RunEvent, { is: 'not_modelled' }>;

/** The name under which a finding is looked for once in a run: later ones are only counted. */
export function findingName(found: {
  readonly clause: string;
  readonly anomaly: string;
  readonly gates: boolean;
  readonly limit?: true | undefined;
}): string {
  const weight = found.limit === true ? ' limit' : found.gates ? '' : ' reported';
  return `${found.clause} ${found.anomaly}${weight}`;
}

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
