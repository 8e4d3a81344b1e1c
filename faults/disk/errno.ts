import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** An error as the functions of `node:fs` throw it. */
export interface FsError extends Error {
  code: string;
  errno: number;
  syscall: string;
  path?: string;
  dest?: string;
}

/** The names of the errors that the disk raises by its own rules. */
export type Errno =
  | 'EBADF'
  | 'EBUSY'
  | 'EACCES'
  | 'EEXIST'
  | 'EFBIG'
  | 'EINVAL'
  | 'EISDIR'
  | 'ELOOP'
  | 'EMFILE'
  | 'ENAMETOOLONG'
  | 'ENOENT'
  | 'ENOTDIR'
  | 'ENOTEMPTY'
  | 'ENXIO'
  | 'EOPNOTSUPP'
  | 'EPERM'
  | 'ESPIPE';

const messages = new Map([...getSystemErrorMap().values()].map(([name, text]) => [name, text]));

/**
 * An error shaped like Node's: `ENOENT: no such file or directory, open '/store/x'`, with code,
 * errno, syscall, path.
 */
export function fsError(code: string, syscall: string, path?: string, dest?: string): FsError {
  const where = path === undefined ? '' : ` '${path}'`;
  const to = dest === undefined ? '' : ` -> '${dest}'`;
  const text = `${code}: ${messages.get(code) ?? 'unknown error'}, ${syscall}${where}${to}`;
  const number = (constants.errno as Record<string, number>)[code] ?? 4094;
  const error = Object.assign(new Error(text), { errno: -number, code, syscall }) as FsError;
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  return error;
}

/** Throws {@link fsError}. */
export function fail(code: Errno, syscall: string, path?: string, dest?: string): never {
  throw fsError(code, syscall, path, dest);
}

/**
 * Throws what Node throws for an argument that it does not even pass on (`ERR_INVALID_ARG_VALUE`
 * and its like).
 */
export function badArgument(code: string, say: string): never {
  const Kind = code === 'ERR_OUT_OF_RANGE' ? RangeError : TypeError;
  throw Object.assign(new Kind(say), { code });
}
