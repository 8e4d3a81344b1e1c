import {
  JsonError,
  flag,
  object,
  optionalText,
  parseJson,
  raw,
  text,
  u64,
  u8,
  writeCompact,
  writePretty,
} from '../../lib/json.ts';
import type { Field, Members, RawText, Writable } from '../../lib/json.ts';
import type { JsonRecord, JsonType, Field as LayoutField } from '../../lib/layout.ts';
import { sha256Hex } from '../../lib/sha256.ts';
import { firstBadUtf8, utf8Of } from '../../lib/utf8.ts';
import type { Checkpoint, Frame, Manifest, MigrationEvent, Row } from '../ops.ts';
import * as layout from '../records.ts';
import { invalidData, jsonFault } from './fault.ts';
import { boundedMemo } from './memo.ts';

type Fields = readonly LayoutField<JsonType>[];

/**
 * The reader that the layout's fields make. The original also reads every object as a positional
 * array (format page, Common JSON rules).
 */
function readerOf<T extends object>(fields: Fields): Field<T> {
  const shape = Object.fromEntries(fields.map((f) => [f.name, fieldOf(f)]));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ops.ts names what it has
  return object<T>(shape as never, { positional: true });
}

function fieldOf({ name, type, optional }: LayoutField<JsonType>): Field<unknown> {
  if (optional === true && type.is !== 'text') throw new Error(`${name} cannot be optional`);
  switch (type.is) {
    case 'integer':
      return type.bits === 8 ? u8 : u64;
    case 'text':
      return optional === true ? optionalText : text;
    case 'flag':
      return flag;
    case 'json':
      return raw;
    case 'object':
      return readerOf(type.fields);
  }
}

const frameReader = readerOf<Omit<Frame, 'payload'> & { readonly payload: RawText }>(
  layout.frame.fields,
);
const rowReader = readerOf<Row>(layout.row.fields);
const checkpointReader = readerOf<Checkpoint>(layout.checkpoint.fields);
const manifestReader = readerOf<Manifest>(layout.manifest.fields);
const eventReader = readerOf<MigrationEvent>(layout.event.fields);

/**
 * A frame with what only its bytes tell: whether hash and length of the payload's text are as it
 * says.
 */
export interface ReadFrame {
  readonly frame: Frame;
  readonly payloadSha256: string;
  readonly payloadBytes: number;
}

const hashes = boundedMemo<string>();

/** The frame in bytes [from, to), without LF. Throws a fault of category json. */
export function frameOf(bytes: Uint8Array, from: number, to: number): ReadFrame {
  const read = orFault(() => parseJson(frameReader, bytes, from, to));
  const { text: payload, from: payloadFrom, to: payloadTo } = read.payload;
  return {
    frame: Object.assign(read, { payload }),
    payloadBytes: payloadTo - payloadFrom,
    // By text, since a frame may outlive the bytes that it was read from.
    get payloadSha256(): string {
      return hashes(payload, () => sha256Hex(payload));
    },
  };
}

/** The index row in bytes [from, to). Throws a fault of category json. */
export const rowOf = (bytes: Uint8Array, from: number, to: number): Row =>
  orFault(() => parseJson(rowReader, bytes, from, to));

/** The ledger event in bytes [from, to). Throws a fault of category json. */
export const eventOf = (bytes: Uint8Array, from: number, to: number): MigrationEvent =>
  orFault(() => parseJson(eventReader, bytes, from, to));

/**
 * The checkpoint that a whole file holds; throws `io-invalid-data` where it is no UTF-8, else
 * `json`.
 */
export const checkpointOf = (bytes: Uint8Array): Checkpoint => wholeFile(checkpointReader, bytes);

/** The manifest that a whole file holds, as `checkpointOf`. */
export const manifestOf = (bytes: Uint8Array): Manifest => wholeFile(manifestReader, bytes);

function wholeFile<T>(reader: Field<T>, bytes: Uint8Array): T {
  if (firstBadUtf8(bytes) !== -1) throw invalidData('stream did not contain valid UTF-8');
  return orFault(() => parseJson(reader, bytes));
}

function orFault<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof JsonError) throw jsonFault(error.message);
    throw error;
  }
}

/** The members of a value in the layout's order; an absent optional one is left out. */
function membersOf(fields: Fields, value: object): Members {
  const given = value as Readonly<Record<string, Writable | object | undefined>>;
  return fields.map(({ name, type }) => {
    const member = given[name];
    if (type.is === 'object') return [name, membersOf(type.fields, Object(member))];
    if (type.is === 'json') return [name, { raw: member as string }];
    return [name, (member ?? undefined) as Writable | undefined];
  });
}

const line = (record: JsonRecord, value: object): Uint8Array =>
  utf8Of(`${writeCompact(membersOf(record.fields, value))}\n`);

const file = (record: JsonRecord, value: object): Uint8Array =>
  utf8Of(writePretty(membersOf(record.fields, value)));

/** A frame's line with its LF. */
export const frameLine = (frame: Frame): Uint8Array => line(layout.frame, frame);

/** An index row's line with its LF. */
export const rowLine = (row: Row): Uint8Array => line(layout.row, row);

/** A ledger line with its LF. */
export const eventLine = (event: MigrationEvent): Uint8Array => line(layout.event, event);

/** A checkpoint's file. */
export const checkpointFile = (checkpoint: Checkpoint): Uint8Array =>
  file(layout.checkpoint, checkpoint);

/** A manifest's file. */
export const manifestFile = (manifest: Manifest): Uint8Array => file(layout.manifest, manifest);

/** The hash of a manifest: over its compact form with an empty `manifestHash`. */
export function manifestHash(manifest: Manifest): string {
  const integrity = { ...manifest.integrity, manifestHash: '' };
  return sha256Hex(writeCompact(membersOf(layout.manifest.fields, { ...manifest, integrity })));
}
