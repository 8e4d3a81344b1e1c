import {
  eachElement,
  eachMember,
  end,
  fail,
  peek,
  readRaw,
  readString,
  scanOf,
  skipNumber,
  skipValue,
  takeWord,
} from './json-scan.ts';
import type { Scan } from './json-scan.ts';

/** Reads one value at the scan's position, or throws a `JsonError`. */
export type Read<T> = (scan: Scan) => T;

/**
 * How a member of an object is read, and what stands for it where it is absent (nothing: that is an
 * error).
 */
export interface Field<T> {
  readonly read: Read<T>;
  readonly absent?: { readonly value: T };
}

/** A raw value: its text, and where it stood in the bytes that were read. */
export interface RawText {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** The members of an object in serialisation order. */
export type Shape<T> = { readonly [K in keyof T]-?: Field<T[K]> };

const u64Max = (1n << 64n) - 1n;

/** A string that must be text. */
export const text: Field<string> = { read: readString };

/** An integer 0 to 2^64-1 in plain digits: no sign, fraction or exponent. */
export const u64: Field<bigint> = { read: readU64 };

/** An integer 0 to 255. */
export const u8: Field<number> = {
  read: (scan) => {
    const value = readU64(scan);
    return value <= 255n ? Number(value) : fail(scan, 'more than 255');
  },
};

export const flag: Field<boolean> = {
  read: (scan) => {
    const yes = peek(scan) === 0x74;
    takeWord(scan, yes ? 'true' : 'false');
    return yes;
  },
};

/** A string or null; absent is null. */
export const optionalText: Field<string | null> = {
  read: (scan) => {
    if (peek(scan) !== 0x6e) return readString(scan);
    takeWord(scan, 'null');
    return null;
  },
  absent: { value: null },
};

/** Any value, by its syntax alone. */
export const raw: Field<RawText> = { read: readRaw };

function readU64(scan: Scan): bigint {
  peek(scan);
  const from = scan.at;
  skipNumber(scan);
  const digits = scan.at - from;
  // Up to fifteen digits a double is exact, and much cheaper.
  let small = 0;
  for (let i = from; i < scan.at; i++) {
    const byte = scan.bytes[i] ?? 0;
    if (byte < 0x30 || byte > 0x39) fail(scan, 'expected an unsigned integer');
    small = small * 10 + byte - 0x30;
  }
  if (digits <= 15) return BigInt(small);
  if (digits > 20) fail(scan, 'more than 2^64-1');
  const value = BigInt(String.fromCharCode(...scan.bytes.subarray(from, scan.at)));
  return value <= u64Max ? value : fail(scan, 'more than 2^64-1');
}

/**
 * An object with these members, as serde derives it: any order, unknown members skipped, a known
 * one twice is an error. `positional` also accepts an array that holds every member in order,
 * `null` for an absent optional one.
 */
export function object<T extends object>(
  shape: Shape<T>,
  options: { readonly positional?: boolean } = {},
): Field<T> {
  const fields = new Map<string, Field<unknown>>(Object.entries(shape));
  const read = (scan: Scan): T => {
    const found: Record<string, unknown> = {};
    if (options.positional === true && peek(scan) === 0x5b) {
      readPositional(scan, [...fields], found);
    } else {
      eachMember(scan, (name) => {
        const field = fields.get(name);
        if (field === undefined) return skipValue(scan);
        if (Object.hasOwn(found, name)) fail(scan, `duplicate member ${name}`);
        found[name] = field.read(scan);
      });
    }
    for (const [name, field] of fields) {
      if (Object.hasOwn(found, name)) continue;
      if (field.absent === undefined) fail(scan, `missing member ${name}`);
      else found[name] = field.absent.value;
    }
    // Each field has read its member.
    return found as T;
  };
  return { read };
}

function readPositional(
  scan: Scan,
  fields: readonly (readonly [string, Field<unknown>])[],
  found: Record<string, unknown>,
): void {
  let count = 0;
  eachElement(scan, (position) => {
    const field = fields[position];
    const [name, { read }] = field ?? fail(scan, 'too many elements');
    found[name] = read(scan);
    count += 1;
  });
  if (count < fields.length) fail(scan, 'too few elements');
}

/**
 * The one value that bytes [from, to) hold, with JSON whitespace around it; throws a `JsonError`
 * otherwise. Only what is kept as text must be valid UTF-8: whoever reads lines checks the whole
 * line before (`firstBadUtf8`).
 */
export function parseJson<T>(field: Field<T>, bytes: Uint8Array, from = 0, to = bytes.length): T {
  const scan = scanOf(bytes, from, to);
  const value = field.read(scan);
  end(scan);
  return value;
}
