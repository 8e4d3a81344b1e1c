import type { CallMade } from '../../faults/errors/types.ts';
import { visible } from '../lib/show.ts';

/** The calls of a run that were made to fail, or to do less than they were asked. */
export function failuresIn(calls: readonly CallMade[]): CallMade[] {
  return calls.filter((call) => call.failed !== undefined || call.done !== undefined);
}

/** What was made of a call: `EIO from fsync log`, `a short write of log (3 of 20 bytes)`. */
export function failureText({ call, path, to, failed, took, told, bytes, done }: CallMade): string {
  const name = call.replace(/Sync$/, '');
  const paths = [path, to].filter((one) => one !== undefined).join(' -> ');
  const what = visible(`${name}${paths === '' ? '' : ` ${paths}`}`);
  if (failed === undefined) return `a short ${what} (${done ?? 0} of ${bytes ?? 0} bytes)`;
  const notes = [
    ...(told === false ? ['the caller was told ok'] : []),
    ...(took === true ? ['it was done all the same'] : []),
    ...(done !== undefined && bytes !== undefined ? [`${done} of ${bytes} bytes were done`] : []),
  ];
  return `${failed} from ${what}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}

/** The failures of one step as lines; calls are counted from 1, readers and stats included. */
export function failureLines(calls: readonly CallMade[], step: number): string[] {
  const failed = failuresIn(calls).filter((call) => call.step === step);
  const shown = failed.length > failuresMost ? failed.slice(0, failuresMost - 1) : failed;
  const lines = shown.map((call) => `⚡ ${failureText(call)}, file call ${call.nth + 1}`);
  const rest = failed.length - shown.length;
  return rest === 0 ? lines : [...lines, `⚡ and ${rest} more of its calls fail`];
}

/** Of a step in which more calls fail, the first ones are shown. */
const failuresMost = 4;
