import type { CheckRequest } from '../../../harness/engine.ts';

/**
 * How long histories may be begun. Each kind has its equal part, and what one does not need the
 * next ones have.
 */
export interface TimeLimit {
  readonly ms: number;
  /** Milliseconds since the run began. */
  readonly now: () => number;
}

/** The history, counted through all kinds, before which none may be begun any more. */
export function overdue(
  limit: TimeLimit | undefined,
  { subjects, depth }: Pick<CheckRequest, 'subjects' | 'depth'>,
): number {
  if (limit === undefined) return 0;
  const part = limit.ms / subjects.length;
  const over = Math.min(subjects.length, Math.floor(limit.now() / part));
  return over * depth.histories;
}

/** Milliseconds of `60s`, `10m`, `1h` or a bare number of seconds; null for anything else. */
export function millisecondsOf(text: string): number | null {
  const [, digits, unit = 's'] = /^([1-9][0-9]{0,6})(s|m|h)?$/.exec(text) ?? [];
  if (digits === undefined) return null;
  return Number(digits) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h'];
}
