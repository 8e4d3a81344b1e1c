/**
 * Up to `most` of the names that are nearest to `asked`: the same but for case and punctuation,
 * parts, then few edits.
 */
export function nearest(asked: string, names: readonly string[], most = 5): readonly string[] {
  const wanted = bare(asked.slice(0, 100));
  const scored = [...new Set(names)].map((name) => [name, distance(wanted, bare(name))] as const);
  const limit = Math.max(2, Math.ceil(wanted.length / 3));
  return scored
    .filter(([, score]) => score <= limit)
    .toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([name]) => name);
}

function bare(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Edits between two short texts; one that begins with the other is near whatever follows. */
function distance(a: string, b: string): number {
  if (a !== '' && (b.startsWith(a) || (b.length > 3 && a.startsWith(b)))) return a === b ? 0 : 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const [over, left, up] = [row[j - 1] ?? 0, next[j - 1] ?? 0, row[j] ?? 0];
      next.push(Math.min(over + same, left + 1, up + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
