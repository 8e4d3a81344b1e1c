import { z } from 'zod';
import type { NotModelledEvent, PortEvent } from '../events.ts';
import { statuses, statusOfFault } from './verdict.ts';

/** What a port did wrong as a program in a run: each fault once, with the first time it was met. */
export const faultSchema = z
  .object({
    fault: z.string(),
    status: z.enum(statuses),
    times: z.number().int(),
    id: z.string(),
    say: z.string(),
    stderr: z.string().optional(),
  })
  .strict();
export type PortFaultResult = z.infer<typeof faultSchema>;

/** A call that no crash state can be made of, with the first time it was met. */
export const notModelledSchema = z
  .object({ call: z.string(), times: z.number().int(), id: z.string(), say: z.string() })
  .strict();
export type OpenCall = z.infer<typeof notModelledSchema>;

/** The faults of a kind's port by name. */
export function faultsOf(events: readonly PortEvent[]): PortFaultResult[] {
  return eachOnce(events, (one) => one.fault).map(({ first, times }) => ({
    fault: first.fault,
    status: statusOfFault(first.fault),
    times,
    id: first.id,
    say: first.say,
    ...(first.stderr === undefined ? {} : { stderr: first.stderr }),
  }));
}

/** The calls by name. */
export function openCallsOf(events: readonly NotModelledEvent[]): OpenCall[] {
  return eachOnce(events, (one) => one.call).map(({ first, times }) => ({
    call: first.call,
    times,
    id: first.id,
    say: first.say,
  }));
}

function eachOnce<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
): readonly { readonly first: T; readonly times: number }[] {
  const byName = new Map<string, { first: T; times: number }>();
  for (const item of items) {
    const known = byName.get(nameOf(item));
    if (known === undefined) byName.set(nameOf(item), { first: item, times: 1 });
    else known.times++;
  }
  return [...byName.values()];
}
