import { describe, expect, it } from 'vitest';
import { createDisk } from '../../faults/disk.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import { fileNode, type Image } from '../../spec/lib/image.ts';
import { framed, headerOf } from '../../spec/fast-segment/bytes.ts';
import type { Entry, Op, Value } from '../../spec/fast-segment/ops.ts';
import { drive } from '../drive.ts';
import { originalPort } from './fast-segment-original.ts';
import { safePort } from './fast-segment-safe.ts';
import { fastSegment } from './fast-segment.ts';

const id = 7;
const entry = (n: number): Entry => ({ t: 'checkpoint', revision: BigInt(n) });
const seal = (entries: number, deadlineMs: number, tickMs: number): Op => ({
  op: 'seal', id, entries: Array.from({ length: entries }, (_, n) => entry(n)), deadlineMs, tickMs,
}); // prettier-ignore

/** A port over a disk that counts the descriptors that are open. */
function portOver(make: typeof safePort, image: Image = new Map()) {
  const disk = createDisk(image, { root: '/store' });
  const open = new Set<number>();
  const fs = {
    ...disk.fs,
    openSync: (path: string, flags: number, mode?: number) => {
      const fd = disk.fs.openSync(path, flags, mode);
      open.add(fd);
      return fd;
    },
    closeSync: (fd: number) => (open.delete(fd), disk.fs.closeSync(fd)),
  };
  const port = make(fs, '/store');
  const step = (op: Op): Outcome<Value> => port.step(op, '2026-01-01T00:00:00.000Z') as never;
  return { step, open };
}

const told = (outcome: Outcome<Value>): unknown =>
  outcome.is === 'ok' ? outcome.value : outcome.code;

describe('a port of fast segments', () => {
  const ops: readonly Op[] = [
    { op: 'append', id, entry: entry(1), track: true },
    { op: 'open', id: -1 },
    { op: 'list' },
    { op: 'open', id },
    { op: 'append', id, entry: entry(1), track: true },
    { op: 'committedBytes', id },
    { op: 'syncGroup', id },
    { op: 'append', id, entry: entry(2), track: false },
    { op: 'append', id, entry: entry(3), track: true },
    { op: 'track', id, bytes: 42n },
    seal(2, 4, 1),
    seal(2, 3, 1),
    seal(0, 0, 0),
    { op: 'readCommitted', id },
    { op: 'open', id: 12, h: 'b' },
    { op: 'open', id, h: 'b' },
    { op: 'truncate', id, h: 'b', len: 58n },
    { op: 'readCommitted', id, h: 'b' },
    { op: 'append', id, entry: entry(4), track: true },
    { op: 'close', id },
    { op: 'close', id },
    { op: 'list' },
    { op: 'reset', id, h: 'b' },
    { op: 'committedBytes', id, h: 'b' },
  ];

  it('answers as the machine does, operation by operation', async () => {
    const run = await drive(safePort, fastSegment.machine('safe'), (_, i) => ops[i] ?? null);
    expect(run.strays).toEqual([]);
    const said = run.steps.map(({ outcome }) => (outcome.is === 'ok' ? '' : outcome.code));
    expect(said.map((code, i) => (code === '' ? '' : `${i} ${code}`)).filter(Boolean)).toEqual([
      '0 no-handle',
      '1 id_out_of_range',
      '8 untracked_frames',
      '18 stale_handle',
      '20 no-handle',
    ]);
  });

  it('asks the clock of a seal once to begin, before each entry and before the sync', () => {
    for (const make of [safePort, originalPort]) {
      const { step } = portOver(make);
      step({ op: 'open', id });
      const answers = [seal(2, 4, 1), seal(2, 3, 1), seal(0, 2, 1), seal(0, 1, 1)].map(step);
      expect(answers.map(told)).toEqual(['sealed', 'timed_out', 'sealed', 'timed_out']);
    }
  });

  it('leaves no descriptor open', () => {
    for (const make of [safePort, originalPort]) {
      const { step, open } = portOver(make);
      for (const op of ops) step(op);
      for (const op of [
        { op: 'close', id, h: 'b' },
        { op: 'close', id: 12, h: 'b' },
      ] as const) {
        expect(step(op).is).toBe('ok');
      }
      expect([...open]).toEqual([]);
    }
  });

  it('loses every handle where the original dies', () => {
    const frame = framed(new Uint8Array(1));
    frame.fill(0xff, 0, 8);
    const bytes = Uint8Array.from([...headerOf(57n), ...frame]);
    const image: Image = new Map([
      ['sessions', { is: 'dir' }],
      ['sessions/7.fast', fileNode(bytes)],
    ]);
    const { step, open } = portOver(originalPort, image);
    const asked: readonly Op[] = [
      { op: 'open', id: 8 },
      { op: 'open', id },
      { op: 'readCommitted', id },
      { op: 'readCommitted', id: 8 },
    ];
    expect(asked.map(step).slice(2).map(told)).toEqual(['abort', 'no-handle']);
    expect([...open]).toEqual([]);
  });
});
