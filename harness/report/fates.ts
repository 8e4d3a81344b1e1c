import { modelNamed } from '../../faults/models/index.ts';
import { powerOf } from '../../faults/power.ts';
import type { Unit } from '../../faults/units.ts';
import { cutOf, type Faultable, type PowerCut } from '../fault.ts';
import { callNumber, partAt, spotText, type Part } from './parts.ts';

/** What became of the calls of a log when power failed. */
export interface Fates {
  /** Events before the cut. */
  readonly cut: number;
  /** By event, in a few words; syncs and calls that changed nothing have none. */
  readonly of: ReadonlyMap<number, string>;
  /** Events whose every piece was durable by then. */
  readonly durable: ReadonlySet<number>;
  /** Events that the finding rests on: what was lost of them, or that they were kept. */
  readonly telling: ReadonlySet<number>;
}

/**
 * Lost, kept though nothing asked for it, or durable and since which sync: call by call. `kept` are
 * the events that had to be kept for the finding.
 */
export function fatesOf(
  on: Pick<Faultable, 'log' | 'steps'>,
  fault: PowerCut,
  parts: readonly Part[],
  kept: readonly number[] = [],
): Fates {
  const power = powerOf(on.log);
  const cut = cutOf(on, fault.kill)?.event ?? on.log.events.length;
  const { durableFrom, groupOf } = power.rules(modelNamed(fault.model));
  const lost = new Set(fault.lost.map((one) => one.unit));
  const of = new Map<number, string>();
  const durable = new Set<number>();
  const telling = new Set(kept);
  for (const [event, indexes] of indexesByEvent(power.units, cut)) {
    const gone = indexes.filter((i) => lost.has(power.units[i]!.id)).length;
    const since = Math.max(...indexes.map((i) => durableFrom[groupOf[i]!]!));
    if (gone > 0) {
      of.set(event, gone === indexes.length ? 'LOST' : 'LOST in part');
      telling.add(event);
    } else if (since >= cut) {
      of.set(
        event,
        kept.includes(event) ? 'KEPT, though not durable' : 'not durable, kept by chance',
      );
    } else {
      durable.add(event);
      of.set(event, `durable since ${syncText(on, parts, { event, sync: since })}`);
    }
  }
  return { cut, of, durable, telling };
}

function indexesByEvent(units: readonly Unit[], cut: number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  units.forEach(({ event }, index) => {
    if (event >= cut) return;
    const group = groups.get(event);
    if (group === undefined) groups.set(event, [index]);
    else group.push(index);
  });
  return groups;
}

function syncText(
  { log }: Pick<Faultable, 'log'>,
  parts: readonly Part[],
  { event, sync }: { readonly event: number; readonly sync: number },
): string {
  const part = partAt(parts, sync);
  if (part === null || part !== partAt(parts, event)) return spotText(log, parts, sync);
  return `call ${callNumber(log, part, sync)}`;
}
