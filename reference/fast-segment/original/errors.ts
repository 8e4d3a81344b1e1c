import { StoreError } from '../../lib/error.ts';

/** Fewer bytes than were to be read: an I/O error of the kind UnexpectedEof. */
export function unexpectedEof(): StoreError {
  return new StoreError('io-unexpected-eof', 'failed to fill whole buffer');
}

/** The first eight bytes of a file are others. */
export function notOurs(): StoreError {
  return new StoreError('io-invalid-data', 'session fast segment magic mismatch');
}

/** A length that no system call takes: refused before any is made. */
export function invalidLength(length: bigint): StoreError {
  return new StoreError('io-invalid-input', `out of range integral type: ${length}`);
}

/** A buffer that no process gets: the original would die here, so nothing may follow it. */
export function outOfMemory(wantedBytes: bigint): StoreError {
  return new StoreError('abort', `memory allocation of ${wantedBytes} bytes failed`);
}

/** A failed file call as `io-` and its errno in lower case; a `StoreError` stays itself. */
export function asStoreError(error: unknown, definite: boolean): unknown {
  if (error instanceof StoreError) {
    return error.definite === definite
      ? error
      : new StoreError(error.code, error.message, { definite, cause: error });
  }
  if (!(error instanceof Error) || !('code' in error)) return error;
  const { code } = error;
  if (typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) return error;
  const message = error.message.replace(/, \w+( '.*)?$/s, '');
  return new StoreError(`io-${code.toLowerCase()}`, message, { definite, cause: error });
}
