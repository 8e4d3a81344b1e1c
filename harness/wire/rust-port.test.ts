import fc from 'fast-check';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../spec/lib/history.ts';
import { differences, fileNode, type Image } from '../../spec/lib/image.ts';
import { join as joined } from '../../spec/lib/layout-damage.ts';
import { keyOf } from '../../spec/wal-segment/bytes.ts';
import { assess } from '../../spec/wal-segment/classify.ts';
import { structuralDamage } from '../../spec/wal-segment/damage.ts';
import type { Frame, Opened } from '../../spec/wal-segment/ops.ts';
import { follow } from '../follow.ts';
import { readImage } from '../inspect/read.ts';
import { writeImage } from '../inspect/write.ts';
import { toPlain } from '../lib/plain.ts';
import { show } from '../lib/show.ts';
import { timeAt } from '../lib/time.ts';
import { kindNamed } from '../subjects.ts';
import { connect, type Client } from './client.ts';
import { WireError } from './codec.ts';
import { codecs, type AnyCodec } from './kinds.ts';
import { examplesOf } from './page.ts';
import { resetPort, stdioPort } from './stdio-port.ts';
import { buildRust, rustBuildMs, rustPort, whyNoRust } from './testing-rust.ts';
import { walSegmentCodec } from './wal-segment.ts';

// The starter port in Rust, over stdio on real directories: its answers and bytes beside ours, and
// what it makes of damage. Without cargo and without a binary every test is skipped by name.

const root = join(import.meta.dirname, '../..');
const seed = 20_260_108;
const slowMs = 120_000;
/** The port syncs whatever it is told to; where that costs nothing, the disk is left to others. */
const memory = ['/dev/shm'].find((dir) => fs.existsSync(dir));
const kinds = ['session-store-v2', 'wal-segment', 'fast-segment'];

describe('the port in Rust', () => {
  let client: Client;
  let scratch: string;
  let made = 0;

  beforeEach(({ skip }) => skip(whyNoRust !== null, whyNoRust ?? ''));

  beforeAll(async () => {
    if (whyNoRust !== null) return;
    await buildRust();
    scratch = fs.mkdtempSync(join(memory ?? tmpdir(), 'tearproof-rust-'));
    client = await connect({ command: [rustPort], startMs: 60_000, callMs: 60_000 });
  }, rustBuildMs);

  afterAll(async () => {
    await client?.close();
    if (scratch !== undefined) fs.rmSync(scratch, { recursive: true });
  });

  /** A directory that holds `image`. */
  function siteOf(image: Image = new Map()): string {
    const dir = join(scratch, String(++made));
    fs.mkdirSync(dir);
    writeImage(dir, image);
    return dir;
  }

  describe.each(codecs.filter(({ kind }) => kinds.includes(kind)))('$kind', (codec) => {
    it(
      'answers what the machine allows and our store does, and writes the same bytes',
      async () => {
        const kind = kindNamed(codec.kind);
        const length = { minLength: 25, maxLength: 25, size: 'max' } as const;
        const drawn = fc.sample(fc.array(kind.drafts('safe'), length), { seed, numRuns: 12 });
        let answers = 0;
        for (const drafts of drawn) {
          const [dir, ours] = [siteOf(), siteOf()];
          const port = stdioPort(client, codec, { dir, handle: `${made}.` });
          const beside = kind.ports.safe!(fs, ours);
          const follower = follow(kind.machine('safe', port.claims, { root: dir }), false);
          for (const [i, draft] of drafts.entries()) {
            const op = kind.resolve(follower.states.at(-1), draft) as { readonly op: string };
            const at = timeAt(i);
            const allowed = follower.allowed(op, at);
            if (allowed.length === 0 || !isSendable(codec, op)) continue;
            const answer = await port.step(op, at);
            const due = allowed.map(({ result }) => show(result)).join(' or ');
            const says = `${show(op)} answered ${show(answer)}; allowed: ${due}`;
            expect(follower.answered(op, at, answer), says).toBe(true);
            const besides = await beside.step(op, at);
            expect(plain(answer, dir), show(op)).toEqual(plain(besides, ours));
            answers++;
          }
          expect(textOf(dir)).toEqual(textOf(ours));
          await resetPort(client);
        }
        expect(answers).toBeGreaterThan(20 * drawn.length);
      },
      slowMs,
    );

    it('answers what the page of the protocol shows', async () => {
      const page = fs.readFileSync(join(root, 'ports/PROTOCOL.md'), 'utf8');
      const examples = examplesOf(page).find((some) =>
        some.some(({ request }) => request.includes(`"${codec.kind}/`)),
      );
      const dir = siteOf();
      const lines = (examples ?? []).map(({ request }) => request.replaceAll('/data', dir));
      const asked = promisify(execFile)(rustPort);
      asked.child.stdin?.end(`${lines.join('\n')}\n`);
      const answered = (await asked).stdout.trimEnd().replaceAll(dir, '/data').split('\n');
      // What a port is called, and what it says to people, is its own.
      const said = (line: string): unknown => {
        const { message: _, ...rest } = JSON.parse(line).error ?? {};
        return { ...JSON.parse(line), error: rest };
      };
      const due = (examples ?? []).map(({ answer }) => said(answer));
      expect(answered.map(said).slice(1)).toEqual(due.slice(1));
      expect(due.length).toBeGreaterThan(9);
    });
  });

  describe('a damaged wal-segment', () => {
    it(
      'is opened, mended or refused as its bytes say',
      async () => {
        const dir = siteOf();
        const port = stdioPort(client, walSegmentCodec, { dir, handle: 'w.' });
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
      const dir = siteOf(image);
      const port = stdioPort(client, walSegmentCodec, { dir, handle: 'd.' });
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
      await resetPort(client);
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

/** False for what no message can say: half a surrogate pair. */
function isSendable(codec: AnyCodec, op: { readonly op: string }): boolean {
  try {
    codec.call(op, { handle: 'x', dir: '/x', at: timeAt(0) });
    return true;
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}
