import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDisk } from '../../faults/disk.ts';
import { applyCut, killCuts } from '../../faults/kill.ts';
import { randomFrom } from '../../faults/random.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import { differences, fileNode, type Image } from '../../spec/lib/image.ts';
import type { Key } from '../../spec/lib/judge.ts';
import type { Policy } from '../../spec/lib/port.ts';
import { assess } from '../../spec/session-store-v2/classify.ts';
import { keyOf } from '../../spec/session-store-v2/key.ts';
import type { Frame, Op, Opened, Value } from '../../spec/session-store-v2/ops.ts';
import { storeRoot } from '../drive.ts';
import { readImage } from '../inspect/read.ts';
import { sessionStoreV2 } from '../kinds/session-store-v2.ts';
import { show } from '../lib/show.ts';
import { timeAt } from '../lib/time.ts';
import { makeRun } from '../make.ts';
import { damagedHistories } from '../properties/testing-damaged.ts';
import { trialOf } from '../subjects.ts';
import { codecs } from './kinds.ts';
import { sessionStoreCodec } from './session-store-v2.ts';
import { resetPort, stdioPort, type StdioPort } from './stdio-port.ts';
import { benchOf, examplesAnswered, playHistories, type PortBench } from './testing-port.ts';

// The starter port in Python, over stdio on real directories: what it answers, what stores it and
// ours make of each other, and what it makes of damaged ones. Without python3 every test fails.

const root = join(import.meta.dirname, '../..');
const driver = join(root, 'ports/python/driver.py');
const seed = 20_260_105;
const slow = 120_000;
let bench: PortBench;

beforeAll(async () => {
  bench = await benchOf(['python3', driver]);
}, slow);

afterAll(() => bench.close());

type SessionPort = StdioPort<Op, Value>;

/** A directory that holds `image`, and the port on it. */
function siteOf(image?: Image): { readonly dir: string; readonly port: SessionPort } {
  const dir = bench.siteOf(image);
  return { dir, port: stdioPort(bench.client, sessionStoreCodec, { dir, handle: bench.handle() }) };
}

const keysOf = (frames: Outcome<Value>): readonly Key[] | null =>
  frames.is === 'ok' ? (frames.value as readonly Frame[]).map(keyOf) : null;

describe.each(codecs.filter(({ kind }) => ['append-log', 'session-store-v2'].includes(kind)))(
  '$kind',
  (codec) => {
    it(
      'answers what the machine allows, on random histories',
      async () => {
        const answers = await playHistories(bench, codec, { seed, histories: 24 });
        expect(answers).toBeGreaterThan(20 * 24);
      },
      slow,
    );

    it('answers what the page of the protocol shows', async () => {
      const dir = bench.siteOf();
      const { said, due } = await examplesAnswered(['python3', driver], codec.kind, dir);
      expect(said).toEqual(due);
      expect(due.length).toBeGreaterThan(8);
    });
  },
);

describe('stores in both hands', () => {
  const draw = async (writer: Policy, index: number): Promise<Image> => {
    const trial = trialOf(sessionStoreV2, sessionStoreV2.ports[writer]!, writer);
    return (await makeRun(trial, randomFrom(String(seed)).fork(`${writer}/${index}`), 20)).image;
  };

  it.each(['safe', 'original'] as const)(
    'opens what %s wrote, and hands it back',
    async (name) => {
      let entries = 0;
      for (let index = 0; index < 20; index++) {
        const drawn = await draw(name, index);
        // What handles that were still open leave is closed by a writer of its own.
        const image = name === 'safe' ? visit('safe', drawn).image : drawn;
        const own = visit(name, image);
        if (own.keys === null) continue;
        const { dir, port } = siteOf(image);
        const opened = await port.step({ op: 'create', h: 'a', max: 900n }, timeAt(1));
        expect(opened).toMatchObject({ is: 'ok', value: { repairs: [] } });
        expect(keysOf(await port.step({ op: 'all', h: 'a' }, timeAt(2)))).toEqual(own.keys);
        await port.step({ op: 'close', h: 'a' }, timeAt(3));
        expect(differences(image, readImage(dir).image)).toEqual([]);
        await port.step({ op: 'create', h: 'a', max: 900n }, timeAt(4));
        expect((await port.step(crossed, timeAt(5))).is).toBe('ok');
        const grown = keysOf(await port.step({ op: 'all', h: 'a' }, timeAt(5)));
        expect(grown).toEqual([...own.keys, expect.any(String)]);
        await port.step({ op: 'close', h: 'a' }, timeAt(6));
        const back = readImage(dir).image;
        for (const reader of ['safe', 'original'] as const) {
          const found = visit(reader, back);
          expect(found.repairs).toEqual([]);
          expect(found.keys).toEqual(grown);
          expect(found.changed).toEqual([]);
        }
        entries += own.keys.length;
      }
      expect(entries).toBeGreaterThan(30);
    },
    slow,
  );
});

const entry = { id: 'crossed', parent: null, type: 'message', payload: '{"cross":1}' } as const;
const crossed: Op = { op: 'append', h: 'a', ...entry };

/** An image as one of our stores opens it: entries, repairs, and what opening changed. */
function visit(policy: Policy, image: Image) {
  const disk = createDisk(image, { root: storeRoot, record: false });
  const port = sessionStoreV2.ports[policy]!(disk.fs, storeRoot);
  const ask = (op: Op): Outcome<Value> => port.step(op, timeAt(9)) as Outcome<Value>;
  const opened = ask({ op: 'create', h: 'x', max: 900n });
  const keys = opened.is === 'ok' ? keysOf(ask({ op: 'all', h: 'x' })) : null;
  const repairs = opened.is === 'ok' ? (opened.value as Opened).repairs : null;
  if (opened.is === 'ok') ask({ op: 'close', h: 'x' });
  return { keys, repairs, image: disk.image(), changed: differences(image, disk.image()) };
}

describe('damaged stores', () => {
  it(
    'makes of each cut of the last frame, and of flipped bits, what the bytes allow',
    async () => {
      const { dir, port } = siteOf();
      await port.step({ op: 'create', h: 'a', max: 900n }, timeAt(0));
      for (const n of [1, 2, 3, 4]) {
        const parent = n === 1 ? null : `e${n - 1}`;
        const payload = `{"text":"entry ${n}"}`;
        const op: Op = { op: 'append', h: 'a', id: `e${n}`, parent, type: 'message', payload };
        expect((await port.step(op, timeAt(n))).is).toBe('ok');
      }
      await port.step({ op: 'close', h: 'a' }, timeAt(9));
      const image = readImage(dir).image;
      const path = [...image.keys()].filter((name) => name.endsWith('.seg')).at(-1) ?? '';
      const node = image.get(path);
      const bytes = node?.is === 'file' ? node.bytes : new Uint8Array();
      const start = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
      const random = randomFrom(String(seed)).fork('flips');
      const variants = [
        ...Array.from({ length: bytes.length - start }, (_, i) => bytes.slice(0, start + i)),
        ...Array.from({ length: 60 }, () => flipped(bytes, random.below(bytes.length * 8))),
      ];
      expect(start).toBeGreaterThan(0);
      for (const variant of variants) await judge(new Map(image).set(path, fileNode(variant)));
    },
    slow,
  );

  it('finishes what a kill of our safe store left', async () => {
    const trial = trialOf(sessionStoreV2, sessionStoreV2.ports['safe']!, 'safe');
    for (let index = 0; index < 8; index++) {
      const random = randomFrom(String(seed)).fork(`kill/${index}`);
      const { log } = await makeRun(trial, random, 20, { operations: ['checkpoint', 'rollback'] });
      const cuts = killCuts(log, { tears: sessionStoreV2.tears });
      for (let i = 0; i < 10; i++) await judge(applyCut(log, random.pick(cuts)));
    }
  }, slow); // prettier-ignore

  it('makes of damaged stores of the original what the bytes allow', async () => {
    let judged = 0;
    for await (const { stores } of damagedHistories({ seed: String(seed), from: 0, to: 8, perHistory: 12 })) {
      for (const { image } of stores) {
        await judge(image);
        judged++;
      }
    }
    expect(judged).toBeGreaterThan(60);
  }, slow); // prettier-ignore
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

/** Opens an image twice, and holds answers, reports and bytes against the classification. */
async function judge(image: Image): Promise<void> {
  const { dir, port } = siteOf(image);
  const { legals, expectedNotices, expectedRepairs } = assess(image);
  const looked = await port.step({ op: 'inspect', h: 'i', max: 900n }, timeAt(1));
  const seen = keysOf(await port.step({ op: 'all', h: 'i' }, timeAt(1)));
  const readable = legals.map((legal) => (legal.open === 'ok' ? legal.keys : legal.readable));
  expect(readable, show(looked)).toContainEqual(seen);
  const opened = await port.step({ op: 'create', h: 'a', max: 900n }, timeAt(2));
  const shown = keysOf(await port.step({ op: 'all', h: 'a' }, timeAt(3)));
  const after = readImage(dir).image;
  if (opened.is !== 'ok') {
    const codes = legals.flatMap((legal) => (legal.open === 'ok' ? [] : legal.codes));
    expect(codes).toContain(opened.code);
    expect([opened.is, differences(image, after)]).toEqual(['fail', []]);
  } else {
    const allowed = legals.flatMap((legal) => (legal.open === 'ok' ? [legal.keys] : []));
    expect(allowed, show(opened)).toContainEqual(shown);
    const { notices, repairs } = opened.value as Opened;
    for (const notice of expectedNotices) expect(notices).toContainEqual(expect.objectContaining(notice));
    for (const { did, file, why } of expectedRepairs) {
      const fit = repairs.filter((r) => did.includes(r.did) && r.file === file && r.why === why);
      expect(fit.length, `${why} of ${file} in ${show(repairs)}`).toBe(1);
    }
    const again = await port.step({ op: 'create', h: 'a', max: 900n }, timeAt(4));
    expect(again).toMatchObject({ is: 'ok', value: { repairs: [] } });
    expect(differences(after, readImage(dir).image)).toEqual([]);
  }
  await resetPort(bench.client);
  fs.rmSync(dir, { recursive: true });
} // prettier-ignore

it(
  'passes its own unit tests',
  async () => {
    const args = ['-m', 'unittest', 'discover', '-s', 'ports/python'];
    const { stderr } = await promisify(execFile)('python3', args, { cwd: root });
    expect(stderr).toMatch(/^Ran (?:[6-9]\d|\d{3,}) tests/m);
    expect(stderr.trimEnd()).toMatch(/OK$/);
  },
  3 * slow,
);
