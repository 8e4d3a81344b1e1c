import type { Field, JsonRecord, JsonType } from './layout.ts';
import { decodeText, fits } from './layout-text.ts';
import { JsonError, end, peek, scanOf, skipNumber, skipString, take } from './json-scan.ts';
import type { Scan } from './json-scan.ts';
import type { Decoded, Flaw, Span } from './layout-decoded.ts';
import type { Value } from './layout-encode.ts';
import { encodeJson, valueReader } from './layout-encode.ts';
import { skipNested } from './layout-skip.ts';
import { firstBadUtf8, textOf } from './utf8.ts';

interface Work {
  readonly scan: Scan;
  readonly form: JsonRecord['form'];
  readonly values: Map<string, Value>;
  readonly spans: Span[];
  readonly flaws: Flaw[];
  readonly refusals: Set<Flaw['refusedBy']>;
}

/** A hostile line may hold millions of flaws: more of a sort than this are not listed. */
const listedMax = 1000;

type JsonFields = readonly Field<JsonType>[];

/**
 * Decodes bytes [from, to), a whole record without its line terminator, and reports every flaw, not
 * only the first: behind a wrong value reading goes on; only broken syntax ends it. Ranges are
 * offsets into `bytes`.
 */
export function decodeJson(
  record: JsonRecord,
  bytes: Uint8Array,
  from = 0,
  to = bytes.length,
): Decoded {
  const scan = scanOf(bytes, from, to);
  const work: Work = {
    scan,
    form: record.form,
    values: new Map(),
    spans: [],
    flaws: [],
    refusals: new Set(),
  };
  try {
    readGap(work);
    readStruct(work, record.fields, '');
    readGap(work);
    end(scan);
  } catch (thrown) {
    if (!(thrown instanceof JsonError)) throw thrown;
    flaw(work, 'not_json', thrown.at, to, 'all', thrown.message);
  }
  noteBadUtf8(work, from, to);
  if (record.form === 'pretty' && work.flaws.length === 0) notePretty(work, record, from, to);
  return work;
}

function flaw(
  work: Work,
  code: string,
  from: number,
  to: number,
  refusedBy: Flaw['refusedBy'],
  say: string,
): void {
  if (work.flaws.length >= listedMax && work.refusals.has(refusedBy)) return;
  work.refusals.add(refusedBy);
  work.flaws.push({
    code,
    from,
    to: Math.max(to, Math.min(from + 1, work.scan.to)),
    refusedBy,
    say,
  });
}

/** Skips whitespace; in a line there should be none. */
function readGap(work: Work): number {
  const from = work.scan.at;
  const next = peek(work.scan);
  const { at } = work.scan;
  if (at > from && work.form === 'line') {
    flaw(work, 'whitespace', from, at, 'none', 'whitespace that no writer leaves');
  }
  return next;
}

function readStruct(work: Work, fields: JsonFields, prefix: string): void {
  const { scan } = work;
  const from = scan.at;
  if (readGap(work) === 0x5b) {
    readPositional(work, fields, prefix);
    flaw(work, 'positional', from, scan.at, 'safe', 'an array of values stands for the object');
    return;
  }
  take(scan, 0x7b);
  const seen: string[] = [];
  if (readGap(work) === 0x7d) scan.at += 1;
  else for (let more = true; more;) more = readMember(work, fields, prefix, seen);
  for (const { name, optional } of fields) {
    if (seen.includes(name) || optional === true) continue;
    flaw(work, 'missing_member', from, scan.at, 'all', `no member ${prefix}${name}`);
  }
  const known = seen.filter((name, at) => seen.indexOf(name) === at);
  const order = fields.map((f) => f.name).filter((name) => known.includes(name));
  if (order.some((name, at) => name !== known[at])) {
    flaw(
      work,
      'member_order',
      from,
      scan.at,
      'none',
      'members stand in another order than written',
    );
  }
}

/** Reads one member and what follows it; false where the object ended. */
function readMember(work: Work, fields: JsonFields, prefix: string, seen: string[]): boolean {
  const { scan } = work;
  readGap(work);
  const from = scan.at;
  const name = readName(work);
  readGap(work);
  take(scan, 0x3a);
  readGap(work);
  const valueFrom = scan.at;
  const found = fields.find((f) => f.name === name) ?? null;
  const path = prefix + name;
  const again = found !== null && seen.includes(name);
  const place = work.spans.length;
  if (found === null || again) skipNested(scan);
  else readValue(work, found, path);
  const listed = found !== null || work.spans.length < listedMax;
  // An object stands before its members.
  if (listed) work.spans.splice(place, 0, { path, from, valueFrom, to: scan.at, field: found });
  if (found === null)
    flaw(work, 'unknown_member', from, scan.at, 'none', `unknown member ${name.slice(0, 60)}`);
  else seen.push(name);
  if (again) flaw(work, 'duplicate_member', from, scan.at, 'all', `member ${path} stands twice`);
  if (readGap(work) === 0x7d) {
    scan.at += 1;
    return false;
  }
  take(scan, 0x2c);
  return true;
}

function readPositional(work: Work, fields: JsonFields, prefix: string): void {
  const { scan } = work;
  take(scan, 0x5b);
  for (const [at, field] of fields.entries()) {
    if (at > 0) take(scan, 0x2c);
    peek(scan);
    const from = scan.at;
    if (from < scan.to && scan.bytes[from] === 0x5d) break;
    readValue(work, field, prefix + field.name);
    work.spans.push({ path: prefix + field.name, from, valueFrom: from, to: scan.at, field });
  }
  take(scan, 0x5d);
}

function readName(work: Work): string {
  const { scan } = work;
  const from = scan.at;
  skipString(scan);
  const text = decodeText(scan.bytes, from, scan.at);
  if (text.wrong !== null) flaw(work, 'not_text', from, scan.at, 'all', `a name: ${text.wrong}`);
  else if (!text.plain)
    flaw(work, 'spelling', from, scan.at, 'none', 'a name is spelled otherwise');
  return text.value;
}

function readValue(work: Work, field: Field<JsonType>, path: string): void {
  const { scan } = work;
  const from = scan.at;
  const next = peek(scan);
  const { type } = field;
  if (type.is === 'object' && (next === 0x7b || next === 0x5b)) {
    readStruct(work, type.fields, `${path}.`);
    return;
  }
  if (next === 0x6e && field.optional === true) {
    skipNested(scan);
    work.values.set(path, null);
    flaw(work, 'null_member', from, scan.at, 'none', `${path} is null where it is left out`);
    return;
  }
  const fit =
    (type.is === 'text' && next === 0x22) ||
    (type.is === 'flag' && (next === 0x74 || next === 0x66)) ||
    (type.is === 'integer' && next >= 0x30 && next <= 0x39) ||
    type.is === 'json';
  if (type.is === 'integer' && fit) skipNumber(scan);
  else skipNested(scan);
  const value = fit ? valueOf(work, type, path, from) : undefined;
  if (value === undefined) {
    flaw(work, 'wrong_type', from, scan.at, 'all', `${path} is no ${nameOf(type)}`);
    return;
  }
  work.values.set(path, value);
  noteConstant(work, field, path, from, value);
}

function nameOf(type: JsonType): string {
  if (type.is === 'integer') return `integer of ${type.bits} bits`;
  return type.is === 'flag' ? 'true or false' : type.is;
}

function valueOf(work: Work, type: JsonType, path: string, from: number): Value | undefined {
  const { bytes, at: to } = work.scan;
  if (type.is === 'json') return { rawFrom: from, rawTo: to };
  if (type.is === 'flag') return bytes[from] === 0x74;
  if (type.is === 'integer') {
    if (to - from > 20) return undefined;
    const digits = textOf(bytes, from, to) ?? '';
    const value = /^\d+$/.test(digits) ? BigInt(digits) : undefined;
    return value === undefined || value >= 1n << BigInt(type.bits) ? undefined : value;
  }
  const text = decodeText(bytes, from, to);
  if (text.wrong !== null) flaw(work, 'not_text', from, to, 'all', `${path}: ${text.wrong}`);
  else if (!text.plain) flaw(work, 'spelling', from, to, 'none', `${path} is escaped otherwise`);
  return text.value;
}

function spelled(value: Value): string {
  return typeof value === 'object' ? '' : String(value);
}

function noteConstant(
  work: Work,
  field: Field<JsonType>,
  path: string,
  from: number,
  value: Value,
): void {
  const to = work.scan.at;
  if (field.writes !== undefined && spelled(value) !== field.writes) {
    const say = `${path} is always written ${field.writes}`;
    flaw(work, 'other_constant', from, to, 'none', say);
  }
  const form = field.type.is === 'text' && field.type.form !== undefined ? field.type.form : null;
  if (form === null || typeof value !== 'string' || fits(form, value)) return;
  flaw(work, 'form', from, to, 'none', `${path} is not of the form ${form}`);
}

/**
 * Readers of lines want the whole line in UTF-8; readers through the index look at members they
 * know only.
 */
function noteBadUtf8(work: Work, from: number, to: number): void {
  const { bytes } = work.scan;
  let say = false;
  for (let at = firstBadUtf8(bytes, from, to); at >= 0;) {
    const here = at;
    const inside = work.spans.find((s) => s.field === null && s.valueFrom <= here && here < s.to);
    if (inside === undefined) {
      flaw(work, 'not_utf8', at, at + 1, 'all', 'a byte that is no UTF-8');
      return;
    }
    if (!say) flaw(work, 'not_utf8', at, at + 1, 'safe', 'no UTF-8 in an unknown member');
    say = true;
    at = firstBadUtf8(bytes, inside.to, to);
  }
}

function notePretty(work: Work, record: JsonRecord, from: number, to: number): void {
  const written = encodeJson(record, valueReader(work.scan.bytes, work.values));
  const same =
    written.length === to - from && written.every((b, i) => b === work.scan.bytes[from + i]);
  if (!same) flaw(work, 'whitespace', from, to, 'none', 'spaces and lines are not as written');
}
