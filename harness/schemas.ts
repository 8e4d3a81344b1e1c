import { z } from 'zod';
import { eventSchema } from './events.ts';
import { reproSchema } from './repro.ts';
import { resultsSchema } from './results.ts';
import { baselineSchema, waiversSchema } from './verdicts/schemas.ts';

/** JSON Schemas of what a run writes and reads, by file name; the version is that of the files. */
export function runSchemas(): Readonly<Record<string, unknown>> {
  return {
    'repro-1.json': z.toJSONSchema(reproSchema),
    'event-2.json': z.toJSONSchema(eventSchema),
    'results-2.json': z.toJSONSchema(resultsSchema),
    'baseline-1.json': z.toJSONSchema(baselineSchema),
    'waivers-1.json': z.toJSONSchema(waiversSchema),
  };
}
