import { describe, expect, it } from 'vitest';
import { createDisk } from '../faults/disk.ts';
import type { Outcome } from '../spec/lib/history.ts';
import type { Op, Value } from '../spec/wal-segment/ops.ts';
import { runConformance, type BrokenClause } from './conformance.ts';
import { drive } from './drive.ts';
import { walPort } from './kinds/wal-segment-port.ts';
import { walSegment } from './kinds/wal-segment.ts';
import { replay } from './replay.ts';
import { trialOf } from './subjects.ts';
import { throwawayWal, type Mistake } from './testing-wal.ts';

/** What every log keeps, of a kind's clauses: no bytes are judged, and nothing need be refused. */
const ofAnyLog = [
  'WAL-OPS-1', 'WAL-S3-1', 'WAL-S3-2', 'WAL-S3-3', 'WAL-S3-4', 'WAL-S4-1', 'WAL-S4-2', 'WAL-S5-1',
  'WAL-S9-1', 'WAL-S9-2', 'WAL-S10-1', 'WAL-S10-2', 'WAL-S12-1',
]; // prettier-ignore

/** The kind as far as its log is any log, and its walk without what it asks to be refused. */
const anyLog: typeof walSegment = {
  ...walSegment,
  ports: {},
  clauses: walSegment.clauses.filter(({ id }) => ofAnyLog.includes(id)),
  legal: () => null,
  classify: () => [],
  drafts: (policy) => walSegment.drafts(policy).filter(({ op }) => op !== 'other'),
  *walk(policy) {
    const steps = walSegment.walk(policy);
    for (let turn = steps.next(); !turn.done;) {
      const { phase } = turn.value;
      const isAsked = phase !== 'refuse' && phase !== 'stale';
      turn = steps.next(isAsked ? yield turn.value : { is: 'fail', code: 'not asked' });
    }
  },
};

const port = (mistake?: Mistake) => walPort(throwawayWal(mistake));

const runs = new Map<Mistake, ReturnType<typeof runConformance>>();

async function brokenBy(mistake: Mistake, clause: string): Promise<BrokenClause> {
  // Which counterexample is the first, and so how short it gets, is the seed's to say.
  const options = { histories: 1, seed: '1' };
  const run = runs.get(mistake) ?? runConformance(anyLog, port(mistake), options);
  runs.set(mistake, run);
  const { broken } = await run;
  const found = broken.find(({ id }) => id === clause);
  if (found === undefined)
    throw new Error(`${clause} holds; broken: ${broken.map((b) => b.id).join()}`);
  return found;
}

describe('a binary log of several files, of which the harness knows its kind only', () => {
  it('keeps every promise where it is right, each of them exercised', async () => {
    const { broken, results, states } = await runConformance(anyLog, port(), { histories: 3 });
    const [kind] = results.kinds;
    const failed = kind?.verdicts.filter((verdict) => verdict.status !== 'pass');
    const storyOf = (id: string) => broken.find((one) => one.id === id)?.story;
    expect(failed?.map((one) => storyOf(one.clause) ?? one)).toEqual([]);
    expect(kind?.verdicts).toHaveLength(ofAnyLog.length);
    const wanted = [
      'kill between calls', 'kill inside a write', 'power cut', 'nested kill', 'nested power cut',
      'power cut after a failing call', 'damage: splice',
    ]; // prettier-ignore
    expect(wanted.filter((name) => (kind?.faults[name] ?? 0) === 0)).toEqual([]);
    expect(states).toBeGreaterThan(300);
  });

  it('shows what it appends behind a torn tail, shrunk to the one operation that it takes', async () => {
    const { story, repro, anomaly } = await brokenBy('keeps the torn tail', 'WAL-S3-4');
    expect(anomaly).toBe('continuation_broken');
    expect(repro?.made?.ops).toHaveLength(1);
    expect(story).toMatch(/⚡ killed after 1 byte of: write segment_0{15}1\.aedbwal \[0, 64\)/);
    expect(story).toMatch(
      /append {2}append #1 'walk\.1', append #2 'walk\.2' #3 'walk\.3', rotate/,
    );
    expect(story).toMatch(/cut_short: magic needs 4 bytes and has 1/);
  });

  it('shows a frame that nobody appended, with the fields of its bytes', async () => {
    const { story, repro } = await brokenBy('skips the checksum', 'WAL-S3-2');
    expect(repro?.made?.ops).toHaveLength(2);
    expect(repro?.made?.ops[1]).toMatchObject({ op: 'append', frames: [expect.anything()] });
    expect(story).toMatch(/^ {2}\d{8} {2}00 00 00 .*frame\.frameLength = \d+$/m);
    expect(story).toMatch(/bad_checksum: crc32c is \d+, not \d+/);
  });

  it('shows what a power cut takes where the name of a segment was never made durable', async () => {
    const { story, repro, anomaly } = await brokenBy('never syncs the directory', 'WAL-S3-1');
    expect(['lost_durable', 'lost_acked']).toContain(anomaly);
    expect(repro?.fault).toBe('power');
    expect(story).toMatch(/create file segment_0{15}\d\.aedbwal +LOST/);
  });

  it('replays a repro by its history and by its image, and acquits who is right', async () => {
    for (const [mistake, clause] of [
      ['keeps the torn tail', 'WAL-S3-4'],
      ['skips the checksum', 'WAL-S3-2'],
    ] as const) {
      const { repro, anomaly } = await brokenBy(mistake, clause);
      const [wrong, right] = [port(mistake), port()].map((p) => trialOf(anyLog, p, 'safe'));
      if (repro === null || wrong === undefined || right === undefined) throw new Error('no repro');
      for (const layer of ['made', 'image'] as const) {
        expect((await replay(wrong, repro, layer)).finding?.anomaly).toBe(anomaly);
        expect((await replay(right, repro, layer)).finding).toBeNull();
      }
    }
  });
});

describe('the port of a log', () => {
  const frame = (seq: bigint) => ({ seq, at: 1n, type: 1, payload: new Uint8Array(8) });
  const ops: readonly Op[] = [
    { op: 'append', frames: [], sync: true },
    { op: 'append', frames: [frame(1n)], sync: true },
    { op: 'shouldRotate' },
    { op: 'force' },
    { op: 'open', instance: 9n, maxBytes: 97n },
    { op: 'shouldRotate' },
    { op: 'append', frames: [frame(1n), frame(2n)], sync: false },
    { op: 'shouldRotate' },
    { op: 'append', frames: [frame(3n), frame(3n)], sync: true },
    { op: 'append', frames: [{ ...frame(4n), type: 3 }], sync: true },
    { op: 'force' },
    { op: 'shouldRotate' },
    { op: 'rotate' },
    { op: 'shouldRotate' },
    { op: 'append', frames: [frame(7n)], sync: true },
    { op: 'close' },
    { op: 'close' },
    { op: 'open', instance: 9n, seq: 1n },
    { op: 'open', instance: 9n, seq: 5n, maxAgeMicros: 1000n },
    { op: 'shouldRotate' },
    { op: 'frames', segment: 1n },
    { op: 'frames', segment: 3n },
    { op: 'replay', after: 1n },
    { op: 'verify' },
  ];

  it('answers as the machine does, operation by operation', async () => {
    const machine = walSegment.machine('safe');
    const run = await drive(port(), machine, (_state, index) => ops[index] ?? null);
    expect(run.strays).toEqual([]);
    const said = run.steps.map(({ outcome }) => (outcome.is === 'ok' ? 'ok' : outcome.code));
    expect(said.map((word, i) => (word === 'ok' ? '' : `${i} ${word}`)).filter(Boolean)).toEqual([
      '0 no-handle',
      '1 no-handle',
      '2 no-handle',
      '3 no-handle',
      '8 not_increasing',
      '9 unknown_payload_type',
      '16 no-handle',
      '17 segment_sealed',
      '21 no_such_segment',
    ]);
    const rotations = run.steps.filter((s) => s.op.op === 'shouldRotate').map((s) => s.outcome);
    expect(rotations.map((o) => (o.is === 'ok' ? o.value : o.code))).toEqual([
      'no-handle',
      null,
      'size',
      'forced',
      null,
      'time',
    ]);
  });

  it('leaves no descriptor open', () => {
    const disk = createDisk(new Map(), { root: '/store' });
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
    const made = port()(fs, '/store');
    const step = (op: Op): Outcome<Value> => made.step(op, '2026-01-01T00:00:00.000Z') as never;
    for (const op of ops) step(op);
    expect(step({ op: 'close' }).is).toBe('ok');
    expect([...open]).toEqual([]);
  });
});
