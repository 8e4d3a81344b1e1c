import { deepStrictEqual } from 'node:assert';
import type { Port } from '../../../spec/lib/port.ts';

/** A time for calls whose time is not compared. */
export const someTime = '2026-01-01T00:00:00.000Z';

/** What the original of one kind was recorded doing, a line a case, as it is asked of a port. */
export interface Recording {
  readonly kind: string;
  /** Below `fixtures/<kind>/recorded/`. */
  readonly file: string;
  /** Lines that there are at least. */
  readonly least: number;
  /** The longest file in bytes that a line makes, where it is long. */
  readonly longest?: (line: string) => number;
  /**
   * Asks all of it of a port on the empty directory `dir`, and answers how many results were
   * compared. Rejects where one differs, saying which.
   */
  run(line: string, port: Port<unknown, unknown>, dir: string): Promise<number>;
}

/** Throws where the two differ; both are compared as JSON values are, u64 as numbers. */
export function same(got: unknown, wanted: unknown, say: string): void {
  try {
    deepStrictEqual(got, wanted);
  } catch (error) {
    throw new Error(`${say}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
