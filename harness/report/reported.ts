import { visible } from '../lib/show.ts';
import type { KindResults } from '../results.ts';

/** Whose fault a finding is under a model that no store is asked to bear. */
const faultOf: Readonly<Record<string, string>> = {
  'lying-fsync': 'the device: it reports syncs that it did not make',
  'ext4-writeback': 'the file system: mounted so, it shows stale data after a power cut',
  apfs: 'the file system: fsync does not reach the disk there, F_FULLFSYNC would',
  ntfs: 'the file system',
  adversarial: 'nobody yet: no file system is known to leave such states',
};

/** Who is to blame for what is found under a model whose findings do not count, and why. */
export const whoseFault = (model: string): string => faultOf[model] ?? 'the file system';

/**
 * What else is laid to a model: a power cut behind a sync that failed, once the store was opened
 * again on the same running system, where no reader can know what is not on the disk.
 */
const alsoOf: Readonly<Record<string, string>> = {
  'lying-fsync': '; or a sync had failed, and the log was opened again before the power was cut',
};

/** Each model fills at most this many findings' worth of a line. */
const namedMost = 4;

/** What was found under models whose findings do not count: a line a model, worst first. */
export function reportedLines({ reported }: KindResults): string[] {
  const models = [...new Set(reported.map((one) => one.model))];
  return models.map((model) => {
    const own = reported.filter((one) => one.model === model);
    const found = own.map(({ clause, anomaly }) => `${clause} ${anomaly}`);
    const more = found.length > namedMost ? `, ${found.length - namedMost} more` : '';
    const whose = `${whoseFault(model)}${alsoOf[model] ?? ''}`;
    return visible(`${model} (${whose}): ${found.slice(0, namedMost).join(', ')}${more}`);
  });
}
