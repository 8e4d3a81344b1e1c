import type { Policy } from '../../spec/lib/port.ts';
import { judgedOf } from '../judge.ts';
import { subjectOf } from '../subjects.ts';
import type { AnySubject, Remote } from './subject.ts';

/** Who replays a repro on a port in another process. */
export interface Replayer {
  readonly trial: AnySubject['trial'];
  /** True where the history can be run again: the port made it, or a store of ours did. */
  readonly isMade: boolean;
  /** True where the calls of that history are those of the port, so that advice is for it. */
  readonly isSeen: boolean;
}

/** True for a name that repros have for a store of ours. */
export function isOurs(by: string): boolean {
  return by === 'safe' || by === 'original' || by.startsWith('bug:');
}

/**
 * The port as one that replays a repro which `by` made (null where nobody is named): the history of
 * a store of ours is run by that store again, and the port walks over what it leaves.
 */
export async function replayerOf(
  remote: Remote,
  { kind, policy, by }: { readonly kind: string; readonly policy: Policy; readonly by: string | null }, // prettier-ignore
): Promise<Replayer> {
  const subject = await remote.subject(kind, policy);
  const own = subject.ofHistory === undefined ? subject : subject.ofHistory(ownIndex);
  const { trial } = own;
  const isSeen = subject.rungs === undefined;
  if (by === null) return { trial, isMade: false, isSeen };
  if (nameIn(by) === nameIn(subject.by)) return { trial, isMade: true, isSeen };
  // Nothing is known of a format that is each port's own: bytes of ours would mean nothing to it.
  if (!isOurs(by) || trial.kind.structuralDamage === undefined) {
    return { trial, isMade: false, isSeen };
  }
  const { make, machine, claims } = (await subjectOf(kind, by, policy)).trial;
  const made = { ...trial, make, machine, claims, judged: judgedOf(trial) };
  return { trial: made, isMade: true, isSeen: false };
}

/** A history that is the port's own, wherever some are. */
const ownIndex = 2;

/** The version of a port may have changed since. */
const nameIn = (by: string): string => by.replace(/ [^ ]*$/, '');
