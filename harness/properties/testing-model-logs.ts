import type { Random } from '../../faults/random.ts';
import type { Policy } from '../../spec/lib/port.ts';
import { storeRoot } from '../drive.ts';
import { createDisk } from '../../faults/disk.ts';
import type { Kind } from '../kind.ts';
import type { ModelSubject } from './testing-model.ts';

/**
 * Either store of a kind, held to its machine; `odd` are operations that drafts never ask, `large`
 * what takes so much memory that it is asked now and then only.
 */
export function modelOf<O, R, S, D>(
  kind: Kind<O, R, S, D>,
  store: Policy,
  odd: readonly O[],
  large: readonly O[] = [],
): ModelSubject<O, R, S, D> {
  const make = kind.ports[store];
  if (make === undefined) throw new Error(`${kind.name} has no store ${store}`);
  const { claims } = make(createDisk(new Map(), { root: storeRoot }).fs, storeRoot);
  return {
    kind,
    store,
    make,
    ops: claims.ops,
    machine: kind.machine(store, claims),
    odd: (_state: S, random: Random) =>
      random.pick(large.length > 0 && random.chance(1, 200) ? large : odd),
  };
}
