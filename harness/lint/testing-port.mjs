// A driver that keeps every check of the lint, with two small stores behind it; its first argument
// names the check that it breaks. The stores are not safe: nobody pulls a plug here.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';

const breaks = process.argv[2] ?? '';
const is = (id) => breaks === id;
const limit = 262_144;
const handles = new Map();
let greeted = false;
let theirLimit = 0;

class CallError extends Error {
  constructor(code) {
    super(`error ${code}`);
    this.code = code;
  }
}
class StoreError extends Error {}

const say = (message) => {
  const text = `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;
  const out = is('ascii')
    ? text.replace('{', '{"\u00e9":1,')
    : text.replace(
        /[\u007f-\uffff]/g,
        (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
  fs.writeSync(1, is('quiet') ? `working\n${out}` : out);
};

const u64 = (v) => typeof v === 'string' && /^(0|[1-9]\d{0,19})$/.test(v) && BigInt(v) < 2n ** 64n;
const fits = (ok) => {
  if (!ok && !is('bad-params')) throw new CallError(-32602);
};
const base64 = (v) => typeof v === 'string' && /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(v); // prettier-ignore
const generate = {
  zero: () => 0,
  counter: (seed, i) => (seed + i) % 256,
};
function recipe({ gen, seed = '1', bytes }) {
  const out = Buffer.alloc(Number(bytes));
  if (gen !== 'xorshift32le') return out.map((_, i) => generate[gen](Number(seed), i));
  for (let x = Number(seed), i = 0; i < out.length; i++) {
    if (i % 4 === 0) {
      x ^= x << 13;
      x ^= is('recipes') ? x >> 17 : x >>> 17;
      x ^= x << 5;
    }
    out[i] = x >>> (8 * (i % 4));
  }
  return out;
}
function given(v) {
  if (v?.gen) return recipe(v).toString('base64');
  fits(base64(v));
  return is('text') ? Buffer.from(Buffer.from(v, 'base64').toString().replaceAll('\u2028', '\n')).toString('base64') : v; // prettier-ignore
}
function told(v, { digestsAbove = '999999999' }) {
  const bytes = Buffer.from(v, 'base64');
  if (bytes.length <= Number(digestsAbove)) return v;
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: String(bytes.length) };
}

const opened = ({ h, dir, at }) => {
  fits(typeof h === 'string' && typeof dir === 'string' && typeof at === 'string');
  if (is('unready')) throw new StoreError('not_supported');
  const path = join(is('many-handles') ? join(dir, '..') : dir, 'entries');
  try {
    fs.appendFileSync(path, '');
  } catch (error) {
    throw new StoreError(is('named-errors') ? 'internal' : `io-${error.code.toLowerCase()}`);
  }
  handles.set(h, path);
};
const fileOf = ({ h }) => {
  fits(typeof h === 'string');
  const path = handles.get(h) ?? (is('no-handle') ? '/dev/null' : undefined);
  if (path === undefined) throw new StoreError('no-handle');
  return path;
};
const add = (path, entry) => fs.appendFileSync(path, `${JSON.stringify(entry)}\n`);
const entriesIn = (path) =>
  fs.readFileSync(path, 'utf8').split('\n').slice(0, -1).map((one) => JSON.parse(one)); // prettier-ignore

const log = {
  open: (p) => {
    opened(p);
    return {};
  },
  append: (p) => {
    const payload = given(p.payload);
    fits(typeof p.at === 'string');
    add(fileOf(p), payload);
    return {};
  },
  sync: (p) => fileOf(p) && {},
  read: (p) => ({ entries: entriesIn(fileOf(p)).map((one) => told(one, p)) }),
  close: (p) => fileOf(p) && handles.delete(p.h) && {},
};
const fast = {
  open: (p) => {
    fits(Number.isInteger(p.id) && p.id < 2 ** 32);
    opened(p);
    return { committed: '16', repairs: is('answers-fit') ? 'none' : [], notices: [] };
  },
  append: (p) => {
    const { entry, at } = p;
    fits(entry?.t === 'write' && u64(entry.revision) && typeof at === 'string');
    const revision = is('big-numbers') ? String(Number(entry.revision)) : entry.revision;
    add(fileOf(p), { ...entry, revision, data: given(entry.data) });
    return { bytes: '100' };
  },
  track: (p) => fits(u64(p.bytes)) ?? (fileOf(p) && {}),
  syncGroup: (p) => fileOf(p) && {},
  readCommitted: (p) => ({
    entries: entriesIn(fileOf(p)).map((one) => ({ ...one, data: told(one.data, p) })),
  }),
  close: log.close,
};
const kinds = { 'append-log': log, 'fast-segment': fast };
const claims = (of) => ({
  policy: 'safe',
  profiles: is('claims') ? ['full', 'reader'] : ['core'],
  ops: [...Object.keys(of), ...(is('claims-served') ? ['truncate'] : [])],
  holds: ['memory'],
});

const forget = (names) => {
  for (const h of names) {
    const path = handles.get(h);
    if (is('drop-forgets')) fs.appendFileSync(path, '"a footer"\n');
    handles.delete(h);
  }
  return {};
};
const own = {
  initialize: ({ protocol, limits }) => {
    if (greeted && !is('initialize-once')) throw new CallError(-32600);
    if (protocol.min > 1 && !is('no-common-version')) throw new CallError(-32003);
    [greeted, theirLimit] = [true, limits.maxLineBytes];
    return {
      protocol: 1,
      port: { name: 'testing', version: is('respawn') ? String(process.pid) : '1' },
      kinds: Object.fromEntries(Object.entries(kinds).map(([kind, of]) => [kind, claims(of)])),
      features: ['recipes', 'exit'],
      limits: { maxLineBytes: limit, inFlight: 8 },
    };
  },
  ping: () => ({}),
  reset: () => forget([...handles.keys()]),
  drop: (p) => fileOf(p) && forget([p.h]),
  shutdown: () => ({}),
  exit: ({ when }) => {
    if (is('exit')) for (const path of handles.values()) fs.appendFileSync(path, '"a footer"\n');
    if (when === 'before_reply') process.exit(0);
    return {};
  },
};

function answer({ id, method, params = {} }) {
  const [kind, name] = method.split('/');
  const work = own[method] ?? kinds[kind]?.[name];
  const isEarly = !greeted && !['initialize', 'ping'].includes(method);
  try {
    if (isEarly && !is('before-initialize')) throw new CallError(-32002);
    if (work === undefined) throw new CallError(is('unknown-method') ? -32603 : -32601);
    if (is('unknown-members') && 'later' in params) throw new CallError(-32602);
    const result = work(params);
    const isLong = JSON.stringify(result).length > theirLimit && greeted && !is('long-result');
    if (isLong) throw new CallError(-32001);
    return { id, result };
  } catch (error) {
    if (error instanceof CallError) return { id, error: { code: error.code, message: '' } };
    if (!(error instanceof StoreError)) throw error;
    const data = { code: error.message, definite: true };
    return { id, error: { code: 1, message: '', data } };
  }
}

const refuse = (code) => say({ id: null, error: { code, message: '' } });
const held = [];
const late = [];
function line(bytes) {
  if (bytes.length > limit && !is('long-line')) return refuse(-32700);
  let call;
  try {
    if (bytes.toString().trim() === '') return;
    call = JSON.parse(bytes.toString());
  } catch {
    if (is('bad-lines')) process.exit(1);
    return refuse(-32700);
  }
  if (typeof call.method !== 'string') return refuse(-32600);
  if (!('id' in call)) return;
  if (is('in-flight') && call.method.endsWith('append') && !call.isLate) {
    late.unshift({ ...call, isLate: true });
    return setTimeout(() => late.splice(0).forEach((one) => say(answer(one))), 5);
  }
  const reply = answer(call);
  if (call.method === 'exit') {
    say(reply);
    process.exit(0);
  }
  // An answer that waits for the next call: what a buffer does.
  if (is('flush') && call.method !== 'initialize') held.push(reply);
  else say(reply);
  if (held.length > 1) say(held.shift());
  if (call.method !== 'shutdown') return;
  if (is('shutdown')) process.exit(5);
  process.exit(0);
}

if (is('end-of-input')) spawn('sleep', ['60'], { stdio: 'ignore' });
let rest = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  rest = Buffer.concat([rest, chunk]);
  for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
    line(rest.subarray(0, at));
    rest = rest.subarray(at + 1);
  }
});
process.stdin.on('end', () => {
  if (is('unfinished-line') && rest.length > 0) line(rest);
  process.exit(0);
});
