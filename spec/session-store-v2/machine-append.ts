import { isWellFormed } from '../lib/utf8.ts';
import { frameAt, stored } from './machine-log.ts';
import type { Disk, Wanted } from './machine-log.ts';
import { storedPayload } from './machine-payload.ts';
import { fail } from './machine-read.ts';
import type { Handle, Setting, State, Way } from './machine-types.ts';
import type { Op } from './ops.ts';

/**
 * The log with one more entry, in the segment that it belongs to: a number never used after a
 * rollback (S13).
 */
export function appended(disk: Disk, wanted: Wanted, max: bigint, at: string): Disk {
  const { frame, line } = placed(disk, wanted, max, at);
  return stored(disk, frame, line);
}

function placed(disk: Disk, wanted: Wanted, max: bigint, at: string): ReturnType<typeof frameAt> {
  const numbers = [...disk.segments.keys()];
  const largest = (all: readonly bigint[]): bigint => all.reduce((a, b) => (a > b ? a : b), 0n);
  const last = largest(numbers);
  const entrySeq = BigInt(disk.entries.length + 1);
  const fresh = (): ReturnType<typeof frameAt> => {
    const segmentSeq = largest([...numbers, disk.aside ?? 0n]) + 1n;
    return frameAt(wanted, { segmentSeq, frameSeq: 1n, entrySeq }, at);
  };
  if (last === 0n || (disk.aside !== null && disk.aside >= last)) return fresh();
  const size = disk.segments.get(last) ?? 0n;
  const inLast = disk.entries.filter((e) => e.row.segmentSeq === last).length;
  const joined = frameAt(wanted, { segmentSeq: last, frameSeq: BigInt(inLast + 1), entrySeq }, at);
  return size > 0n && size + BigInt(joined.line.length) > max ? fresh() : joined;
}

/** Every refusal that an append deserves; where there are several the store may name any. */
export function refusals(
  state: State,
  handle: Handle,
  op: Extract<Op, { op: 'append' }>,
  setting: Setting,
): readonly Way[] {
  const ids = new Set(handle.knows.map((e) => e.frame.entryId));
  const payload = storedPayload(op.payload);
  const codes = new Set<string>();
  if (![op.id, op.parent ?? '', op.type].every(isWellFormed)) codes.add('not_unicode');
  if ('code' in payload) codes.add(payload.code);
  if (ids.has(op.id)) codes.add('entry-id-duplicate');
  if (op.parent !== null && !ids.has(op.parent)) codes.add('parent-missing');
  const text = 'code' in payload ? op.payload : payload.text;
  if (isTooLarge(state.disk, { ...op, payload: text }, handle.max, setting.lineBytes)) {
    codes.add('entry_too_large');
  }
  return [...codes].map((code) => ({ state, result: fail(code) }));
}

// What the members of a frame take beyond the texts of the caller, with room to spare.
const memberBytes = 600;

/** True where the line of an entry would be longer than any reader takes. */
function isTooLarge(disk: Disk, wanted: Wanted, max: bigint, lineBytes: number): boolean {
  const { id, parent, type, payload } = wanted;
  // A character of an id takes six bytes at most, of a payload three: most need no exact answer.
  const names = id.length + (parent ?? '').length + type.length;
  if (memberBytes + 6 * names + 3 * payload.length <= lineBytes) return false;
  return placed(disk, wanted, max, '2026-01-01T00:00:00.000Z').line.length > lineBytes;
}
