import type { Notice, Repair } from '../lib/judge.ts';

/** One line of a segment. `payload` is the raw JSON text as it stands in the file. */
export interface Frame {
  readonly schema: string;
  readonly segmentSeq: bigint;
  readonly frameSeq: bigint;
  readonly entrySeq: bigint;
  readonly entryId: string;
  readonly parentEntryId: string | null;
  readonly entryType: string;
  readonly timestamp: string;
  readonly payloadSha256: string;
  readonly payloadBytes: bigint;
  readonly payload: string;
}

/** One line of `index/offsets.jsonl`; `byteLength` includes the line's LF. */
export interface Row {
  readonly schema: string;
  readonly entrySeq: bigint;
  readonly entryId: string;
  readonly segmentSeq: bigint;
  readonly frameSeq: bigint;
  readonly byteOffset: bigint;
  readonly byteLength: bigint;
  readonly crc32c: string;
  readonly state: string;
}

export interface Head {
  readonly segmentSeq: bigint;
  readonly entrySeq: bigint;
  readonly entryId: string;
}

export interface Checkpoint {
  readonly schema: string;
  readonly checkpointSeq: bigint;
  readonly at: string;
  readonly headEntrySeq: bigint;
  readonly headEntryId: string;
  readonly snapshotRef: string;
  readonly compactedBeforeEntrySeq: bigint;
  readonly chainHash: string;
  readonly reason: string;
}

export interface Manifest {
  readonly schema: string;
  readonly storeVersion: number;
  readonly sessionId: string;
  readonly sourceFormat: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly head: Head;
  readonly counters: {
    readonly entriesTotal: bigint;
    readonly messagesTotal: bigint;
    readonly branchesTotal: bigint;
    readonly compactionsTotal: bigint;
    readonly bytesTotal: bigint;
  };
  readonly files: {
    readonly segmentDir: string;
    readonly segmentCount: bigint;
    readonly indexPath: string;
    readonly checkpointDir: string;
    readonly migrationLedgerPath: string;
  };
  readonly integrity: {
    readonly chainHash: string;
    readonly manifestHash: string;
    readonly lastCrc32c: string;
  };
  readonly invariants: {
    readonly parentLinksClosed: boolean;
    readonly monotonicEntrySeq: boolean;
    readonly monotonicSegmentSeq: boolean;
    readonly indexWithinSegmentBounds: boolean;
    readonly branchHeadsIndexed: boolean;
    readonly checkpointsMonotonic: boolean;
    readonly hashChainValid: boolean;
  };
}

/** One line of `migrations/ledger.jsonl`; `errorClass` is null where the member is absent. */
export interface MigrationEvent {
  readonly schema: string;
  readonly migrationId: string;
  readonly phase: string;
  readonly at: string;
  readonly sourcePath: string;
  readonly targetPath: string;
  readonly sourceFormat: string;
  readonly targetFormat: string;
  readonly verification: {
    readonly entryCountMatch: boolean;
    readonly hashChainMatch: boolean;
    readonly indexConsistent: boolean;
  };
  readonly outcome: string;
  readonly errorClass: string | null;
  readonly correlationId: string;
}

export interface Summary {
  readonly entryCount: bigint;
  readonly firstEntrySeq: bigint;
  readonly lastEntrySeq: bigint;
  readonly lastEntryId: string;
}

/** What opening answers. `original` reports no repair and no notice. */
export interface Opened {
  readonly entryCount: bigint;
  readonly repairs: readonly Repair[];
  readonly notices: readonly Notice[];
}

export interface State {
  readonly entryCount: bigint;
  readonly chainHash: string;
  readonly totalBytes: bigint;
  readonly head: Head | null;
}

/**
 * `none`: what is written survives a kill; `entry`: every append is synced before it is
 * acknowledged.
 */
export type Durability = 'none' | 'entry';

type On<Name extends string, Rest = unknown> = { readonly op: Name; readonly h: string } & Rest;

/**
 * Every operation, as data; `h` names the handle it goes to. An operation on a handle that is not
 * open answers the code `no-handle`. `payload` is JSON text. `sync` and `close` are the safe
 * store's; `drop` forgets a handle as a process death would.
 */
export type Op =
  | On<
      'create',
      {
        readonly max: bigint;
        readonly durability?: Durability;
        readonly onGap?: 'refuse' | 'keep-prefix';
      }
    >
  | On<'inspect', { readonly max: bigint }>
  | On<
      'append',
      {
        readonly id: string;
        readonly parent: string | null;
        readonly type: string;
        readonly payload: string;
      }
    >
  | On<'sync'>
  | On<'close'>
  | On<'drop'>
  | On<'lookup', { readonly seq: bigint }>
  | On<'all'>
  | On<'from', { readonly seq: bigint }>
  | On<'tail', { readonly n: bigint }>
  | On<'path', { readonly leaf: string }>
  | On<'segment', { readonly seq: bigint }>
  | On<'index'>
  | On<'summary'>
  | On<'state'>
  | On<'checkpoint', { readonly seq: bigint; readonly reason: string }>
  | On<'readCheckpoint', { readonly seq: bigint }>
  | On<
      'rollback',
      { readonly seq: bigint; readonly migrationId: string; readonly correlationId: string }
    >
  | On<'ledgerAppend', { readonly event: MigrationEvent }>
  | On<'ledger'>
  | On<'manifest', { readonly sessionId: string; readonly sourceFormat: string }>
  | On<'readManifest'>
  | On<'rebuild'>
  | On<'validate'>
  | { readonly op: 'sidecar'; readonly path: string }
  | { readonly op: 'hasSidecar'; readonly path: string };

/** What each operation answers when it is ok. */
export interface Values {
  readonly create: Opened;
  readonly inspect: Opened;
  readonly append: Row;
  readonly sync: null;
  readonly close: null;
  readonly drop: null;
  readonly lookup: Frame | null;
  readonly all: readonly Frame[];
  readonly from: readonly Frame[];
  readonly tail: readonly Frame[];
  readonly path: readonly Frame[];
  readonly segment: readonly Frame[];
  readonly index: readonly Row[];
  readonly summary: Summary | null;
  readonly state: State;
  readonly checkpoint: Checkpoint;
  readonly readCheckpoint: Checkpoint | null;
  readonly rollback: MigrationEvent;
  readonly ledgerAppend: null;
  readonly ledger: readonly MigrationEvent[];
  readonly manifest: Manifest;
  readonly readManifest: Manifest | null;
  /** The number of rows written. */
  readonly rebuild: bigint;
  /** null where the store is whole; a broken store is an error outcome. */
  readonly validate: null;
  readonly sidecar: string;
  readonly hasSidecar: boolean;
}

export type Value = Values[keyof Values];
