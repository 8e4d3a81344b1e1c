import type { Cursor } from './json.ts';
import {
  cursorOver,
  jsonError,
  peek,
  readBool,
  readString,
  readU64,
  skipValue,
  take,
  takeWord,
} from './json.ts';
import { textOf } from './bytes.ts';
import { StoreError } from './error.ts';

/**
 * How one type of member is read and printed. `pad` is the indent of the line that the value begins
 * on, or null for compact text. `absent` is the value that a missing member (or `null`) stands for,
 * and that is not printed.
 */
export interface Field<T> {
  read(c: Cursor): T;
  print(value: T, pad: string | null): string;
  readonly absent?: T;
}

/** A JSON string; text with a lone surrogate can be neither read nor printed (code `json`). */
export const text: Field<string> = { read: readString, print: printText };

/** A JSON integer 0..2^64-1. */
export const u64: Field<bigint> = { read: readU64, print: (value) => value.toString() };

/** A JSON integer 0..255. */
export const u8: Field<number> = { read: readU8, print: (value) => value.toString() };

/** `true` or `false`. */
export const bool: Field<boolean> = { read: readBool, print: (value) => String(value) };

/** A string that may be missing or `null`; it is left out where it is null. */
export const optionalText: Field<string | null> = {
  read(c) {
    if (peek(c) !== 0x6e) return readString(c);
    takeWord(c, 'null');
    return null;
  },
  print: (value) => printText(value ?? ''),
  absent: null,
};

/** Any one value, kept as its exact source text without the white space around it. */
export const raw: Field<string> = {
  read(c) {
    peek(c);
    const from = c.at;
    skipValue(c);
    const bytes = c.bytes.subarray(from, c.at);
    const source = textOf(bytes);
    return source ?? jsonError(c, 'a raw value is not UTF-8');
  },
  print: (value) => value,
};

function readU8(c: Cursor): number {
  const value = readU64(c);
  return value > 255n ? jsonError(c, 'expected a u8') : Number(value);
}

/**
 * The JSON string of `value` as serde_json writes it: only quotes, backslashes and controls are
 * escaped.
 */
export function printText(value: string): string {
  if (/^[ !#-[\]-~]*$/.test(value)) return `"${value}"`;
  if (/\p{Cs}/u.test(value)) throw new StoreError('json', 'a string holds a lone surrogate');
  return JSON.stringify(value);
}

/** The members of a record in the order in which they are written. */
export type Members<T> = { readonly [K in keyof T]: Field<T[K]> };

/**
 * A record: members in any order, unknown ones ignored, a known one twice an error. Where the
 * cursor allows arrays, the members' values in order stand for it too, every one of them present.
 */
export function record<T extends object>(members: Members<T>): Field<T> {
  const fields = new Map<string, Field<unknown>>(Object.entries(members));
  return {
    read(c) {
      const values = peek(c) === 0x5b && c.arrays ? readArray(c, fields) : readMembers(c, fields);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- read by the members
      return values as T;
    },
    print: (value, pad) =>
      printRecord(fields, new Map<string, unknown>(Object.entries(value)), pad),
  };
}

type Fields = ReadonlyMap<string, Field<unknown>>;

function printRecord(
  fields: Fields,
  values: ReadonlyMap<string, unknown>,
  pad: string | null,
): string {
  const inner = pad === null ? null : `${pad}  `;
  const lines: string[] = [];
  for (const [name, field] of fields) {
    const value = values.get(name);
    if ('absent' in field && field.absent === value) continue;
    const printed = field.print(value, inner);
    lines.push(inner === null ? `"${name}":${printed}` : `${inner}"${name}": ${printed}`);
  }
  return pad === null ? `{${lines.join(',')}}` : `{\n${lines.join(',\n')}\n${pad}}`;
}

function readArray(c: Cursor, fields: Fields): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  let first = true;
  take(c, 0x5b);
  for (const [name, field] of fields) {
    if (!first) take(c, 0x2c);
    first = false;
    values[name] = field.read(c);
  }
  take(c, 0x5d);
  return values;
}

function readMembers(c: Cursor, fields: Fields): Record<string, unknown> {
  const values = new Map<string, unknown>();
  take(c, 0x7b);
  if (peek(c) === 0x7d) c.at++;
  else while (readMember(c, fields, values)) take(c, 0x2c);
  const ordered: Record<string, unknown> = {};
  for (const [name, field] of fields) {
    if (!values.has(name) && !('absent' in field)) jsonError(c, `the member ${name} is missing`);
    ordered[name] = values.has(name) ? values.get(name) : field.absent;
  }
  return ordered;
}

/** Reads one member; false where the record ends behind it (the end is taken). */
function readMember(c: Cursor, fields: Fields, values: Map<string, unknown>): boolean {
  const name = readString(c);
  take(c, 0x3a);
  const field = fields.get(name);
  if (values.has(name)) jsonError(c, `the member ${name} stands twice`);
  if (field === undefined) skipValue(c);
  else values.set(name, field.read(c));
  if (peek(c) !== 0x7d) return true;
  c.at++;
  return false;
}

/** Reads `bytes` as one record with nothing but white space around it. */
export function readWhole<T>(field: Field<T>, bytes: Uint8Array, options: { arrays: boolean }): T {
  const c = cursorOver(bytes, options);
  const value = field.read(c);
  if (peek(c) !== -1) jsonError(c, 'something follows the record');
  return value;
}
