import { opNames as appendLogOps } from '../../spec/append-log/ops.ts';
import type { Claims } from '../../spec/lib/port.ts';
import { codecs } from './codecs.ts';

/** What a port may aim at: a part of a kind that can be judged by itself. */
export const profileNames = ['codec', 'reader', 'core', 'full'] as const;

export type Profile = (typeof profileNames)[number];

interface Parts {
  /** Opens for reading, and reads; empty where the kind has no such part. */
  readonly reader: readonly string[];
  readonly core: readonly string[];
  /** Not in `full`: what only one of the policies has, or what no other operation rests on. */
  readonly optional: readonly string[];
}

// Written down here and in ports/PROTOCOL.md; a test compares them with the kinds and the page.
const parts: Readonly<Record<string, Parts>> = {
  'session-store-v2': {
    reader: [
      'inspect', 'drop', 'lookup', 'all', 'from', 'tail', 'path', 'segment', 'index', 'summary', 'state',
      'readCheckpoint', 'ledger', 'readManifest', 'validate',
    ],
    core: ['create', 'append', 'all', 'drop'],
    optional: ['sync'],
  },
  'append-log': { reader: [], core: appendLogOps, optional: [] },
  'wal-segment': {
    reader: ['frames', 'verify', 'replay'],
    core: ['open', 'append', 'sync', 'close', 'replay'],
    optional: [],
  },
  'fast-segment': {
    reader: [],
    core: ['open', 'append', 'syncGroup', 'readCommitted', 'close'],
    optional: [],
  },
}; // prettier-ignore

/**
 * The operations of each profile of a kind. `codec` has none yet: no kind has operations that turn
 * bytes into records without a store. Throws where the kind is not served.
 */
export function profileOps(kind: string): Readonly<Record<Profile, readonly string[]>> {
  const found = Object.hasOwn(parts, kind) ? parts[kind] : undefined;
  const codec = codecs.find((one) => one.kind === kind);
  if (found === undefined || codec === undefined) throw new Error(`no profiles of ${kind}`);
  const full = Object.keys(codec.methods).filter((name) => !found.optional.includes(name));
  return { codec: [], reader: found.reader, core: found.core, full };
}

/**
 * What is wrong with the claims of all kinds that are served; those that we do not know are left to
 * later versions.
 */
export function falseClaims(kinds: Readonly<Record<string, Omit<KindClaims, 'kind'>>>): string[] {
  return Object.entries(kinds).flatMap(([kind, claims]) =>
    Object.hasOwn(parts, kind) ? claimProblems({ kind, ...claims }) : [],
  );
}

type KindClaims = Pick<Claims, 'kind' | 'profiles' | 'ops'>;

/**
 * What is wrong with the claims of a kind that is served, a sentence each: a profile without its
 * operations, or the core unclaimed. Names that the kind does not have are left to later versions.
 */
export function claimProblems(claims: KindClaims): string[] {
  const ops = new Set(claims.ops);
  const of = profileOps(claims.kind);
  const asked = profileNames.filter((name) => name === 'core' || claims.profiles.includes(name));
  return asked.flatMap((name) => {
    if (name !== 'core' && of[name].length === 0) {
      return [`the kind ${claims.kind} has no profile ${name}`];
    }
    const missing = of[name].filter((op) => !ops.has(op));
    const what = name === 'core' ? 'the core, which no port can leave out' : `profile ${name}`;
    return missing.length === 0
      ? []
      : [`${claims.kind} lacks operations of ${what}: ${missing.join(', ')}`];
  });
}
