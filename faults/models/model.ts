import type { Left } from '../crash.ts';

/** What a model promises about the order in which units become durable. */
export type Order =
  /** Nothing is kept behind something that is lost. */
  | 'everything'
  | 'names'
  /** Writes that share a block, or a page of 4096 bytes where whole calls are the granule. */
  | 'same block'
  | 'sizes of a file'
  | 'new block after earlier writes'
  | 'size after earlier data'
  /** A file that is cut or grown by a call of its own has the data below its new end. */
  | 'length after the data below it'
  /** The data of a file that is renamed over another is durable before the rename. */
  | 'replacing rename after data';

/** What a completed sync makes durable: of its file, or of anything. */
export type Forced = 'data' | 'size' | 'own name' | 'names in it' | 'all names' | 'everything';

/** What a power cut can lose on one file system, and what it cannot. */
export interface Loses {
  /** What is kept or lost whole: a write call, or the part of one in a block of that many bytes. */
  readonly granule: 'call' | 4096 | 512;
  /** Where a size comes together with the data that makes it: beside, in new blocks, always. */
  readonly sizes: 'apart' | 'with new blocks' | 'with data';
  readonly order: readonly Order[];
  /** What a lost write may leave but the bytes before, in blocks that were and in new ones. */
  readonly overwrite: readonly ('zeros' | 'stale' | 'garbage')[];
  readonly newBlock: readonly ('zeros' | 'stale' | 'garbage')[];
  /** How a rename may be torn; an atomic one is not. */
  readonly rename: readonly ('both names' | 'neither')[];
  /** Whether a granule may be torn at any byte. */
  readonly tears: 'none' | 'bytes';
  /** What a completed sync makes durable; null where it is a lie. */
  readonly sync: null | {
    readonly file: readonly Forced[];
    readonly dir: readonly Forced[];
    /** What comes along: all that the order asks for, unless only the directories above do. */
    readonly brings?: 'directories above';
  };
}

/**
 * Which units a power cut may lose on one file system, as data. It is only ever asked whether a
 * choice is allowed.
 */
export interface PersistenceModel {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly confidence: 'high' | 'medium' | 'low';
  /** True where a sync that succeeded is believed, so that a finding under it counts. */
  readonly honest: boolean;
  /** From benign, 0, to hostile. */
  readonly rank: number;
  /** Null where every call is durable once it returns. */
  readonly loses: Loses | null;
}

/** What may be left of a lost unit of a kind under a model, beside what was there before. */
export function alphabetOf(
  loses: Loses,
  is: 'data' | 'size' | 'name' | 'rename',
  inNewBlock: boolean,
): readonly Exclude<Left, object>[] {
  if (is === 'data') return inNewBlock ? loses.newBlock : loses.overwrite;
  return is === 'rename' ? loses.rename : [];
}
