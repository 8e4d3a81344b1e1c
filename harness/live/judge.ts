import type { Anomaly } from '../../spec/lib/clause.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import type { Key, Owes } from '../../spec/lib/judge.ts';
import { nearest, type Departure } from '../../spec/lib/promises.ts';

/** What one read beside a writer saw. */
export interface LiveRead {
  /** The entries that it showed; null where it was refused. */
  readonly keys: readonly Key[] | null;
  readonly outcome: Outcome<unknown>;
  /** Changes that the reader itself made. */
  readonly changes: number;
}

/** What may be seen: the duties at each moment from the beginning of a read to its end. */
export interface LiveBounds {
  readonly owes: readonly Owes[];
  /** The store was there, and a reader must be let in. */
  readonly begun: boolean;
  /**
   * While it was read, entries were taken back: files go away under the reader then. It may be
   * refused, or show the log half cut; what it shows is a prefix all the same.
   */
  readonly moved: boolean;
}

/** A way in which a read beside a writer was wrong. */
export interface LiveFinding {
  readonly anomaly: Anomaly;
  readonly say: string;
  /** Set where it may be: a prefix that lies between the log before a cut and the log after it. */
  readonly excused?: true;
}

/**
 * A read must show a state that the log had while it was read: all that was acknowledged before,
 * then a prefix of what was being appended, nothing torn, nothing twice, nothing moved; and it
 * changes nothing.
 */
export function judgeLive(read: LiveRead, { owes, begun, moved }: LiveBounds): LiveFinding | null {
  if (read.changes > 0) {
    return { anomaly: 'side_effect', say: `the reader made ${read.changes} changes to the store` };
  }
  if (read.keys === null) return refusal(read.outcome, begun && !moved);
  const off = nearest(read.keys, owes);
  if (off === null) return null;
  const found = named(off, read.keys.length);
  const isPrefix = ways.every(([name]) => name === 'lost' || off[name].length === 0);
  return found !== null && moved && isPrefix ? { ...found, excused: true } : found;
}

function refusal(outcome: Outcome<unknown>, mustShow: boolean): LiveFinding | null {
  const code = outcome.is === 'ok' ? 'no entries' : outcome.code;
  if (/^died\b/.test(code)) return { anomaly: 'died', say: `the reader died: ${code}` };
  if (/^hang\b/.test(code)) return { anomaly: 'hang', say: `the reader hangs: ${code}` };
  if (!mustShow) return null;
  return { anomaly: 'unopenable', say: `the reader was refused: ${code}` };
}

/** The worst first: what was never written is worse than what is late. */
const ways: readonly (readonly [keyof Departure, Anomaly, string])[] = [
  ['alien', 'torn_visible', 'shows an entry that was never appended as it is shown'],
  ['returned', 'resurrected', 'shows an entry that was taken back before'],
  ['twice', 'duplicate', 'shows an entry twice'],
  ['moved', 'reordered', 'shows entries out of their order'],
  ['skipped', 'gap', 'passes over an entry and shows a later one'],
  ['lost', 'lost_acked', 'misses an entry that was acknowledged before the read began'],
];

function named(off: Departure, shown: number): LiveFinding | null {
  const way = ways.find(([name]) => off[name].length > 0);
  if (way === undefined) return null;
  const [name, anomaly, say] = way;
  return { anomaly, say: `a reader of ${shown} entries ${say}: ${off[name][0] ?? ''}` };
}
