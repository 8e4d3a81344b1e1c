import type { PortFault } from '../wire/fault.ts';

/**
 * A walk that tells nothing, and must be made once more. `the process failed` and `memory`: while
 * others were made on the same process, so that nobody knows whose doing it was; made alone, it is
 * told. `changed by reading`: files changed behind several calls that may not write; made with a
 * look after each call, it is told which did it.
 */
export class WalkAgain extends Error {
  override readonly name = 'WalkAgain';
  readonly why: 'the process failed' | 'memory' | 'changed by reading';
  /** What the process did, where it failed. */
  readonly fault: PortFault | null;

  constructor(why: WalkAgain['why'], fault: PortFault | null = null) {
    super(`${why}${fault === null ? '' : `: ${fault.message}`}`);
    this.why = why;
    this.fault = fault;
  }
}
