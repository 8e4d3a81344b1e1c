import { parentPort, workerData } from 'node:worker_threads';
import { runCheck, type CheckRequest, type SubjectSource } from '../../../harness/engine.ts';
import { beatInto } from '../../../harness/heartbeat.ts';
import { fileSink } from '../../../harness/sink.ts';

/** What the watching thread gives the engine. */
export interface EngineWork {
  readonly request: CheckRequest;
  readonly dir: string;
  readonly heartbeat: SharedArrayBuffer;
  /** URL of a module whose `portOf` gives a port of somebody else's; our own by default. */
  readonly portModule?: string;
}

const { request, dir, heartbeat, portModule } = workerData as EngineWork;
const foreign = (portModule === undefined ? {} : await import(portModule)) as {
  readonly portOf?: SubjectSource;
};
const sink = fileSink(dir);
const tell = {
  event: (event: Parameters<typeof sink.event>[0]) => {
    sink.event(event);
    parentPort?.postMessage(event);
  },
  keep: (repro: Parameters<typeof sink.keep>[0]) => sink.keep(repro),
};
await runCheck(request, tell, beatInto(heartbeat), foreign.portOf);
sink.close();
