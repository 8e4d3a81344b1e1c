import { clauses } from '../../spec/append-log/clauses.ts';
import { drafts, plainer, resolve, type Draft } from '../../spec/append-log/drafts.ts';
import { levelsOf, machine, type State } from '../../spec/append-log/machine.ts';
import { opNames, type Op, type Value } from '../../spec/append-log/ops.ts';
import { keyOf } from '../../spec/append-log/payload.ts';
import { walk } from '../../spec/append-log/walk.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import type { View } from '../../spec/lib/judge.ts';
import type { Kind } from '../kind.ts';
import { safePort } from './append-log-example.ts';

/** Any log at all: nothing is known of its bytes, so the ledger alone judges what it shows. */
export const appendLog: Kind<Op, Value, State, Draft> = {
  name: 'append-log',
  core: opNames,
  opens: ['open'],
  ports: { safe: safePort },
  machine: (_policy, claims) => machine(levelsOf(claims)),
  drafts,
  resolve,
  clauses,
  legal: () => null,
  classify: () => [],
  walk,
  nameOf: (op) => op.op,
  view,
  adds: (op) => (op.op === 'append' ? keyOf(op.payload) : null),
  shows: () => ({ op: 'read' }),
  plainer,
  tears,
  volatile: () => false,
};

function view(op: Op, outcome: Outcome<Value>): View | null {
  if (op.op !== 'read' || outcome.is !== 'ok' || outcome.value === null) return null;
  return { keys: outcome.value.map(keyOf), repairs: [], notices: [] };
}

/**
 * The format is unknown: the first bytes (a header), the last ones, the middle, and both sides of
 * each line's end.
 */
function tears(_path: string, bytes: Uint8Array): readonly number[] {
  const ends: number[] = [];
  for (let at = 0; at < bytes.length && ends.length < 32; at++) {
    if (bytes[at] === 0x0a) ends.push(at, at + 1);
  }
  const n = bytes.length;
  const all = [1, 2, 4, 8, 12, 16, n >> 1, n - 4, n - 2, n - 1, ...ends];
  return [...new Set(all)].filter((at) => at > 0 && at < n).toSorted((a, b) => a - b);
}
