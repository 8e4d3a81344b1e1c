import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as fast from '../../spec/fast-segment/bytes.ts';
import { verdict } from '../../spec/fast-segment/classify.ts';
import type { Entry } from '../../spec/fast-segment/ops.ts';
import { survey } from '../../spec/fast-segment/survey.ts';
import { differences } from '../../spec/lib/image.ts';
import * as wal from '../../spec/wal-segment/bytes.ts';
import { assess } from '../../spec/wal-segment/classify.ts';
import type { Frame } from '../../spec/wal-segment/ops.ts';
import { readImage } from '../inspect/read.ts';
import { kindNamed } from '../subjects.ts';
import { plant, type Tree } from '../wire/recorded/tree.ts';
import { leftOutPath, salvage, type Report } from './salvage.ts';

const scratch = fs.mkdtempSync(join(tmpdir(), 'tearproof-salvage-binary-'));
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const at = '2026-01-01T00:00:00.000Z';
let made = 0;

interface Case {
  readonly id: string;
  readonly before: unknown;
}

const casesOf = (kind: string): readonly Case[] =>
  fs
    .readFileSync(
      join(import.meta.dirname, '../../fixtures', kind, 'recorded', 'cases.jsonl'),
      'utf8',
    )
    .trimEnd()
    .split('\n')
    .map((line): Case => JSON.parse(line));

/** Salvages a tree; the old directory must be as it was, and the list beside be the report's. */
async function rescue(tree: Tree): Promise<{ report: Report; out: string; dir: string }> {
  const dir = join(scratch, `store-${++made}`);
  fs.mkdirSync(dir);
  plant(dir, tree);
  const before = readImage(dir).image;
  const out = `${dir}.out`;
  const report = await salvage(dir, out);
  expect(differences(before, readImage(dir).image)).toEqual([]);
  const listed = fs.existsSync(leftOutPath(out)) ? fs.readFileSync(leftOutPath(out), 'utf8') : '';
  expect(listed.split('\n').filter((line) => line !== '')).toHaveLength(report.leftOut.length);
  for (const { reason } of report.leftOut) expect(Object.keys(report.reasons)).toContain(reason);
  return { report, out, dir };
}

const read = async <V>(kind: string, dir: string, op: object): Promise<V> => {
  const outcome = await kindNamed(kind).ports['safe']!(fs, dir).step(op, at);
  if (outcome.is !== 'ok') throw new Error(outcome.code);
  return outcome.value as V;
};

const replayed = (dir: string): Promise<readonly Frame[]> =>
  read('wal-segment', dir, { op: 'replay', after: 0n });

async function entriesOf(dir: string, id: number): Promise<readonly Entry[]> {
  const port = kindNamed('fast-segment').ports['safe']!(fs, dir);
  await port.step({ op: 'open', id }, at);
  const outcome = await port.step({ op: 'readCommitted', id }, at);
  await port.step({ op: 'close', id }, at);
  if (outcome.is !== 'ok') throw new Error(outcome.code);
  return outcome.value as readonly Entry[];
}

describe('salvage of every log of chained segments that was recorded', () => {
  it.each(casesOf('wal-segment'))('$id keeps all that the classifier verifies', async (each) => {
    const { report, out, dir } = await rescue(each.before as Tree);
    const kept = (await replayed(out)).map(wal.keyOf);
    expect(kept).toHaveLength(report.kept);
    const { keys } = assess(readImage(dir).image);
    expect(kept.slice(0, keys.length)).toEqual(keys);
    const { classes } = assess(readImage(out).image);
    expect(classes.filter((one) => one.is !== 'valid')).toEqual([]);
  });
});

describe('salvage of every fast segment that was recorded', () => {
  it.each(casesOf('fast-segment'))('$id keeps all that the classifier verifies', async (each) => {
    const { report, out, dir } = await rescue({ 'sessions/7.fast': String(each.before) });
    const kept = (await entriesOf(out, 7)).map(fast.keyOf);
    expect(kept).toHaveLength(report.kept);
    const node = readImage(dir).image.get('sessions/7.fast');
    if (node?.is !== 'file') throw new Error('no file');
    const { committed } = verdict('sessions/7.fast', survey(node));
    const keys = committed.map(({ entry }) => fast.keyOf(entry));
    expect(kept.slice(0, keys.length)).toEqual(keys);
  });
});

const base64 = (...parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString('base64');
const frame = (seq: bigint, type = 1): Uint8Array =>
  wal.frameBytes({ seq, at: seq, type, payload: Buffer.from(`payload ${seq}`) });
const head = (segment: bigint, prev: string): Uint8Array =>
  wal.headerBytesOf({ instance: 9n, segment, createdAtMicros: 5n, prev });
const reasons = ({ leftOut }: Report): readonly string[] => leftOut.map((one) => one.reason);
const segment = (n: number): string => `segment_${String(n).padStart(16, '0')}.aedbwal`;

describe('salvage of a log of chained segments', () => {
  it('goes on behind a hole, in a chain of its own', async () => {
    const bad = frame(2n);
    bad[25]! ^= 1;
    const tree = {
      [segment(3)]: base64(head(3n, 'ab'.repeat(32)), frame(1n), bad, frame(3n), frame(3n)),
      [segment(7)]: base64(new Uint8Array(64), frame(4n, 9), frame(5n)),
      [segment(8)]: base64(head(8n, wal.noHash), frame(6n), new Uint8Array(5)),
      'segment_9.aedbwal': base64(head(9n, wal.noHash), frame(7n)),
      'quarantine/x.bin': base64(frame(8n)),
    };
    const { report, out } = await rescue(tree);
    expect((await replayed(out)).map(({ seq }) => seq)).toEqual([1n, 3n, 5n, 6n]);
    expect(fs.readdirSync(out)).toEqual([1, 2, 3].map(segment));
    expect(reasons(report).toSorted()).toEqual([
      'bad_frame', 'bad_frame', 'header_damaged', 'not_increasing', 'segment_name', 'set_aside',
      'unknown_payload_type',
    ]); // prettier-ignore
    expect(report.framesFound).toBe(6);
    const links = await read<readonly { prev: string }[]>('wal-segment', out, { op: 'verify' });
    expect(links[0]?.prev).toBe(wal.noHash);
    expect(links[2]?.prev).not.toBe(wal.noHash);
  });

  it('makes an empty log of segments without frames', async () => {
    const { report, out } = await rescue({ [segment(1)]: base64(head(1n, wal.noHash)) });
    expect([report.kept, report.leftOut, fs.readdirSync(out)]).toEqual([0, [], []]);
    expect(await replayed(out)).toEqual([]);
  });
});

describe('salvage of fast segments', () => {
  const entry = (revision: bigint): Uint8Array => fast.frameBytes({ t: 'checkpoint', revision });

  it('leaves out what was never published, and keeps all where nobody can tell', async () => {
    const frames = [entry(1n), entry(2n), entry(3n)] as const;
    const end = BigInt(16 + frames[0].length + frames[1].length);
    const wide = fast.framed(Uint8Array.from([3, 0xfb, 5, 0]));
    const { report, out } = await rescue({
      'sessions/1.fast': base64(fast.headerOf(end), ...frames),
      'sessions/2.fast': base64(fast.headerOf(end + 1n), ...frames),
      'sessions/3.fast': base64(fast.headerOf(2n ** 62n), frames[0], new Uint8Array(9), frames[1]),
      'sessions/4.fast': base64(fast.headerOf(BigInt(16 + wide.length)), wide),
      'sessions/+5.fast': base64(fast.headerOf(16n)),
    });
    const revisions = async (id: number): Promise<readonly unknown[]> =>
      (await entriesOf(out, id)).map((one) => 'revision' in one && one.revision);
    expect(await revisions(1)).toEqual([1n, 2n]);
    expect(await revisions(2)).toEqual([1n, 2n, 3n]);
    expect(await revisions(3)).toEqual([1n, 2n]);
    expect(await revisions(4)).toEqual([5n]);
    expect(report.leftOut.map(({ file, reason }) => `${file} ${reason}`)).toEqual([
      'sessions/+5.fast segment_name',
      'sessions/1.fast uncommitted',
      'sessions/2.fast commit_unknown',
      'sessions/3.fast commit_unknown',
      'sessions/3.fast bad_frame',
      'sessions/4.fast rewritten',
    ]);
  });
});
