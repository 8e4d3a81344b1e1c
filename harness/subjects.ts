import { createDisk } from '../faults/disk.ts';
import type { Policy } from '../spec/lib/port.ts';
import type { Subject } from './plan.ts';
import { storeRoot } from './drive.ts';
import type { Beat, Trial } from './judge.ts';
import type { Kind, PortMaker } from './kind.ts';
import { appendLog } from './kinds/append-log.ts';
import { fastSegment } from './kinds/fast-segment.ts';
import { sessionStoreV2 } from './kinds/session-store-v2.ts';
import { walSegment } from './kinds/wal-segment.ts';
import { findBug } from './zoo/index.ts';

/** A kind whose operations, answers and states are its own business. */
export type AnyKind = Kind<unknown, unknown>;

/** Every kind, in the order in which they are run. */
export const kinds: readonly AnyKind[] = [sessionStoreV2, fastSegment, walSegment, appendLog];

/** A name that no kind, store or planted bug has; the command line ends with exit code 2. */
export class UnknownName extends Error {
  readonly code = 'unknown_name';
  constructor(what: string, name: string, known: readonly string[]) {
    super(`no ${what} is called "${name}"; known: ${known.join(', ')}`);
    this.name = 'UnknownName';
  }
}

/** The kind of that name. Throws `UnknownName`. */
export function kindNamed(name: string): AnyKind {
  const kind = kinds.find((k) => k.name === name);
  if (kind === undefined)
    throw new UnknownName(
      'kind',
      name,
      kinds.map((k) => k.name),
    );
  return kind;
}

/**
 * A port of a kind by name: `safe`, `original`, or `bug:<id>` for a planted bug. Rejects with
 * `UnknownName`.
 */
export async function subjectOf(
  kindName: string,
  store: string,
  policy: Policy,
  beat?: Beat,
): Promise<Subject<unknown, unknown, unknown, unknown>> {
  const kind = kindNamed(kindName);
  const make = store.startsWith('bug:')
    ? await findBug(kindName, store.slice('bug:'.length))
    : kind.ports[store];
  if (make === undefined) throw new UnknownName('store', store, Object.keys(kind.ports));
  return { trial: trialOf(kind, make, policy, beat), by: store };
}

/** A trial of any port of a kind. */
export function trialOf<O, R, S, D>(
  kind: Kind<O, R, S, D>,
  make: PortMaker<O, R>,
  policy: Policy,
  beat?: Beat,
): Trial<O, R, S, D> {
  const { claims } = make(createDisk(new Map(), { root: storeRoot }).fs, storeRoot);
  const machine = kind.machine(policy, claims);
  return { kind, make, policy, machine, claims, ...(beat === undefined ? {} : { beat }) };
}
