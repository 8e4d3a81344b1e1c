import type { Field } from './layout.ts';
import type { Value } from './layout-encode.ts';

/** One thing wrong with a record at bytes [from, to). */
export interface Flaw {
  readonly code: string;
  readonly from: number;
  readonly to: number;
  /**
   * Who cannot read the record for it: every reader, `safe` only, or none (it is merely not what is
   * written).
   */
  readonly refusedBy: 'all' | 'safe' | 'none';
  readonly say: string;
}

/**
 * One member as it stands: its name at [from, valueFrom), its value at [valueFrom, to). No field:
 * unknown.
 */
export interface Span {
  readonly path: string;
  readonly from: number;
  readonly valueFrom: number;
  readonly to: number;
  readonly field: Field | null;
}

/**
 * What a record holds, by dotted names, where each member stands, and all that is wrong with it.
 */
export interface Decoded {
  readonly values: ReadonlyMap<string, Value>;
  readonly spans: readonly Span[];
  readonly flaws: readonly Flaw[];
}

/** True where a reader of this policy takes the record. */
export function readableBy(policy: 'original' | 'safe', flaws: readonly Flaw[]): boolean {
  return !flaws.some((f) => f.refusedBy === 'all' || (policy === 'safe' && f.refusedBy === 'safe'));
}
