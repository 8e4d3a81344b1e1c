import * as fs from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { readHeartbeat } from './heartbeat.ts';
import type { WatchdogWork } from './watchdog.ts';

const { heartbeat, timeoutMs, file } = workerData as WatchdogWork;
const everyMs = Math.min(250, timeoutMs);
let last = -1;
let quietMs = 0;

setInterval(() => {
  const { beats } = readHeartbeat(heartbeat);
  quietMs = beats === last ? quietMs + everyMs : 0;
  last = beats;
  if (quietMs < timeoutMs) return;
  const { last: tried } = readHeartbeat(heartbeat);
  fs.writeFileSync(file, `${JSON.stringify(tried, null, 2)}\n`);
  // The main thread is busy for ever, so nothing that goes through it would be seen.
  fs.writeSync(2, `tearproof: hang: the port did not come back; what was tried is in ${file}\n`);
  process.kill(process.pid, 'SIGKILL');
}, everyMs);
parentPort?.postMessage('awake');
