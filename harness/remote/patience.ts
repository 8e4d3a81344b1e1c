import type { PortFault } from '../wire/fault.ts';

/**
 * A port has hung so often that its next hang ends a history: each costs all the time that it is
 * given, and is told no better than those before it.
 */
export class OutOfPatience extends Error {
  override readonly name = 'OutOfPatience';
  readonly fault: PortFault;

  constructor(fault: PortFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** So many hangs of one worker's port are outcomes of their states. */
export const hangsMost = 6;
