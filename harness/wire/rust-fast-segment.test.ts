import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDisk } from '../../faults/disk.ts';
import { accepts } from '../../spec/fast-segment/accepts.ts';
import { framed, headerOf, keyOf } from '../../spec/fast-segment/bytes.ts';
import { assess } from '../../spec/fast-segment/classify.ts';
import { structuralDamage } from '../../spec/fast-segment/damage.ts';
import { pathOf } from '../../spec/fast-segment/layout.ts';
import type { Entry, Op, Opened, Value } from '../../spec/fast-segment/ops.ts';
import { differences, fileNode, type Image } from '../../spec/lib/image.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import { join as joined } from '../../spec/lib/layout-damage.ts';
import { storeRoot } from '../drive.ts';
import { readImage } from '../inspect/read.ts';
import { fastSegment } from '../kinds/fast-segment.ts';
import { timeAt } from '../lib/time.ts';
import { fastSegmentCodec } from './fast-segment.ts';
import { resetPort, stdioPort } from './stdio-port.ts';
import { benchOf, type PortBench } from './testing-port.ts';
import { buildRust, rustBuildMs, rustPort, whyNoRust } from './testing-rust.ts';

// What the starter port in Rust makes of damaged fast segments: it is held to the classification
// of the bytes, and to what our own store leaves of the same file.

const slowMs = 120_000;
const file = pathOf(7);

describe('a fast segment in Rust', () => {
  let bench: PortBench;

  beforeEach(({ skip }) => skip(whyNoRust !== null, whyNoRust ?? ''));

  beforeAll(async () => {
    if (whyNoRust !== null) return;
    await buildRust();
    bench = await benchOf([rustPort]);
  }, rustBuildMs);

  afterAll(() => bench?.close());

  it(
    'is opened, mended or refused as its bytes say, and mended as ours is',
    async () => {
      const seen = new Map<string, number>();
      for (const damaged of damagedFrom(await sealed())) {
        for (const said of await judge(damaged)) seen.set(said, (seen.get(said) ?? 0) + 1);
        await resetPort(bench.client);
      }
      expect([...seen.keys()].toSorted()).toEqual([
        'committed_beyond_end', 'committed_misplaced', 'corrupt_frame', 'header_damaged',
        'non_canonical', 'torn_committed_length', 'torn_header', 'uncommitted_tail',
      ]); // prettier-ignore
    },
    slowMs,
  );

  it(
    'refuses an entry that no reader takes',
    async () => {
      const port = portOn(bench.siteOf());
      await ask(port, { op: 'open', id: 7 });
      const recipe = { gen: 'zero', bytes: String(64 * 1024 * 1024) };
      const entry = { t: 'write', space: '1', coords: [], revision: '1', data: recipe };
      const params = { h: `${bench.handle()}7`, id: 7, entry, track: true, at: timeAt(1) };
      const refused = await bench.client.call('fast-segment/append', params);
      const data = { code: 'entry_too_large', definite: true };
      expect(refused).toMatchObject({ is: 'error', data });
    },
    slowMs,
  );

  const portOn = (dir: string) =>
    stdioPort<Op, Value>(bench.client, fastSegmentCodec, { dir, handle: bench.handle() });

  const ask = (port: ReturnType<typeof portOn>, op: Op): Promise<Outcome<Value>> =>
    Promise.resolve(port.step(op, timeAt(1)));

  /** Six frames, longer than a byte counts, so that a committed length can be torn. */
  async function sealed(): Promise<Image> {
    const dir = bench.siteOf();
    const port = portOn(dir);
    await ask(port, { op: 'open', id: 7 });
    const entries = [1n, 2n, 3n, 4n, 5n, 6n].map((revision): Entry => {
      return { t: 'write', space: 300n, coords: [1, 70_000], revision, data: Uint8Array.of(9) };
    });
    const how = await ask(port, { op: 'seal', id: 7, entries, deadlineMs: 1 });
    expect(how).toEqual({ is: 'ok', value: 'sealed' });
    return readImage(dir).image;
  }

  /** Opens an image twice beside our store; answers what was refused, mended and noticed. */
  async function judge(image: Image): Promise<readonly string[]> {
    const dir = bench.siteOf(image);
    const port = portOn(dir);
    const { legals, owed } = assess(image);
    const opened = await ask(port, { op: 'open', id: 7 });
    const after = readImage(dir).image;
    if (opened.is !== 'ok') {
      const codes = legals.flatMap((legal) => (legal.open === 'ok' ? [] : legal.codes));
      expect(codes).toContain(opened.code);
      expect([opened.is, differences(image, after)]).toEqual(['fail', []]);
      return [opened.code];
    }
    const { repairs, notices } = opened.value as Opened;
    const ours = createDisk(image, { root: storeRoot, record: false });
    const besides = fastSegment.ports['safe']!(ours.fs, storeRoot).step({ op: 'open', id: 7 }, '');
    expect(besides).toMatchObject({ is: 'ok', value: { repairs } });
    expect(differences(ours.image(), after)).toEqual([]);
    expect(notices.map(({ code }) => code)).toEqual(owed.notices.map(({ code }) => code));
    const read = await ask(port, { op: 'readCommitted', id: 7 });
    const keys = read.is === 'ok' ? (read.value as readonly Entry[]).map(keyOf) : null;
    expect(legals).toEqual([{ open: 'ok', keys }]);
    const again = await ask(port, { op: 'open', id: 7 });
    expect(again).toMatchObject({ is: 'ok', value: { repairs: [] } });
    expect(differences(after, readImage(dir).image)).toEqual([]);
    return [...repairs.map(({ why }) => why), ...notices.map(({ code }) => code)];
  }
});

/**
 * The segment cut at every byte, every byte with a bit flipped, a payload of each kind that no
 * writer makes, and what knows the format.
 */
function* damagedFrom(image: Image): Generator<Image> {
  const node = image.get(file);
  const bytes = node?.is === 'file' ? node.bytes : new Uint8Array();
  for (let at = 0; at < bytes.length; at++) {
    const flipped = bytes.slice();
    flipped[at] = flipped[at]! ^ (1 << (at % 8));
    yield new Map(image).set(file, fileNode(flipped));
    yield new Map(image).set(file, fileNode(bytes.slice(0, at)));
  }
  // As a kill leaves the length inside of its write over that of an empty segment.
  const torn = bytes.slice();
  torn[9] = 0;
  yield new Map(image).set(file, fileNode(torn));
  for (const { vector } of accepts) {
    const frame = framed(vector.payload);
    const odd = joined(headerOf(BigInt(16 + frame.length)), frame);
    yield new Map(image).set(file, fileNode(odd));
  }
  for (const { from, to, bytes: by } of structuralDamage(image)) {
    const whole = joined(bytes.subarray(0, from), by, bytes.subarray(to));
    yield new Map(image).set(file, fileNode(whole));
  }
}
