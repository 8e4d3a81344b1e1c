import { asciiJson } from './ascii.ts';
import type { JsonObject } from './ascii.ts';
import { defaultMaxLineBytes, initializeResultSchema, protocolRange } from './envelope.ts';
import type { InitializeResult } from './envelope.ts';
import { PortFault } from './fault.ts';
import { openLink } from './link.ts';
import { startProcess } from './process.ts';
import type { SpawnOptions } from './process.ts';
import type { Reply } from './reply.ts';

/** Times are multiplied by nothing here; a caller on a slow machine gives larger ones. */
export interface ClientOptions extends SpawnOptions {
  readonly suiteVersion?: string;
  readonly startMs?: number;
  readonly callMs?: number;
  readonly maxLineBytes?: number;
}

/**
 * A port as a process that answers calls. After the first fault every call is rejected with that
 * fault.
 */
export interface Client {
  readonly hello: InitializeResult;
  /**
   * Rejects with a `PortFault` where the port failed as a program; a refusal of the store is a
   * reply.
   */
  call(method: string, params: JsonObject): Promise<Reply>;
  /** Asks the port to end, waits `callMs`, then kills it. */
  close(): Promise<void>;
  /** Ends it now, as a power cut would end a process: SIGKILL to the whole group. */
  kill(): Promise<void>;
  stderr(): string;
}

/**
 * Starts a port and shakes hands with it. Rejects with a `PortFault` (`start`, `handshake`, ...)
 * where that fails.
 */
export async function connect(options: ClientOptions): Promise<Client> {
  const link = openLink(startProcess(options), options.maxLineBytes ?? defaultMaxLineBytes);
  const callMs = options.callMs ?? 10_000;
  try {
    const params = {
      protocol: { ...protocolRange },
      suite: { name: 'tearproof', version: options.suiteVersion ?? '0' },
      limits: { maxLineBytes: options.maxLineBytes ?? defaultMaxLineBytes },
    };
    const reply = await link.call('initialize', params, options.startMs ?? 10_000);
    const hello = readHello(reply);
    link.accept(hello.limits);
    return {
      hello,
      call: (method, callParams) => link.call(method, callParams, callMs),
      close: () => link.close(callMs),
      kill: () => link.kill(),
      stderr: () => link.stderr(),
    };
  } catch (error) {
    await link.kill();
    throw error;
  }
}

function readHello(reply: Reply): InitializeResult {
  if (reply.is === 'error') {
    throw new PortFault('handshake', `initialize was refused: ${asciiJson(reply.message)}`);
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
