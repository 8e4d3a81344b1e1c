import type { StoreFs } from '../../lib/fs.ts';
import { StoreError } from '../../lib/error.ts';
import { asStoreError } from './errors.ts';

const CAPACITY_BYTES = 8 * 1024;

/**
 * JSON lines through the original's 8 KiB write buffer, which decides what one write call holds,
 * and so what a failed one leaves behind.
 */
export interface BufferedLines {
  /** Adds a record's compact text; an I/O error that surfaces here is of the category Json. */
  json(text: string): void;
  /** Ends the line; an I/O error that surfaces here is of the category Io. */
  endLine(): void;
  flush(): void;
  /**
   * Writes what is still buffered once more and hears no error: what dropping the buffer does,
   * after a failure too.
   */
  drop(): void;
}

/** A buffer in front of `fd`, which is written where it stands. */
export function bufferedLines(fs: StoreFs, fd: number): BufferedLines {
  const buffer = Buffer.alloc(CAPACITY_BYTES);
  let length = 0;

  const flush = (): void => {
    let done = 0;
    try {
      while (done < length) {
        const wrote = fs.writeSync(fd, buffer, done, length - done, null);
        if (wrote <= 0) throw new StoreError('io-write-zero', 'failed to write the buffered data');
        done += wrote;
      }
    } finally {
      buffer.copyWithin(0, done, length);
      length -= done;
    }
  };

  const put = (piece: Uint8Array): void => {
    if (piece.length > CAPACITY_BYTES - length) flush();
    if (piece.length < CAPACITY_BYTES) {
      buffer.set(piece, length);
      length += piece.length;
      return;
    }
    let done = 0;
    while (done < piece.length) {
      const wrote = fs.writeSync(fd, piece, done, piece.length - done, null);
      if (wrote <= 0) throw new StoreError('io-write-zero', 'failed to write whole buffer');
      done += wrote;
    }
  };

  return {
    json(text) {
      const whole = Buffer.from(text);
      if (whole.length <= CAPACITY_BYTES - length && whole.length < CAPACITY_BYTES) {
        put(whole);
        return;
      }
      try {
        for (const piece of pieces(text)) put(Buffer.from(piece));
      } catch (error) {
        throw new StoreError('json', asStoreError(error).message, { cause: error });
      }
    },
    endLine: () => put(Buffer.from('\n')),
    flush,
    drop() {
      try {
        flush();
      } catch {
        // Dropping a buffer hears no error.
      }
    },
  };
}

/**
 * The parts in which serde_json hands compact text to its writer: punctuation, quotes, runs without
 * escapes, escapes.
 */
function* pieces(text: string): Generator<string> {
  let at = 0;
  while (at < text.length) {
    if (text[at] !== '"') {
      const run = /[{}:,]|[^{}:,"]+/y;
      run.lastIndex = at;
      const piece = run.exec(text)?.[0] ?? text.slice(at);
      yield piece;
      at += piece.length;
      continue;
    }
    yield '"';
    at += 1;
    const part = /\\u[0-9a-f]{4}|\\.|[^"\\]+/y;
    for (part.lastIndex = at; ; at = part.lastIndex) {
      const piece = part.exec(text)?.[0];
      if (piece === undefined) break;
      yield piece;
    }
    yield '"';
    at += 1;
  }
}
