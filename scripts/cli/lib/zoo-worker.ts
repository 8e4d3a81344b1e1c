import { parentPort, workerData } from 'node:worker_threads';
import { matrix, type MatrixRequest } from '../../../harness/zoo/matrix.ts';

const port = parentPort!;
for await (const row of matrix(workerData as MatrixRequest)) port.postMessage(row);
