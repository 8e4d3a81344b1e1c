/**
 * How much of a port in another process is seen. `images`: it is handed directories that faults
 * left, on every system. `traced`: its system calls are recorded too, on Linux with strace.
 */
export const reaches = ['images', 'traced'] as const;
export type Reach = (typeof reaches)[number];

/** A port in another process, as plain data that can cross into a worker. */
export interface PortRequest {
  /** The program and its arguments, given to the system as they are, without a shell. */
  readonly command: readonly string[];
  readonly reach: Reach;
  /** Every time that the port is given is multiplied by this. */
  readonly timeoutFactor: number;
  /** So many states are walked at once at most, as far as the port takes so many calls; or 8. */
  readonly inFlight?: number;
  /** An existing folder for its stores, which nobody else uses; whoever made it removes it. */
  readonly work: string;
}
