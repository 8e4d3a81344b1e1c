import { SuiteFault } from '../wire/fault.ts';
import type { Feed } from './feed.ts';
import type { Tracer } from './tracer.ts';

/** What a port is awaited by. */
export interface Awaited {
  readonly feed: Feed;
  readonly tracer: Tracer;
  /** The number of the answer that is awaited. */
  readonly due: number;
}

/** Watches a port until it has answered, or failed to: where it is stopped, it is let go on. */
export async function letGoOn(
  asked: Promise<unknown>,
  { feed, tracer, due }: Awaited,
  halted: () => Promise<void>,
): Promise<void> {
  const port = { isOver: false };
  const over = (): void => void (port.isOver = true);
  asked.then(over, over);
  while (!port.isOver) {
    feed.pump(tracer.tail, due);
    const tids = feed.stopped();
    if (tids.length === 0) await aMoment();
    else {
      await halted();
      for (const tid of tids) signal(tid, 'SIGCONT');
    }
  }
}

/** Reads the trace until it holds the answer; each line of it comes right after its call. */
export async function catchUp({ feed, tracer, due }: Awaited, waitMs: number): Promise<void> {
  for (let turn = 0; turn < waitMs + 200; turn++) {
    const { isOver } = tracer;
    feed.pump(tracer.tail, due);
    if (feed.answers >= due) return;
    if (isOver) throw new SuiteFault('strace ended before the port');
    if (turn < 200) await new Promise((resolve) => void setImmediate(resolve));
    else await aMoment();
  }
  throw new SuiteFault('the trace holds no answer of the port');
}

/** A millisecond, about. */
export const aMoment = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 1));

/** Sends a signal to the process of a thread, where that still runs. */
export function signal(tid: number, name: NodeJS.Signals): void {
  try {
    process.kill(tid, name);
  } catch {
    // It has ended meanwhile, which whoever asks it next is told.
  }
}
