import { bytesOf } from '../lib/image.ts';
import type { Image, Path } from '../lib/image.ts';
import { utf8Of } from '../lib/utf8.ts';
import type { Line } from './classify-jsonl.ts';
import { recordsOf, remembering } from './classify-jsonl.ts';
import { lineBytesLimit, sameBytes } from './classify-lines.ts';
import {
  decodeCheckpoint, decodeEvent, decodeManifest, decodeRow,
} from './classify-records.ts'; // prettier-ignore
import type { Entry, ExpectedNotice, ExpectedRepair, Problem } from './classify-types.ts';
import { rowLine, schemas } from './encode.ts';
import type { MigrationEvent, Row } from './ops.ts';

/** An index row and whether the store would have written these very bytes. */
const readRow = remembering((bytes, from, to) => {
  const row = decodeRow(bytes, from, to);
  if (row === null) return null;
  const line = rowLine({ ...row, schema: schemas.row, state: 'active' });
  return { row, canonical: sameBytes(utf8Of(line), bytes, from, to) };
});

const readEvent = remembering(decodeEvent);

export const indexFile = 'index/offsets.jsonl';
export const ledgerFile = 'migrations/ledger.jsonl';
export const manifestFile = 'manifest.json';

/**
 * What derived files ask of an open: what it must say, what it must repair, and where they are
 * wrong.
 */
export interface Witness {
  readonly notices: readonly ExpectedNotice[];
  readonly repairs: readonly ExpectedRepair[];
  readonly problems: readonly Problem[];
}

/** How the offset index stands to the verified entries, of which the last may still lack its LF. */
export function indexWitness(image: Image, entries: readonly Entry[]): Witness {
  const node = image.get(indexFile);
  const size = node?.is === 'file' ? node.size : 0;
  const whole = (why: string, notices: readonly ExpectedNotice[] = []): Witness => ({
    notices,
    repairs: [{ did: ['rebuilt', 'adopted', 'cut'], file: indexFile, why }],
    problems: [{ code: why, file: indexFile, from: 0, to: size }],
  });
  if (size === 0) {
    if (entries.length === 0) return nothing;
    return whole('index_missing');
  }
  const records = recordsOf(image, indexFile, readRow);
  const last = records.at(-1);
  const torn = last?.value === null && !last.terminated;
  const rows = torn ? records.slice(0, -1) : records;
  if (rows.some((r) => r.value === null)) return whole('index_unreadable');
  const notices: ExpectedNotice[] = [];
  if (
    rows.length > entries.length &&
    (rows.at(-1)?.value?.row.entrySeq ?? 0n) > BigInt(entries.length)
  ) {
    notices.push({ code: 'witness_ahead', file: indexFile });
  }
  const wrong = rows.some((r, i) => r.value !== null && disagrees(r.value.row, entries[i]?.row));
  if (wrong) notices.push({ code: 'witness_disagrees', file: indexFile });
  // Rows that are shifted, or of another schema or state, are wrong too, but how to say so is left
  // to the store.
  const shifted = rows.some((r, i) => r.value?.row.entrySeq !== BigInt(i + 1));
  if (wrong) return whole('index_disagrees', notices);
  if (rows.length > entries.length) return whole('index_ahead', notices);
  if (shifted) return whole('index_disagrees', notices);
  if (torn) return whole('index_torn', notices);
  if (rows.length < entries.length) return whole('index_behind', notices);
  if (last !== undefined && !last.terminated) return whole('index_unterminated', notices);
  const canonical = rows.every(
    (r, i) => r.value?.canonical === true && r.from === (rows[i - 1]?.to ?? 0),
  );
  return canonical && last?.to === size
    ? nothing
    : { ...nothing, notices: [{ code: 'non_canonical', file: indexFile }] };
}

const nothing: Witness = { notices: [], repairs: [], problems: [] };

/** True where both speak of one entry and differ in a member that a reader uses. */
function disagrees(row: Row, wanted: Row | undefined): boolean {
  if (wanted === undefined || row.entrySeq !== wanted.entrySeq) return false;
  return (
    row.entryId !== wanted.entryId ||
    row.segmentSeq !== wanted.segmentSeq ||
    row.frameSeq !== wanted.frameSeq ||
    row.byteOffset !== wanted.byteOffset ||
    row.byteLength !== wanted.byteLength ||
    row.crc32c !== wanted.crc32c
  );
}

/**
 * What manifest and checkpoints ask of an open that recovers `entries`, whose chain hashes are
 * `chains`. A rollback that the open itself finishes (`rolledBack`) explains a head beyond them.
 */
export function headWitness(
  image: Image,
  entries: readonly Entry[],
  chains: readonly string[],
  rolledBack: boolean,
): Witness {
  const notices: ExpectedNotice[] = [];
  const events = recordsOf(image, ledgerFile, readEvent);
  // Where a line of the ledger cannot be read it may have been the rollback that explains a head.
  const unsure = events.some((e) => e.value === null);
  const explained =
    rolledBack || unsure || events.some((e) => e.value !== null && isRollback(e.value));
  const ahead = (head: bigint): boolean => head > BigInt(entries.length) && !explained;
  if (image.get(manifestFile)?.is === 'file') {
    const bytes = fileBytes(image, manifestFile);
    const read = bytes === null ? null : decodeManifest(bytes);
    if (read === null) notices.push({ code: 'witness_unreadable', file: manifestFile });
    else if (ahead(read.head.entrySeq)) notices.push({ code: 'witness_ahead', file: manifestFile });
  }
  for (const file of checkpointFiles(image)) {
    const bytes = fileBytes(image, file);
    const read = bytes === null ? null : decodeCheckpoint(bytes);
    if (read === null) {
      notices.push({ code: 'witness_unreadable', file });
    } else if (ahead(read.headEntrySeq)) {
      notices.push({ code: 'witness_ahead', file });
    } else if (read.headEntrySeq <= BigInt(entries.length)) {
      const chain = chains[Number(read.headEntrySeq)];
      if (chain !== read.chainHash) notices.push({ code: 'witness_disagrees', file });
    }
  }
  const problems = notices.map(({ code, file }) => ({
    code,
    file,
    from: 0,
    to: sizeOf(image, file),
  }));
  return { notices, repairs: [], problems };
}

function isRollback(event: MigrationEvent): boolean {
  return event.phase === 'rollback' && event.outcome === 'ok';
}

/** The checkpoint files of an image, under their canonical names. */
export function checkpointFiles(image: Image): readonly Path[] {
  return [...image]
    .filter(([path, node]) => node.is === 'file' && /^checkpoints\/\d{16,20}\.json$/.test(path))
    .map(([path]) => path)
    .toSorted();
}

/** What the migration ledger asks of an open. */
export function ledgerWitness(image: Image): Witness {
  const events = recordsOf(image, ledgerFile, readEvent);
  const torn = events.length - 1 - events.findLastIndex((e) => !isTorn(image, e));
  const sound = events.slice(0, events.length - torn);
  const unreadable = sound.find((e) => e.value === null);
  const last = sound.at(-1);
  const repairs: ExpectedRepair[] = [];
  const problems: Problem[] = [];
  const tail = (did: ExpectedRepair['did'][number], from: number): void => {
    repairs.push({ did: [did], file: ledgerFile, why: 'ledger_tail' });
    const to = events.at(-1)?.to ?? from;
    problems.push({ code: 'ledger_tail', file: ledgerFile, from, to });
  };
  if (torn > 0) tail('cut', events[sound.length]?.from ?? 0);
  else if (last?.terminated === false) tail('adopted', last.from);
  if (unreadable === undefined) return { notices: [], repairs, problems };
  const { from, to } = unreadable;
  problems.push({ code: 'ledger_unreadable', file: ledgerFile, from, to });
  return { notices: [{ code: 'ledger_unreadable', file: ledgerFile }], repairs, problems };
}

/** True for what power cuts leave of a line: its end is missing, or zeros stand in it. */
function isTorn(image: Image, { value, terminated, from, to }: Line<MigrationEvent>): boolean {
  if (value !== null) return false;
  const node = image.get(ledgerFile);
  if (!terminated || node?.is !== 'file') return true;
  return to - from <= lineBytesLimit && node.bytes.subarray(from, to).includes(0);
}

// No reader takes a document of this length, and a hostile one may be sparse.
const documentBytesMax = 16 * 1024 * 1024;

/** The bytes of a document, or null where there is none or it is too long to be one of ours. */
export function fileBytes(image: Image, path: Path): Uint8Array | null {
  const node = image.get(path);
  return node?.is === 'file' && node.size <= documentBytesMax ? bytesOf(image, path) : null;
}

function sizeOf(image: Image, path: Path): number {
  const node = image.get(path);
  return node?.is === 'file' ? node.size : 0;
}
