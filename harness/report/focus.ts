import type { Damage } from '../../faults/damage.ts';
import { powerOf } from '../../faults/power.ts';
import type { Evidence } from '../../spec/lib/clause.ts';
import { dump } from '../../spec/lib/dump.ts';
import type { Image, Path } from '../../spec/lib/image.ts';
import type { Run } from '../drive.ts';
import type { Fault, Faultable, KillPoint, LostUnit, PowerCut } from '../fault.ts';
import type { WalkRun } from '../nested.ts';
import { fileOfCall } from './calls.ts';

/** Where to look in the state that was opened: bytes [from, to) of a file, and what is there. */
export interface Focus {
  readonly file: Path;
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/** Annotated bytes of a file around a range; none where the kind knows nothing of the file. */
export type DumpFile =
  | ((path: Path, bytes: Uint8Array, at: { from: number; to: number }) => readonly string[])
  | undefined;

/** A history as it was run again, and the walk that a second fault came into. */
export interface Rerun<O, R, S> {
  readonly run?: Run<O, R, S>;
  readonly walked?: WalkRun | null;
}

/**
 * The torn write, what was lost, or the damage, or else what the bytes were classified as; null
 * where neither.
 */
export function focusOf<O, R, S>(
  evidence: Evidence,
  fault: Fault | undefined,
  { run, walked }: Rerun<O, R, S> = {},
): Focus | null {
  const nested = fault?.is === 'nested';
  const on = nested ? walked : run;
  const last = nested ? fault.second : fault;
  if (last?.is === 'kill' && on != null) {
    const torn = tornWrite(on, last.kill);
    if (torn !== null) return torn;
  }
  if (last?.is === 'power' && on != null) {
    const gone = lostRange(on, last, evidence.start);
    if (gone !== null) return gone;
  }
  if (fault?.is === 'damage') {
    const damaged = fault.damage.map((damage) => damagedRange(damage, evidence.start));
    const found = damaged.findLast((focus) => focus !== null);
    if (found !== undefined && found !== null) return found;
  }
  const odd = evidence.classes.find((one) => one.is !== 'valid' && one.to > one.from);
  return odd === undefined ? null : { ...odd, why: `${odd.is}: ${odd.why}` };
}

/** A log with the spans of its steps. */
type Made = Pick<Faultable, 'log' | 'steps'>;

/** Where the first lost bytes, or the first lost length, would stand in what was left. */
function lostRange({ log }: Made, { lost }: PowerCut, image: Image): Focus | null {
  const { units } = powerOf(log);
  for (const { unit: id, left } of lost) {
    const unit = units.find((one) => one.id === id);
    if (unit === undefined || (unit.is !== 'data' && unit.is !== 'size')) continue;
    const file = fileOfCall(log, log.events.length, unit.ino);
    const node = image.get(file);
    if (node?.is !== 'file' || node.bytes.length === 0) continue;
    const { call } = unit;
    const length = call.do === 'write' ? call.bytes.length : 1;
    const from = Math.min(unit.fromByte, node.bytes.length - 1);
    const to = Math.max(from + 1, Math.min(unit.fromByte + length, node.bytes.length));
    const what = call.do === 'write' ? 'a write' : 'a new length';
    const why =
      unit.fromByte >= node.bytes.length
        ? `the file ends here: ${what} behind it was lost`
        : `${what} was lost here${left === 'old' ? '' : `, and left ${leftName(left)}`}`;
    return { file, from, to, why };
  }
  return null;
}

const leftName = (left: LostUnit['left']): string =>
  typeof left === 'object' ? `a part and ${left.rest}` : left;

function tornWrite(run: Made, kill: KillPoint): Focus | null {
  const began = run.steps[kill.step]?.began;
  if (began === undefined || kill.partialBytes === undefined) return null;
  const index = began + kill.calls;
  const event = run.log.events[index];
  if (event?.is !== 'call' || event.call.do !== 'write') return null;
  const { ino, from, bytes } = event.call;
  const to = from + kill.partialBytes;
  const why = `the write of ${bytes.length} bytes was torn after byte ${to}`;
  return { file: fileOfCall(run.log, index, ino), from, to, why };
}

function damagedRange(damage: Damage, image: Image): Focus | null {
  const node = image.get(damage.file);
  if (node?.is !== 'file' || node.bytes.length === 0) return null;
  const [from, to] = rangeOf(damage, node.bytes);
  const last = node.bytes.length;
  const start = Math.min(from, last - 1);
  return {
    file: damage.file,
    from: start,
    to: Math.max(start + 1, Math.min(to, last)),
    why: 'damaged here',
  };
}

/** Where the bytes of a damage stand in the file that it left. */
function rangeOf(damage: Damage, bytes: Uint8Array): readonly [from: number, to: number] {
  if (damage.do === 'append') return [bytes.length - damage.bytes.length, bytes.length];
  if (damage.do === 'splice') return [damage.from, damage.from + Math.max(1, damage.bytes.length)];
  if (damage.do === 'delete') return [damage.from, damage.from + 1];
  if (damage.do === 'insert') return [damage.at, damage.at + damage.bytes.length];
  if ('from' in damage) return [damage.from, damage.to];
  if (damage.do === 'cut') return [damage.at - 1, damage.at];
  if ('at' in damage) return [damage.at, damage.at + 1];
  return 'line' in damage ? lineRange(bytes, damage.line) : [0, 1];
}

function lineRange(bytes: Uint8Array, line: number): readonly [from: number, to: number] {
  let from = 0;
  for (let i = 0; i < line; i++) {
    const end = bytes.indexOf(0x0a, from);
    if (end < 0) break;
    from = end + 1;
  }
  const end = bytes.indexOf(0x0a, from);
  return [from, end < 0 ? bytes.length : end + 1];
}

const around = 32;

/**
 * The bytes at a focus, annotated by the kind where it can, else as they are; none without them.
 */
export function focusLines(focus: Focus | null, image: Image, dumpFile: DumpFile): string[] {
  const node = focus === null ? undefined : image.get(focus.file);
  if (focus === null || node?.is !== 'file' || node.bytes.length === 0) return [];
  const { bytes } = node;
  const known = dumpFile?.(focus.file, bytes, focus) ?? [];
  const [from, to] = [Math.max(0, focus.from - around), Math.min(bytes.length, focus.to + around)];
  const mark = {
    from: Math.min(focus.from, bytes.length - 1) - from,
    to: focus.to - from,
    text: focus.why,
  };
  const plain = (): readonly string[] =>
    dump(bytes.subarray(from, to), [], [mark], { offset: from, rowsPerField: 6 });
  const title = `bytes of ${focus.file} (${bytes.length} in all), ${focus.from} to ${focus.to}: ${focus.why}`;
  return [title, ...(known.length > 0 ? known : plain())];
}
