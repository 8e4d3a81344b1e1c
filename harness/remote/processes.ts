import { threadId } from 'node:worker_threads';
import { connect, connectAgain, type Client, type ClientOptions } from '../wire/client.ts';
import { PortFault } from '../wire/fault.ts';
import { memoryOf, type Memory } from './memory.ts';

/** The process of one port: ended and started anew as often as that is wanted. */
export interface Processes {
  /** As it shook hands the first time; every later process has answered the same. */
  readonly hello: Client['hello'];
  /** The memory of the process that runs. */
  readonly memory: Memory;
  /**
   * The process that runs, started anew where the last one is gone. Rejects with a `PortFault`
   * where that fails.
   */
  client(): Promise<Client>;
  /** Notes that the process of this client is not to be asked any more. */
  lose(client: Client): void;
  /** Ends the process; the next call gets a fresh one. */
  renew(): Promise<void>;
  /** Asks the process to end. Answers the first fault at its end, or null. */
  close(): Promise<PortFault | null>;
  /** Others of the same port, beside these; none is started before it is asked for. */
  another(): Processes;
}

/** A port that does not come up so many times in a row is not started again. */
const startsMost = 5;

/** Starts a port. Rejects with a `PortFault` where it cannot be started or shakes no hands. */
export async function startPort(options: ClientOptions): Promise<Processes> {
  const marker = nextMarker();
  const env = { ...options.env, [seriesName]: marker };
  const first = await connect({ ...options, env });
  return processesOf(first, marker, first);
}

/** The variable by which the processes of a series are found. */
const seriesName = 'TEARPROOF_SERIES';
let series = 0;

const nextMarker = (): string => `${process.pid}-${threadId}-${++series}.`;

/** A series whose processes are as the first one was; `running` is one of its own, if any is. */
function processesOf(first: Client, marker: string, running: Client | null): Processes {
  let current = running;
  let last = first;
  let starting: Promise<Client> | null = null;
  let memory = memoryOf(marker);
  let failedStarts = 0;
  const start = async (): Promise<Client> => {
    if (failedStarts >= startsMost) {
      throw new PortFault('start', `the port did not come up ${startsMost} times in a row`);
    }
    failedStarts++;
    const fresh = await connectAgain(last, { [seriesName]: marker });
    failedStarts = 0;
    memory = memoryOf(marker);
    current = last = fresh;
    return fresh;
  };
  return {
    hello: first.hello,
    get memory() {
      return memory;
    },
    async client() {
      if (current !== null) return current;
      // Several may ask at once; all of them get the one that is started.
      starting ??= start().finally(() => {
        starting = null;
      });
      return starting;
    },
    lose(client) {
      if (client === current) current = null;
    },
    async renew() {
      const old = current;
      current = null;
      await old?.kill();
    },
    async close() {
      const old = current;
      current = null;
      return old === null ? null : (await old.close()).fault;
    },
    another: () => processesOf(first, nextMarker(), null),
  };
}
