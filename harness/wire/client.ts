import { asciiJson } from './ascii.ts';
import type { JsonObject } from './ascii.ts';
import { defaultMaxLineBytes, initializeResultSchema, protocolRange } from './envelope.ts';
import type { InitializeResult } from './envelope.ts';
import { PortFault } from './fault.ts';
import type { FaultName } from './fault.ts';
import { createLineCutter } from './lines.ts';
import type { Line } from './lines.ts';
import { startProcess } from './process.ts';
import type { PortProcess, SpawnOptions } from './process.ts';
import { hear } from './reply.ts';
import type { Reply } from './reply.ts';

/** Times are multiplied by nothing here; a caller on a slow machine gives larger ones. */
export interface ClientOptions extends SpawnOptions {
  readonly suiteVersion?: string;
  readonly startMs?: number;
  readonly callMs?: number;
  readonly maxLineBytes?: number;
}

/** A port as a process that answers calls. After the first fault every call is rejected with that fault. */
export interface Client {
  readonly hello: InitializeResult;
  /** Rejects with a `PortFault` where the port failed as a program; a refusal of the store is a reply. */
  call(method: string, params: JsonObject): Promise<Reply>;
  /** Asks the port to end, waits `callMs`, then kills it. */
  close(): Promise<void>;
  /** Ends it now, as a power cut would end a process: SIGKILL to the whole group. */
  kill(): Promise<void>;
  stderr(): string;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (fault: PortFault) => void;
  readonly timer: NodeJS.Timeout;
}

/** Starts a port and shakes hands with it. Rejects with a `PortFault` (`start`, `handshake`, ...) where that fails. */
export async function connect(options: ClientOptions): Promise<Client> {
  const link = new Link(startProcess(options), options.maxLineBytes ?? defaultMaxLineBytes);
  const callMs = options.callMs ?? 10_000;
  try {
    const params = {
      protocol: { ...protocolRange },
      suite: { name: 'tearproof', version: options.suiteVersion ?? '0' },
      limits: { maxLineBytes: options.maxLineBytes ?? defaultMaxLineBytes },
    };
    const reply = await link.call('initialize', params, options.startMs ?? 10_000);
    const hello = readHello(reply);
    link.peerLineBytes = hello.limits.maxLineBytes;
    return {
      hello,
      call: (method, callParams) => link.call(method, callParams, callMs),
      close: () => link.close(callMs),
      kill: () => link.kill(),
      stderr: () => link.process.stderr(),
    };
  } catch (error) {
    await link.kill();
    throw error;
  }
}

function readHello(reply: Reply): InitializeResult {
  if (reply.is === 'error') {
    throw new PortFault('handshake', `initialize was refused: ${reply.message}`);
  }
  const hello = initializeResultSchema.safeParse(reply.result);
  if (!hello.success) {
    const place = hello.error.issues[0]?.path.join('.') ?? '';
    throw new PortFault(
      'handshake',
      `the answer to initialize does not fit its schema at ${place}`,
    );
  }
  const { protocol } = hello.data;
  if (protocol < protocolRange.min || protocol > protocolRange.max) {
    const ours = `${protocolRange.min} to ${protocolRange.max}`;
    throw new PortFault('handshake', `the port chose protocol ${protocol}; offered was ${ours}`);
  }
  return hello.data;
}

/** One process and the calls that wait for it. */
class Link {
  readonly process: PortProcess;
  peerLineBytes = defaultMaxLineBytes;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  private fault: PortFault | null = null;

  constructor(process: PortProcess, maxLineBytes: number) {
    this.process = process;
    // Half a line at the end of stdout is no fault of its own: the death that cut it is reported.
    const cutter = createLineCutter(() => maxLineBytes);
    process.stdout.on('data', (chunk: Buffer) => {
      for (const line of cutter.push(chunk)) this.take(line);
    });
    void process.ended.then((end) => {
      const stderr = process.stderr();
      if (end instanceof Error) this.fail('start', `the port could not be started: ${end.message}`);
      else this.failWith(new PortFault('died', deathText(end), { death: end, stderr }));
    });
  }

  call(method: string, params: JsonObject, timeoutMs: number): Promise<Reply> {
    if (this.fault !== null) return Promise.reject(this.fault);
    const id = this.nextId++;
    const line = asciiJson({ jsonrpc: '2.0', id, method, params });
    if (line.length > this.peerLineBytes) {
      const say = `a call of ${line.length} bytes is more than the port takes`;
      return Promise.reject(new PortFault('line-too-long', say));
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.fail('hang', `no answer to ${method} within ${timeoutMs} ms`);
      }, timeoutMs);
      this.waiting.set(id, { resolve, reject, timer });
      this.process.stdin.write(`${line}\n`);
    });
  }

  async close(timeoutMs: number): Promise<void> {
    const timer = setTimeout(() => this.process.kill(), timeoutMs);
    if (this.fault === null) await this.call('shutdown', {}, timeoutMs).catch(() => {});
    this.process.stdin.end();
    await this.process.ended;
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    this.failWith(new PortFault('closed', 'the port was killed by the caller'));
    await this.process.ended;
  }

  private take(line: Line): void {
    if (this.fault !== null) return;
    const heard = hear(line);
    if (heard.is === 'fault') return this.fail(heard.fault, heard.say);
    if (heard.is === 'notification') return;
    const waiting = this.waiting.get(heard.id);
    if (waiting === undefined) {
      const name = heard.id < this.nextId ? 'duplicate-reply' : 'unknown-id';
      return this.fail(name, `an answer to call ${heard.id}, which does not wait for one`);
    }
    this.waiting.delete(heard.id);
    clearTimeout(waiting.timer);
    waiting.resolve(heard.reply);
  }

  private fail(fault: FaultName, message: string): void {
    this.failWith(new PortFault(fault, message, { stderr: this.process.stderr() }));
  }

  private failWith(fault: PortFault): void {
    if (this.fault !== null) return;
    this.fault = fault;
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer);
      reject(fault);
    }
    this.waiting.clear();
    this.process.kill();
  }
}

function deathText(death: { exitCode: number | null; signal: string | null }): string {
  return death.signal === null
    ? `the port ended with exit code ${death.exitCode}`
    : `the port was ended by ${death.signal}`;
}
