import type { Field, JsonRecord, JsonType } from './layout.ts';
import { flatFields } from './layout.ts';
import { writeCompact, writePretty } from './json-write.ts';
import type { Members } from './json-write.ts';
import { textOf, utf8Of } from './utf8.ts';

type JsonFields = readonly Field<JsonType>[];

/** A raw value: bytes [rawFrom, rawTo) of what was decoded. */
export interface Raw {
  readonly rawFrom: number;
  readonly rawTo: number;
}

export type Value = bigint | string | boolean | null | Raw;

/**
 * Looks values up by dotted name; undefined and null: left out where optional. Raw JSON comes as `{
 * raw }`.
 */
export type ReadValue = (
  path: string,
) => bigint | string | boolean | { readonly raw: string } | null | undefined;

/** Reads decoded values back, raw ones as their text. */
export function valueReader(bytes: Uint8Array, values: ReadonlyMap<string, Value>): ReadValue {
  return (path) => {
    const value = values.get(path);
    if (typeof value !== 'object' || value === null) return value;
    return { raw: textOf(bytes, value.rawFrom, value.rawTo) ?? '' };
  };
}

/**
 * Encodes a record as the table says: members in order, compact with LF or pretty without; a
 * constant needs no value. Throws a TypeError where a value that is not optional is missing.
 */
export function encodeJson(record: JsonRecord, read: ReadValue): Uint8Array {
  const members = membersToWrite(record.fields, read, '');
  return utf8Of(record.form === 'line' ? `${writeCompact(members)}\n` : writePretty(members));
}

function membersToWrite(fields: JsonFields, read: ReadValue, prefix: string): Members {
  return fields.flatMap((field): Members => {
    const path = prefix + field.name;
    const { type } = field;
    if (type.is === 'object') return [[field.name, membersToWrite(type.fields, read, `${path}.`)]];
    const value = read(path) ?? constantOf(field);
    if (value !== null) return [[field.name, value]];
    if (field.optional === true) return [];
    throw new TypeError(`no value for ${path}`);
  });
}

function constantOf(field: Field<JsonType>): bigint | string | boolean | null {
  if (field.writes === undefined) return null;
  if (field.type.is === 'integer') return BigInt(field.writes);
  return field.type.is === 'flag' ? field.writes === 'true' : field.writes;
}

/** Dotted names of all values of a record, objects left out. */
export function valuePaths(record: JsonRecord): readonly string[] {
  return flatFields(record.fields)
    .filter(({ field }) => field.type.is !== 'object')
    .map(({ path }) => path);
}
