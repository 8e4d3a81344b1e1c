/** What was seen of a worker since it was last looked at, in milliseconds. */
export interface Look {
  readonly wallMs: number;
  /** Processor time of the whole process, and how many workers shared it. */
  readonly cpuMs: number;
  readonly workers: number;
  /** How much of the time the worker's loop was busy: [0, 1]. */
  readonly busy: number;
}

/** A machine that is busy with others may keep a worker from going on for so many timeouts. */
const starvedMost = 5;

/** How long a worker has given no sign of life, as it counts and by the wall clock. */
export interface Silence {
  readonly quietMs: number;
  readonly wallMs: number;
}

export const noSilence: Silence = { quietMs: 0, wallMs: 0 };

/**
 * A silence that went on. Who waits for what never comes is silent by the wall clock. Who is busy
 * is silent only for as long as it was given a processor: on a machine that is busy with others, an
 * engine at work is no port that hangs.
 */
export function longer(silence: Silence, { wallMs, cpuMs, workers, busy }: Look): Silence {
  const quietMs = busy < 0.5 ? wallMs : Math.min(wallMs, cpuMs / Math.max(1, workers));
  return { quietMs: silence.quietMs + quietMs, wallMs: silence.wallMs + wallMs };
}

/** True where a worker has been silent for too long. */
export function isHang({ quietMs, wallMs }: Silence, timeoutMs: number): boolean {
  return quietMs >= timeoutMs || wallMs >= starvedMost * timeoutMs;
}
