import {
  eachElement,
  eachMember,
  end,
  fail,
  peek,
  readString,
  scanOf,
  skipNumber,
  takeWord,
} from './json-scan.ts';
import type { Scan } from './json-scan.ts';
import { byCodePoint, textOf, utf8Of } from './utf8.ts';

const named: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * A string as serde_json writes it: only quotes, backslashes and what lies below U+0020 are
 * escaped.
 */
export function writeString(text: string): string {
  return `"${text.replace(/["\\\u0000-\u001f]/g, escaped)}"`; // oxlint-disable-line no-control-regex
}

function escaped(character: string): string {
  const hex = character.charCodeAt(0).toString(16).padStart(4, '0');
  return named[character] ?? `\\u${hex}`;
}

/**
 * A JSON value to be written; bigint is an integer, and `{ raw }` is text that is written as it
 * stands.
 */
export type Writable =
  | string
  | number
  | bigint
  | boolean
  | null
  | { readonly raw: string }
  | readonly (readonly [name: string, value: Writable | undefined | Members])[];

/** The members of an object in order; one whose value is undefined is left out. */
export type Members = readonly (readonly [name: string, value: Writable | undefined | Members])[];

/** An object in one line without spaces, members in the given order. Numbers must be integers. */
export function writeCompact(value: Writable | Members): string {
  if (typeof value === 'string') return writeString(value);
  if (value === null || typeof value !== 'object') return String(value);
  if ('raw' in value) return value.raw;
  const members = value.flatMap(([name, member]) =>
    member === undefined ? [] : [`${writeString(name)}:${writeCompact(member)}`],
  );
  return `{${members.join(',')}}`;
}

/** An object over several lines, two spaces a level, no LF at its end. Numbers must be integers. */
export function writePretty(value: Writable | Members, indent = ''): string {
  if (value === null || typeof value !== 'object' || 'raw' in value) return writeCompact(value);
  const inner = `${indent}  `;
  const members = value.flatMap(([name, member]) =>
    member === undefined ? [] : [`${inner}${writeString(name)}: ${writePretty(member, inner)}`],
  );
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
}

/** Levels of arrays and objects that a value may have; serde_json refuses the 128th. */
const valueDepthMax = 127;

/**
 * JSON text as serde_json 1.0.87 prints it after reading it into a `Value` (no `preserve_order`):
 * members sorted by code point, the last of duplicates, integers up to i64 and u64 exact, all other
 * numbers as doubles. Throws a `JsonError` for what it cannot read: bad syntax, lone surrogates,
 * more than 127 levels, a number beyond a double.
 */
export function reprintValue(json: string): string {
  const scan = scanOf(utf8Of(json));
  const printed = reprint(scan, valueDepthMax);
  end(scan);
  return printed;
}

function reprint(scan: Scan, levels: number): string {
  const byte = peek(scan);
  if (byte === 0x22) return writeString(readString(scan));
  if (byte === 0x7b || byte === 0x5b) {
    if (levels === 0) fail(scan, 'recursion limit exceeded');
    return byte === 0x7b ? reprintObject(scan, levels - 1) : reprintArray(scan, levels - 1);
  }
  const word = { 0x74: 'true', 0x66: 'false', 0x6e: 'null' }[byte];
  if (word === undefined) return reprintNumber(scan);
  takeWord(scan, word);
  return word;
}

function reprintObject(scan: Scan, levels: number): string {
  const members = new Map<string, string>();
  eachMember(scan, (name) => {
    members.set(name, reprint(scan, levels));
  });
  const sorted = [...members].toSorted(([a], [b]) => byCodePoint(a, b));
  return `{${sorted.map(([name, value]) => `${writeString(name)}:${value}`).join(',')}}`;
}

function reprintArray(scan: Scan, levels: number): string {
  const elements: string[] = [];
  eachElement(scan, () => {
    elements.push(reprint(scan, levels));
  });
  return `[${elements.join(',')}]`;
}

const u64Max = (1n << 64n) - 1n;

function reprintNumber(scan: Scan): string {
  const from = scan.at;
  skipNumber(scan);
  const spelled = textOf(scan.bytes, from, scan.at) ?? '';
  const [, sign = '', whole = '', fraction, exponent] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(spelled) ?? [];
  if (fraction === undefined && exponent === undefined && whole.length <= 20) {
    const magnitude = BigInt(whole);
    if (sign === '' && magnitude <= u64Max) return whole;
    if (sign !== '' && magnitude > 0n && magnitude <= 1n << 63n) return `-${whole}`;
  }
  const value = doubleOf(whole, fraction ?? '', exponent ?? '0');
  if (value === null) return fail(scan, 'number out of range');
  return `${sign}${writeDouble(value)}`;
}

/**
 * The double that serde_json (without `float_roundtrip`) makes of a decimal: digits are taken while
 * they fit 64 bits, later ones only move the point, then one multiplication or division, so the
 * last bit may differ from the nearest double. Null where it overflows.
 */
function doubleOf(whole: string, fraction: string, exponent: string): number | null {
  let significand = 0n;
  let power = 0;
  let full = false;
  const digits = whole + fraction;
  for (let i = 0; i < digits.length; i++) {
    const grown = significand * 10n + BigInt(digits.charCodeAt(i) - 0x30);
    // An integer part that stopped growing may grow again behind the point, as the original's does.
    if (i === whole.length) full = false;
    if (full || grown > u64Max) {
      full = true;
      if (i < whole.length) power += 1;
    } else {
      significand = grown;
      if (i >= whole.length) power -= 1;
    }
  }
  const explicit = Number(exponent);
  if (Math.abs(explicit) > 0x7fffffff) {
    return significand === 0n || explicit < 0 ? 0 : null;
  }
  return scaled(Number(significand), power + explicit);
}

function scaled(significand: number, exponent: number): number | null {
  let value = significand;
  let left = exponent;
  while (Math.abs(left) > 308) {
    if (value === 0) return 0;
    if (left > 0) return null;
    value /= 1e308;
    left += 308;
  }
  const power = Number(`1e${Math.abs(left)}`);
  value = left < 0 ? value / power : value * power;
  return Number.isFinite(value) ? value : null;
}

/**
 * A finite double as the `ryu` crate prints it: shortest digits, always with a point or an exponent
 * (`1e16`, `0.00001`).
 */
export function writeDouble(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (value < 0) return `-${writeDouble(-value)}`;
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const point = Number(exponentText) + 1; // how many digits stand before the decimal point
  if (point > 16 || point <= -5) {
    const tail = digits.length === 1 ? '' : `.${digits.slice(1)}`;
    return `${digits.slice(0, 1)}${tail}e${point - 1}`;
  }
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return `${digits}${'0'.repeat(point - digits.length)}.0`;
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}
