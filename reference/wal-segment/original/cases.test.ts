import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blake3Hex } from '../../lib/blake3.ts';
import { StoreError } from '../../lib/error.ts';
import { harvest, inTempDir, plant, realEnv } from '../../lib/temp-tree.ts';
import type { Tree } from '../../lib/temp-tree.ts';
import { segmentName } from '../format.ts';
import type { Closed, Frame, WalLog } from '../types.ts';
import { openOriginal, replay } from './store.ts';

// What the original was recorded doing, done again on a real directory.

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

interface Done {
  readonly batches: readonly {
    readonly append: null;
    readonly closed: RecordedClosed | null;
    readonly rotate: string | null;
  }[];
  readonly closed: RecordedClosed | null;
}

interface Mode {
  readonly strict: boolean;
  readonly chain: boolean;
  readonly result: {
    readonly ok?: { readonly applied: readonly RecordedFrame[]; readonly maxSeq: number };
    readonly err?: string;
  };
}

type Step =
  | { readonly op: 'replay'; readonly modes: readonly Mode[] }
  | {
      readonly op: 'reopen-append';
      readonly seq: number;
      readonly batches: readonly Batch[];
      readonly result: { readonly ok: Done };
    };

interface Case {
  readonly id: string;
  readonly maxSegmentBytes: number;
  readonly instanceId: number;
  readonly written: { readonly batches: readonly Batch[]; readonly result: { readonly ok: Done } };
  readonly damage: readonly string[];
  readonly before: Readonly<Record<string, string>>;
  readonly clean?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const file = new URL('../../../fixtures/wal-segment/recorded/cases.jsonl', import.meta.url);
const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
const cases = lines.map((line) => JSON.parse(line) as Case);

const frameOf = ([seq, at, type, payload]: RecordedFrame): Frame => ({
  seq: BigInt(seq),
  at: BigInt(at),
  type,
  payload: Uint8Array.from(Buffer.from(payload, 'hex')),
});

const treeOf = (files: Readonly<Record<string, string>>): Tree =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text, 'base64')])); // prettier-ignore

/** Appends, and rotates where that is due; answers what the recording says of the same. */
function run(log: WalLog, batches: readonly Batch[], done: Done): Done {
  const shown = batches.map(({ frames, sync, force }) => {
    log.append(frames.map(frameOf), sync);
    if (force) log.force();
    const why = log.shouldRotate();
    const rotate = why === null ? null : why.replace(/^./, (first) => first.toUpperCase());
    return { append: null, closed: why === null ? null : closedOf(log.rotate()), rotate };
  });
  // A manager that was dropped answered nothing.
  return { batches: shown, closed: done.closed === null ? null : closedOf(log.close()) };
}

const closedOf = ({ segment, hash, sizeBytes }: Closed): RecordedClosed => ({
  hash,
  seq: Number(segment),
  size: Number(sizeBytes),
});

/** Without the hashes of segments that were created at a time that nobody recorded. */
function comparable(done: Done, old: Tree): unknown {
  const mask = (closed: RecordedClosed | null): unknown => {
    if (closed === null || (old[segmentName(BigInt(closed.seq))]?.length ?? 0) > 0) return closed;
    return { ...closed, hash: '' };
  };
  const batches = done.batches.map((one) => ({ ...one, closed: mask(one.closed) }));
  return { batches, closed: mask(done.closed) };
}

/** Bytes of a segment but for its time and the hash that hangs on the time of another. */
const timeless = (tree: Tree): unknown =>
  Object.entries(tree).map(([path, bytes]) => {
    const copy = Buffer.from(bytes ?? []);
    return [path, copy.fill(0, 24, Math.min(64, copy.length)).toString('hex')];
  });

function shownBy(root: string, { strict, chain }: Mode): Mode['result'] {
  try {
    const frames = replay(realEnv(), root, { after: 0n, strict, chain });
    const applied = frames.map(({ seq, at, type, payload }): RecordedFrame => {
      return [Number(seq), Number(at), type, Buffer.from(payload).toString('hex')];
    });
    return { ok: { applied, maxSeq: Number(frames.at(-1)?.seq ?? 0n) } };
  } catch (error) {
    if (error instanceof StoreError) return { err: error.message };
    throw error;
  }
}

const without = (result: Mode['result']): Mode['result'] =>
  result.ok === undefined
    ? { err: result.err?.replace(/^(validation|decode): /, '') ?? '' }
    : { ok: { applied: result.ok.applied, maxSeq: result.ok.maxSeq } };

const optionsOf = ({ instanceId, maxSegmentBytes }: Case) => ({
  instance: BigInt(instanceId),
  maxBytes: BigInt(maxSegmentBytes),
  maxAgeMicros: 1n << 60n,
});

describe('the original, as it was recorded', () => {
  it.each(cases)('$id: makes the same log', (one) => {
    inTempDir((root) => {
      const { batches, result } = one.written;
      const log = openOriginal(realEnv(), root, { ...optionsOf(one), seq: 1n });
      const done = run(log, batches, result.ok);
      expect(comparable(done, {})).toEqual(comparable(result.ok, {}));
      const clean = one.clean ?? (one.damage.length === 0 ? one.before : null);
      if (clean === null) return;
      expect(timeless(harvest(root))).toEqual(timeless(treeOf(clean)));
      for (const closed of [...result.ok.batches, result.ok].flatMap((b) => b.closed ?? [])) {
        const bytes = treeOf(clean)[segmentName(BigInt(closed.seq))];
        expect(closed.hash).toBe(blake3Hex(bytes ?? Buffer.alloc(0)));
      }
    });
  });

  it.each(cases)('$id: does the same with the damaged one', (one) => {
    inTempDir((root) => {
      const before = treeOf(one.before);
      plant(root, before);
      for (const step of one.steps) {
        if (step.op === 'replay') {
          expect(step.modes).toHaveLength(4);
          for (const mode of step.modes) {
            expect(shownBy(root, mode), `${mode.strict} ${mode.chain}`).toEqual(
              without(mode.result),
            );
          }
        } else {
          const options = { ...optionsOf(one), seq: BigInt(step.seq) };
          const done = run(openOriginal(realEnv(), root, options), step.batches, step.result.ok);
          expect(comparable(done, before)).toEqual(comparable(step.result.ok, before));
        }
      }
    });
  });
});
