import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../faults/random.ts';
import type { Image } from '../../spec/lib/image.ts';
import { originalLimits, type RowId } from '../../spec/session-store-v2/table.ts';
import { sessionStoreV2Witness } from '../kinds/session-store-v2-agreement.ts';
import { runOps } from '../shrink.ts';
import {
  activeOf,
  bytesAt,
  indexFile,
  opsOf,
  put,
  withLine,
  withNumber,
} from './directed-store.ts';
import { noIndex, segmentsOf, linesAt, cutTo, type Shape } from './directed-store.ts';
import { tryStore } from './testing-agree.ts';
import { trialOfOriginal } from './testing-damaged.ts';

const { lineBytes } = originalLimits;
const { brief: briefOps, compare, transcribe } = sessionStoreV2Witness;

async function storeOf(shape: Partial<Shape> = {}) {
  const run = await runOps(trialOfOriginal, opsOf(shape, randomFrom('20006')));
  return run.image;
}

/** A file that goes on in zeros up to `size` bytes, which cost nothing. */
const sparse = (image: Image, path: string, size: number): Image =>
  put(image, path, { is: 'file', bytes: bytesAt(image, path), size });

const lastRow = (image: Image, change: (line: string) => string): Image =>
  withLine(image, indexFile, linesAt(image, indexFile).length - 1, change);

/** Every byte of the limit is there, though most are a file's hole. */
const trueSize: readonly (readonly [RowId, string, (image: Image) => Image])[] = [
  [
    'R35',
    'a row names a byte more than the limit',
    (image) => {
      const path = activeOf(image);
      const from = Number(/"byteOffset":(\d+)/.exec(linesAt(image, indexFile).at(-1)!)![1]);
      const long = sparse(image, path, from + lineBytes + 1);
      return lastRow(long, (line) => withNumber(line, 'byteLength', () => BigInt(lineBytes + 1)));
    },
  ],
  [
    'R43',
    'a line of the index is longer than the limit',
    (image) => sparse(image, indexFile, bytesAt(image, indexFile).length + lineBytes + 1),
  ],
  [
    'R43b',
    'a line of a segment is longer than the limit, without an index',
    (image) => {
      const path = activeOf(image);
      return noIndex(sparse(image, path, bytesAt(image, path).length + lineBytes + 1));
    },
  ],
];

describe('limits at their true size', () => {
  it.each(trueSize)('%s: %s', async (row, _, damage) => {
    const undamaged = await storeOf();
    const image = damage(undamaged);
    const came = await tryStore({ image, undamaged, owes: [], ops: briefOps });
    expect(came.disagreement).toBeNull();
    expect(came.anomalies).toEqual([]);
    expect([...came.rows]).toContain(row);
  });

  it('a line of exactly the limit is read, and one byte more is not', async () => {
    const undamaged = await storeOf();
    const path = activeOf(undamaged);
    const size = bytesAt(undamaged, path).length;
    for (const [long, code] of [
      [lineBytes, 'ok'],
      [lineBytes + 1, 'frame-unreadable'],
    ] as const) {
      const image = noIndex(sparse(undamaged, path, size + long));
      const transcript = transcribe(image, briefOps.slice(0, 1));
      const { outcome } = transcript[0]!;
      expect(outcome.is === 'ok' ? 'ok' : outcome.code).toBe(code);
      expect(compare(image, transcript).disagreement).toBeNull();
    }
  });
});

describe('limits that small stores meet', () => {
  it('no name is left to set a segment aside under', async () => {
    const limits = { quarantineNames: 2 };
    const undamaged = await storeOf({ entries: [6, 6], perSegment: 2 });
    const [first = '', second = ''] = segmentsOf(undamaged);
    const old = { is: 'file', bytes: new Uint8Array([1]), size: 1 } as const;
    const taken = [`${second}.bak`, `${second}.bak.1`].reduce((i, p) => put(i, p, old), undamaged);
    const transcript = transcribe(cutTo(taken, first, -9), briefOps, limits);
    expect(transcript[0]?.outcome).toMatchObject({ code: 'quarantine-failed' });
    expect(compare(cutTo(taken, first, -9), transcript, { limits }).disagreement).toBeNull();
  });

  it.each(['segments', 'index', 'checkpoints', 'migrations', 'tmp'])(
    'a link to nowhere stands for %s/',
    async (path) => {
      const image = put(await storeOf(), path, { is: 'link', to: 'nowhere' });
      const inside = [...image].filter(([name]) => !name.startsWith(`${path}/`));
      const transcript = transcribe(new Map(inside), briefOps);
      expect(transcript[0]?.outcome).toMatchObject({ code: 'io-eexist' });
      expect(compare(new Map(inside), transcript).disagreement).toBeNull();
    },
  );
});
