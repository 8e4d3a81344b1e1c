import { parentPort, workerData } from 'node:worker_threads';
import { runCheck, type CheckRequest } from '../../../harness/engine.ts';
import { beatInto } from '../../../harness/heartbeat.ts';
import { fileSink } from '../../../harness/sink.ts';

/** What the watching thread gives the engine. */
export interface EngineWork {
  readonly request: CheckRequest;
  readonly dir: string;
  readonly heartbeat: SharedArrayBuffer;
}

const { request, dir, heartbeat } = workerData as EngineWork;
const sink = fileSink(dir);
const tell = {
  event: (event: Parameters<typeof sink.event>[0]) => {
    sink.event(event);
    parentPort?.postMessage(event);
  },
  keep: (repro: Parameters<typeof sink.keep>[0]) => sink.keep(repro),
};
await runCheck(request, tell, beatInto(heartbeat));
sink.close();
