import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Port } from '../../../spec/lib/port.ts';
import { blake3Hex, frameBytes, headerBytesOf, noHash } from '../../../spec/wal-segment/bytes.ts';
import { codeOfMessage } from '../../../spec/wal-segment/codes.ts';
import type { Closed, Frame, Op, Value } from '../../../spec/wal-segment/ops.ts';
import { same, someTime, type Recording } from './recording.ts';
import { decoded, harvest, plant, type Tree } from './tree.ts';

type RecordedFrame = readonly [seq: number, at: number, type: number, payloadHex: string];

interface RecordedClosed {
  readonly hash: string;
  readonly seq: number;
  readonly size: number;
}

interface Batches {
  readonly batches: readonly {
    readonly frames: readonly RecordedFrame[];
    readonly sync: boolean;
    readonly force: boolean;
  }[];
  readonly result: {
    readonly ok: {
      readonly batches: readonly {
        readonly append: null;
        readonly closed: RecordedClosed | null;
        readonly rotate: string | null;
      }[];
      /** Null where the manager was dropped without closing. */
      readonly closed: RecordedClosed | null;
    };
  };
}

interface Mode {
  readonly strict: boolean;
  readonly chain: boolean;
  /** What was applied before an error is not seen through a port, and not compared here. */
  readonly result:
    | { readonly ok: { readonly applied: readonly RecordedFrame[]; readonly maxSeq: number } }
    | { readonly err: string };
}

type Step =
  | { readonly op: 'replay'; readonly modes: readonly Mode[] }
  | ({ readonly op: 'reopen-append'; readonly seq: number } & Batches);

interface Case {
  readonly id: string;
  readonly maxSegmentBytes: number;
  readonly instanceId: number;
  readonly written: Batches;
  readonly clean?: Tree | null;
  readonly damage: readonly string[];
  readonly before: Tree;
  readonly steps: readonly Step[];
}

/** What the original log did with damaged segments. */
export const walSegmentRecordings: readonly Recording[] = [
  { kind: 'wal-segment', file: 'cases.jsonl', least: 40, run: runCase },
];

type Ask = (op: Op) => ReturnType<Port<Op, Value>['step']>;
type Answer = Awaited<ReturnType<Ask>>;

async function runCase(line: string, port: Port<Op, Value>, dir: string): Promise<number> {
  const each: Case = JSON.parse(line);
  const ask: Ask = (op) => port.step(op, someTime);
  const say = `${each.id} written`;
  let compared = await compareBatches(ask, each, { seq: 1, ...each.written }, { dir, say });
  const clean = each.clean ?? (each.damage.length === 0 ? each.before : null);
  if (clean !== null) sameButForTimes(harvest(dir), decoded(clean), say);
  for (const name of Object.keys(harvest(dir))) rmSync(join(dir, name));
  plant(dir, each.before);
  for (const [i, step] of each.steps.entries()) {
    const where = `${each.id} step ${i} ${step.op}`;
    compared +=
      step.op === 'replay'
        ? await compareModes(ask, step.modes, where)
        : await compareBatches(ask, each, step, { dir, say: where });
  }
  return compared;
}

/** Compares segments without when they were made, and without the hash of the one before. */
function sameButForTimes(got: Files, wanted: Files, say: string): void {
  const masked = (files: Files): unknown =>
    Object.entries(files).map(([path, bytes]) => [
      path,
      bytes?.toString('hex', 0, 24),
      bytes?.toString('hex', headerBytes),
    ]);
  same(masked(got), masked(wanted), say);
}

type Files = ReturnType<typeof harvest>;
const headerBytes = 64;

async function compareModes(ask: Ask, modes: readonly Mode[], say: string): Promise<number> {
  for (const { strict, chain, result } of modes) {
    const answer = await ask({ op: 'replay', after: 0n, strict, chain });
    const where = `${say}, strict ${strict}, chain ${chain}`;
    if ('err' in result) {
      same(answer.is === 'ok' ? 'ok' : answer.code, codeOfMessage(result.err), where);
      continue;
    }
    same(answer.is, 'ok', where);
    const frames = answer.is === 'ok' ? (answer.value as readonly Frame[]) : [];
    same(frames.map(recordedOf), result.ok.applied, where);
    same(Number(frames.at(-1)?.seq ?? 0n), result.ok.maxSeq, where);
  }
  return modes.length;
}

interface Where {
  readonly dir: string;
  readonly say: string;
}

/** A manager on a segment, which appends, rotates where that is due, and closes. */
async function compareBatches(
  ask: Ask,
  { instanceId, maxSegmentBytes }: Case,
  { seq, batches, result: { ok } }: { readonly seq: number } & Batches,
  { dir, say }: Where,
): Promise<number> {
  const old = harvest(dir);
  const instance = BigInt(instanceId);
  const limits = { maxBytes: BigInt(maxSegmentBytes), maxAgeMicros: 1n << 60n };
  const opened = await ask({ op: 'open', seq: BigInt(seq), instance, ...limits });
  same(opened.is, 'ok', say);
  let prev = noHash;
  let appended: Uint8Array[] = [];
  const sameClosed = (answer: Answer, wanted: RecordedClosed, at: string): void => {
    if (answer.is !== 'ok') throw new Error(`${at}: ${answer.code}`);
    const { segment, hash, sizeBytes } = answer.value as Closed;
    same([Number(segment), Number(sizeBytes)], [wanted.seq, wanted.size], at);
    const path = `segment_${String(segment).padStart(16, '0')}.aedbwal`;
    const bytes = readFileSync(join(dir, path));
    const before = old[path]?.length ? old[path] : null;
    // The header of a segment that was created here holds a time that was not recorded.
    const createdAtMicros = bytes.readBigUInt64BE(24);
    const head = before ?? headerBytesOf({ instance, segment, createdAtMicros, prev });
    const all = Buffer.concat([head, ...appended]);
    same(bytes.toString('hex'), all.toString('hex'), `${at}, bytes`);
    same(hash, before === null ? blake3Hex(bytes) : wanted.hash, `${at}, hash`);
    prev = hash;
    appended = [];
  };
  for (const [i, { frames, sync, force }] of batches.entries()) {
    const at = `${say}, batch ${i}`;
    const wanted = ok.batches[i];
    same((await ask({ op: 'append', frames: frames.map(frameOf), sync })).is, 'ok', at);
    appended.push(...frames.map((frame) => frameBytes(frameOf(frame))));
    if (force) await ask({ op: 'force' });
    const due = await ask({ op: 'shouldRotate' });
    same(due.is === 'ok' ? due.value : due.code, wanted?.rotate?.toLowerCase() ?? null, at);
    if (wanted?.closed) sameClosed(await ask({ op: 'rotate' }), wanted.closed, at);
  }
  const ended = await ask({ op: 'close' });
  if (ok.closed !== null) sameClosed(ended, ok.closed, say);
  return 3 * batches.length + 1;
}

const recordedOf = ({ seq, at, type, payload }: Frame): unknown => [
  Number(seq),
  Number(at),
  type,
  Buffer.from(payload).toString('hex'),
];

const frameOf = ([seq, at, type, hex]: RecordedFrame): Frame => ({
  seq: BigInt(seq),
  at: BigInt(at),
  type,
  payload: new Uint8Array(Buffer.from(hex, 'hex')),
});
