import type { Entry, Op } from './ops.ts';

/** Simpler operations to try in place of one, simplest first. */
export function plainer(op: Op): readonly Op[] {
  if (op.op === 'append') {
    const dull = plainerEntries(op.entry).map((entry): Op => ({ ...op, entry }));
    return [...dull, ...(op.track ? [] : [{ ...op, track: true }])];
  }
  if (op.op !== 'seal') return [];
  const { id, entries: all, deadlineMs, tickMs } = op;
  const h = op.h === undefined ? {} : { h: op.h };
  const of = (entries: readonly Entry[]): Op => ({ ...op, entries });
  const fewer = all.length < 2 ? [] : [all.slice(0, 1), ...all.map((_, i) => all.toSpliced(i, 1))];
  const dull = all.flatMap((entry, i) => plainerEntries(entry).map((one) => all.with(i, one)));
  const still: Op = { op: 'seal', id, ...h, entries: all, deadlineMs };
  return [
    ...(all.length === 0 ? [{ op: 'syncGroup', id, ...h } satisfies Op] : []),
    ...fewer.map(of),
    ...(tickMs === undefined ? [] : [still]),
    ...dull.map(of),
  ];
}

/** Less data of the same residue, half of it, text for odd bytes, fewer coordinates. */
function plainerEntries(entry: Entry): readonly Entry[] {
  if (entry.t === 'sealed' || entry.t === 'checkpoint') return [];
  const { coords } = entry;
  const nearer = coords.length === 0 ? [] : [{ ...entry, coords: [] }];
  if (entry.t === 'tombstone') return nearer;
  const { data } = entry;
  const lengths = [0, data.length % 512, data.length % 4096, data.length >> 1];
  const shorter = lengths.filter((n, i) => n < data.length && lengths.indexOf(n) === i);
  const dull = data.map(() => 0x78);
  const isDull = dull.every((byte, i) => byte === data[i]);
  return [
    ...shorter.map((n): Entry => ({ ...entry, data: data.slice(0, n) })),
    ...nearer,
    ...(isDull ? [] : [{ ...entry, data: dull }]),
  ];
}

/**
 * What an operation writes without publishing it: of a seal its appends, of a group sync nothing.
 */
export function partsOf(op: Op): readonly Op[] {
  if (op.op === 'syncGroup') return [];
  if (op.op !== 'seal') return [op];
  const { id } = op;
  const h = op.h === undefined ? {} : { h: op.h };
  return op.entries.map((entry): Op => ({ op: 'append', id, ...h, entry, track: true }));
}
