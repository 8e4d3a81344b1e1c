import { describe, expect, it } from 'vitest';
import type { StoreFs } from '../../reference/lib/fs.ts';
import type { Event, OpLog } from '../../faults/oplog.ts';
import { randomFrom } from '../../faults/random.ts';
import type { Frame } from '../../spec/session-store-v2/ops.ts';
import { makeRun } from '../make.ts';
import type { PortMaker } from '../kind.ts';
import { subjectOf, trialOf } from '../subjects.ts';
import type { Trial } from '../judge.ts';
import { liveReaderOf } from './readers.ts';
import { acrossMoments, atEachMoment, type LiveCase, type Watched } from './watch.ts';

type AnyTrial = Trial<unknown, unknown, unknown, unknown>;

/** A short history of a writer, to be read by ports of `reading`, its own by default. */
async function watched(
  writing: AnyTrial,
  index: number,
  reading = writing,
): Promise<Watched<unknown, unknown, unknown, unknown>> {
  const { kind } = writing;
  const lean = index % 2 === 1 ? kind.leans?.[0] : undefined;
  const run = await makeRun(writing, randomFrom('1').fork(`live/${index}`), 14, lean);
  return { trial: reading, run, reader: liveReaderOf(kind.name)! };
}

async function gathered(cases: AsyncIterable<LiveCase>): Promise<readonly LiveCase[]> {
  const all: LiveCase[] = [];
  for await (const one of cases) all.push(one);
  return all;
}

const anomaliesIn = (cases: readonly LiveCase[]): readonly string[] =>
  [...new Set(cases.flatMap((one) => one.finding?.anomaly ?? []))].toSorted();

const trialOfStore = async (kind: string, store = 'safe'): Promise<AnyTrial> =>
  (await subjectOf(kind, store, 'safe')).trial;

/** The safe store of session-store-v2 with another answer to `all`; null refuses. */
async function wrapped(
  answer: (all: readonly Frame[], fs: StoreFs, root: string) => readonly Frame[] | null,
): Promise<AnyTrial> {
  const { kind, make } = await trialOfStore('session-store-v2');
  const maker: PortMaker<unknown, unknown> = (fs, root) => {
    const port = make(fs, root);
    return {
      claims: port.claims,
      step: async (op, at) => {
        const outcome = await port.step(op, at);
        if (kind.nameOf(op) !== 'all' || outcome.is !== 'ok') return outcome;
        const value = answer(outcome.value as readonly Frame[], fs, root);
        return value === null ? { is: 'fail', code: 'frame-missing' } : { is: 'ok', value };
      },
    };
  };
  return trialOf(kind, maker, 'safe');
}

describe.each(['session-store-v2', 'wal-segment'])('a live reader of %s', (kind) => {
  it('sees what was acknowledged, and a prefix of what is appended, at each moment', async () => {
    const safe = await trialOfStore(kind);
    for (const index of [0, 1]) {
      const cases = await gathered(atEachMoment(await watched(safe, index)));
      expect(cases.filter((one) => one.finding !== null)).toEqual([]);
      expect(cases.length).toBeGreaterThan(100);
      expect(Math.max(...cases.map((one) => one.shown))).toBeGreaterThan(1);
    }
  });

  it('sees the same while the writer goes on between its own file calls', async () => {
    const safe = await trialOfStore(kind);
    for (const index of [0, 1]) {
      const on = await watched(safe, index);
      const cases = await gathered(acrossMoments(on, randomFrom('2').fork(`${index}`), 120));
      const wrong = cases.filter(({ finding }) => finding !== null && finding.excused !== true);
      expect(wrong).toEqual([]);
      expect(cases.filter((one) => one.began !== one.ended).length).toBeGreaterThan(30);
    }
  });
});

describe('a live reader finds', () => {
  it.each([
    ['wal-segment', 'replay-cuts-tail', 'side_effect', 0],
    ['wal-segment', 'reads-past-end', 'unopenable', 0],
    ['wal-segment', 'acknowledges-early', 'lost_acked', 0],
    ['session-store-v2', 'removes-intent-first', 'resurrected', 5],
  ])('in %s the bug %s, as %s', async (kind, bug, anomaly, index) => {
    const planted = await trialOfStore(kind, `bug:${bug}`);
    const cases = await gathered(atEachMoment(await watched(planted, index)));
    expect(anomaliesIn(cases)).toContain(anomaly);
  });

  it('a reader that shows half a frame', async () => {
    const reading = await wrapped(withHalfFrame);
    const on = await watched(await trialOfStore('session-store-v2'), 0, reading);
    expect(anomaliesIn(await gathered(atEachMoment(on)))).toEqual(['torn_visible']);
  });

  it('a writer that publishes the row of a frame before the frame', async () => {
    const trusting = await wrapped(whereRowsFit);
    const honest = await watched(await trialOfStore('session-store-v2'), 0, trusting);
    expect(anomaliesIn(await gathered(atEachMoment(honest)))).toEqual([]);
    const early = { ...honest, run: rowsFirst(honest.run) };
    expect(anomaliesIn(await gathered(atEachMoment(early)))).toEqual(['unopenable']);
  });
});

it('a live reader that takes two looks for one is found only while the writer goes on', async () => {
  const twice = await wrapped(whereRowsFit);
  const on = await watched(await trialOfStore('session-store-v2'), 0, twice);
  expect(anomaliesIn(await gathered(atEachMoment(on)))).toEqual([]);
  const cases = await gathered(acrossMoments(on, randomFrom('2'), 120));
  expect(anomaliesIn(cases)).toEqual(['unopenable']);
});

const segment = 'segments/0000000000000001.seg';

function textOf(fs: StoreFs, path: string): string {
  try {
    const fd = fs.openSync(path, 0);
    const bytes = Buffer.alloc(1 << 16);
    const n = fs.readSync(fd, bytes, 0, bytes.length, 0);
    fs.closeSync(fd);
    return bytes.toString('utf8', 0, n);
  } catch {
    return '';
  }
}

/** Shows the rest of a segment that is no whole line as a frame, too. */
function withHalfFrame(frames: readonly Frame[], fs: StoreFs, root: string): readonly Frame[] {
  const rest = textOf(fs, `${root}/${segment}`).split('\n').at(-1) ?? '';
  const [last] = frames.slice(-1);
  return rest === '' || last === undefined ? frames : [...frames, { ...last, payload: rest }];
}

/** Refuses to show anything where the index has more whole rows than there are frames. */
function whereRowsFit(
  frames: readonly Frame[],
  fs: StoreFs,
  root: string,
): readonly Frame[] | null {
  const rows = textOf(fs, `${root}/index/offsets.jsonl`).split('\n').length - 1;
  return rows > frames.length ? null : frames;
}

/** The same history by a writer that appends the row of a frame before the frame. */
function rowsFirst<R extends { readonly log: OpLog }>(run: R): R {
  const events = [...run.log.events];
  const inos = new Map<string, number>();
  for (const event of events) {
    if (event.is === 'call' && event.call.do === 'name' && event.call.ino !== null) {
      inos.set(event.call.at, event.call.ino);
    }
  }
  const isWrite = (event: Event, path: string): boolean =>
    event.is === 'call' && event.call.do === 'write' && event.call.ino === inos.get(path);
  for (const [at, frame] of [...run.log.events].entries()) {
    if (!isWrite(frame, segment)) continue;
    const row = events.findIndex((one, i) => i > at && isWrite(one, 'index/offsets.jsonl'));
    if (row === -1 || events[row]!.step !== frame.step) continue;
    events.splice(at, 1);
    events.splice(row, 0, frame);
  }
  return { ...run, log: { ...run.log, events } };
}
