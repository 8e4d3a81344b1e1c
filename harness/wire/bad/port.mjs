// An honest port of append-log in a hundred lines, which each bad driver spoils in one way.
import * as fs from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** What it answers to `initialize`. */
export const hello = {
  protocol: 1,
  port: { name: 'bad', version: '1' },
  kinds: {
    'append-log': {
      policy: 'safe',
      profiles: ['full'],
      ops: ['open', 'append', 'sync', 'read', 'close'],
      holds: ['process'],
    },
  },
  limits: { maxLineBytes: 1_048_576, inFlight: 8 },
};

export const reply = (id, result = {}) => `${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`;

export const failure = (id, code, message = '', data) =>
  `${JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, data } })}\n`;

/** Writes at once, whatever the pipe is: what is said must not wait for the event loop. */
export function say(text) {
  let bytes = Buffer.from(text);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(fs.writeSync(1, bytes));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

const open = new Map();
const noHandle = (id) => failure(id, 1, 'no-handle', { code: 'no-handle', definite: true });

/** A definite error of the store. */
export class Refused extends Error {}

const refused = (id, { message }) => failure(id, 1, message, { code: message, definite: true });

const guarded = (work) => (request) => {
  try {
    return reply(request.id, work(request.params));
  } catch (error) {
    if (error instanceof Refused) return refused(request.id, error);
    const code = `io-${String(error.code).toLowerCase()}`;
    return failure(request.id, 1, code, { code, definite: false });
  }
};

const onHandle = (work) =>
  guarded((params) => {
    const path = open.get(params.h);
    if (path === undefined) throw new Refused('no-handle');
    return work(path, params);
  });

const lineOf = (payload) => `${crc32(payload).toString(16)} ${payload}\n`;

/** The payloads before the first line that does not verify, and where that line begins. */
function verified(path) {
  const payloads = [];
  let end = 0;
  for (const line of fs.readFileSync(path, 'latin1').split('\n')) {
    const payload = line.slice(line.indexOf(' ') + 1);
    if (lineOf(payload) !== `${line}\n`) break;
    payloads.push(payload);
    end += line.length + 1;
  }
  return { payloads, end };
}

export const honest = {
  initialize: ({ id }) => reply(id, hello),
  ping: ({ id }) => reply(id),
  reset: ({ id }) => {
    open.clear();
    return reply(id);
  },
  drop: ({ id, params }) => (open.delete(params.h) ? reply(id) : noHandle(id)),
  shutdown: ({ id }) => {
    say(reply(id));
    process.exit(0);
  },
  'append-log/open': guarded(({ h, dir }) => {
    if (open.has(h)) throw new Refused('already-open');
    fs.mkdirSync(dir, { recursive: true });
    const path = join(dir, 'log');
    const found = fs.lstatSync(path, { throwIfNoEntry: false });
    if (found !== undefined && !found.isFile()) throw new Refused('not_a_file');
    fs.appendFileSync(path, '');
    const { end } = verified(path);
    const rest = fs.readFileSync(path).subarray(end);
    // What is cut is kept beside; what is only half a line was never acknowledged.
    if (rest.includes(0x0a)) fs.writeFileSync(`${path}.cut`, rest);
    if (rest.length > 0) fs.truncateSync(path, end);
    open.set(h, path);
    return {};
  }),
  'append-log/append': onHandle((path, { payload }) => {
    fs.appendFileSync(path, lineOf(payload));
    return {};
  }),
  'append-log/sync': onHandle(() => ({})),
  'append-log/read': onHandle((path) => ({ entries: verified(path).payloads })),
  'append-log/close': ({ id, params }) => (open.delete(params.h) ? reply(id) : noHandle(id)),
};

/**
 * Serves an honest log, but for the methods given: each gets the request and returns what to write,
 * or nothing.
 */
export function serve(bad = {}) {
  const methods = { ...honest, ...bad };
  let held = '';
  process.stdin.on('data', (chunk) => {
    const lines = (held + chunk.toString('utf8')).split('\n');
    held = lines.pop();
    for (const line of lines) {
      const request = JSON.parse(line);
      const method = methods[request.method];
      const said = method ? method(request) : failure(request.id, -32601, 'no such method');
      if (typeof said === 'string') say(said);
    }
  });
  process.stdin.on('end', () => process.exit(0));
}
