/**
 * What a port did wrong as a program, told apart: `start` it could not be started; `died`; `hang`
 * no answer in time; `noise` something on stdout that is no message; `invalid-json`;
 * `line-too-long`; `unknown-id` an answer to a call that was never made; `duplicate-reply`;
 * `refused-call` it could not read our line or call; `not-served` a method that it does not have;
 * `schema` an answer that does not fit its schema; `handshake`; `closed` the caller ended it.
 */
export type FaultName =
  | 'start'
  | 'died'
  | 'hang'
  | 'noise'
  | 'invalid-json'
  | 'line-too-long'
  | 'unknown-id'
  | 'duplicate-reply'
  | 'refused-call'
  | 'not-served'
  | 'schema'
  | 'handshake'
  | 'closed';

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
