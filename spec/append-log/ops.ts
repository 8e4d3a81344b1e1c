/** `none`: an `ok` survives what the port claims; `entry`: an append is synced before its `ok`. */
export type Durability = 'none' | 'entry';

/**
 * Every operation of a log, as data. There is one handle: an operation without an open log answers
 * `no-handle`, and a second `open` answers `already-open`. An absent `durability` is `none`.
 */
export type Op =
  | { readonly op: 'open'; readonly durability?: Durability }
  | { readonly op: 'append'; readonly payload: Uint8Array }
  | { readonly op: 'sync' }
  | { readonly op: 'read' }
  | { readonly op: 'close' };

/** What each operation answers when it is ok; `read` answers every payload in order. */
export interface Values {
  readonly open: null;
  readonly append: null;
  readonly sync: null;
  readonly read: readonly Uint8Array[];
  readonly close: null;
}

export type Value = Values[keyof Values];

/** The names of all operations: the core, which no port leaves unclaimed. */
export const opNames = ['open', 'append', 'sync', 'read', 'close'] as const;
