import type { Cursor } from './json.ts';
import { cursorOver, jsonError, peek, readBool, readString, readU64, skipValue, take, takeWord } from './json.ts'; // prettier-ignore
import { textOf } from './bytes.ts';
import { StoreError } from './error.ts';

/**
 * How one type of member is read and printed. `pad` is the indent of the line that the value begins on, or null for
 * compact text. `absent` is the value that a missing member (or `null`) stands for, and that is not printed.
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

/** The JSON string of `value` as serde_json writes it: only quotes, backslashes and controls are escaped. */
export function printText(value: string): string {
  if (/\p{Cs}/u.test(value)) throw new StoreError('json', 'a string holds a lone surrogate');
  return JSON.stringify(value);
}

/** The members of a record in the order in which they are written. */
export type Members<T> = { readonly [K in keyof T]: Field<T[K]> };

/**
 * A record: members in any order, unknown ones ignored, a known one twice an error. Where the cursor allows arrays,
 * the members' values in order stand for it too, every one of them present.
 */
export function record<T extends object>(members: Members<T>): Field<T> {
  const names = Object.keys(members) as (keyof T & string)[];
  const places = new Map<string, number>(names.map((name, i) => [name, i]));
  const fields = names.map((name) => members[name] as Field<unknown>);
  return {
    read(c) {
      const values: unknown[] = Array.from({ length: fields.length });
      if (peek(c) === 0x5b && c.arrays) readArray(c, fields, values);
      else readMembers(c, { places, fields, values });
      return Object.fromEntries(names.map((name, i) => [name, values[i]])) as T;
    },
    print(value, pad) {
      const present = names.filter((name) => !isAbsent(members[name], value[name]));
      const inner = pad === null ? null : `${pad}  `;
      const lines = present.map((name) => {
        const printed = members[name].print(value[name], inner);
        return inner === null ? `"${name}":${printed}` : `${inner}"${name}": ${printed}`;
      });
      return pad === null ? `{${lines.join(',')}}` : `{\n${lines.join(',\n')}\n${pad}}`;
    },
  };
}

function isAbsent(field: { readonly absent?: unknown }, value: unknown): boolean {
  return 'absent' in field && field.absent === value;
}

function readArray(c: Cursor, fields: readonly Field<unknown>[], values: unknown[]): void {
  take(c, 0x5b);
  fields.forEach((field, i) => {
    if (i > 0) take(c, 0x2c);
    values[i] = field.read(c);
  });
  take(c, 0x5d);
}

interface Slots {
  readonly places: ReadonlyMap<string, number>;
  readonly fields: readonly Field<unknown>[];
  readonly values: unknown[];
}

function readMembers(c: Cursor, slots: Slots): void {
  const seen = new Set<number>();
  take(c, 0x7b);
  if (peek(c) === 0x7d) c.at++;
  else while (readMember(c, slots, seen)) take(c, 0x2c);
  slots.fields.forEach((field, i) => {
    if (seen.has(i)) return;
    if (!('absent' in field)) jsonError(c, 'a member is missing');
    slots.values[i] = field.absent;
  });
}

/** Reads one member; false where the record ends behind it (the end is taken). */
function readMember(c: Cursor, slots: Slots, seen: Set<number>): boolean {
  const name = readString(c);
  take(c, 0x3a);
  const place = slots.places.get(name);
  if (place === undefined) {
    skipValue(c);
  } else {
    if (seen.has(place)) jsonError(c, `the member ${name} stands twice`);
    seen.add(place);
    slots.values[place] = (slots.fields[place] as Field<unknown>).read(c);
  }
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
