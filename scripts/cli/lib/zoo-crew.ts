import { on } from 'node:events';
import { startWorker } from '../../../harness/lib/worker.ts';
import type { Catch, MatrixRequest } from '../../../harness/zoo/matrix.ts';

/**
 * The rows of `matrix` in the same order, hunted by so many workers. Rejects where a worker fails;
 * the others are ended then, and where nobody asks for more.
 */
export async function* matrixBy(request: MatrixRequest, jobs: number): AsyncGenerator<Catch> {
  const crew = Array.from({ length: jobs }, (_, nth) =>
    rowsOf({ ...request, part: { nth, of: jobs } }),
  );
  try {
    for (let nth = 0; ; nth = (nth + 1) % jobs) {
      const row = await crew[nth]!.next();
      if (row === null) return;
      yield row;
    }
  } finally {
    await Promise.all(crew.map((one) => one.stop()));
  }
}

interface Rows {
  /** The next row of this worker, or null where it has no more. */
  next(): Promise<Catch | null>;
  stop(): Promise<unknown>;
}

function rowsOf(request: MatrixRequest): Rows {
  const worker = startWorker(import.meta.url, './zoo-worker', request);
  const told = on(worker, 'message', { close: ['exit'] }) as AsyncIterator<[Catch]>;
  return {
    async next() {
      const turn = await told.next();
      return turn.done === true ? null : turn.value[0];
    },
    stop: () => worker.terminate(),
  };
}
