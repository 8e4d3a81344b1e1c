import type { Evidence } from '../spec/lib/clause.ts';
import type { Legal } from '../spec/lib/judge.ts';

/**
 * True where opening showed what the original's table allows: the same entries, or a refusal where
 * it refuses.
 */
export function agrees(evidence: Evidence, legal: readonly Legal[]): boolean {
  const opened = evidence.seen.find((s) => s.phase === 'open');
  if (opened === undefined) return false;
  if (opened.outcome.is !== 'ok') return legal.some((l) => l.open === 'refused');
  const read = evidence.seen.find(
    (s) => s.phase === 'read' && (s.view !== undefined || s.outcome.is !== 'ok'),
  );
  if (read === undefined) return false;
  // A store that opens whatever is there refuses when it is read, and then shows nothing.
  const keys = read.view?.keys ?? [];
  return legal.some(
    (l) =>
      l.open === 'ok' && l.keys.length === keys.length && l.keys.every((key, i) => key === keys[i]),
  );
}
