import { keyOf, keyText } from '../../spec/fast-segment/bytes.ts';
import { assess, classify, judgedId } from '../../spec/fast-segment/classify.ts';
import { clauses, facts } from '../../spec/fast-segment/clauses.ts';
import { structuralDamage, tearsOfWrite } from '../../spec/fast-segment/damage.ts';
import { drafts, resolve, type Draft } from '../../spec/fast-segment/drafts.ts';
import { format } from '../../spec/fast-segment/layout.ts';
import { addsOf, machine, type State } from '../../spec/fast-segment/machine.ts';
import { handleName } from '../../spec/fast-segment/ops.ts';
import type { Entry, Op, Opened, Value } from '../../spec/fast-segment/ops.ts';
import { partsOf, plainer } from '../../spec/fast-segment/plainer.ts';
import { legalOpens } from '../../spec/fast-segment/table.ts';
import { walk } from '../../spec/fast-segment/walk.ts';
import { writtenBy } from '../../spec/fast-segment/written.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import type { View } from '../../spec/lib/judge.ts';
import { dumpBinary } from '../../spec/lib/layout-binary-dump.ts';
import { layoutOf } from '../../spec/lib/layout.ts';
import type { Kind } from '../kind.ts';
import { originalPort } from './fast-segment-original.ts';
import { safePort } from './fast-segment-safe.ts';

/** The kind `fast-segment` as the harness sees it. */
export const fastSegment: Kind<Op, Value, State, Draft> = {
  name: 'fast-segment',
  core: ['open', 'append', 'syncGroup', 'readCommitted', 'close'],
  opens: ['open'],
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
  adds: addsOf,
  handle: (op) => (op.op === 'list' ? 'files' : handleName(op)),
  shows: (handle) => {
    const [id = '', h = ''] = handle.split(' ');
    return { op: 'readCommitted', id: Number(id), h };
  },
  plainer,
  parts: partsOf,
  writtenBy,
  structuralDamage,
  tears: tearsOfWrite,
  volatile: facts.isVolatile,
  keyText,
  dump: (path, bytes, { from }) => {
    const found = layoutOf(format, path);
    return found === null ? [] : dumpBinary(found.file, bytes, from);
  },
};

/** A reader of the judged session shows keys; an open of it shows its reports. */
function view(op: Op, outcome: Outcome<Value>): View | null {
  if (outcome.is !== 'ok' || op.op === 'list' || op.id !== judgedId) return null;
  if (op.op === 'open') {
    const { repairs, notices } = outcome.value as Opened;
    if (!Array.isArray(repairs) || !Array.isArray(notices)) throw new TypeError('no reports');
    return { keys: [], repairs, notices };
  }
  if (op.op !== 'readCommitted') return null;
  const entries = outcome.value as readonly Entry[];
  if (!entries.every(isEntry)) throw new TypeError('no entries');
  return { keys: entries.map(keyOf), repairs: [], notices: [] };
}

/** A port in JavaScript may answer anything. */
function isEntry(entry: Entry): boolean {
  if (entry.t === 'sealed') return typeof entry.block === 'bigint';
  if (typeof entry.revision !== 'bigint') return false;
  if (entry.t === 'checkpoint') return true;
  return Array.isArray(entry.coords) && (entry.t !== 'write' || entry.data instanceof Uint8Array);
}
