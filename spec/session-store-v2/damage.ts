import { bytesOf } from '../lib/image.ts';
import type { Image, Node, Path } from '../lib/image.ts';
import { damageLine, damageRecord, lineRanges, tearsOf } from '../lib/layout-damage.ts';
import type { Edit } from '../lib/layout-damage.ts';
import { encodeJson, valueReader } from '../lib/layout-encode.ts';
import { decodeJson } from '../lib/layout-json.ts';
import { layoutOf } from '../lib/layout.ts';
import type { FileLayout, JsonRecord } from '../lib/layout.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { textOf, utf8Of } from '../lib/utf8.ts';
import { format } from './layout.ts';
import { frame } from './records.ts';

/** A change of bytes [from, to) of one file that the layout suggests, and why. */
export interface Damage extends Edit {
  readonly file: Path;
}

/**
 * How much: lines a file that are damaged (first, second, middle, last two), and the largest file
 * looked at.
 */
export interface DamageOptions {
  readonly linesPerFile?: number;
  readonly fileBytes?: number;
}

/**
 * All structural damage of a store's files, in the order of their paths; the same image gives the
 * same list. Each entry is damage on its own; none is without effect on the bytes.
 */
export function structuralDamage(image: Image, options: DamageOptions = {}): readonly Damage[] {
  const { linesPerFile = 5, fileBytes = 1 << 20 } = options;
  const damage: Damage[] = [];
  for (const file of [...image.keys()].toSorted()) {
    const found = layoutOf(format, file);
    const node = image.get(file);
    if (found === null || node?.is !== 'file' || node.size > fileBytes || node.size === 0) continue;
    damage.push(...ofFile(found.file, file, node, linesPerFile));
  }
  return damage;
}

type FileNode = Extract<Node, { readonly is: 'file' }>;

const files = new WeakMap<FileNode, { file: Path; linesPerFile: number; all: readonly Damage[] }>();

/** Images of one history share most files, and each file's damage is long; so it is kept. */
function ofFile(
  layout: FileLayout<JsonRecord>,
  file: Path,
  node: FileNode,
  linesPerFile: number,
): readonly Damage[] {
  const known = files.get(node);
  if (known?.file === file && known.linesPerFile === linesPerFile) return known.all;
  const bytes = bytesOf(new Map([[file, node]]), file) ?? new Uint8Array(0);
  const edits = [...wholeFile(bytes), ...ofRecords(layout, bytes, linesPerFile)];
  const all = edits
    .filter((edit) => changes(bytes, edit))
    .map((edit) => ({ file, ...edit, why: `${layout.id}: ${edit.why}` }));
  files.set(node, { file, linesPerFile, all });
  return all;
}

function changes(bytes: Uint8Array, edit: Edit): boolean {
  if (edit.to - edit.from !== edit.bytes.length) return true;
  return edit.bytes.some((byte, i) => byte !== bytes[edit.from + i]);
}

function wholeFile(bytes: Uint8Array): readonly Edit[] {
  const size = bytes.length;
  const end = { from: size, to: size };
  return [
    { from: 0, to: size, bytes: new Uint8Array(0), why: 'file emptied' },
    { from: 0, to: 0, bytes: Uint8Array.of(0xef, 0xbb, 0xbf), why: 'byte order mark in front' },
    { ...end, bytes: new Uint8Array(512), why: '512 NUL bytes at the end' },
    { ...end, bytes: Uint8Array.of(0xff, 0x80, 0x0a), why: 'a line that is no UTF-8 at the end' },
    { ...end, bytes: utf8Of('{"schema":"pi.session'), why: 'beginning of a record at the end' },
    {
      from: size >> 1,
      to: size,
      bytes: new Uint8Array(size - (size >> 1)),
      why: 'second half is NUL',
    },
  ];
}

function ofRecords(
  file: FileLayout<JsonRecord>,
  bytes: Uint8Array,
  linesPerFile: number,
): readonly Edit[] {
  const { record } = file;
  if (record.form === 'pretty') {
    const cuts = tearsOf(record, bytes, 0, bytes.length);
    return [...damageRecord(record, bytes, 0, bytes.length), ...cuts.map((at) => torn(bytes, at))];
  }
  const ranges = lineRanges(bytes);
  return chosen(ranges.length, linesPerFile).flatMap((at) => {
    const [from, to] = ranges[at] ?? [0, 0];
    const next = ranges[at + 1]?.[1] ?? null;
    const say = (edit: Edit): Edit => ({ ...edit, why: `line ${at + 1}, ${edit.why}` });
    const content = bytes[to - 1] === 0x0a ? to - 1 : to;
    const tears = next === null ? tearsOf(record, bytes, from, to) : [];
    return [
      ...damageLine(bytes, from, to, next),
      ...ofLine(record, bytes.subarray(from, content), next === null).map((edit) => ({
        ...edit,
        from: edit.from + from,
        to: edit.to + from,
      })),
      ...tears.filter((cut) => cut < bytes.length).map((cut) => torn(bytes, cut)),
    ].map(say);
  });
}

const lines = new Map<string, readonly Edit[]>();
const linesMost = 512;
const lineBytesMost = 4096;
const latin1 = new TextDecoder('latin1');

/**
 * What can be done to one line by itself, positions counted from its beginning. Lines repeat over
 * thousands of images, so short ones are remembered, within a bound.
 */
function ofLine(record: JsonRecord, line: Uint8Array, isLast: boolean): readonly Edit[] {
  const name = `${isLast} ${record.name} ${line.length <= lineBytesMost ? latin1.decode(line) : ''}`;
  const known = line.length <= lineBytesMost ? lines.get(name) : undefined;
  if (known !== undefined) return known;
  const edits = [
    ...damageRecord(record, line, 0, line.length),
    ...(record === frame ? preserving(line, 0, line.length) : []),
    ...(isLast ? recoded(record, line, 0, line.length) : []),
  ];
  if (line.length > lineBytesMost) return edits;
  if (lines.size >= linesMost) lines.clear();
  lines.set(name, edits);
  return edits;
}

function torn(bytes: Uint8Array, at: number): Edit {
  return { from: at, to: bytes.length, bytes: new Uint8Array(0), why: `torn at byte ${at}` };
}

function chosen(count: number, most: number): readonly number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  const picked = [0, 1, count >> 1, count - 2, count - 1].slice(-Math.max(1, most));
  return [...new Set(picked)].filter((i) => i >= 0);
}

/**
 * Edits that keep what the frame itself checks: another payload with its right hash and length;
 * hash alone.
 */
function preserving(bytes: Uint8Array, from: number, to: number): readonly Edit[] {
  const decoded = decodeJson(frame, bytes, from, to);
  const payload = decoded.values.get('payload');
  if (typeof payload !== 'object' || payload === null) return [];
  const old = textOf(bytes, payload.rawFrom, payload.rawTo) ?? '';
  const other = old.replace(/[0-9a-zA-Z](?=[^0-9a-zA-Z]*$)/, (c) => (c === '1' ? '2' : '1'));
  const read = valueReader(bytes, decoded.values);
  const withPayload = (text: string, hash: string): Uint8Array =>
    encodeJson(frame, (path) => {
      if (path === 'payload') return { raw: text };
      if (path === 'payloadSha256') return hash;
      return path === 'payloadBytes' ? BigInt(utf8Of(text).length) : read(path);
    }).slice(0, -1);
  try {
    return [
      {
        from,
        to,
        bytes: withPayload(other, sha256Hex(other)),
        why: 'other payload, hash right, CRC not',
      },
      {
        from,
        to,
        bytes: withPayload('0', sha256Hex('0')),
        why: 'shorter payload, hash right, CRC not',
      },
      { from, to, bytes: withPayload(old, sha256Hex(other)), why: 'hash of another payload' },
    ];
  } catch {
    return []; // a record that lacks a member cannot be written anew
  }
}

/** The same values in another spelling: members reversed, spaces, an array of values. */
function recoded(record: JsonRecord, bytes: Uint8Array, from: number, to: number): readonly Edit[] {
  const top = decodeJson(record, bytes, from, to).spans.filter((s) => !s.path.includes('.'));
  if (top.length < 2) return [];
  const members = top.map((s) => textOf(bytes, s.from, s.to) ?? '');
  const values = record.fields.map((f) => {
    const span = top.find((s) => s.path === f.name);
    return span === undefined ? 'null' : (textOf(bytes, span.valueFrom, span.to) ?? 'null');
  });
  const edit = (text: string, why: string): Edit => ({ from, to, bytes: utf8Of(text), why });
  return [
    edit(`{${members.toReversed().join(',')}}`, 'members reversed'),
    edit(`{ ${members.join(' , ')} }`, 'spaces between members'),
    edit(`{"later":[1],${members.join(',')}}`, 'an unknown member in front'),
    edit(`[${values.join(',')}]`, 'positional array'),
  ];
}

/**
 * Positions worth a tear inside bytes that are written to `path`: [1, length]. At most five lines
 * are looked into.
 */
export function tearsOfWrite(path: Path, bytes: Uint8Array): readonly number[] {
  const record = layoutOf(format, path)?.file.record;
  if (record === undefined) return [];
  if (record.form === 'pretty') return tearsOf(record, bytes, 0, bytes.length);
  const ranges = lineRanges(bytes);
  return chosen(ranges.length, 5).flatMap((at) => {
    const [from, to] = ranges[at] ?? [0, 0];
    return tearsOf(record, bytes, from, to);
  });
}
