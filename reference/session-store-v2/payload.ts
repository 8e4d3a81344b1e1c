import { StoreError } from '../lib/error.ts';
import { cursorOver, peek, skipValue } from '../lib/json.ts';
import { requireUnicode } from './limits.ts';

const scratch = Buffer.allocUnsafeSlow(1 << 16);

/**
 * The bytes that a payload is stored as: its JSON text without white space outside strings, all
 * else as it stands. They are valid until the next call. Refuses `not_unicode` and
 * `payload_not_json`.
 */
export function storedPayload(text: string): Buffer {
  requireUnicode(text, 'the payload');
  const bytes = encode(text);
  return countBlanks(bytes) === 0 ? bytes : withoutBlanks(bytes);
}

function encode(text: string): Buffer {
  if (text.length * 3 > scratch.length) return Buffer.from(text);
  return scratch.subarray(0, scratch.write(text, 0));
}

/** How much white space stands outside strings; refuses what is not exactly one JSON value. */
function countBlanks(bytes: Buffer): number {
  const cursor = cursorOver(bytes);
  try {
    skipValue(cursor);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new StoreError('payload_not_json', error.message, { cause: error });
  }
  if (peek(cursor) === -1) return cursor.blanks;
  throw new StoreError('payload_not_json', `something follows the value at byte ${cursor.at}`);
}

function withoutBlanks(bytes: Buffer): Buffer {
  let length = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    const isBlank = byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    if (isBlank && !inString) continue;
    bytes[length++] = byte;
    if (byte === 0x22) inString = !inString;
    if (inString && byte === 0x5c) bytes[length++] = bytes[++i] as number;
  }
  return bytes.subarray(0, length);
}
