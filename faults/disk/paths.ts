import { fileURLToPath } from 'node:url';
import { badArgument } from './errno.ts';

/** What the functions of `node:fs` take for a path. */
export type PathLike = string | Uint8Array | URL;

const LONE_SURROGATE = /[\ud800-\udfff]/;

/**
 * The path as a string in well-formed Unicode (as Node encodes it), or Node's own refusal of a NUL
 * or of no path.
 */
export function pathText(path: PathLike): string {
  const text = typeof path === 'string' ? path : otherPath(path);
  if (text.includes('\0')) {
    badArgument('ERR_INVALID_ARG_VALUE', 'a path must be a string without null bytes');
  }
  return LONE_SURROGATE.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text;
}

function otherPath(path: unknown): string {
  if (path instanceof Uint8Array) return decodeName(path);
  if (path instanceof URL) return fileURLToPath(path);
  return badArgument('ERR_INVALID_ARG_TYPE', 'a path is a string, a Buffer or a URL');
}

/** A byte string as an image writes it: what is no UTF-8 becomes `\xNN`, byte by byte. */
export function decodeName(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8');
  if (!text.includes('\ufffd')) return text;
  let out = '';
  for (let at = 0; at < bytes.length;) {
    const length = validLength(bytes, at);
    if (length === 0) out += `\\x${bytes[at++]!.toString(16).padStart(2, '0')}`;
    else {
      out += Buffer.from(bytes.subarray(at, at + length)).toString('utf8');
      at += length;
    }
  }
  return out;
}

/** Bytes of the well-formed UTF-8 character at `at`, or 0. */
function validLength(bytes: Uint8Array, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    const one = Buffer.from(bytes.subarray(at, at + length));
    if (Buffer.from(one.toString('utf8')).equals(one)) return length;
  }
  return 0;
}

const ESCAPED = /(?:\\x[89a-f][0-9a-f])+/g;

/**
 * A name as Node's string functions show it: escaped bytes that are no UTF-8 come as U+FFFD and
 * lead nowhere.
 */
export function shownName(name: string): string {
  return name.includes('\\x') ? name.replace(ESCAPED, shownBytes) : name;
}

function shownBytes(run: string): string {
  return Buffer.from(run.replaceAll('\\x', ''), 'hex').toString('utf8');
}
