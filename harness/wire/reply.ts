import { asciiJson, isObject } from './ascii.ts';
import type { Json, JsonObject } from './ascii.ts';
import { failureSchema } from './envelope.ts';
import type { FaultName } from './fault.ts';
import type { Line } from './lines.ts';

/** An answer to a call: a result, or an error as the port gave it. */
export type Reply =
  | { readonly is: 'result'; readonly result: JsonObject }
  | {
      readonly is: 'error';
      readonly code: number;
      readonly message: string;
      readonly data: JsonObject;
    };

/** What a line of a port's stdout is. */
export type Heard =
  | { readonly is: 'reply'; readonly id: number; readonly reply: Reply }
  | { readonly is: 'notification' }
  | { readonly is: 'fault'; readonly fault: FaultName; readonly say: string };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads one line of stdout; every way in which it can be wrong has a name of its own. */
export function hear(line: Line): Heard {
  if (line.is === 'too long') return fault('line-too-long', 'a line of stdout is too long');
  const { bytes } = line;
  if (line.is === 'unfinished') return fault('noise', 'stdout ended within a line', bytes);
  let message: Json;
  try {
    const text = decoder.decode(bytes);
    const known = heardBefore(text);
    if (known !== null) return known;
    message = JSON.parse(text);
  } catch {
    const begins = bytes.toString('latin1').trimStart().startsWith('{');
    return begins ? fault('invalid-json', 'a line of stdout is not JSON', bytes) : noise(bytes);
  }
  if (!isObject(message) || message['jsonrpc'] !== '2.0') return noise(bytes);
  if (!Object.hasOwn(message, 'method')) return answer(message, bytes);
  if (Object.hasOwn(message, 'id')) {
    return fault('echo', 'the port made a call of its own; a port only answers', bytes);
  }
  if (isNotification(message)) return { is: 'notification' };
  return fault('schema', 'a notification does not fit its schema', bytes);
}

/** How a plain answer begins, in the two orders in which ports write its members. */
const beginning =
  /^\{ ?(?:"jsonrpc": ?"2\.0", ?"id": ?([1-9]\d{0,14})|"id": ?([1-9]\d{0,14}), ?"jsonrpc": ?"2\.0"), ?"result": ?(?=\{)/;

/**
 * Results by what stands behind the beginning of their lines. A walk asks much again that has not
 * changed since: such a result is the same object, and need not be read again.
 */
const results = new Map<string, JsonObject>();
const heardTwice = new WeakSet<JsonObject>();
const resultsMost = 4096;
const longestKept = 64 * 1024;
const charactersMost = 8 * 1024 * 1024;
let characters = 0;

function keep(rest: string, result: JsonObject): void {
  characters += rest.length;
  if (results.size >= resultsMost || characters > charactersMost) {
    results.clear();
    characters = rest.length;
  }
  results.set(rest, result);
}

/** True for a result that was heard more than once, as the same object. */
export function wasHeardBefore(result: JsonObject): boolean {
  return heardTwice.has(result);
}

/** Null where the line is none of these, and is to be read as a whole. Throws as `JSON.parse`. */
function heardBefore(text: string): Heard | null {
  const begins = beginning.exec(text);
  if (begins === null || text.length > longestKept) return null;
  const rest = text.slice(begins[0].length);
  let result = results.get(rest);
  if (result === undefined) {
    const { result: found, ...others } = JSON.parse(`{"result":${rest}`);
    // A second id, or whatever else: the whole line tells what it is.
    if (!isObject(found) || Object.keys(others).length > 0) return null;
    keep(rest, found);
    result = found;
  } else heardTwice.add(result);
  return { is: 'reply', id: Number(begins[1] ?? begins[2]), reply: { is: 'result', result } };
}

/** As its schema has it, by hand: a port may send millions. */
function isNotification({ method, params }: JsonObject): boolean {
  const isNamed = typeof method === 'string' && method.length > 0 && method.length <= 128;
  return isNamed && (params === undefined || isObject(params));
}

function answer(message: JsonObject, bytes: Buffer): Heard {
  const { id, result } = message;
  const hasError = Object.hasOwn(message, 'error');
  // Checked by hand: a schema would walk through the whole result, which its method's schema does
  // anyway.
  if (!hasError && typeof id === 'number' && Number.isSafeInteger(id) && isObject(result)) {
    return { is: 'reply', id, reply: { is: 'result', result } };
  }
  const failed = Object.hasOwn(message, 'result') ? null : failureSchema.safeParse(message);
  if (!failed?.success) {
    return fault('schema', 'an answer is neither a result nor an error', bytes);
  }
  const { code, message: say, data } = failed.data.error;
  if (failed.data.id === null)
    return fault('refused-call', 'the port could not read a line', bytes);
  const reply: Reply = { is: 'error', code, message: say, data: isObject(data) ? data : {} };
  return { is: 'reply', id: failed.data.id, reply };
}

function noise(bytes: Buffer): Heard {
  return fault('noise', 'a line of stdout is no message (logs belong on stderr)', bytes);
}

function fault(name: FaultName, say: string, bytes?: Buffer): Heard {
  const shown = bytes === undefined ? say : `${say}: ${excerpt(bytes)}`;
  return { is: 'fault', fault: name, say: shown };
}

/**
 * The first bytes of a line, with everything but printable ASCII escaped: a terminal may show it.
 */
function excerpt(bytes: Buffer): string {
  return asciiJson(bytes.subarray(0, 200).toString('latin1'));
}
