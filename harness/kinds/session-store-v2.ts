import type { Outcome } from '../../spec/lib/history.ts';
import type { View } from '../../spec/lib/judge.ts';
import { assess, classify } from '../../spec/session-store-v2/classify.ts';
import { clauses } from '../../spec/session-store-v2/clauses.ts';
import { structuralDamage, tearsOfWrite } from '../../spec/session-store-v2/damage.ts';
import { drafts, resolve, type Draft } from '../../spec/session-store-v2/drafts.ts';
import { keyOf } from '../../spec/session-store-v2/key.ts';
import { machine, type State } from '../../spec/session-store-v2/machine.ts';
import type { Frame, Op, Opened, Value } from '../../spec/session-store-v2/ops.ts';
import { plainer } from '../../spec/session-store-v2/plainer.ts';
import { legalOpens } from '../../spec/session-store-v2/table.ts';
import { walk } from '../../spec/session-store-v2/walk.ts';
import type { Kind } from '../kind.ts';
import { dumpRecord, entryText } from './session-store-v2-dump.ts';
import { makePort } from './session-store-v2-port.ts';

/** The kind `session-store-v2` as the harness sees it. */
export const sessionStoreV2: Kind<Op, Value, State, Draft> = {
  name: 'session-store-v2',
  core: ['create', 'append', 'all', 'drop'],
  opens: ['create', 'inspect'],
  ports: { safe: makePort('safe'), original: makePort('original') },
  machine,
  drafts,
  leans: [{ operations: ['rollback'] }, { operations: ['ledgerAppend'], damage: ['replace'] }],
  resolve,
  clauses,
  legal: (image, policy) => (policy === 'original' ? legalOpens(image) : assess(image).legals),
  classify,
  walk,
  nameOf: (op) => op.op,
  view,
  adds: (op) =>
    op.op === 'append'
      ? keyOf({ entryId: op.id, parentEntryId: op.parent, entryType: op.type, payload: op.payload })
      : null,
  handle: (op) => ('h' in op ? op.h : ''),
  shows: (h) => ({ op: 'all', h }),
  plainer,
  structuralDamage: (image) => structuralDamage(image),
  tears: tearsOfWrite,
  volatile: (path) => path.startsWith('tmp/'),
  keyText: entryText,
  dump: dumpRecord,
};

/** A reader of the whole log shows keys; an open shows its reports. */
function view(op: Op, outcome: Outcome<Value>): View | null {
  if (outcome.is !== 'ok') return null;
  if (op.op === 'create' || op.op === 'inspect') {
    const { repairs, notices } = outcome.value as Opened;
    if (!Array.isArray(repairs) || !Array.isArray(notices)) throw new TypeError('no reports');
    return { keys: [], repairs, notices };
  }
  const whole =
    op.op === 'all' || (op.op === 'from' && op.seq <= 1n) || (op.op === 'tail' && op.n >> 32n > 0n);
  if (!whole) return null;
  const frames = outcome.value as readonly Frame[];
  if (!frames.every(isFrame)) throw new TypeError('no frames');
  return { keys: frames.map(keyOf), repairs: [], notices: [] };
}

/** True for the members that clauses reckon with; a port in JavaScript may answer anything. */
function isFrame({ entryId, payload, payloadSha256, payloadBytes }: Frame): boolean {
  const texts: readonly unknown[] = [entryId, payload, payloadSha256];
  return texts.every((text) => typeof text === 'string') && typeof payloadBytes === 'bigint';
}
