import { isDeepStrictEqual } from 'node:util';
import { createDisk } from '../../faults/disk.ts';
import { openOriginal, inspectOriginal } from '../../reference/session-store-v2/original/index.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import { differences, type Image } from '../../spec/lib/image.ts';
import type { Op, Value } from '../../spec/session-store-v2/ops.ts';
import {
  does,
  type Limits,
  type RowId,
  type RuleId,
  type World,
} from '../../spec/session-store-v2/table.ts';
import { storeRoot } from '../drive.ts';
import type { PortMaker } from '../kind.ts';
import { timeAt } from '../lib/time.ts';
import { show } from '../lib/show.ts';
import { claimsOf, makePortOf } from './session-store-v2-port.ts';

/** Limits of both witnesses, lowered so that small stores meet them. */
export interface AgreementLimits {
  /** Longest line with its LF. */
  readonly lineBytes?: number;
  /** Names that are tried before setting a segment aside is given up. */
  readonly quarantineNames?: number;
}

/** What the original did, operation by operation: the answer, and the disk after it. */
export type Transcript = readonly {
  readonly op: Op;
  readonly at: string;
  readonly outcome: Outcome<Value>;
  readonly image: Image;
}[];

/** A spec mutant: a decision that is answered the other way round, or always the same way. */
export type Mutant = RuleId | { readonly rule: RuleId; readonly answer: boolean };

/** Where table and original part; `step` is the position in the transcript. */
export interface Disagreement {
  readonly step: number;
  readonly say: string;
}

/** What a comparison went through in the table. */
export interface Compared {
  readonly disagreement: Disagreement | null;
  readonly rows: ReadonlySet<RowId>;
  /** Decisions that were asked for, with how often each was answered yes and no. */
  readonly rules: ReadonlySet<RuleId>;
}

/**
 * The operations that every damaged image is put through: open, readers, append, checkpoint,
 * reopen, readers.
 */
export const standardOps: readonly Op[] = [
  { op: 'create', h: 'a', max: 1200n },
  { op: 'state', h: 'a' },
  { op: 'all', h: 'a' },
  { op: 'index', h: 'a' },
  { op: 'validate', h: 'a' },
  { op: 'tail', h: 'a', n: 2n },
  { op: 'from', h: 'a', seq: 2n },
  { op: 'lookup', h: 'a', seq: 2n },
  { op: 'append', h: 'a', id: 'added-1', parent: null, type: 'message', payload: '{"n":99}' },
  { op: 'summary', h: 'a' },
  { op: 'path', h: 'a', leaf: 'added-1' },
  { op: 'segment', h: 'a', seq: 1n },
  { op: 'create', h: 'b', max: 1200n },
  { op: 'all', h: 'b' },
  { op: 'state', h: 'b' },
  { op: 'readManifest', h: 'b' },
  { op: 'manifest', h: 'b', sessionId: 's', sourceFormat: 'native_v2' },
  { op: 'rollback', h: 'b', seq: 1n, migrationId: 'm', correlationId: 'c' },
  { op: 'create', h: 'c', max: 1200n },
  { op: 'state', h: 'c' },
  { op: 'ledger', h: 'c' },
];

/**
 * What most damaged images are put through where thousands are: open, what it shows, append, open
 * again.
 */
export const briefOps: readonly Op[] = [
  { op: 'create', h: 'a', max: 1200n },
  { op: 'all', h: 'a' },
  { op: 'append', h: 'a', id: 'added-1', parent: null, type: 'message', payload: '{"n":99}' },
  { op: 'create', h: 'b', max: 1200n },
  { op: 'state', h: 'b' },
];

/** The original's port with other limits. */
export function originalPort(limits: AgreementLimits = {}): PortMaker<Op, Value> {
  return makePortOf(claimsOf.original, (env, root, op) =>
    op.op === 'create'
      ? openOriginal(env, root, { max: op.max, limits })
      : inspectOriginal(env, root, { max: op.max, limits }),
  );
}

/** Runs the original over an image on a disk in memory. */
export function transcribe(image: Image, ops: readonly Op[], limits?: AgreementLimits): Transcript {
  const disk = createDisk(image, { root: storeRoot, record: false });
  const port = originalPort(limits)(disk.fs, storeRoot);
  return ops.map((op, index) => {
    const at = timeAt(index);
    const outcome = port.step(op, at) as Outcome<Value>;
    return { op, at, outcome, image: disk.image() };
  });
}

/**
 * Holds the table, or a spec mutant of it, against what the original did: answers by value or code,
 * disks to the byte.
 */
export function compare(
  image: Image,
  transcript: Transcript,
  options: { readonly limits?: AgreementLimits; readonly mutate?: Mutant } = {},
): Compared {
  const { limits: lowered, mutate } = options;
  const tableOptions = {
    ...(lowered === undefined ? {} : { limits: tableLimits(lowered) }),
    ...(mutate === undefined ? {} : { mutate }),
  };
  const rows = new Set<RowId>();
  const rules = new Set<RuleId>();
  let worlds: readonly World[] = [{ image, root: storeRoot, handles: new Map() }];
  for (const [step, seen] of transcript.entries()) {
    const ways = worlds.flatMap((world) => does(world, seen.op, seen.at, tableOptions));
    const fit = ways.filter(
      (way) => isSame(way.outcome, seen.outcome) && sameDisk(way.world.image, seen.image),
    );
    for (const way of fit.length > 0 ? fit : ways) {
      for (const rule of way.decisions.keys()) rules.add(rule);
      if (mutate === undefined && showsRows(seen.op, step))
        for (const row of way.rows) rows.add(row);
    }
    if (fit.length === 0) {
      const say = `${show(seen.op, 120)}: original ${show(seen.outcome, 300)}, table ${ways
        .map((way) => `${show(way.outcome, 300)} ${diskText(way.world.image, seen.image)}`)
        .join(' or ')}`;
      return { disagreement: { step, say }, rows, rules };
    }
    worlds = fit.map((way) => way.world);
  }
  return { disagreement: null, rows, rules };
}

/** Decision rows are about the open that finds the damage, and one about the append after it. */
const showsRows = (op: Op, step: number): boolean => step === 0 || op.op === 'append';

const tableLimits = ({ lineBytes, quarantineNames }: AgreementLimits): Partial<Limits> => ({
  ...(lineBytes === undefined ? {} : { lineBytes }),
  ...(quarantineNames === undefined ? {} : { quarantineSuffixes: quarantineNames }),
});

function isSame(table: Outcome<Value>, original: Outcome<Value>): boolean {
  if (table.is === 'ok')
    return original.is === 'ok' && isDeepStrictEqual(table.value, original.value);
  return original.is !== 'ok' && original.code === table.code;
}

const sameDisk = (a: Image, b: Image): boolean => differences(a, b).length === 0;

function diskText(table: Image, original: Image): string {
  const paths = differences(table, original);
  return paths.length === 0 ? '' : `(disk differs at ${paths.slice(0, 4).join(', ')})`;
}
