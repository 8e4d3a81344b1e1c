import type { Path } from '../lib/image.ts';
import { encodeJson, valueReader } from '../lib/layout-encode.ts';
import type { Value } from '../lib/layout-encode.ts';
import { decodeJson } from '../lib/layout-json.ts';
import type { JsonRecord } from '../lib/layout.ts';
import { genesis } from './layout.ts';
import { checkpoint, manifest } from './records.ts';
import type { Book } from './survey-book.ts';
import { countRecord, hashOf, isIncomplete, noteFlaws, wrong } from './survey-book.ts';
import type { Entries } from './survey-entries.ts';
import { eventsOf } from './survey-lines.ts';

/** A file that says something about the head of the log: what was read of it. */
export interface Witness {
  readonly file: Path;
  readonly size: number;
  readonly values: ReadonlyMap<string, Value>;
  /** Where each member's value stands. */
  readonly places: ReadonlyMap<string, readonly [from: number, to: number]>;
  readonly bytes: Uint8Array;
}

/** Decodes a checkpoint or manifest; null where it cannot be read, which is a finding. */
export function readWitness(book: Book, file: Path, record: JsonRecord): Witness | null {
  const bytes = book.source.whole(file, book.limits.wholeBytes);
  if (bytes === null) {
    book.unchecked.add(`${file}: too large, or not to be read`);
    return null;
  }
  const decoded = decodeJson(record, bytes);
  if (!noteFlaws(book, file, 0, decoded.flaws)) return null;
  countRecord(book, file);
  const places = new Map(
    decoded.spans.map((s): [string, [number, number]] => [s.path, [s.valueFrom, s.to]]),
  );
  return { file, size: bytes.length, values: decoded.values, places, bytes };
}

/** The checkpoints whose head is each entry, to be compared when the chain gets there. */
export class Checkpoints {
  private readonly book: Book;
  private readonly byHead = new Map<bigint, Witness[]>();
  private waiting = 0;

  constructor(book: Book, files: readonly { readonly path: Path; readonly number: bigint }[]) {
    this.book = book;
    for (const { path, number } of files) {
      const witness = readWitness(book, path, checkpoint);
      if (witness === null) continue;
      if (witness.values.get('checkpointSeq') !== number) {
        differs(book, witness, 'checkpointSeq', 'checkpoint_name', String(number));
      }
      if (witness.values.get('snapshotRef') !== path) {
        differs(book, witness, 'snapshotRef', 'checkpoint_name', path);
      }
      const head = witness.values.get('headEntrySeq');
      const key = typeof head === 'bigint' ? head : 0n;
      this.byHead.set(key, [...(this.byHead.get(key) ?? []), witness]);
      this.waiting += 1;
    }
    this.reach(0n, '', genesis);
  }

  /** The log has reached this entry. */
  reach(entrySeq: bigint, entryId: string, chainHash: string): void {
    if (this.waiting === 0) return;
    for (const witness of this.byHead.get(entrySeq) ?? []) {
      this.waiting -= 1;
      if (witness.values.get('chainHash') !== chainHash) {
        differs(this.book, witness, 'chainHash', 'checkpoint_chain', chainHash);
      }
      if (witness.values.get('headEntryId') !== entryId) {
        differs(this.book, witness, 'headEntryId', 'checkpoint_head', entryId);
      }
    }
    this.byHead.delete(entrySeq);
  }

  /** The log ended; what it did not reach is ahead of it, unless a rollback explains that. */
  end(verified: number, rolledBack: boolean): void {
    if (rolledBack || isIncomplete(this.book)) return;
    for (const witness of [...this.byHead.values()].flat()) {
      differs(this.book, witness, 'headEntrySeq', 'witness_ahead', `at most ${verified}`);
    }
  }
}

function differs(book: Book, witness: Witness, name: string, code: string, due: string): void {
  const [from, to] = witness.places.get(name) ?? [0, witness.size];
  const is = witness.values.get(name);
  const text = typeof is === 'object' ? 'raw' : String(is);
  const say = `${name} is ${text.slice(0, 80)}, the store has ${due.slice(0, 80)}`;
  wrong(book, code, { file: witness.file, from, to }, say);
}

/** Compares a manifest with its own hash and with the log. */
export function judgeManifest(book: Book, file: Path, entries: Entries, rolledBack: boolean): void {
  const witness = readWitness(book, file, manifest);
  if (witness === null) return;
  const read = valueReader(witness.bytes, witness.values);
  const compact = encodeJson({ ...manifest, form: 'line' }, (path) =>
    path === 'integrity.manifestHash' ? '' : read(path),
  );
  const hash = hashOf(book, compact.subarray(0, compact.length - 1));
  if (witness.values.get('integrity.manifestHash') !== hash) {
    differs(book, witness, 'integrity.manifestHash', 'manifest_hash', hash);
  }
  const seq = witness.values.get('head.entrySeq');
  const last = entries.head?.entrySeq ?? 0n;
  if (typeof seq !== 'bigint') return;
  if (seq > last && !rolledBack && !isIncomplete(book)) {
    differs(book, witness, 'head.entrySeq', 'witness_ahead', String(last));
  }
  // A manifest that is behind says nothing wrong: appending does not refresh it.
  if (seq !== last || isIncomplete(book)) return;
  const due: readonly (readonly [string, string])[] = [
    ['head.entryId', entries.head?.entryId ?? ''],
    ['integrity.chainHash', entries.chainHash],
    ['integrity.lastCrc32c', entries.headCrc32c],
    ['counters.bytesTotal', String(entries.totalBytes)],
  ];
  for (const [name, value] of due) {
    const is = witness.values.get(name);
    if (typeof is !== 'object' && String(is) !== value) {
      differs(book, witness, name, 'manifest_disagrees', value);
    }
  }
}

/** Reads the ledger; true where it holds a rollback that was carried out. */
export function readLedger(book: Book, file: Path | null): boolean {
  let rolledBack = false;
  if (file === null) return false;
  for (const found of eventsOf(book, file)) {
    if (found.values === null) continue;
    const ok = found.values.get('outcome') === 'ok';
    if (ok && found.values.get('phase') === 'rollback') rolledBack = true;
  }
  return rolledBack;
}
