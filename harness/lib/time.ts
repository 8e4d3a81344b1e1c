const epochMs = Date.UTC(2026, 0, 1);

/** Every walk is told the same few times. */
const kept = new Map<number, string>();
const keptMost = 4096;

/**
 * The time to write that step `index` of a run is told: milliseconds after the start of 2026, ISO
 * 8601, UTC.
 */
export function timeAt(index: number): string {
  let text = kept.get(index);
  if (text === undefined) {
    if (kept.size >= keptMost) kept.clear();
    kept.set(index, (text = new Date(epochMs + index).toISOString()));
  }
  return text;
}
