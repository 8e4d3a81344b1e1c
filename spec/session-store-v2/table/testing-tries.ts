import { expect } from 'vitest';
import type { Image } from '../../lib/image.ts';
import type { Op } from '../ops.ts';
import { does } from './does.ts';
import type { TableResult } from './does.ts';
import type { Limits } from './run.ts';
import {
  bytesAt,
  edit,
  editBytes,
  first,
  imageOf,
  index,
  openOf,
  put,
  worldOf,
} from './testing-stores.ts';

/**
 * Damage to a small store, and what the decision table says of it. `opens`: entries readable, or
 * the code of a refusal.
 */
export interface Try {
  readonly row: string;
  readonly what: string;
  readonly image: () => Image;
  readonly opens: number | string;
  /** The entry count that the handle shows, where it is not the number of entries. */
  readonly count?: bigint;
  readonly limits?: Partial<Limits>;
  readonly max?: bigint;
  readonly also?: (result: TableResult, before: Image) => void;
}

export const none = (): null => null;
export const base = imageOf();
/** Two frames a segment, six entries in three segments. */
export const pairs = imageOf({ entries: 6, max: 640n });
export const loosePairs = imageOf({ entries: 6, max: 640n, parentOf: none });
/** Four entries whose payload ends in a character of three bytes. */
export const wide = imageOf({ payloadOf: (n) => `"${n}…"` });
export const loose = imageOf({ parentOf: none });

export const cutTo = (image: Image, path: string, bytes: number): Image =>
  editBytes(image, path, (b) => b.subarray(0, bytes < 0 ? b.length + bytes : bytes));
export const behindEnd = (image: Image, path: string, tail: string): Image =>
  edit(image, path, (text) => text + tail);
export const noIndex = (image: Image): Image => put(image, index, null);
export const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
export const swap = (lines: string[], i: number): string[] =>
  lines.toSpliced(i, 2, lines[i + 1] ?? '', lines[i] ?? '');
export const repeat = (lines: string[], i: number): string[] =>
  lines.toSpliced(i, 0, lines[i] ?? '');
export const kept = (path: string) => (result: TableResult, before: Image) => {
  expect(result.world.image.get(path)).toEqual(before.get(path));
};
export const gone = (path: string) => (result: TableResult) => {
  expect(result.world.image.has(path)).toBe(false);
};
export const setAside =
  (...paths: string[]) =>
  (result: TableResult, before: Image) => {
    for (const path of paths) {
      expect(result.world.image.has(path)).toBe(false);
      expect(result.world.image.get(`${path}.bak`)).toEqual(before.get(path));
    }
  };
/** Opening again refuses again: nothing that opening does helps. */
export const forGood = (code: string) => (result: TableResult) => {
  expect(openOf(result.world.image).outcome).toMatchObject({ code });
};
export const bytes = (result: TableResult, path: string): number =>
  bytesAt(result.world.image, path).length;

/** The base store with a checkpoint. */
export function checkpointed(): Image {
  const op: Op = { op: 'checkpoint', h: 'a', seq: 1n, reason: 'r' };
  return first(does(worldOf(), op, '2026-01-01T00:00:01.000Z')).world.image;
}
