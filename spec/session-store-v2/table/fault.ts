import type { Category } from '../codes.ts';

/**
 * An error of the original: what it would print (`message`, without its category) and our stable
 * code for it.
 */
export class Fault extends Error {
  readonly category: Category;
  readonly code: string;

  constructor(category: Category, code: string, message: string) {
    super(message);
    this.name = 'Fault';
    this.category = category;
    this.code = code;
  }
}

export type Errno =
  'ENOENT' | 'EEXIST' | 'ENOTDIR' | 'EISDIR' | 'ENOTEMPTY' | 'ELOOP' | 'ENXIO' | 'ENAMETOOLONG';

const errnoTexts: Readonly<Record<Errno, string>> = {
  ENOENT: 'No such file or directory (os error 2)',
  ENXIO: 'No such device or address (os error 6)',
  EEXIST: 'File exists (os error 17)',
  ENOTDIR: 'Not a directory (os error 20)',
  EISDIR: 'Is a directory (os error 21)',
  ENAMETOOLONG: 'File name too long (os error 36)',
  ENOTEMPTY: 'Directory not empty (os error 39)',
  ELOOP: 'Too many levels of symbolic links (os error 40)',
};

/** What a file call failed with, in Linux's words. */
export const osFault = (errno: Errno): Fault =>
  new Fault('io', `io-${errno.toLowerCase()}`, errnoTexts[errno]);

/** Bytes that are not what the reader promised: too long a line, or no UTF-8. */
export const invalidData = (message: string): Fault => new Fault('io', 'io-invalid-data', message);

export const unexpectedEof = (): Fault =>
  new Fault('io', 'io-unexpected-eof', 'failed to fill whole buffer');

export const sessionFault = (code: string, message: string): Fault =>
  new Fault('session', code, message);

export const jsonFault = (message: string): Fault => new Fault('json', 'json', message);

/**
 * The process would not have survived: a buffer of more bytes than we are willing to believe it
 * gets.
 */
export const abortFault = (bytes: bigint): Fault =>
  new Fault('io', 'abort', `allocation of ${bytes} bytes`);
