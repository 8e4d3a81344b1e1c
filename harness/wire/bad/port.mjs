// An honest port of append-log in a hundred lines, which each bad driver spoils in one way.
import * as fs from 'node:fs';
import { join } from 'node:path';

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

const onHandle = (work) => (request) => {
  const path = open.get(request.params.h);
  return path === undefined ? noHandle(request.id) : reply(request.id, work(path, request.params));
};

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
  'append-log/open': ({ id, params }) => {
    fs.mkdirSync(params.dir, { recursive: true });
    const path = join(params.dir, 'log');
    fs.appendFileSync(path, '');
    const text = fs.readFileSync(path, 'latin1');
    fs.truncateSync(path, text.lastIndexOf('\n') + 1);
    open.set(params.h, path);
    return reply(id);
  },
  'append-log/append': onHandle((path, { payload }) => {
    fs.appendFileSync(path, `${payload}\n`);
    return {};
  }),
  'append-log/sync': onHandle(() => ({})),
  'append-log/read': onHandle((path) => ({
    entries: fs.readFileSync(path, 'utf8').split('\n').slice(0, -1),
  })),
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
