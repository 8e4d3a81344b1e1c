import type { Check, Extra, FileLayout, Format, JsonRecord, Limit } from '../lib/layout.ts';
import { checkpoint, event, frame, manifest, row } from './records.ts';

/** The largest line that a reader takes, in bytes, its LF included. */
export const lineBytesMax = 104_857_600;
/** The chain hash of a store without entries. */
export const genesis = '0'.repeat(64);

const files: readonly FileLayout<JsonRecord>[] = [
  {
    id: 'segment',
    path: 'segments/%016d.seg',
    record: frame,
    role: 'primary',
    grows: 'appended',
    says: 'Entries, numbered from 1; a new file where the next line would pass the threshold.',
  },
  {
    id: 'index',
    path: 'index/offsets.jsonl',
    record: row,
    role: 'derived',
    grows: 'appended',
    says: 'One row a frame, in order.',
  },
  {
    id: 'checkpoint',
    path: 'checkpoints/%016d.json',
    record: checkpoint,
    role: 'derived',
    grows: 'replaced',
    says: 'A head that a rollback goes back to.',
  },
  {
    id: 'manifest',
    path: 'manifest.json',
    record: manifest,
    role: 'mixed',
    grows: 'replaced',
    says: 'Written on request only; opening never reads it.',
  },
  {
    id: 'ledger',
    path: 'migrations/ledger.jsonl',
    record: event,
    role: 'primary',
    grows: 'appended',
    says: 'What was done to the whole store.',
  },
];

const checks: readonly Check[] = [
  {
    id: 'payload-hash',
    by: 'checksum',
    storedIn: 'frame.payloadSha256',
    says: 'SHA-256 over the raw payload bytes.',
  },
  {
    id: 'payload-length',
    by: 'agreement',
    storedIn: 'frame.payloadBytes',
    says: 'The length of the raw payload.',
  },
  {
    id: 'place',
    by: 'agreement',
    storedIn: 'frame',
    says: 'File name, place in the file and place in the store give all three coordinates.',
  },
  {
    id: 'row-crc',
    by: 'checksum',
    storedIn: 'row.crc32c',
    says:
      'CRC-32C over the whole line with its LF. Kept in the index, so it covers a frame ' +
      'only while the frame has its row; the original then computes it anew over whatever ' +
      'it finds.',
  },
  {
    id: 'row',
    by: 'agreement',
    storedIn: 'row',
    says: 'A row and its frame hold the same coordinates and id.',
  },
  {
    id: 'chain',
    by: 'checksum',
    storedIn: 'checkpoint.chainHash, manifest.integrity.chainHash',
    says:
      'Fold over the stored payload hashes from 64 zeros: next = SHA-256(hex of chain, hex ' +
      'of payload hash). Commits to payloads and their order only. Opening in the original ' +
      'never compares it.',
  },
  {
    id: 'manifest-hash',
    by: 'checksum',
    storedIn: 'manifest.integrity.manifestHash',
    says:
      'SHA-256 over the compact form of the manifest with this member empty. The original ' +
      'never verifies it.',
  },
  {
    id: 'checkpoint-name',
    by: 'agreement',
    storedIn: 'checkpoint',
    says:
      'The number in the file, in its name and in its own reference are one. The original ' +
      'never compares them.',
  },
  {
    id: 'checkpoint-head',
    by: 'agreement',
    storedIn: 'checkpoint.headEntryId',
    says: 'The id of the entry that the checkpoint ends with. The original never compares it.',
  },
];

const extras: readonly Extra[] = [
  {
    path: 'segments/%016d.seg.bak',
    writer: 'original',
    temporary: false,
    says: 'A later segment set aside by a rebuild; `.bak.1` to `.bak.9999` where taken.',
  },
  {
    path: 'tmp/offsets.rebuild.tmp',
    writer: 'both',
    temporary: true,
    says: 'The new index of a rebuild.',
  },
  {
    path: 'tmp/offsets.rollback.tmp',
    writer: 'both',
    temporary: true,
    says: 'The new index of a rollback.',
  },
  { path: 'tmp/manifest.json.tmp', writer: 'both', temporary: true, says: 'The new manifest.' },
  { path: 'tmp/%016d.json.tmp', writer: 'both', temporary: true, says: 'The new checkpoint.' },
  {
    path: 'tmp/quarantine.tmp',
    writer: 'safe',
    temporary: true,
    says: 'A fragment on its way into quarantine.',
  },
  {
    path: 'tmp/rollback.intent.tmp',
    writer: 'safe',
    temporary: true,
    says: 'The intent of a rollback, unfinished.',
  },
  {
    path: 'tmp/rollback.intent.json',
    writer: 'safe',
    temporary: false,
    says: 'A rollback that has begun: the heads before and after. Opening finishes it.',
  },
  {
    path: 'quarantine/NAME@FROM-HASH.bin',
    writer: 'safe',
    temporary: false,
    says:
      'Bytes that recovery cut: base name of the file, offset, first 16 hex digits of their' +
      ' SHA-256.',
  },
  {
    path: 'segments/%016d.seg.rolledback',
    writer: 'safe',
    temporary: false,
    says: 'A whole segment set aside by a rollback; `.rolledback.1` and on where taken.',
  },
  {
    path: 'segments/%016d.seg.tail@FROM-HASH',
    writer: 'safe',
    temporary: false,
    says: 'The tail of the last segment that a rollback kept.',
  },
];

const limits: readonly Limit[] = [
  {
    id: 'line',
    value: '104857600 bytes',
    says:
      'The longest line that a reader takes, its LF included. Without LF one of exactly ' +
      'this length is taken at the end of a file only.',
  },
  {
    id: 'frame',
    value: 'max(threshold, 104857600) bytes',
    says:
      'The longest frame that the original reads through its index. It writes longer ones ' +
      'without complaint (row R35); `safe` refuses them (`entry_too_large`).',
  },
  {
    id: 'threshold',
    value: '1 byte or more',
    says:
      'The rotation threshold: a segment with data whose next line would pass it is ' +
      'followed by a new one. No cap: a longer frame stands alone in its segment. Not ' +
      'stored.',
  },
  {
    id: 'backups',
    value: '10000 names',
    says: 'Suffixes `.bak`, `.bak.1` to `.bak.9999`; then a rebuild of the original fails.',
  },
  {
    id: 'u64',
    value: '18446744073709551615',
    says:
      'The largest sequence number, offset and length. A store whose last entry has it ' +
      'cannot be appended to.',
  },
  { id: 'storeVersion', value: '255', says: 'A larger one does not parse.' },
];

/** The format of session-store-v2, declared once. */
export const format: Format<JsonRecord> = {
  kind: 'session-store-v2',
  title: 'Segmented session store, version 2',
  files,
  checks,
  extras,
  limits,
};

/** Directories that a fresh store has, in the order in which they are made. */
export const directories = ['segments', 'index', 'checkpoints', 'migrations', 'tmp'] as const;

/**
 * The number in the name of a segment or checkpoint (`%016d` with the given extension), or null for
 * any other name.
 */
export function canonicalNumber(name: string, extension: '.seg' | '.json'): bigint | null {
  if (!name.endsWith(extension)) return null;
  const digits = name.slice(0, -extension.length);
  if (!/^\d{16,20}$/.test(digits) || (digits.length > 16 && digits.startsWith('0'))) return null;
  const number = BigInt(digits);
  return number < 1n << 64n ? number : null;
}

/**
 * The number that the original reads from a name in `segments/`, however it is spelled (`1.seg`,
 * `+5.seg`), or null where its scan passes over the name.
 */
export function scannedNumber(name: string): bigint | null {
  const match = /^\+?(\d+)\.seg$/.exec(name);
  const number = match === null ? null : BigInt(match[1] ?? '');
  return number !== null && number < 1n << 64n ? number : null;
}
