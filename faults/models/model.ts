/** What a lost write leaves: the bytes before, zeros, or noise. */
export type Left = 'old' | 'zeros' | 'garbage';

/** What a model promises about the order in which units become durable. */
export type Order =
  /** Whole calls, one after the other: nothing is kept behind something that is lost. */
  | 'everything'
  | 'same block'
  | 'sizes of a file'
  | 'extension after earlier writes'
  | 'size after earlier writes'
  /** The data of a file that is renamed over another is durable before the rename. */
  | 'data before replacing rename';

/**
 * Which units a power cut may lose on one file system, as data. It is only ever asked whether a
 * choice is allowed.
 */
export interface PersistenceModel {
  readonly name: string;
  readonly source: string;
  readonly confidence: 'high' | 'medium' | 'low';
  /** True where a fsync that succeeded is believed, so that a finding under it counts. */
  readonly honest: boolean;
  /** Bytes of a block, the granule of what is kept or lost; 'call' where whole calls are. */
  readonly blockBytes: 512 | 4096 | 'call';
  /** Order among names: of all, within a directory, or none. */
  readonly names: 'total' | 'directory' | 'free';
  readonly order: readonly Order[];
  readonly lost: { readonly overwrite: readonly Left[]; readonly extension: readonly Left[] };
  readonly fsync: {
    /** What a sync of a file makes durable. */
    readonly file: readonly ('data' | 'size' | 'own name' | 'all names')[];
    /** What a sync of a directory makes durable: the names in it, or nothing. */
    readonly dir: 'names' | 'nothing';
  };
}
