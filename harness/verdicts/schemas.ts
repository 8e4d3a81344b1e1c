import { z } from 'zod';

// What a run is judged by beyond its clauses, as its first event and its results hold it.

const clause = z.string().min(1).max(64);
const words = z.string().trim().min(1).max(2000);

/** A day as `2026-12-31`: entries and waivers hold to its end, UTC. */
export const day = z.iso.date();

/**
 * Where an entry of a baseline holds: each member that is given narrows it. An entry that holds
 * elsewhere is left out of a run, and is not stale there.
 */
export const scopeSchema = z
  .object({
    /** The name that the port claims, or the store's: `safe`, `original`, `bug:…`. */
    port: z.string().min(1).max(128).optional(),
    policy: z.enum(['original', 'safe']).optional(),
    profile: z.string().min(1).max(32).optional(),
    reach: z.string().min(1).max(32).optional(),
    depth: z.string().min(1).max(32).optional(),
  })
  .strict();
export type Scope = z.infer<typeof scopeSchema>;

/** A failure that is known: one anomaly of one clause. Another anomaly is another failure. */
export const entrySchema = z
  .object({
    kind: clause,
    clause,
    anomaly: clause,
    reason: words,
    /** Where it is followed up: an address or a number. */
    issue: z.string().trim().min(1).max(500).optional(),
    until: day.optional(),
    ...scopeSchema.shape,
  })
  .strict();
export type Entry = z.infer<typeof entrySchema>;

/** A baseline file. */
export const baselineSchema = z
  .object({ version: z.literal(1), entries: z.array(entrySchema).max(2000) })
  .strict();
export type Baseline = z.infer<typeof baselineSchema>;

/** A clause that somebody disputes, and until when it does not count. */
export const waiverSchema = z
  .object({
    kind: clause,
    clause,
    reason: words,
    issue: z.string().trim().min(1).max(500).optional(),
    until: day,
  })
  .strict();
export type Waiver = z.infer<typeof waiverSchema>;

/** A file of waivers. */
export const waiversSchema = z
  .object({ version: z.literal(1), waivers: z.array(waiverSchema).max(500) })
  .strict();

/** Set where its day had passed when the run began: events hold no clock. */
const expired = { expired: z.literal(true).optional() };
/** Set where no kind of that name has a clause of that name. */
const unknown = { unknown: z.literal(true).optional() };

/** What the first event says of the failures that are expected, and of what is waived. */
export const expectSchemas = {
  baseline: z.array(entrySchema.extend({ ...expired, ...unknown })).optional(),
  waivers: z.array(waiverSchema.extend(expired)).optional(),
};
export type ExpectedEntry = NonNullable<z.infer<typeof expectSchemas.baseline>>[number];
export type HeldWaiver = NonNullable<z.infer<typeof expectSchemas.waivers>>[number];

/** A clause that stands outside the denominators of a run, and why. */
export const leftOutSchema = z
  .object({ clause: z.string(), level: z.enum(['MUST', 'SHOULD']), why: z.string() })
  .strict();
export type LeftOut = z.infer<typeof leftOutSchema>;
