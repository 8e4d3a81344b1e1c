import { isObject } from '../wire/ascii.ts';
import type { Json, JsonObject } from '../wire/ascii.ts';
import type { Call } from './session.ts';

/** The time that every call of a lint carries. */
export const at = '2026-01-01T00:00:00.000Z';

/** How a check writes and reads a store of one kind, whatever its operations are called. */
export interface Tour {
  readonly kind: string;
  open(h: string, dir: string): Call;
  /** Adds the text as the `n`-th entry of an open handle, counted from 0. */
  append(h: string, n: number, text: Given): readonly Call[];
  read(h: string, dir: string): Call;
  /** The texts in the answer to `read`; a digest is given as it stands. */
  texts(result: JsonObject, encoding?: 'utf8' | 'latin1'): readonly (string | JsonObject)[];
  /** Calls that write a 64-bit number, and where the last answer must show it. */
  readonly number: ((h: string, dir: string, value: string) => BigNumber) | null;
  /** A call whose parameters do not fit, of each sort that the kind has. */
  bad(h: string, dir: string): readonly Call[];
}

export interface BigNumber {
  readonly calls: readonly Call[];
  readonly shown: (result: JsonObject) => readonly Json[];
}

/** A text, or a recipe for one. */
export type Given = string | { readonly recipe: JsonObject };

const base64 = (text: Given): Json =>
  typeof text === 'string' ? Buffer.from(text).toString('base64') : text.recipe;
const fromBase64 =
  (encoding: 'utf8' | 'latin1' = 'utf8') =>
  (value: Json | undefined): string | JsonObject =>
    isObject(value) ? value : Buffer.from(stringIn(value), 'base64').toString(encoding);
const stringIn = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const json = (text: Given): Json =>
  typeof text === 'string' ? JSON.stringify({ text }) : text.recipe;
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const member = (value: Json | undefined, name: string): Json | undefined =>
  isObject(value) ? value[name] : undefined;

const appendLog: Tour = {
  kind: 'append-log',
  open: (h, dir) => ({ method: 'append-log/open', params: { h, dir, at } }),
  append: (h, _, text) => [
    { method: 'append-log/append', params: { h, payload: base64(text), at } },
  ],
  read: (h) => ({ method: 'append-log/read', params: { h } }),
  texts: ({ entries }, encoding) => list(entries).map(fromBase64(encoding)),
  number: null,
  bad: (h) => [
    { method: 'append-log/append', params: { h, payload: 'no base64', at } },
    { method: 'append-log/append', params: { h, payload: 7, at } },
    { method: 'append-log/append', params: { h, payload: 'AQ==' } },
    { method: 'append-log/read', params: {} },
  ],
};

function jsonText(value: Json | undefined): string | JsonObject {
  if (isObject(value)) return value;
  try {
    const payload: Json = JSON.parse(stringIn(value));
    const text = member(payload, 'text');
    return typeof text === 'string' ? text : stringIn(value);
  } catch {
    return stringIn(value);
  }
}

const store = 'session-store-v2';
const sessionStore: Tour = {
  kind: store,
  open: (h, dir) => ({ method: `${store}/create`, params: { h, dir, max: '4194304', at } }),
  append: (h, n, text) => {
    const parent = n === 0 ? null : `e${n - 1}`;
    const params = { h, id: `e${n}`, parent, type: 'message', payload: json(text), at };
    return [{ method: `${store}/append`, params }];
  },
  read: (h) => ({ method: `${store}/all`, params: { h } }),
  texts: ({ frames }) => list(frames).map((frame) => jsonText(member(frame, 'payload'))),
  number: (h, dir, value) => ({
    calls: [
      sessionStore.open(h, dir),
      ...sessionStore.append(h, 0, 'x'),
      { method: `${store}/checkpoint`, params: { h, seq: value, reason: 'manual', at } },
    ],
    shown: ({ checkpoint }) => [member(checkpoint, 'checkpointSeq') ?? null],
  }),
  bad: (h, dir) => [
    { method: `${store}/create`, params: { h, dir, max: 4096, at } },
    { method: `${store}/create`, params: { h, dir, max: '04096', at } },
    { method: `${store}/create`, params: { h, dir, max: '18446744073709551616', at } },
    {
      method: `${store}/append`,
      params: { h, id: 'e0', parent: null, type: 'm', payload: {}, at },
    },
    { method: `${store}/append`, params: { h, id: 'e0', parent: null, type: 'm', payload: '{}' } },
    { method: `${store}/all`, params: {} },
  ],
};

const walFrame = (seq: string, payload: Json): JsonObject => ({ seq, at: '1', type: 1, payload });
const walAppend = (h: string, frame: JsonObject): Call => ({
  method: 'wal-segment/append',
  params: { h, frames: [frame], sync: true, at },
});
const walSegment: Tour = {
  kind: 'wal-segment',
  open: (h, dir) => ({ method: 'wal-segment/open', params: { h, dir, instance: '7', at } }),
  append: (h, n, text) => [walAppend(h, walFrame(String(n + 1), base64(text)))],
  read: (_, dir) => ({ method: 'wal-segment/replay', params: { dir, after: '0' } }),
  texts: ({ frames }, encoding) =>
    list(frames).map((frame) => fromBase64(encoding)(member(frame, 'payload'))),
  number: (h, dir, value) => ({
    calls: [
      walSegment.open(h, dir),
      walAppend(h, walFrame(value, 'AQ==')),
      walSegment.read(h, dir),
    ],
    shown: ({ frames }) => list(frames).map((frame) => member(frame, 'seq') ?? null),
  }),
  bad: (h, dir) => [
    { method: 'wal-segment/open', params: { h, dir, instance: 7, at } },
    walAppend(h, walFrame('-1', 'AQ==')),
    walAppend(h, { ...walFrame('1', 'AQ=='), type: 256 }),
    walAppend(h, walFrame('1', 'no base64')),
    { method: 'wal-segment/sync', params: { h } },
  ],
};

const fastEntry = (revision: string, data: Json): JsonObject => ({
  t: 'write', space: '1', coords: [0, 4294967295], revision, data,
}); // prettier-ignore
const fastAppend = (h: string, entry: JsonObject): readonly Call[] => [
  { method: 'fast-segment/append', params: { h, id: 7, entry, track: true, at } },
  { method: 'fast-segment/syncGroup', params: { h, id: 7, at } },
];
const fastSegment: Tour = {
  kind: 'fast-segment',
  open: (h, dir) => ({ method: 'fast-segment/open', params: { h, dir, id: 7, at } }),
  append: (h, n, text) => fastAppend(h, fastEntry(String(n), base64(text))),
  read: (h) => ({ method: 'fast-segment/readCommitted', params: { h, id: 7 } }),
  texts: ({ entries }, encoding) =>
    list(entries).map((entry) => fromBase64(encoding)(member(entry, 'data'))),
  number: (h, dir, value) => ({
    calls: [
      fastSegment.open(h, dir),
      ...fastAppend(h, fastEntry(value, 'AQ==')),
      fastSegment.read(h, dir),
    ],
    shown: ({ entries }) => list(entries).map((entry) => member(entry, 'revision') ?? null),
  }),
  bad: (h, dir) => [
    { method: 'fast-segment/open', params: { h, dir, id: '7', at } },
    { method: 'fast-segment/open', params: { h, dir, id: 4294967296, at } },
    { method: 'fast-segment/append', params: { h, id: 7, entry: { t: 'none' }, track: true, at } },
    { method: 'fast-segment/track', params: { h, id: 7, bytes: 1 } },
  ],
};

/** One for every kind that can be served. */
export const tours: readonly Tour[] = [sessionStore, appendLog, walSegment, fastSegment];
