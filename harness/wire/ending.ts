import { PortFault } from './fault.ts';
import type { Death } from './fault.ts';
import { shownShort } from '../lib/shown.ts';
import type { PortProcess } from './process.ts';
import type { Stray } from './strays.ts';

/** How a port ended that was asked to. */
export interface Ending {
  /** Null where the process could not be started. */
  readonly death: Death | null;
  /** What had to be used, because being asked was not enough. */
  readonly forced: 'SIGTERM' | 'SIGKILL' | null;
  /** What it had started and left running; all of it has been ended. */
  readonly strays: readonly Stray[];
  /** The first thing that was wrong, before the end or at it; null where nothing was. */
  readonly fault: PortFault | null;
}

/**
 * Ends a port whose `shutdown` was answered: the end of its input, then SIGTERM, then SIGKILL, each
 * after `endMs` more. `before` is the fault that it had already.
 */
export async function endPort(
  process: PortProcess,
  endMs: number,
  before: PortFault | null,
): Promise<Ending> {
  let forced: Ending['forced'] = null;
  process.noteKin();
  process.stdin.end();
  const kill = (): void => {
    if (process.hasExited()) return;
    forced = 'SIGKILL';
    process.kill();
  };
  let timer = setTimeout(() => {
    if (process.hasExited()) return;
    forced = 'SIGTERM';
    process.terminate();
    timer = setTimeout(kill, endMs);
  }, endMs);
  const end = await process.ended;
  clearTimeout(timer);
  const death = end instanceof Error ? null : end;
  const strays = process.strays();
  const fault = before ?? faultAtEnd({ death, forced, strays }, endMs, process.stderr());
  return { death, forced, strays, fault };
}

function faultAtEnd(
  { death, forced, strays }: Omit<Ending, 'fault'>,
  endMs: number,
  stderr: string,
): PortFault | null {
  const details = { stderr, ...(death === null ? {} : { death }) };
  if (forced !== null) {
    const then = forced === 'SIGKILL' ? ', nor after SIGTERM' : '';
    const say = `the port did not end within ${endMs} ms of shutdown${then}`;
    return new PortFault('refuses-to-exit', say, details);
  }
  if (strays.length > 0) {
    const names = strays.map(({ pid, name, leftGroup }) => {
      const where = leftGroup ? ', in a group of its own' : '';
      return `${shownShort(name, 40)} (${pid}${where})`;
    });
    return new PortFault('orphan', `the port left running: ${names.join(', ')}`, details);
  }
  if (death === null || (death.exitCode === 0 && death.signal === null)) return null;
  const how = death.signal === null ? `exit code ${death.exitCode}` : death.signal;
  return new PortFault('died', `after shutdown the port ended with ${how}, not 0`, details);
}
