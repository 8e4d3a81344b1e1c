import type { Cursor } from '../../lib/json.ts';
import {
  cursorOver,
  jsonError,
  peek,
  readBool,
  readNumberText,
  readString,
  take,
  takeWord,
} from '../../lib/json.ts';
import { printText } from '../../lib/record.ts';
import { printDouble, readDouble } from './number.ts';

const DEPTH_LIMIT = 128;
const U64_MAX = 18446744073709551615n;
const I64_MIN = -9223372036854775808n;

/**
 * A payload as serde_json 1.0.87 prints the value that it parsed from `json` (without its features
 * preserve_order and float_roundtrip): members sorted by code point, the last of equal ones,
 * integers of 64 bits exact, everything else a double. Throws `json` for what it cannot parse: lone
 * surrogates, numbers beyond a double, 128 levels of nesting.
 */
export function printPayload(json: string): string {
  const c = cursorOver(Buffer.from(json));
  if (!/^\P{Cs}*$/u.test(json)) jsonError(c, 'lone surrogate');
  const printed = printValue(c, DEPTH_LIMIT);
  if (peek(c) !== -1) jsonError(c, 'trailing characters');
  return printed;
}

function printValue(c: Cursor, depthLeft: number): string {
  const first = peek(c);
  if (first === 0x22) return printText(readString(c));
  if (first === 0x5b || first === 0x7b) {
    if (depthLeft === 1) jsonError(c, 'recursion limit exceeded');
    return first === 0x5b ? printArray(c, depthLeft - 1) : printObject(c, depthLeft - 1);
  }
  if (first === 0x74 || first === 0x66) return String(readBool(c));
  if (first === 0x6e) {
    takeWord(c, 'null');
    return 'null';
  }
  if (first === 0x2d || (first >= 0x30 && first <= 0x39)) return printNumber(c);
  return jsonError(c, 'expected a value');
}

function printArray(c: Cursor, depthLeft: number): string {
  const items: string[] = [];
  take(c, 0x5b);
  if (peek(c) !== 0x5d) {
    items.push(printValue(c, depthLeft));
    while (peek(c) === 0x2c) {
      c.at++;
      items.push(printValue(c, depthLeft));
    }
  }
  take(c, 0x5d);
  return `[${items.join(',')}]`;
}

function printObject(c: Cursor, depthLeft: number): string {
  const members = new Map<string, string>();
  const readMember = (): void => {
    const name = readString(c);
    take(c, 0x3a);
    members.set(name, printValue(c, depthLeft));
  };
  take(c, 0x7b);
  if (peek(c) !== 0x7d) {
    readMember();
    while (peek(c) === 0x2c) {
      c.at++;
      readMember();
    }
  }
  take(c, 0x7d);
  const sorted = [...members].toSorted(([a], [b]) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return `{${sorted.map(([name, value]) => `${printText(name)}:${value}`).join(',')}}`;
}

function printNumber(c: Cursor): string {
  const spelled = readNumberText(c);
  if (/^-?[0-9]+$/.test(spelled) && spelled !== '-0') {
    const value = BigInt(spelled);
    if (value >= I64_MIN && value <= U64_MAX) return value.toString();
  }
  const double = readDouble(spelled);
  return double === null ? jsonError(c, 'number out of range') : printDouble(double);
}
