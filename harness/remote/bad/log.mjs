// A log that keeps its promises over damage too: a line an entry, with a checksum; what comes
// behind the first line that does not verify is cut. Each port beside it spoils it in one way.
import * as fs from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { failure, reply, serve } from '../../wire/bad/port.mjs';

const sumOf = (payload) => createHash('sha256').update(payload).digest('hex').slice(0, 16);

/** The payloads of the whole lines that verify, up to the first that does not, and their length. */
export function readLog(path) {
  const entries = [];
  let bytes = 0;
  const text = fs.readFileSync(path, 'latin1');
  for (const line of text.split('\n').slice(0, -1)) {
    const [payload = '', sum = ''] = line.split(' ');
    if (sum !== sumOf(payload) || line !== `${payload} ${sum}`) break;
    entries.push(payload);
    bytes += line.length + 1;
  }
  return { entries, bytes, isWhole: bytes === text.length };
}

export const logOf = ({ dir }) => join(dir, 'log');
export const lineOf = (payload) => `${payload} ${sumOf(payload)}\n`;

const open = new Map();
const refused = (id, code) => failure(id, 1, code, { code, definite: true });
const onHandle =
  (work) =>
  ({ id, params }) => {
    const path = open.get(params.h);
    return path === undefined ? refused(id, 'no-handle') : work(id, path, params);
  };

export const log = {
  reset: ({ id }) => {
    open.clear();
    return reply(id);
  },
  drop: ({ id, params }) => (open.delete(params.h) ? reply(id) : refused(id, 'no-handle')),
  'append-log/open': ({ id, params }) => {
    if (open.has(params.h)) return refused(id, 'already-open');
    const path = logOf(params);
    const stat = fs.lstatSync(path, { throwIfNoEntry: false });
    if (stat !== undefined && !stat.isFile()) return refused(id, 'not_a_file');
    if (stat === undefined) fs.writeFileSync(path, '');
    fs.truncateSync(path, readLog(path).bytes);
    open.set(params.h, path);
    return reply(id);
  },
  'append-log/append': onHandle((id, path, { payload }) => {
    fs.appendFileSync(path, lineOf(payload));
    return reply(id);
  }),
  'append-log/sync': onHandle((id) => reply(id)),
  'append-log/read': onHandle((id, path) => reply(id, { entries: readLog(path).entries })),
  'append-log/close': onHandle((id, _path, { h }) => {
    open.delete(h);
    return reply(id);
  }),
};

/** Serves the log, but for the methods given. */
export const serveLog = (bad = {}) => serve({ ...log, ...bad });
