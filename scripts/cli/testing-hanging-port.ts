import { logPort } from '../../harness/kinds/append-log-port.ts';
import type { SubjectSource } from '../../harness/engine.ts';
import { kindNamed, trialOf } from '../../harness/subjects.ts';
import { openLog } from '../../ports/examples/append-log.ts';

/** A log that waits for ever on a file whose last record is torn. */
export const portOf: SubjectSource = async (kindName, _store, policy, beat) => {
  const make = logPort((fs, dir, durability) => {
    const bytes = fs.existsSync(`${dir}/log`) ? fs.readFileSync(`${dir}/log`) : Buffer.alloc(0);
    if (bytes.length > 0 && bytes.length < 8) for (;;);
    return openLog(fs, dir, durability);
  });
  const trial = trialOf(kindNamed(kindName), make as never, policy, beat);
  return { trial, by: 'hanging' };
};
