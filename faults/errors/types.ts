import type { Path } from '../../spec/lib/image.ts';
import type { CallName } from '../disk/around.ts';

/** A file call of a run: the `nth` one, from 0, of its step. */
export interface CallSite {
  readonly step: number;
  readonly nth: number;
}

/** What is made to go wrong in a run; a repro holds it as it stands here. */
export type Injection =
  /**
   * The call answers `errno` without an effect, or after it. Persistent: so does every later call
   * of the same name. With `bytes`, of a write, only so many arrived before the error.
   */
  | {
      readonly is: 'error';
      readonly at: CallSite;
      readonly errno: string;
      readonly when: 'before' | 'after';
      readonly lasting: 'once' | 'persistent';
      readonly bytes?: number;
    }
  /**
   * A read or a write does only `bytes` of what it was asked; with `nextErrno` the next write
   * fails.
   */
  | {
      readonly is: 'short';
      readonly at: CallSite;
      readonly bytes: number;
      readonly nextErrno?: string;
    }
  /** So much space is left at the start; from step `backAtStep` on there is plenty. */
  | { readonly is: 'space'; readonly budgetBytes: number; readonly backAtStep?: number }
  /**
   * A sync of a file fails as file systems do. `clean`: the pages count as written and are not,
   * later syncs succeed without them. `late`: this sync answers success and the next one of the
   * file fails. `revert`: the file goes back to what it was at its last sync, for readers too.
   */
  | {
      readonly is: 'sync';
      readonly at: CallSite;
      readonly way: 'clean' | 'late' | 'revert';
      readonly errno: 'EIO' | 'ENOSPC';
    };

/** One file call of a run as the disk served it. Paths as in the op log. */
export interface CallMade extends CallSite {
  readonly call: CallName;
  /** Of a call on a descriptor, the path that it was opened by. */
  readonly path?: Path;
  readonly to?: Path;
  /** What a descriptor leads to. */
  readonly on?: 'file' | 'dir' | 'other';
  /** Bytes that a read or write asked for. */
  readonly bytes?: number;
  /** Where in its file a write begins. */
  readonly from?: number;
  /** Set where the call needs space: bytes of content in use before it, less those at the start. */
  readonly spaceBytes?: number;
  /** The errno that was injected here, also where the caller was not told. */
  readonly failed?: string;
  /** The call had its effect although it failed. */
  readonly took?: true;
  /** The caller was told that all went well. */
  readonly told?: false;
  /** Bytes that a call cut short did. */
  readonly done?: number;
  /** What the file system answered by its own rules (`ENOENT`), or what the call was refused as. */
  readonly refused?: string;
}
