import { fileNode } from '../../lib/image.ts';
import type { Image } from '../../lib/image.ts';
import { bytesOfHex, hexOf } from '../../lib/sha256.ts';
import { blake3Hex } from '../bytes.ts';
import { codeOfMessage } from '../codes.ts';
import { headOf, type FileNode } from '../frames.ts';
import { numberIn } from '../names.ts';
import type { Closed, Frame, Op } from '../ops.ts';
import { does, type TableOptions, type TableResult } from './does.ts';
import { start, type World } from './run.ts';

type RecordedFrame = readonly [seq: number, at: number, type: number, payloadHex: string];

interface Batch {
  readonly frames: readonly RecordedFrame[];
  readonly sync: boolean;
  readonly force: boolean;
}

interface RecordedClosed {
  readonly hash: string;
  readonly seq: number;
  readonly size: number;
}

/** What a manager did with batches: of each, whether it then rotated, and what it closed. */
interface Done {
  readonly ok: {
    readonly batches: readonly {
      readonly append: null;
      readonly closed: RecordedClosed | null;
      readonly rotate: 'Forced' | 'Size' | 'Time' | null;
    }[];
    readonly closed: RecordedClosed | null;
  };
}

type Replayed =
  | { readonly ok: { readonly applied: readonly RecordedFrame[]; readonly maxSeq: number } }
  | { readonly err: string; readonly applied: readonly RecordedFrame[] };

type RecordedStep =
  | {
      readonly op: 'replay';
      readonly modes: readonly {
        readonly strict: boolean;
        readonly chain: boolean;
        readonly result: Replayed & { readonly segments?: readonly string[] };
      }[];
    }
  | {
      readonly op: 'reopen-append';
      readonly seq: number;
      readonly batches: readonly Batch[];
      readonly result: Done;
    };

/** A damaged log, and what the original did with it. */
export interface RecordedCase {
  readonly id: string;
  readonly maxSegmentBytes: number;
  readonly instanceId: number;
  readonly written: { readonly batches: readonly Batch[]; readonly result: Done };
  readonly clean?: Readonly<Record<string, string>> | null;
  readonly damage: readonly string[];
  readonly before: Readonly<Record<string, string>>;
  readonly steps: readonly RecordedStep[];
}

/** Where table and recording do not agree. */
export interface Difference {
  readonly where: string;
  readonly wanted: unknown;
  readonly got: unknown;
}

/** The clock of recordings, whose times are not compared. */
const someTime = '2026-11-20T09:00:00.000Z';

/** The image that a recording shows as base64. */
export function imageOfRecording(files: Readonly<Record<string, string>>): Image {
  return new Map(
    Object.entries(files).map(([path, text]) => [
      path,
      fileNode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0))),
    ]),
  );
}

/** Runs a case against the table and answers every difference. */
export function replayCase(recorded: RecordedCase, options: TableOptions = {}): Difference[] {
  const found: Difference[] = [];
  const compare = (where: string, wanted: unknown, got: unknown): void => {
    if (text(wanted) !== text(got)) found.push({ where: `${recorded.id} ${where}`, wanted, got });
  };
  const tell = { recorded, options, compare };
  replayWritten(tell);
  let image = imageOfRecording(recorded.before);
  for (const [i, step] of recorded.steps.entries()) {
    if (step.op === 'replay') replayModes(tell, image, step, i);
    else {
      const { seq, batches, result } = step;
      const manager = { image, seq: BigInt(seq), batches, wanted: result.ok };
      image = runManager(tell, manager, `step ${i} reopen-append`);
    }
  }
  return found;
}

interface Tell {
  readonly recorded: RecordedCase;
  readonly options: TableOptions;
  readonly compare: (where: string, wanted: unknown, got: unknown) => void;
}

const text = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? Number(one) : one));

/** Makes the log anew; its bytes are those recorded, but for times and what is hashed of them. */
function replayWritten(tell: Tell): void {
  const { recorded, compare } = tell;
  const { batches, result } = recorded.written;
  const image: Image = new Map();
  const made = runManager(tell, { image, seq: 1n, batches, wanted: result.ok }, 'written');
  const clean = recorded.clean ?? (recorded.damage.length === 0 ? recorded.before : null);
  if (clean === null) return;
  const files = imageOfRecording(clean);
  compare('written files', [...files.keys()], [...made.keys()]);
  let prev = '0'.repeat(64);
  for (const [path, node] of files) {
    const mine = made.get(path);
    if (node.is !== 'file' || mine?.is !== 'file') continue;
    compare(`written ${path}`, masked(node), masked(mine));
    compare(`written ${path} prev`, headOf(node).prev, prev);
    prev = blake3Hex(node.bytes);
  }
  const hashes = [...result.ok.batches, result.ok].flatMap(({ closed }) => closed ?? []);
  for (const { hash, seq } of hashes) {
    const file = [...files].find(([path]) => numberIn(path) === BigInt(seq))?.[1];
    compare(`written hash ${seq}`, hash, file?.is === 'file' ? blake3Hex(file.bytes) : null);
  }
}

/** A segment without what hangs on the time: when it was made, and the hash of the one before. */
const masked = ({ bytes }: FileNode): string =>
  hexOf(bytes.subarray(0, 24)) + hexOf(bytes.subarray(64));

function replayModes(
  { recorded, options, compare }: Tell,
  image: Image,
  step: Extract<RecordedStep, { op: 'replay' }>,
  index: number,
): void {
  for (const { strict, chain, result } of step.modes) {
    const where = `step ${index} replay ${strict ? 'strict' : 'permissive'} ${chain ? 'chain' : ''}`;
    const op: Op = { op: 'replay', after: 0n, strict, chain };
    const { outcome, applied } = only(does(start(image), op, someTime, options), recorded.id);
    const wanted = 'ok' in result ? result.ok.applied : result.applied;
    compare(`${where} applied`, wanted, applied.map(recordedOf));
    const code = 'ok' in result ? 'ok' : codeOfMessage(result.err);
    compare(`${where} code`, code, outcome.is === 'ok' ? 'ok' : outcome.code);
    if ('ok' in result) {
      compare(`${where} highest`, result.ok.maxSeq, applied.at(-1)?.seq ?? 0n);
    }
  }
}

const recordedOf = ({ seq, at, type, payload }: Frame): unknown => [seq, at, type, hexOf(payload)];

const frameOf = ([seq, at, type, hex]: RecordedFrame): Frame => ({
  seq: BigInt(seq),
  at: BigInt(at),
  type,
  payload: bytesOfHex(hex) ?? new Uint8Array(0),
});

interface Managed {
  readonly image: Image;
  readonly seq: bigint;
  readonly batches: readonly Batch[];
  readonly wanted: Done['ok'];
}

/** A manager that appends, rotates where that is forced or due, and closes. */
function runManager(tell: Tell, run: Managed, where: string): Image {
  const { recorded, options, compare } = tell;
  let world: World = start(run.image);
  const ask = (op: Op): TableResult['outcome'] => {
    const result = only(does(world, op, someTime, options), recorded.id);
    world = result.world;
    return result.outcome;
  };
  const files = new Map([...run.image].map(([path, node]) => [numberIn(path), node]));
  const shownOf = (closed: Closed): unknown => {
    const before = files.get(closed.segment);
    // What was created by this very manager holds a time that was not recorded.
    const isOld = before?.is === 'file' && before.size > 0;
    return [closed.segment, closed.sizeBytes, ...(isOld ? [closed.hash] : [])];
  };
  const wantedOf = ({ seq, size, hash }: RecordedClosed): unknown => {
    const before = files.get(BigInt(seq));
    return [seq, size, ...(before?.is === 'file' && before.size > 0 ? [hash] : [])];
  };
  const limits = { maxBytes: BigInt(recorded.maxSegmentBytes), maxAgeMicros: 1n << 60n };
  ask({ op: 'open', seq: run.seq, instance: BigInt(recorded.instanceId), ...limits });
  for (const [i, { frames, sync, force }] of run.batches.entries()) {
    const wanted = run.wanted.batches[i];
    const appended = ask({ op: 'append', frames: frames.map(frameOf), sync });
    compare(`${where} ${i} append`, 'ok', appended.is);
    if (force) ask({ op: 'force' });
    const due = ask({ op: 'shouldRotate' });
    const why = due.is === 'ok' ? due.value : due.code;
    compare(`${where} ${i} rotate`, wanted?.rotate?.toLowerCase() ?? null, why);
    if (why === null) continue;
    const rotated = ask({ op: 'rotate' });
    const closed = rotated.is === 'ok' ? shownOf(rotated.value as Closed) : rotated.code;
    compare(`${where} ${i} closed`, wanted?.closed ? wantedOf(wanted.closed) : null, closed);
  }
  const image = world.image;
  const ended = ask({ op: 'close' });
  if (run.wanted.closed !== null) {
    const closed = ended.is === 'ok' ? shownOf(ended.value as Closed) : ended.code;
    compare(`${where} closed`, wantedOf(run.wanted.closed), closed);
  }
  return image;
}

function only(results: readonly TableResult[], where: string): TableResult {
  const [result, ...others] = results;
  if (result === undefined || others.length > 0) throw new Error(`${where}: no one result`);
  return result;
}
