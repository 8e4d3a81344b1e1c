import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { dealOver } from '../../../harness/deal.ts';
import {
  runWorker,
  type CheckRequest,
  type FoundBefore,
  type SubjectSource,
} from '../../../harness/engine.ts';
import { beatInto } from '../../../harness/heartbeat.ts';

/** What the watching thread gives a worker. */
export interface EngineWork {
  readonly request: CheckRequest;
  /** The worker's number, from 0, and the deal that its histories come from. */
  readonly number: number;
  readonly deal: SharedArrayBuffer;
  readonly heartbeat: SharedArrayBuffer;
  /** URL of a module whose `portOf` gives a port of somebody else's; our own by default. */
  readonly portModule?: string;
}

const { request, number, deal, heartbeat, portModule } = workerData as EngineWork;
const port = parentPort!;
const foreign = (portModule === undefined ? {} : await import(portModule)) as {
  readonly portOf?: SubjectSource;
};

/** Read without waiting: a worker that is busy with a port never gets to its messages. */
function foundBefore(): FoundBefore[] {
  const all: FoundBefore[] = [];
  for (;;) {
    const received = receiveMessageOnPort(port);
    if (received === undefined) return all;
    all.push(received.message as FoundBefore);
  }
}

const tell = (told: unknown): void => port.postMessage(told);
const beat = beatInto(heartbeat);
await runWorker(request, { number, deal: dealOver(deal), tell, beat, foundBefore }, foreign.portOf);
