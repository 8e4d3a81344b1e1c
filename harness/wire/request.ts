import { z } from 'zod';
import { isObject } from './ascii.ts';
import type { Json, JsonObject } from './ascii.ts';
import { errorCodes, protocolError, requestSchema } from './envelope.ts';
import type { Request } from './envelope.ts';
import type { Line } from './lines.ts';

/** What a line asks of a driver; `refused` carries the answer, `nothing` wants none. */
export type Asked =
  | { readonly is: 'request'; readonly request: Request }
  | { readonly is: 'refused'; readonly answer: JsonObject }
  | { readonly is: 'nothing' };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const idSchema = z.int().min(1);

/**
 * Reads one line as a request. A line without its LF is never a request, even where it is whole
 * JSON.
 */
export function readRequest(line: Line): Asked {
  if (line.is === 'too long') return refused(errorCodes.parse, 'the line is too long');
  if (line.is === 'unfinished') return refused(errorCodes.parse, 'the last line has no LF');
  let message: Json;
  try {
    const text = decoder.decode(line.bytes);
    if (text.trim() === '') return { is: 'nothing' };
    message = JSON.parse(text);
  } catch {
    return refused(errorCodes.parse, 'the line is not JSON in UTF-8');
  }
  if (!isObject(message)) return refused(errorCodes.invalidRequest, 'the line is no JSON object');
  if (!Object.hasOwn(message, 'id') && typeof message['method'] === 'string') {
    return { is: 'nothing' };
  }
  const request = requestSchema.safeParse(message);
  if (request.success) return { is: 'request', request: request.data };
  const id = idSchema.safeParse(message['id']);
  const say = 'not a JSON-RPC 2.0 request with a positive integer id';
  return refused(errorCodes.invalidRequest, say, id.success ? id.data : null);
}

function refused(code: number, say: string, id: number | null = null): Asked {
  return { is: 'refused', answer: protocolError(id, code, say) };
}
