import type { Evidence, Finding, Seen } from '../../spec/lib/clause.ts';
import { keysText, oneKey, outcomeText, type KeyText } from './words.ts';

interface Folded {
  readonly phase: string;
  readonly ops: string[];
  readonly end: string;
}

/**
 * What a walk saw up to the finding, a line for what answered the same; `▸` marks where it broke.
 */
export function seenLines(evidence: Evidence, finding: Finding, keyText: KeyText): string[] {
  const last = evidence.seen.findLastIndex((seen) => seen.phase === finding.phase);
  const until = last < 0 ? evidence.seen : evidence.seen.slice(0, last + 1);
  const folded: Folded[] = [];
  for (const seen of until) {
    const end = endText(seen, keyText);
    const before = folded.at(-1);
    const op = opWords(seen, keyText);
    if (before?.phase === seen.phase && before.end === end) before.ops.push(op);
    else folded.push({ phase: seen.phase, ops: [op], end });
  }
  const lines = folded.map(({ phase, ops, end }) => {
    const mark = phase === finding.phase ? '▸' : ' ';
    return ` ${mark}${phase.padStart(8)}  ${[...new Set(ops)].join(', ')}  ->  ${end}`;
  });
  if (lines.length <= 24) return lines;
  return [...lines.slice(0, 12), `  … ${lines.length - 23} lines left out`, ...lines.slice(-11)];
}

/** An operation's name, with the probe that it is, or the entries that it adds. */
function opWords({ op, probe, adds }: Seen, keyText: KeyText): string {
  if (probe !== undefined) return `${op} (${probe})`;
  const added = [adds ?? []].flat().map((key) => oneKey(key, keyText));
  return [op, ...added].join(' ');
}

function endText(seen: Seen, keyText: KeyText): string {
  if (seen.outcome.is !== 'ok' || seen.view === undefined) return outcomeText(seen.outcome);
  const { keys, repairs, notices } = seen.view;
  // Openings show reports, readers show entries.
  if (seen.phase !== 'open' && seen.op !== 'create' && seen.op !== 'open' && keys.length > 0) {
    return keysText(keys, keyText);
  }
  const did = repairs.map((r) => `${r.did} ${r.file} [${r.from}, ${r.to}) (${r.why})`);
  const told = [
    ...did,
    ...notices.map((n) => `${n.code}${n.file === undefined ? '' : ` ${n.file}`}`),
  ];
  if (told.length > 0) return `ok, reports: ${told.slice(0, 4).join('; ')}`;
  return seen.op === 'create' || seen.op === 'open' || seen.op === 'inspect' ? 'ok' : 'no entries';
}
