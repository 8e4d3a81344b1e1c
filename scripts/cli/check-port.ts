import * as fs from 'node:fs';
import * as path from 'node:path';
import { shown } from '../../harness/lib/shown.ts';
import type { PortRequest } from '../../harness/remote/request.ts';
import { openRemote, type Remote } from '../../harness/remote/subject.ts';
import { makeWorkFolder } from '../../harness/remote/work.ts';
import { PortFault } from '../../harness/wire/fault.ts';
import { inFlightOf, timeoutFactorOf, type AskedPort, type CheckFlags } from './check-request.ts';
import { exit, UsageError } from './lib/exit.ts';

/** Lines of a port's stderr that are shown with its failure. */
const stderrLinesMost = 32;

/**
 * Starts a port, asks what it serves, and gives that to `run`; afterwards neither process nor file
 * of it is left. Answers 3 where it cannot be started or shakes no hands. Throws `UsageError` where
 * the program does not stand behind `--`.
 */
export async function onPort(
  command: readonly string[],
  flags: Pick<CheckFlags, 'reach' | 'timeoutFactor' | 'inFlight'>,
  run: (asked: AskedPort, remote: Remote) => Promise<number>,
): Promise<number> {
  if (!process.argv.includes('--')) {
    throw new UsageError(`a port stands behind --: tearproof check -- ${command.join(' ')}`);
  }
  const timeoutFactor = timeoutFactorOf(flags);
  const inFlight = inFlightOf(flags);
  const work = makeWorkFolder();
  const { reach = 'images' } = flags;
  const port: PortRequest = { command, reach, timeoutFactor, ...inFlight, work: work.dir };
  try {
    const remote = await openRemote(port, fs.mkdtempSync(path.join(work.dir, 'asked-')));
    try {
      // While workers have processes of their own, this one is of no use.
      await remote.rest();
      return await run({ port, kinds: remote.kinds }, remote);
    } finally {
      await remote.close();
    }
  } catch (error) {
    if (!(error instanceof PortFault)) throw error;
    for (const line of faultLines(error)) process.stderr.write(`${line}\n`);
    return exit.cannotStart;
  } finally {
    work.remove();
  }
}

/** A failure of a port as a program, for people. */
function faultLines({ fault, message, stderr }: PortFault): readonly string[] {
  const lines = stderr.trimEnd().split('\n').slice(-stderrLinesMost);
  return [
    `error: the port cannot be tried (${fault}): ${shown(message)}`,
    ...(stderr.trim() === '' ? [] : ['it wrote to stderr:', ...lines.map((l) => `  ${shown(l)}`)]),
  ];
}
