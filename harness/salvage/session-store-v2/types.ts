import type { Filled, LeftOut as AnyLeftOut, Reason as InWords } from '../salvager.ts';

/** Why bytes of the old store are not in the new one, or are there with a doubt. */
export const reasons = {
  bad_line: { says: 'a line that is no frame, or fails its hash' },
  too_long: { says: 'a line longer than a reader takes' },
  unread: { says: 'bytes that could not be read, or more than a salvage reads of one file' },
  duplicate_id: { says: 'an id that an earlier entry has' },
  // An entry without its parents would be a conversation without sense.
  parent_lost: { says: 'verifies, but an entry that it follows on is lost' },
  parent_cycle: { says: 'verifies, but its parents go in a circle' },
  // Members that a frame does not have are gone.
  rewritten: { says: 'kept, in canonical spelling', keeps: true },
  // Its payload fits its hash, but the line is not the one that the old index was written for.
  witness_disagrees: { says: 'kept, though the old index says otherwise', keeps: true },
  set_aside: { says: 'a file that a store had put aside' },
  not_a_file: { says: 'a link, a directory or a device in the place of a file' },
  checkpoint_stale: { says: 'its head is not in the new store' },
  checkpoint_unreadable: { says: 'a checkpoint that cannot be read' },
  manifest_unverified: { says: 'a manifest that does not verify' },
  event_unreadable: { says: 'a ledger line that is no event' },
  // The entries that it would have removed are kept.
  rollback_unfinished: { says: 'kept, though a rollback of it had begun', keeps: true },
} as const satisfies Readonly<Record<string, InWords>>;

export type Reason = keyof typeof reasons;

/** Bytes of the old store that are not in the new one as they were. */
export interface LeftOut extends AnyLeftOut {
  readonly reason: Reason;
}

/** Where a frame that verifies on its own stands; `file` counts the source files in order. */
export interface Found {
  readonly file: number;
  readonly from: number;
  readonly to: number;
  readonly entryId: string;
  readonly parentEntryId: string | null;
}

/** What a salvage of a session store did. */
export interface Report extends Filled {
  readonly segments: number;
  readonly chainHash: string;
  readonly manifest: boolean;
  readonly checkpoints: number;
  readonly events: number;
  readonly leftOut: readonly LeftOut[];
}
