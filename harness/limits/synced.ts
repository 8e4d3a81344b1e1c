import { cutIn, fullySynced } from '../../faults/barriers.ts';
import { allows } from '../../faults/models/allows.ts';
import { modelNamed } from '../../faults/models/index.ts';
import { powerOf } from '../../faults/power.ts';
import type { OpLog } from '../../faults/oplog.ts';
import { cutOf, type Faultable, type SingleFault } from '../fault.ts';

const synced = new WeakMap<object, OpLog>();

/**
 * True where the very same loss could happen though a completed sync of file and directory followed
 * every call: then no missing sync is to blame for it. Whatever else a power cut lost is the
 * store's own doing.
 */
export function survivesEverySync(on: Faultable, fault: SingleFault): boolean {
  if (fault.is === 'none' || fault.is === 'damage') return false;
  // A kill loses nothing that syncs could save: it is the write in flight that is cut short.
  if (fault.is === 'kill') return fault.kill.partialBytes !== undefined;
  const cut = cutOf(on, fault.kill);
  if (cut === null) return false;
  let log = synced.get(on.log.events);
  if (log === undefined) synced.set(on.log.events, (log = fullySynced(on.log)));
  const choice = { cut: cutIn(on.log, log, cut.event), lost: fault.lost };
  return allows(powerOf(log).rules(modelNamed(fault.model)), choice);
}
