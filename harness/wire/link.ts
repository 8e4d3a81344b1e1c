import { asciiJson } from './ascii.ts';
import type { JsonObject } from './ascii.ts';
import { defaultMaxLineBytes } from './envelope.ts';
import { endPort } from './ending.ts';
import type { Ending } from './ending.ts';
import { PortFault } from './fault.ts';
import type { Death, FaultName } from './fault.ts';
import { createLineCutter } from './lines.ts';
import type { Line } from './lines.ts';
import type { PortProcess } from './process.ts';
import { hear } from './reply.ts';
import type { Reply } from './reply.ts';

/**
 * One process and the calls that wait for it. After the first fault every call is rejected with
 * that fault.
 */
export interface Link {
  /**
   * The time runs from when the line is sent, and anew for each call before it that was answered
   * meanwhile; a call beyond what the port takes at once waits before that.
   */
  call(method: string, params: JsonObject, timeoutMs: number): Promise<Reply>;
  /** What the port accepts, as it said in the handshake; before, it is one call at once. */
  accept(limits: { readonly maxLineBytes: number; readonly inFlight: number }): void;
  /** `callMs` for the answer to `shutdown`; `endMs` to end then, and again after SIGTERM. */
  close(callMs: number, endMs: number): Promise<Ending>;
  kill(): Promise<void>;
  stderr(): string;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (fault: PortFault) => void;
}

interface Call extends Waiting {
  readonly method: string;
  readonly params: JsonObject;
  readonly timeoutMs: number;
}

/**
 * A busy harness may find its timer run out beside an answer that it has not read yet: it reads
 * first.
 */
const graceMs = 100;

/** How long a port whose pipe broke has to end before it is said to run on. */
const brokenPipeMs = 1000;

/** A flood is an unfinished line of twice the limit, or notifications of this many times. */
const floodLines = { unfinished: 2, unasked: 8 } as const;

const flushHint = ' (is stdout flushed after every line?)';

/** Listens to a process; `maxLineBytes` is what it may write as one line. */
export function openLink(process: PortProcess, maxLineBytes: number): Link {
  const waiting = new Map<number, Waiting & { timer: NodeJS.Timeout }>();
  const queue: Call[] = [];
  let peer = { maxLineBytes: defaultMaxLineBytes, inFlight: 1 };
  let nextId = 1;
  let answered = 0;
  let fault: PortFault | null = null;
  let unaskedBytes = 0;
  let hasSpoken = false;
  let isDeaf = false;
  let unwritten = '';
  const cutter = createLineCutter(() => maxLineBytes);

  const failWith = (found: PortFault): void => {
    if (fault !== null) return;
    fault = found;
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer);
      reject(found);
    }
    for (const { reject } of queue) reject(found);
    waiting.clear();
    queue.length = 0;
    // One that was asked to end has its time for it.
    if (found.fault !== 'closed' || !isEnding) process.kill();
  };
  let isEnding = false;
  const fail = (name: FaultName, message: string): void => {
    failWith(new PortFault(name, message, { stderr: process.stderr() }));
  };
  const late = (id: number, method: string, timeoutMs: number): void => {
    if (!waiting.has(id)) return;
    // An empty line is no call; that it cannot be written tells a deaf port from a slow one. What
    // the port says to it comes too late.
    process.stdout.removeAllListeners('data');
    process.stdin.write('\n', (error) => {
      isDeaf ||= error instanceof Error;
      timedOut(method, timeoutMs);
    });
    setTimeout(() => timedOut(method, timeoutMs), graceMs).unref();
  };
  const timedOut = (method: string, timeoutMs: number): void => {
    const say = `no answer to ${method} within ${timeoutMs} ms`;
    const bytes = cutter.pendingBytes();
    if (isDeaf) return fail('closed-pipe', `${say}: the port closed its stdin and runs on`);
    if (bytes > 0) {
      return fail('half-line', `${say}, only ${bytes} bytes of a line without its end${flushHint}`);
    }
    fail('hang', hasSpoken ? say : `${say}, and nothing ever came on stdout${flushHint}`);
  };
  const send = ({ method, params, timeoutMs, resolve, reject }: Call): void => {
    const id = nextId;
    const line = asciiJson({ jsonrpc: '2.0', id, method, params });
    if (line.length > peer.maxLineBytes) {
      const say = `a call of ${line.length} bytes is more than the port takes`;
      reject(new PortFault('line-too-long', say));
      return;
    }
    nextId++;
    let before = waiting.size;
    let then = answered;
    const onTime = (): void => {
      const own = waiting.get(id);
      // Who works through several calls one by one has that time for each that came before.
      if (own !== undefined && answered !== then && before-- > 0) {
        then = answered;
        own.timer = setTimeout(onTime, timeoutMs);
      } else setTimeout(() => late(id, method, timeoutMs), graceMs).unref();
    };
    waiting.set(id, { resolve, reject, timer: setTimeout(onTime, timeoutMs) });
    if (unwritten === '') globalThis.process.nextTick(write);
    unwritten += `${line}\n`;
  };
  /** What is sent in one turn goes in one piece: each costs a call of the system. */
  const write = (): void => {
    process.stdin.write(unwritten, 'latin1');
    unwritten = '';
  };
  const sendQueued = (): void => {
    while (waiting.size < peer.inFlight) {
      const next = queue.shift();
      if (next === undefined) return;
      send(next);
    }
  };
  const take = (line: Line): void => {
    if (fault !== null) return;
    const heard = hear(line);
    if (heard.is === 'fault') return fail(heard.fault, heard.say);
    if (heard.is === 'notification') {
      unaskedBytes += line.is === 'too long' ? 0 : line.bytes.length + 1;
      return;
    }
    const call = waiting.get(heard.id);
    if (call === undefined) {
      const name = heard.id < nextId ? 'duplicate-reply' : 'unknown-id';
      return fail(name, `an answer to call ${heard.id}, which does not wait for one`);
    }
    unaskedBytes = 0;
    answered++;
    waiting.delete(heard.id);
    clearTimeout(call.timer);
    call.resolve(heard.reply);
    sendQueued();
  };
  const pipeBroke = (name: string): void => {
    const check = (): void => {
      if (isEnding || process.hasExited()) return;
      fail('closed-pipe', `the port closed its ${name} and runs on`);
    };
    setTimeout(check, brokenPipeMs).unref();
  };

  process.stdout.on('data', (chunk: Buffer) => {
    hasSpoken = true;
    for (const line of cutter.push(chunk)) take(line);
    if (cutter.pendingBytes() > floodLines.unfinished * maxLineBytes) {
      fail('flood', `stdout is flooded: ${cutter.pendingBytes()} bytes without the end of a line`);
    } else if (unaskedBytes > floodLines.unasked * maxLineBytes) {
      fail('flood', `stdout is flooded: ${unaskedBytes} bytes of notifications and no answer`);
    }
  });
  process.stdout.once('end', () => pipeBroke('stdout'));
  process.stdin.once('error', () => {
    isDeaf = true;
    pipeBroke('stdin');
  });
  void process.ended.then((end) => {
    if (end instanceof Error) {
      return fail('start', `the port could not start: ${asciiJson(end.message)}${startHint(end)}`);
    }
    const details = { death: end, stderr: process.stderr() };
    // Half a line at the end of stdout is no fault of its own: the death that cut it is reported.
    const where = cutter.pendingBytes() > 0 ? ', within a line' : '';
    return failWith(new PortFault('died', `${deathText(end)}${where}`, details));
  });

  const call: Link['call'] = (method, params, timeoutMs) => {
    if (fault !== null) return Promise.reject(fault);
    return new Promise((resolve, reject) => {
      queue.push({ method, params, timeoutMs, resolve, reject });
      sendQueued();
    });
  };
  return {
    call,
    accept(limits) {
      peer = { maxLineBytes: limits.maxLineBytes, inFlight: limits.inFlight };
      sendQueued();
    },
    async close(callMs, endMs) {
      // One that does as it is told has ended before it can be looked at.
      process.noteKin();
      if (fault === null) await call('shutdown', {}, callMs).catch(() => {});
      const before: PortFault | null = fault;
      isEnding = true;
      failWith(new PortFault('closed', 'the port was asked to end'));
      return endPort(process, endMs, before);
    },
    async kill() {
      failWith(new PortFault('closed', 'the port was killed by the caller'));
      await process.ended;
    },
    stderr: () => process.stderr(),
  };
}

/** A script is not started by its name alone, as newcomers to it try. */
function startHint(error: Error): string {
  if (!/\b(ENOENT|EACCES)$/.test(error.message)) return '';
  return '; the command names a program and its arguments: python3 driver.py, not driver.py';
}

/** How a process ended, in words. */
export function deathText({ exitCode, signal }: Death): string {
  return signal === null
    ? `the port ended with exit code ${exitCode}`
    : `the port was ended by ${signal}`;
}
