import type { Image, Path } from '../spec/lib/image.ts';

/**
 * The number of an inode, one per file system object. In a log the store's root has 1, node k of
 * `base` (in the order of iteration) k + 2, the nodes of `outside` follow, and objects made later
 * take the next numbers, never used again.
 */
export type Ino = number;

/** What a `name` call brought into being where its inode had no name before. */
export type Made =
  { readonly is: 'file' } | { readonly is: 'dir' } | { readonly is: 'link'; readonly to: string };

/**
 * One thing that a store asked of the file system. Paths below the store's root are relative, all
 * others absolute.
 */
export type Call =
  | { readonly do: 'write'; readonly ino: Ino; readonly from: number; readonly bytes: Uint8Array }
  | { readonly do: 'size'; readonly ino: Ino; readonly to: number }
  /** Create, mkdir, symlink (with `made`) or link; `ino` null: unlink or rmdir. */
  | { readonly do: 'name'; readonly at: Path; readonly ino: Ino | null; readonly made?: Made }
  | { readonly do: 'rename'; readonly from: Path; readonly to: Path }
  | { readonly do: 'sync'; readonly ino: Ino; readonly dataOnly: boolean };

/** How a call of the log failed. */
export interface Failed {
  readonly errno: string;
  readonly injected: boolean;
  /** The call had its effect, and an error was reported all the same. */
  readonly took?: boolean;
  /** The caller was told that all went well: a sync that made nothing durable, told too late. */
  readonly told?: false;
  /**
   * Of a sync of a file: what was pending of it counts as written from here on, and no later sync
   * writes it. A power cut may lose it unless it is written anew.
   */
  readonly forgets?: true;
}

/**
 * An entry of the log. A call with `failed` had no effect unless `took` is true; a sync that failed
 * is no barrier then. What the file system refuses by its own rules (`EEXIST`, say) never reached
 * the disk and is not in the log.
 */
export type Event =
  | {
      readonly is: 'call';
      readonly step: number;
      readonly actor: number;
      readonly call: Call;
      readonly failed?: Failed;
      /** Nobody asked for this: the file system put a file back after a sync that failed. */
      readonly reverts?: true;
    }
  /** The step was answered with success: from here on what it promised is owed. */
  | { readonly is: 'ack'; readonly step: number };

/** What reached the file system, in order, and the tree that it began with. */
export interface OpLog {
  readonly base: Image;
  /** What stood outside the store's root, under absolute paths; missing means nothing. */
  readonly outside?: Image;
  readonly events: readonly Event[];
  /** Calls that were served, or refused, without a faithful model; a report must show them. */
  readonly notModelled: readonly string[];
  /**
   * `step` where the calls of a step were made up from the trees before and after it: the tree is
   * known between steps only.
   */
  readonly grain?: 'step';
}

/** The inode number of the store's root in every log. */
export const ROOT_INO: Ino = 1;

/**
 * True where the event changed what a reader of the running system sees: everything that took
 * effect but syncs.
 */
export function isChange(event: Event): event is Event & { readonly is: 'call' } {
  if (event.is !== 'call' || event.call.do === 'sync') return false;
  return event.failed === undefined || event.failed.took === true;
}
