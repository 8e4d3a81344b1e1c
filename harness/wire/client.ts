import type { JsonObject } from './ascii.ts';
import type { Ending } from './ending.ts';
import { defaultMaxLineBytes, protocolRange } from './envelope.ts';
import type { InitializeResult } from './envelope.ts';
import { PortFault, SuiteFault } from './fault.ts';
import { readHello } from './hello.ts';
import { openLink } from './link.ts';
import { checkCall } from './outgoing.ts';
import { startProcess } from './process.ts';
import type { SpawnOptions } from './process.ts';
import type { Reply } from './reply.ts';

/** Times are multiplied by `timeFactor`, which is 1 where missing. */
export interface ClientOptions extends SpawnOptions {
  readonly suiteVersion?: string;
  readonly startMs?: number;
  readonly callMs?: number;
  /** How long it may take to end when it was asked, and again when it was sent SIGTERM. */
  readonly endMs?: number;
  readonly timeFactor?: number;
  readonly maxLineBytes?: number;
  /** Calls are sent whatever they are: for asking what no suite asks. */
  readonly unchecked?: true;
}

/**
 * A port as a process that answers calls. After the first fault every call is rejected with that
 * fault.
 */
export interface Client {
  readonly hello: InitializeResult;
  /**
   * Rejects with a `PortFault` where the port failed as a program, with a `SuiteFault` where the
   * call does not fit the protocol: nothing is sent then. A refusal of the store is a reply.
   */
  call(method: string, params: JsonObject): Promise<Reply>;
  /** Asks the port to end, and makes it end where that is not enough. Never rejects. */
  close(): Promise<Ending>;
  /** Ends it now, as a power cut would end a process: SIGKILL to the whole group. */
  kill(): Promise<void>;
  stderr(): string;
}

/** So many times as long as any other may a call take that makes the port make megabytes. */
const longCalls = 6;

const madeBy = new WeakMap<Client, ClientOptions>();

/**
 * Starts a port and shakes hands with it. Rejects with a `PortFault` (`start`, `handshake`, ...)
 * where that fails.
 */
export async function connect(options: ClientOptions): Promise<Client> {
  const factor = options.timeFactor ?? 1;
  const startMs = (options.startMs ?? 10_000) * factor;
  const callMs = (options.callMs ?? 10_000) * factor;
  const endMs = (options.endMs ?? 3000) * factor;
  const maxLineBytes = options.maxLineBytes ?? defaultMaxLineBytes;
  const link = openLink(startProcess(options), maxLineBytes);
  try {
    const params = {
      protocol: { ...protocolRange },
      suite: { name: 'tearproof', version: options.suiteVersion ?? '0' },
      limits: { maxLineBytes },
    };
    checkCall('initialize', params);
    const hello = readHello(await link.call('initialize', params, startMs));
    link.accept(hello.limits);
    const client: Client = {
      hello,
      async call(method, callParams) {
        const isLong = options.unchecked !== true && checkCall(method, callParams).isLong;
        return link.call(method, callParams, isLong ? longCalls * callMs : callMs);
      },
      close: () => link.close(callMs, endMs),
      kill: () => link.kill(),
      stderr: () => link.stderr(),
    };
    madeBy.set(client, options);
    return client;
  } catch (error) {
    await link.kill();
    throw error;
  }
}

/**
 * A new process of the same port, with these variables instead of the first's of the same names.
 * Rejects with the fault `claims-changed` where it says other things of itself, and as `connect`
 * does.
 */
export async function connectAgain(
  client: Client,
  env: Readonly<Record<string, string>> = {},
): Promise<Client> {
  const options = madeBy.get(client);
  if (options === undefined) throw new SuiteFault('this client was not made by connect');
  const again = await connect({ ...options, env: { ...options.env, ...env } });
  const members = changedMembers(client.hello, again.hello);
  if (members.length === 0) return again;
  await again.kill();
  const say = `started again, the port answers initialize otherwise: ${members.join(', ')}`;
  throw new PortFault('claims-changed', say, { stderr: again.stderr() });
}

function changedMembers(before: InitializeResult, after: InitializeResult): readonly string[] {
  const [was, is] = [before, after].map((hello) => new Map(Object.entries(hello)));
  const names = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])];
  return names.filter((name) => sorted(was?.get(name)) !== sorted(is?.get(name)));
}

/** The order of an object's members says nothing. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))
      : part,
  );
}
