import type { Image, Node } from '../lib/image.ts';
import type { Book } from '../lib/judge.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { recordsOf, remembering } from './classify-jsonl.ts';
import { decodeCheckpoint, decodeEvent, decodeManifest } from './classify-records.ts';
import { checkpointFiles, fileBytes, ledgerFile, manifestFile } from './classify-witness.ts';
import { checkpointText, eventLine, manifestText } from './encode.ts';
import type { Disk } from './machine-log.ts';
import type { MigrationEvent } from './ops.ts';

/** What a store keeps besides its entries: the manifest, the migration ledger, each checkpoint. */
export function booksOf({ manifest, events, checkpoints }: Disk): readonly Book[] {
  const books: Book[] = [];
  if (manifest !== null) {
    books.push({ name: 'manifest', digest: once(manifest, () => manifestText(manifest)) });
  }
  if (events.length > 0) {
    books.push({ name: 'ledger', digest: once(events, () => ledgerText(events.map(lineOf))) });
  }
  for (const [seq, checkpoint] of checkpoints) {
    const digest = once(checkpoint, () => checkpointText(checkpoint));
    books.push({ name: checkpointName(seq), digest });
  }
  return books;
}

/** The books that the files of an image are; null for one that no reader takes. */
export type BooksIn = ReadonlyMap<string, string | null>;

/** The books in an image, by name; the ledger without a tail that was never finished. */
export function booksIn(image: Image): BooksIn {
  const books = new Map<string, string | null>();
  const read = (path: string, text: (bytes: Uint8Array) => string | null): string | null =>
    digestIn(image.get(path), () => {
      const bytes = fileBytes(image, path);
      return bytes === null ? null : text(bytes);
    });
  if (image.get(manifestFile)?.is === 'file') {
    books.set('manifest', read(manifestFile, textOf(decodeManifest, manifestText)));
  }
  const ledger = digestIn(image.get(ledgerFile), () => ledgerIn(image));
  if (ledger !== emptyLedger) books.set('ledger', ledger);
  for (const path of checkpointFiles(image)) {
    const seq = BigInt(path.slice('checkpoints/'.length, -'.json'.length));
    books.set(checkpointName(seq), read(path, textOf(decodeCheckpoint, checkpointText)));
  }
  return books;
}

/**
 * An event of the ledger, as of a store that stands where histories in memory have it: a rollback
 * is finished wherever its store stands by then. What that event tells of the place is held against
 * the answers of a history, not against what a store keeps.
 */
function lineOf(event: MigrationEvent): string {
  return eventLine(event.phase === 'rollback' ? { ...event, targetPath: '/store' } : event);
}

/** True for the books that an operation replaces as a whole. */
export const isReplaced = (name: string): boolean => name !== 'ledger';

const checkpointName = (seq: bigint): string => `checkpoint ${seq}`;
const ledgerText = (lines: readonly string[]): string => lines.join('\n');

const textOf =
  <T>(decode: (bytes: Uint8Array) => T | null, text: (value: T) => string) =>
  (bytes: Uint8Array): string | null => {
    const value = decode(bytes);
    return value === null ? null : text(value);
  };

const readLine = remembering((bytes, from, to) => {
  const event = decodeEvent(bytes, from, to);
  return event === null ? null : lineOf(event);
});

function ledgerIn(image: Image): string | null {
  const lines: string[] = [];
  for (const { value, terminated } of recordsOf(image, ledgerFile, readLine)) {
    if (value !== null) lines.push(value);
    else if (terminated) return null;
  }
  return ledgerText(lines);
}

/** Enough that two books of one store never share it. */
const digestOf = (text: string): string => sha256Hex(text).slice(0, 16);
const emptyLedger = digestOf('');

const digests = new WeakMap<object, string | null>();

/** States and images are many, and most share what has not changed. */
function once(of: object, text: () => string): string {
  const known = digests.get(of);
  if (typeof known === 'string') return known;
  const digest = digestOf(text());
  digests.set(of, digest);
  return digest;
}

function digestIn(node: Node | undefined, text: () => string | null): string | null {
  if (node === undefined) return emptyLedger;
  let digest = digests.get(node);
  if (digest === undefined) {
    const found = text();
    digests.set(node, (digest = found === null ? null : digestOf(found)));
  }
  return digest;
}
