/**
 * What a port did wrong as a program, told apart:
 *
 * - `start` it could not be started; `handshake`; `claims-changed` between two starts of one run
 * - `died`; `hang` no answer in time; `half-line` no answer in time, but the beginning of one
 * - `noise` something on stdout that is no message; `invalid-json`; `line-too-long`; `flood` far
 *   more than that, without an end or without an answer
 * - `unknown-id` an answer to a call that was never made; `duplicate-reply`; `echo` a call instead
 *   of an answer; `schema` an answer that does not fit its schema
 * - `refused-call` it could not read our line or call; `not-served` a method that it claims and
 *   does not have
 * - `closed-pipe` it closed stdin or stdout and runs on; `refuses-to-exit`; `orphan` it ended and
 *   left behind what it had started
 * - `closed` no fault: the caller ended it
 */
export const faultNames = [
  'start',
  'handshake',
  'claims-changed',
  'died',
  'hang',
  'half-line',
  'noise',
  'invalid-json',
  'line-too-long',
  'flood',
  'unknown-id',
  'duplicate-reply',
  'echo',
  'schema',
  'refused-call',
  'not-served',
  'closed-pipe',
  'refuses-to-exit',
  'orphan',
  'closed',
] as const;

export type FaultName = (typeof faultNames)[number];

/** How a process ended; both are null where it still runs. */
export interface Death {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/**
 * A port failed as a program. `message` is one sentence; `stderr` is the end of what it wrote
 * there.
 */
export class PortFault extends Error {
  override readonly name = 'PortFault';
  readonly fault: FaultName;
  readonly stderr: string;
  readonly death: Death | null;

  constructor(
    fault: FaultName,
    message: string,
    details: { readonly stderr?: string; readonly death?: Death } = {},
  ) {
    super(message);
    this.fault = fault;
    this.stderr = details.stderr ?? '';
    this.death = details.death ?? null;
  }
}

/** We were about to send what no suite may send: a defect of ours, which no port can help. */
export class SuiteFault extends Error {
  override readonly name = 'SuiteFault';
}

/** Whose fault it is that no verdict of the store could be formed, and the verdict instead. */
export interface Blame {
  readonly blame: 'port' | 'suite';
  readonly verdict: 'port_died' | 'timeout' | 'port_protocol' | 'harness_error';
}

/** Everything that is no fault of the port is one of the suite. */
export function blameOf(thrown: unknown): Blame {
  if (!(thrown instanceof PortFault)) return { blame: 'suite', verdict: 'harness_error' };
  if (thrown.fault === 'died') return { blame: 'port', verdict: 'port_died' };
  if (thrown.fault === 'hang') return { blame: 'port', verdict: 'timeout' };
  return { blame: 'port', verdict: 'port_protocol' };
}
