import type { Subject } from '../plan.ts';
import { kindOfClaimed, machineOfAskable } from '../remote/narrowed.ts';
import { profileNames, profileOps } from '../wire/profiles.ts';

type AnySubject = Subject<unknown, unknown, unknown, unknown>;

/** The operations of a profile of a kind; none where the kind has no such part. */
export function opsOfProfile(kind: string, profile: string): readonly string[] {
  const part = profileNames.find((name) => name === profile);
  return part === undefined ? [] : profileOps(kind)[part];
}

/**
 * A store of this process that is asked for no more than a profile. Where that lacks the core, the
 * histories are still those of the whole store: only the walks over what faults left are narrowed.
 */
export function inProfile(subject: AnySubject, profile: string | undefined): AnySubject {
  if (profile === undefined) return subject;
  const { trial } = subject;
  const { kind, claims, machine } = trial;
  const part = opsOfProfile(kind.name, profile);
  const ops = claims.ops.filter((op) => part.includes(op));
  const hasCore = kind.core.every((op) => ops.includes(op));
  const isAsked = (op: unknown): boolean => ops.includes(kind.nameOf(op));
  return {
    ...subject,
    trial: {
      ...trial,
      kind: kindOfClaimed(kind, ops),
      machine: hasCore ? machineOfAskable(machine, isAsked) : machine,
      claims: { ...claims, ops },
    },
  };
}
