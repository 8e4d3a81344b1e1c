import { decodeJson } from './layout-json.ts';
import type { JsonRecord } from './layout.ts';
import { utf8Of } from './utf8.ts';

/** Bytes [from, to) of a file replaced by others, and what that damages. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
  readonly why: string;
}

const nothing = new Uint8Array(0);
const lf = Uint8Array.of(0x0a);
const u64Max = '18446744073709551615';

/**
 * Every edit that the table of fields suggests for the record at [from, to) (a line without its
 * terminator): each value changed so that it still parses, and so that it does not; members
 * doubled, dropped and unknown.
 */
export function damageRecord(
  record: JsonRecord,
  bytes: Uint8Array,
  from: number,
  to: number,
): readonly Edit[] {
  const { spans } = decodeJson(record, bytes, from, to);
  const edits: Edit[] = [];
  for (const span of spans) {
    const where = `${record.name}.${span.path}`;
    const { valueFrom, to: valueTo, field } = span;
    if (field === null || field.type.is === 'object') continue;
    const text = latin1(bytes, valueFrom, valueTo);
    for (const [say, changed] of changesOf(field.type.is, text)) {
      edits.push({
        from: valueFrom,
        to: valueTo,
        bytes: bytesOfLatin1(changed),
        why: `${where} ${say}`,
      });
    }
    const whole = bytes.subarray(span.from, valueTo);
    const twice = join(whole, Uint8Array.of(0x2c), whole);
    edits.push({ from: span.from, to: valueTo, bytes: twice, why: `${where} stands twice` });
    const renamed = utf8Of('"x"');
    edits.push({
      from: span.from,
      to: nameEnd(bytes, span.from),
      bytes: renamed,
      why: `${where} is missing`,
    });
  }
  return edits;
}

/**
 * The same value otherwise: one that parses and differs, one of another type. Values are Latin-1
 * text.
 */
function changesOf(type: string, text: string): readonly (readonly [say: string, text: string])[] {
  if (type === 'integer' || type === 'uint') {
    const raised = (BigInt(/^\d+$/.test(text) ? text : '0') + 1n).toString();
    return [
      ['is one more', raised],
      ['is zero', '0'],
      ['is the largest u64', u64Max],
      ['is beyond u64', '18446744073709551616'],
      ['is a fraction', `${text}.0`],
    ];
  }
  if (type === 'flag') {
    return [
      ['is the opposite', text === 'true' ? 'false' : 'true'],
      ['is a number', '1'],
    ];
  }
  if (type === 'text') {
    const middle = text.length >> 1;
    return [
      ['has one character changed', changeOne(text, 1)],
      ['has one character changed in its middle', changeOne(text, middle)],
      ['is in other case', otherCase(text)],
      ['is empty', '""'],
      ['is null', 'null'],
      ['is a lone surrogate', '"\\ud800"'],
      ['has a byte that is no UTF-8', text.length > 2 ? `"\xff${text.slice(2)}` : '"\xff"'],
    ];
  }
  return [
    ['has one character changed', changeOne(text, text.search(/[0-9a-zA-Z]/))],
    ['is null', 'null'],
    ['has a space in front inside', text.replace(/^([[{"])/, '$1 ')],
    ['is broken', text.slice(0, -1)],
  ].filter((change): change is [string, string] => change[1] !== text);
}

/** One hex digit or letter exchanged for another one that no JSON grammar minds. */
function changeOne(text: string, at: number): string {
  const old = text[at];
  if (old === undefined || !/[0-9a-zA-Z_-]/.test(old) || at < 0) return text;
  const digits = old >= '0' && old <= '9';
  const next = digits ? (old === '9' ? '8' : String(Number(old) + 1)) : old === 'a' ? 'b' : 'a';
  return `${text.slice(0, at)}${next}${text.slice(at + 1)}`;
}

function otherCase(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}

/**
 * Positions inside the record at [from, to) where a torn write is worth trying: in each name, value
 * and length.
 */
export function tearsOf(
  record: JsonRecord,
  bytes: Uint8Array,
  from: number,
  to: number,
): readonly number[] {
  const cuts = new Set<number>([from + 1, to - 1, to]);
  for (const span of decodeJson(record, bytes, from, to).spans) {
    cuts
      .add(span.valueFrom)
      .add((span.valueFrom + span.to) >> 1)
      .add(span.to);
  }
  // Inside a character of several bytes a tear leaves text that is no UTF-8.
  const wide = bytes.subarray(from, to).findIndex((byte) => byte >= 0x80);
  if (wide >= 0) cuts.add(from + wide + 1);
  return [...cuts].filter((at) => at > from && at <= to).toSorted((a, b) => a - b);
}

/**
 * Edits of the line at [from, to), terminator included where it has one; `next` is where the line
 * behind it ends.
 */
export function damageLine(
  bytes: Uint8Array,
  from: number,
  to: number,
  next: number | null,
): readonly Edit[] {
  const line = bytes.subarray(from, to);
  const ends = line.at(-1) === 0x0a;
  const middle = (from + to) >> 1;
  const edits: Edit[] = [
    { from, to, bytes: nothing, why: 'line deleted' },
    { from: to, to, bytes: line, why: 'line duplicated' },
    { from, to, bytes: new Uint8Array(to - from), why: 'line is a NUL hole' },
    {
      from: middle,
      to,
      bytes: new Uint8Array(to - middle),
      why: 'second half of the line is a NUL hole',
    },
    {
      from,
      to: middle,
      bytes: new Uint8Array(middle - from),
      why: 'first half of the line is a NUL hole',
    },
    { from, to: from, bytes: lf, why: 'blank line inserted' },
    { from, to: from, bytes: utf8Of('\u00a0\u2028\n'), why: 'line of Unicode spaces inserted' },
    { from, to: from, bytes: utf8Of('{"torn":'), why: 'fused with the rest of another record' },
    { from: middle, to: middle, bytes: lf, why: 'line broken in its middle' },
  ];
  if (ends) {
    edits.push(
      {
        from: to - 1,
        to,
        bytes: nothing,
        why: next === null ? 'newline missing' : 'fused with the next line',
      },
      { from: to - 1, to, bytes: Uint8Array.of(0x0d, 0x0a), why: 'CRLF instead of LF' },
      { from: to - 1, to, bytes: Uint8Array.of(0x20, 0x0a), why: 'space before LF' },
      { from: to - 1, to, bytes: Uint8Array.of(0x7d, 0x0a), why: 'one bracket too many' },
    );
  }
  if (next !== null) {
    const after = bytes.subarray(to, next);
    edits.push({ from, to: next, bytes: join(after, line), why: 'swapped with the next line' });
  }
  return edits;
}

/** Lines of bytes as [from, to), terminator included; the last may lack it. */
export function lineRanges(bytes: Uint8Array): readonly (readonly [from: number, to: number])[] {
  const ranges: [number, number][] = [];
  for (let from = 0; from < bytes.length;) {
    const at = bytes.indexOf(0x0a, from);
    const to = at < 0 ? bytes.length : at + 1;
    ranges.push([from, to]);
    from = to;
  }
  return ranges;
}

function nameEnd(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return at + 1;
}

/** Byte strings one behind the other. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

function bytesOfLatin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
