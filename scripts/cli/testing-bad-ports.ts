import type { SubjectSource } from '../../harness/engine.ts';
import { logPort } from '../../harness/kinds/append-log-port.ts';
import { kindNamed, trialOf } from '../../harness/subjects.ts';
import { openLog } from '../../ports/examples/append-log.ts';

/** Logs that wait for ever on a torn record, or end the thread that they run in, by their names. */
export const portOf: SubjectSource = async (kindName, store, policy, beat) => {
  const make = logPort((fs, dir, durability) => {
    const bytes = fs.existsSync(`${dir}/log`) ? fs.readFileSync(`${dir}/log`) : Buffer.alloc(0);
    const isTorn = bytes.length > 0 && bytes.length < 8;
    if (isTorn && store === 'hanging') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    if (isTorn && store === 'exiting') process.exit(0);
    return openLog(fs, dir, durability);
  });
  const trial = trialOf(kindNamed(kindName), make as never, policy, beat);
  return { trial, by: store };
};
