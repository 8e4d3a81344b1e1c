import * as fs from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../spec/lib/history.ts';
import { differences, fileNode, type Image } from '../../spec/lib/image.ts';
import { join as joined } from '../../spec/lib/layout-damage.ts';
import { keyOf } from '../../spec/wal-segment/bytes.ts';
import { assess } from '../../spec/wal-segment/classify.ts';
import { structuralDamage } from '../../spec/wal-segment/damage.ts';
import type { Frame, Opened } from '../../spec/wal-segment/ops.ts';
import { readImage } from '../inspect/read.ts';
import { toPlain } from '../lib/plain.ts';
import { show } from '../lib/show.ts';
import { timeAt } from '../lib/time.ts';
import { kindNamed } from '../subjects.ts';
import { codecs } from './kinds.ts';
import { resetPort, stdioPort } from './stdio-port.ts';
import {
  benchOf,
  examplesAnswered,
  playHistories,
  type Played,
  type PortBench,
} from './testing-port.ts';
import { buildRust, rustBuildMs, rustPort, whyNoRust } from './testing-rust.ts';
import { walSegmentCodec } from './wal-segment.ts';

// The starter port in Rust, over stdio on real directories: its answers and bytes beside ours, and
// what it makes of damage. Without cargo and without a binary every test is skipped by name.

const seed = 20_260_108;
const slowMs = 120_000;
const kinds = ['session-store-v2', 'wal-segment', 'fast-segment'];

describe('the port in Rust', () => {
  let bench: PortBench;

  beforeEach(({ skip }) => skip(whyNoRust !== null, whyNoRust ?? ''));

  beforeAll(async () => {
    if (whyNoRust !== null) return;
    await buildRust();
    bench = await benchOf([rustPort]);
  }, rustBuildMs);

  afterAll(() => bench?.close());

  describe.each(codecs.filter(({ kind }) => kinds.includes(kind)))('$kind', (codec) => {
    it(
      'answers what the machine allows and our store does, and writes the same bytes',
      async () => {
        const besides = (dir: string) => {
          const ours = bench.siteOf();
          const beside = kindNamed(codec.kind).ports['safe']!(fs, ours);
          return {
            async step({ op, at, answer }: Played): Promise<void> {
              expect(plain(answer, dir), show(op)).toEqual(plain(await beside.step(op, at), ours));
            },
            end: () => expect(textOf(dir)).toEqual(textOf(ours)),
          };
        };
        const answers = await playHistories(bench, codec, { seed, histories: 12 }, besides);
        expect(answers).toBeGreaterThan(20 * 12);
      },
      slowMs,
    );

    it('answers what the page of the protocol shows', async () => {
      const { said, due } = await examplesAnswered([rustPort], codec.kind, bench.siteOf());
      expect(said).toEqual(due);
      expect(due.length).toBeGreaterThan(8);
    });
  });

  describe('a damaged wal-segment', () => {
    it(
      'is opened, mended or refused as its bytes say',
      async () => {
        const dir = bench.siteOf();
        const port = stdioPort(bench.client, walSegmentCodec, { dir, handle: 'w.' });
        const frame = (seq: bigint): Frame => {
          const payload = new TextEncoder().encode(`payload ${seq}`);
          return { seq, at: seq, type: 1, payload };
        };
        await port.step({ op: 'open', instance: 9n }, timeAt(0));
        for (const seq of [1n, 2n, 3n, 4n]) {
          await port.step({ op: 'append', frames: [frame(seq)], sync: true }, timeAt(1));
          if (seq === 2n) await port.step({ op: 'rotate' }, timeAt(2));
        }
        const image = readImage(dir).image;
        const seen = { ok: 0, refused: 0, repaired: 0 };
        for (const damaged of damagedFrom(image)) {
          const outcome = await judge(damaged);
          seen[outcome]++;
        }
        expect(Math.min(...Object.values(seen))).toBeGreaterThan(10);
      },
      slowMs,
    );

    /** Opens an image twice, and holds answers, reports and bytes against the classification. */
    async function judge(image: Image): Promise<'ok' | 'refused' | 'repaired'> {
      const dir = bench.siteOf(image);
      const port = stdioPort(bench.client, walSegmentCodec, { dir, handle: 'd.' });
      const { legals, expectedNotices, expectedRepairs } = assess(image);
      const shown = await port.step({ op: 'replay', after: 0n, strict: false }, timeAt(1));
      const readable = legals.map((legal) => (legal.open === 'ok' ? legal.keys : legal.readable));
      expect(readable, show(shown)).toContainEqual(keysOf(shown));
      expect(differences(image, readImage(dir).image)).toEqual([]);
      const opened = await port.step({ op: 'open', instance: 9n }, timeAt(2));
      const after = readImage(dir).image;
      if (opened.is !== 'ok') {
        const codes = legals.flatMap((legal) => (legal.open === 'ok' ? [] : legal.codes));
        expect(codes).toContain(opened.code);
        expect([opened.is, differences(image, after)]).toEqual(['fail', []]);
        return 'refused';
      }
      const { notices, repairs } = opened.value as Opened;
      for (const notice of expectedNotices) {
        expect(notices).toContainEqual(expect.objectContaining(notice));
      }
      for (const { did, file, why } of expectedRepairs) {
        const fit = repairs.filter((r) => did.includes(r.did as 'cut') && r.file === file);
        expect(fit.map((r) => r.why)).toEqual([why]);
      }
      const read = await port.step({ op: 'replay', after: 0n }, timeAt(3));
      const allowed = legals.flatMap((legal) => (legal.open === 'ok' ? [legal.keys] : []));
      expect(allowed, show(opened)).toContainEqual(keysOf(read));
      const again = await port.step({ op: 'open', instance: 9n }, timeAt(4));
      expect(again).toMatchObject({ is: 'ok', value: { repairs: [] } });
      expect(differences(after, readImage(dir).image)).toEqual([]);
      await resetPort(bench.client);
      return repairs.length > 0 ? 'repaired' : 'ok';
    }
  });
});

/** Every file cut at every byte, every byte with a bit flipped, and what knows the format. */
function* damagedFrom(image: Image): Generator<Image> {
  for (const [path, node] of image) {
    if (node.is !== 'file') continue;
    for (let at = 0; at < node.bytes.length; at++) {
      const flipped = node.bytes.slice();
      flipped[at] = flipped[at]! ^ (1 << (at % 8));
      yield new Map(image).set(path, fileNode(flipped));
      yield new Map(image).set(path, fileNode(node.bytes.slice(0, at)));
    }
  }
  for (const { file, from, to, bytes } of structuralDamage(image)) {
    const node = image.get(file);
    if (node?.is !== 'file') continue;
    const whole = joined(node.bytes.subarray(0, from), bytes, node.bytes.subarray(to));
    yield new Map(image).set(file, fileNode(whole));
  }
}

const keysOf = (outcome: Outcome<unknown>): readonly string[] | null =>
  outcome.is === 'ok' ? (outcome.value as readonly Frame[]).map(keyOf) : null;

/** As JSON, with the store's own directory masked; whether a failure was undone is a port's own. */
function plain(outcome: Outcome<unknown>, dir: string): unknown {
  const said = outcome.is === 'ok' ? outcome : { code: outcome.code };
  return JSON.parse(JSON.stringify(toPlain(said)).replaceAll(dir, '<dir>'));
}

/** Every file with its bytes. */
function textOf(dir: string): unknown {
  return [...readImage(dir).image].map(([path, node]) => [
    path,
    node.is === 'file'
      ? Buffer.from(node.bytes).toString('latin1').replaceAll(dir, '<dir>')
      : node.is,
  ]);
}
