import { StoreError } from '../../lib/error.ts';

/**
 * A buffer of more bytes than we believe a process to get: the original would die here, so nothing
 * may follow it.
 */
export function outOfMemory(bytes: bigint | number): StoreError {
  return new StoreError('abort', `memory allocation of ${bytes} bytes failed`);
}

/** Whether the original's process would be dead. */
export function isDeath(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'abort';
}

/** An error of the category Session: `code` is ours, `message` the original's whole text. */
export function sessionError(code: string, message: string): StoreError {
  return new StoreError(code, message);
}

/** Bytes that are no UTF-8, or a line beyond the limit: I/O errors of the kind InvalidData. */
export function invalidData(message: string): StoreError {
  return new StoreError('io-invalid-data', message);
}

/** Fewer bytes than the file had when it was measured: an I/O error of the kind UnexpectedEof. */
export function unexpectedEof(): StoreError {
  return new StoreError('io-unexpected-eof', 'failed to fill whole buffer');
}

/**
 * What a failed file call becomes: a `StoreError` stays itself, anything else is `io-` and its
 * errno in lower case.
 */
export function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError(`io-${errnoOf(error).toLowerCase()}`, osText(error), { cause: error });
}

function errnoOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'other';
}

/** The operating system's words for a failed call, without the call and its paths. */
export function osText(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, \w+( '.*)?$/s, '') : String(error);
}

export type Category = 'validation' | 'session' | 'io' | 'json';

/** The original's category of an error. */
export function categoryOf(error: StoreError): Category {
  if (error.code === 'json') return 'json';
  if (error.code.startsWith('io-')) return 'io';
  return error.code === 'max-segment-bytes-zero' ? 'validation' : 'session';
}

const recoverablePhrases = [
  'checksum mismatch',
  'index out of bounds',
  'index/frame mismatch',
  'index references missing frame',
  'payload integrity mismatch',
  'entry sequence is not strictly increasing',
  'index byte range overflow',
  'failed to stat active segment',
];

/**
 * Whether opening answers this error by rebuilding the index (format page, Opening in the
 * original). Session errors are judged by their text, so an id or a path quoted in it can make a
 * fatal error recoverable; only ASCII letters are folded.
 */
export function isRecoverable(error: StoreError): boolean {
  const category = categoryOf(error);
  if (category === 'json') return true;
  if (category === 'io') return ['io-invalid-data', 'io-unexpected-eof'].includes(error.code);
  if (category !== 'session') return false;
  const folded = error.message.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return recoverablePhrases.some((phrase) => folded.includes(phrase));
}

/**
 * The `errorClass` that a failed rollback leaves in the ledger (format page, Rollback in the
 * original).
 */
export function rollbackErrorClass(error: StoreError): string {
  const category = categoryOf(error);
  if (category !== 'session') return category;
  const { message } = error;
  if (message.includes('checkpoint') && message.includes('not found'))
    return 'checkpoint_not_found';
  if (message.includes('index byte range overflow')) return 'index_range_overflow';
  return 'session_error';
}

/**
 * Whether this error says that a rollback was done and then found wrong, for which the ledger has
 * an event already.
 */
export function isUnverified(error: StoreError): boolean {
  return categoryOf(error) === 'session' && error.message.includes('rollback verification failed');
}
