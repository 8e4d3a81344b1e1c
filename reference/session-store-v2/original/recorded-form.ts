import { StoreError } from '../../lib/error.ts';
import { cursorOver, peek, readString, skipValue, take } from '../../lib/json.ts';
import { categoryOf } from './errors.ts';

/** An error as the originals' recordings hold it. */
export interface RecordedError {
  readonly category: string;
  readonly message: string;
}

/** Runs `work`; a `StoreError` becomes what a recording holds, anything else is thrown on. */
export function attempt<T>(work: () => T): { ok: T } | { err: RecordedError } {
  try {
    return { ok: work() };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const category = categoryOf(error);
    return { err: { category, message: `${category}: ${error.message}` } };
  }
}

/**
 * Texts that end in words of the operating system, of a JSON parser, or in an id that the original
 * picks at random.
 */
const tails = [
  /(?<=^session: failed to stat active segment \S+ while bootstrapping): .*/s,
  /(?<=^session: failed to open segment [^:]+): .*/s,
  /(?<=^session: failed to parse segment frame while rebuilding index: segment=\S+ line=\d+): .*/s,
  /(?<=^session: Failed to parse manifest [^:]+): .*/s,
  /(?<=^session: missing parent entry detected in session store): .*/s,
  /(?<=^session: cyclic parent chain detected in session store) at .*/s,
];

/** The stable part of a recorded error: of I/O and JSON errors the category alone. */
export function stableError({ category, message }: RecordedError, root: string): string {
  if (category === 'json' || category === 'io') return category;
  const text = message.replaceAll(root, '<root>');
  return tails.reduce((rest, tail) => rest.replace(tail, ''), text);
}

/**
 * The members of a JSON object, each as its source text: numbers and payloads keep their spelling.
 */
export function rawMembers(json: string): ReadonlyMap<string, string> {
  const c = cursorOver(Buffer.from(json));
  const members = new Map<string, string>();
  take(c, 0x7b);
  while (peek(c) !== 0x7d) {
    const name = readString(c);
    take(c, 0x3a);
    peek(c);
    const from = c.at;
    skipValue(c);
    members.set(name, c.bytes.toString('utf8', from, c.at));
    if (peek(c) === 0x2c) c.at++;
  }
  return members;
}

/** The elements of a JSON array, each as its source text. */
export function rawElements(json: string): readonly string[] {
  const c = cursorOver(Buffer.from(json));
  const elements: string[] = [];
  take(c, 0x5b);
  while (peek(c) !== 0x5d) {
    const from = c.at;
    skipValue(c);
    elements.push(c.bytes.toString('utf8', from, c.at));
    if (peek(c) === 0x2c) c.at++;
  }
  return elements;
}

/**
 * Text of a store's files or answers with what hangs on the time or the place of the recording
 * masked.
 */
export function masked(text: string): string {
  return text
    .replace(/"(timestamp|at|createdAt|updatedAt)":( ?)"[^"]*"/g, '"$1":$2"<time>"')
    .replace(/"(crc32c|lastCrc32c)":( ?)"(?!00000000)[0-9A-F]{8}"/g, '"$1":$2"<crc>"')
    .replace(/"manifestHash":( ?)"[0-9a-f]{64}"/g, '"manifestHash":$1"<hash>"')
    .replace(/"targetPath":( ?)"(\/|<root>)[^"]*"/g, '"targetPath":$1"<root>"')
    .replace(
      /"sourcePath":( ?)"(\/|<root>)[^"]*\/checkpoints\//g,
      '"sourcePath":$1"<root>/checkpoints/',
    );
}
