import type { Outcome } from '../../spec/lib/history.ts';
import type { View } from '../../spec/lib/judge.ts';
import { dumpBinary } from '../../spec/lib/layout-binary-dump.ts';
import { layoutOf } from '../../spec/lib/layout.ts';
import { keyOf, keyText } from '../../spec/wal-segment/bytes.ts';
import { assess, classify } from '../../spec/wal-segment/classify.ts';
import { clauses, facts } from '../../spec/wal-segment/clauses.ts';
import { structuralDamage, tearsOfWrite } from '../../spec/wal-segment/damage.ts';
import { drafts, partsOf, plainer, resolve, type Draft } from '../../spec/wal-segment/drafts.ts';
import { format } from '../../spec/wal-segment/layout.ts';
import { machine, type State } from '../../spec/wal-segment/machine.ts';
import type { Frame, Op, Opened, Value } from '../../spec/wal-segment/ops.ts';
import { legalOpens } from '../../spec/wal-segment/table.ts';
import { walk } from '../../spec/wal-segment/walk.ts';
import type { Kind } from '../kind.ts';
import { originalPort } from './wal-segment-original.ts';
import { safePort } from './wal-segment-safe.ts';

/** The kind `wal-segment` as the harness sees it. */
export const walSegment: Kind<Op, Value, State, Draft> = {
  name: 'wal-segment',
  core: ['open', 'append', 'sync', 'close', 'replay'],
  // Another writer opens the log too, and lets go of it.
  opens: ['open', 'other'],
  ports: { safe: safePort, original: originalPort },
  machine,
  drafts,
  resolve,
  clauses,
  legal: (image, policy) => (policy === 'original' ? legalOpens(image) : assess(image).legals),
  classify,
  walk,
  nameOf: (op) => op.op,
  view,
  adds: (op) => (op.op === 'append' || op.op === 'other' ? op.frames.map(keyOf) : null),
  // Another writer has a handle of its own each time.
  handle: (op) => (op.op === 'other' ? `other ${op.frames[0]?.seq ?? ''}` : ''),
  shows: () => ({ op: 'replay', after: 0n }),
  plainer,
  parts: partsOf,
  structuralDamage,
  tears: tearsOfWrite,
  volatile: facts.isVolatile,
  keyText,
  dump: (path, bytes, { from }) => {
    const found = layoutOf(format, path);
    return found === null ? [] : dumpBinary(found.file, bytes, from);
  },
};

/** A replay from the beginning shows keys; an open shows its reports. */
function view(op: Op, outcome: Outcome<Value>): View | null {
  if (outcome.is !== 'ok') return null;
  if (op.op === 'open') {
    const { repairs, notices } = outcome.value as Opened;
    if (!Array.isArray(repairs) || !Array.isArray(notices)) throw new TypeError('no reports');
    return { keys: [], repairs, notices };
  }
  if (op.op !== 'replay' || op.after !== 0n) return null;
  const frames = outcome.value as readonly Frame[];
  if (!frames.every(isFrame)) throw new TypeError('no frames');
  return { keys: frames.map(keyOf), repairs: [], notices: [] };
}

/** A port in JavaScript may answer anything. */
function isFrame({ seq, at, payload }: Frame): boolean {
  return typeof seq === 'bigint' && typeof at === 'bigint' && payload instanceof Uint8Array;
}
