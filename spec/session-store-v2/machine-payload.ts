import { end, JsonError, scanOf, skipValue } from '../lib/json.ts';
import { isWellFormed, utf8Of } from '../lib/utf8.ts';

/** Why a payload text cannot be stored under policy `safe`. */
export type PayloadCode = 'not_unicode' | 'payload_not_json';

/**
 * The text that policy `safe` stores for a payload: JSON whitespace outside strings removed, all
 * else verbatim; or the code that refuses it.
 */
export function storedPayload(
  text: string,
): { readonly text: string } | { readonly code: PayloadCode } {
  if (!isWellFormed(text)) return { code: 'not_unicode' };
  const scan = scanOf(utf8Of(text));
  try {
    skipValue(scan);
    end(scan);
  } catch (error) {
    if (error instanceof JsonError) return { code: 'payload_not_json' };
    throw error;
  }
  // Strings are matched whole, so whitespace is only seen outside them.
  return {
    text: text.replace(/("(?:[^"\\]|\\.)*")|[ \t\n\r]+/g, (_, string?: string) => string ?? ''),
  };
}
