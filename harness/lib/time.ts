const epochMs = Date.UTC(2026, 0, 1);

/**
 * The time to write that step `index` of a run is told: milliseconds after the start of 2026, ISO
 * 8601, UTC.
 */
export function timeAt(index: number): string {
  return new Date(epochMs + index).toISOString();
}
