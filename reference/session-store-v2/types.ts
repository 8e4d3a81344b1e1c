/**
 * One line of a segment; `payload` is its raw JSON text. Lengths are bytes, sequence numbers u64.
 */
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

/** One line of the offset index; `byteLength` counts the line's LF. */
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

/** One line of the migration ledger; `errorClass` is null where the member is absent. */
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

/** One repair, as data: which bytes [from, to) of which file, why, and where they were kept. */
export interface Repair {
  readonly did: 'cut' | 'adopted' | 'rebuilt' | 'set aside' | 'finished';
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly why: string;
  readonly keptIn?: string;
}

/** Something that opening saw and left as it is. */
export interface Notice {
  readonly code: string;
  readonly file?: string;
  readonly detail?: string;
}

export interface Opened {
  readonly entryCount: bigint;
  readonly repairs: readonly Repair[];
  readonly notices: readonly Notice[];
}

/** What is to be appended; `payload` is JSON text. */
export interface Entry {
  readonly id: string;
  readonly parent: string | null;
  readonly type: string;
  readonly payload: string;
}

/** An open handle. Every method throws a `StoreError`. */
export interface SessionStore {
  readonly opened: Opened;
  append(entry: Entry): Row;
  sync(): void;
  close(): void;
  lookup(entrySeq: bigint): Frame | null;
  all(): readonly Frame[];
  from(entrySeq: bigint): readonly Frame[];
  tail(count: bigint): readonly Frame[];
  path(leafId: string): readonly Frame[];
  segment(segmentSeq: bigint): readonly Frame[];
  index(): readonly Row[];
  summary(): {
    readonly entryCount: bigint;
    readonly firstEntrySeq: bigint;
    readonly lastEntrySeq: bigint;
    readonly lastEntryId: string;
  } | null;
  state(): {
    readonly entryCount: bigint;
    readonly chainHash: string;
    readonly totalBytes: bigint;
    readonly head: Head | null;
  };
  checkpoint(seq: bigint, reason: string): Checkpoint;
  readCheckpoint(seq: bigint): Checkpoint | null;
  rollback(seq: bigint, ids: { migrationId: string; correlationId: string }): MigrationEvent;
  ledgerAppend(event: MigrationEvent): void;
  ledger(): readonly MigrationEvent[];
  manifest(ids: { sessionId: string; sourceFormat: string }): Manifest;
  readManifest(): Manifest | null;
  rebuild(): bigint;
  validate(): void;
}
