// {{name}}: puts the log in store.mjs behind the port protocol, one JSON object a line.
//
// Nothing needs to be changed here until your log works. Use the synchronous calls of node:fs in
// the log: calls are answered one after the other.
import { Console } from 'node:console';
import { Log, Refused, Todo } from './store.mjs';

// Answers have stdout for themselves: what anything else prints would break the protocol.
globalThis.console = new Console(process.stderr);

const longestLine = 8_388_608;
const operations = ['open', 'append', 'sync', 'read', 'close'];
// `holds`: what an acknowledgement can survive. Without 'process' an append may wait in the memory
// of the process until `sync`; without 'power' nothing is asked of a power cut.
const claims = {
  'append-log': {
    policy: 'safe',
    profiles: ['full'],
    ops: operations,
    holds: ['process', 'power'],
  },
};

/** The call is wrong, not the log. */
class CallError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const logs = new Map();
let longestAnswer = longestLine;
let greeted = false;

const methods = {
  initialize(params) {
    if (greeted) throw new CallError(-32600, 'initialized before');
    const { min, max } = member(params, 'protocol', 'object');
    if (!Number.isInteger(min) || !Number.isInteger(max)) {
      throw new CallError(-32602, 'protocol: min and max are expected');
    }
    if (min > 1 || max < 1) throw new CallError(-32003, 'this port speaks version 1');
    longestAnswer = member(member(params, 'limits', 'object'), 'maxLineBytes', 'number');
    greeted = true;
    return {
      protocol: 1,
      port: { name: '{{name}}', version: '0.1.0' },
      kinds: claims,
      limits: { maxLineBytes: longestLine, inFlight: 64 },
    };
  },
  ping: () => ({}),
  drop(params) {
    const log = logOf(params);
    logs.delete(params.h);
    log.abandon();
    return {};
  },
  reset() {
    for (const [name, log] of logs) {
      logs.delete(name);
      log.abandon();
    }
    return {};
  },
  shutdown() {
    process.stdin.destroy(); // Nothing is left to wait for, so the process ends.
    return {};
  },

  'append-log/open'(params) {
    const [name, dir] = [nameOf(params), member(params, 'dir', 'string')];
    const durability = params.durability ?? 'none';
    if (!['none', 'entry'].includes(durability) || !dir.startsWith('/')) {
      throw new CallError(-32602, 'durability is none or entry, dir an absolute path');
    }
    member(params, 'at', 'string');
    if (logs.has(name)) throw new Refused('already-open');
    logs.set(name, new Log(dir, { eachAppendIsDurable: durability === 'entry' }));
    return {};
  },
  'append-log/append'(params) {
    const text = member(params, 'payload', 'string');
    const payload = Buffer.from(text, 'base64');
    if (payload.toString('base64') !== text) throw new CallError(-32602, 'payload: not base64');
    member(params, 'at', 'string');
    logOf(params).append(payload);
    return {};
  },
  'append-log/sync'(params) {
    member(params, 'at', 'string');
    logOf(params).sync();
    return {};
  },
  'append-log/read'(params) {
    return { entries: logOf(params).read().map((entry) => Buffer.from(entry).toString('base64')) };
  },
  'append-log/close'(params) {
    member(params, 'at', 'string');
    const log = logOf(params);
    logs.delete(params.h);
    log.close();
    return {};
  },
}; // prettier-ignore

/** The log that a call names. */
function logOf(params) {
  const log = logs.get(nameOf(params));
  if (log === undefined) throw new Refused('no-handle');
  return log;
}

function nameOf(params) {
  const name = member(params, 'h', 'string');
  if (!/^[A-Za-z0-9_.:-]{1,64}$/.test(name)) throw new CallError(-32602, 'h: not a handle');
  return name;
}

function member(params, name, type) {
  const value = Object.hasOwn(params, name) ? params[name] : undefined;
  if (typeof value !== type || value === null) {
    throw new CallError(-32602, `${name}: not given, or no ${type}`);
  }
  return value;
}

/** The answer to one line; null where there is nothing to answer. */
function answer(line) {
  if (/^[ \t\r]*$/.test(line.toString('latin1'))) return null;
  let call;
  try {
    call = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line));
  } catch {
    return failed(null, -32700, 'not JSON');
  }
  if (typeof call !== 'object' || call === null || Array.isArray(call)) {
    return failed(null, -32600, 'not a request');
  }
  if (!Object.hasOwn(call, 'id')) return null;
  const { id, method, params = {}, jsonrpc } = call;
  if (!Number.isSafeInteger(id) || typeof method !== 'string' || jsonrpc !== '2.0') {
    return failed(Number.isSafeInteger(id) ? id : null, -32600, 'not a request');
  }
  try {
    if (!greeted && !['initialize', 'ping'].includes(method)) {
      throw new CallError(-32002, 'not initialized');
    }
    if (!Object.hasOwn(methods, method)) throw new CallError(-32601, 'no such method');
    if (typeof params !== 'object' || params === null || Array.isArray(params)) {
      throw new CallError(-32602, 'params: an object is expected');
    }
    return { jsonrpc: '2.0', id, result: methods[method](params) };
  } catch (error) {
    return refused(id, method.split('/').at(-1), error);
  }
}

/** The error of a log. `definite` says that it changed nothing; false is always allowed. */
function refused(id, operation, error) {
  if (error instanceof CallError) return failed(id, error.code, error.message);
  if (error instanceof Refused) {
    return failed(id, 1, error.message, { code: error.code, definite: true });
  }
  if (error instanceof Todo) {
    const line = /store\.mjs:(\d+)/.exec(error.stack)?.[1];
    const text = `implement ${operation} in store.mjs, line ${line}: ${error.message}`;
    console.error(text);
    return failed(id, 1, text, { code: 'not_supported', definite: true });
  }
  // What node:fs throws has an errno; everything else is a defect of the log or of this file.
  if (typeof error?.errno === 'number' && typeof error.code === 'string') {
    const code = `io-${error.code.toLowerCase()}`;
    return failed(id, 1, error.message, { code, definite: false });
  }
  console.error(error);
  return failed(id, 1, String(error), { code: 'internal', definite: false });
}

function failed(id, code, message, data) {
  return { jsonrpc: '2.0', id, error: { code, message, ...(data && { data }) } };
}

/** One message in ASCII. Pipes are written at once, so nothing waits in a buffer. */
function write(message) {
  let text = JSON.stringify(message);
  if (text.length > longestAnswer) {
    text = JSON.stringify(failed(message.id, -32001, 'the result is too long'));
  }
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  process.stdout.write(`${text.replace(/[\u007f-\uffff]/g, escaped)}\n`);
}

let parts = [];
let length = 0;
process.stdin.on('data', (chunk) => {
  for (let from = 0; from < chunk.length && !process.stdin.destroyed;) {
    const end = chunk.indexOf(0x0a, from);
    const part = chunk.subarray(from, end < 0 ? chunk.length : end);
    length += part.length;
    // The rest of a line that is too long is read away.
    if (length <= longestLine) parts.push(part);
    else parts = [];
    if (end < 0) return;
    const line = Buffer.concat(parts);
    const said = length <= longestLine ? answer(line) : failed(null, -32700, 'line too long');
    [parts, length, from] = [[], 0, end + 1];
    if (said !== null) write(said);
  }
});
