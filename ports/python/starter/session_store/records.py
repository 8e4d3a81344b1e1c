"""The records of the format; fields stand in the order in which they are written."""

import hashlib
from dataclasses import dataclass, field, replace

from ..codec import U8, encode

FRAME_SCHEMA = 'pi.session_store_v2.segment_frame.v1'
ROW_SCHEMA = 'pi.session_store_v2.offset_index.v1'
CHECKPOINT_SCHEMA = 'pi.session_store_v2.checkpoint.v1'
MANIFEST_SCHEMA = 'pi.session_store_v2.manifest.v1'
EVENT_SCHEMA = 'pi.session_store_v2.migration_event.v1'
INTENT_SCHEMA = 'tearproof.rollback_intent.v1'

GENESIS = '0' * 64


@dataclass(frozen=True, slots=True)
class Frame:
    """One entry as a line of a segment."""

    schema: str
    segment_seq: int
    frame_seq: int
    entry_seq: int
    entry_id: str
    parent_entry_id: str | None
    entry_type: str
    timestamp: str
    payload_sha256: str
    payload_bytes: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """Where an entry stands: one line of the index. The length counts the LF."""

    schema: str
    entry_seq: int
    entry_id: str
    segment_seq: int
    frame_seq: int
    byte_offset: int
    byte_length: int
    crc32c: str
    state: str

    @property
    def end(self) -> int:
        """The offset behind the line."""
        return self.byte_offset + self.byte_length


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head that a rollback goes back to."""

    schema: str
    checkpoint_seq: int
    at: str
    head_entry_seq: int
    head_entry_id: str
    snapshot_ref: str
    compacted_before_entry_seq: int
    chain_hash: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found of a store behind a migration."""

    entry_count_match: bool
    hash_chain_match: bool
    index_consistent: bool


@dataclass(frozen=True, slots=True)
class Event:
    """What was done to the whole store: one line of the ledger."""

    schema: str
    migration_id: str
    phase: str
    at: str
    source_path: str
    target_path: str
    source_format: str
    target_format: str
    verification: Verification
    outcome: str
    error_class: str | None
    correlation_id: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry; zeros and an empty id where there is none."""

    segment_seq: int
    entry_seq: int
    entry_id: str


@dataclass(frozen=True, slots=True)
class Counters:
    entries_total: int
    messages_total: int
    branches_total: int
    compactions_total: int
    bytes_total: int


@dataclass(frozen=True, slots=True)
class Files:
    segment_dir: str
    segment_count: int
    index_path: str
    checkpoint_dir: str
    migration_ledger_path: str


@dataclass(frozen=True, slots=True)
class Integrity:
    chain_hash: str
    manifest_hash: str
    last_crc32c: str


@dataclass(frozen=True, slots=True)
class Invariants:
    parent_links_closed: bool
    monotonic_entry_seq: bool
    monotonic_segment_seq: bool
    index_within_segment_bounds: bool
    branch_heads_indexed: bool
    checkpoints_monotonic: bool
    hash_chain_valid: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the store says of itself."""

    schema: str
    store_version: U8
    session_id: str
    source_format: str
    created_at: str
    updated_at: str
    head: Head
    counters: Counters
    files: Files
    integrity: Integrity
    invariants: Invariants


@dataclass(frozen=True, slots=True)
class Mark:
    """A state of the store by its last entry."""

    segment_seq: int
    entry_seq: int
    chain_hash: str


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a rollback ends; `byte_length` is what stays of that segment."""

    segment_seq: int
    entry_seq: int
    entry_id: str
    chain_hash: str
    byte_length: int


@dataclass(frozen=True, slots=True)
class Intent:
    """A rollback that has begun."""

    schema: str
    checkpoint_seq: int
    migration_id: str
    correlation_id: str
    at: str
    before: Mark
    after: Goal
    heads: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is remembered of an entry: all but its payload. Chain and total include it."""

    row: Row
    parent_id: str | None
    type: str
    payload_sha256: str
    chain: str
    total: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The ends of a store that holds entries."""

    entry_count: int
    first_entry_seq: int
    last_entry_seq: int
    last_entry_id: str


@dataclass(frozen=True, slots=True)
class State:
    """What a store is by its last entry; the bytes are those of all lines."""

    entry_count: int
    chain_hash: str
    total_bytes: int
    head: Head | None


@dataclass(frozen=True, slots=True)
class Repair:
    """What was done to the bytes [from, to) of a file, why, and where they were kept."""

    did: str
    file: str
    from_: int
    to: int
    why: str
    kept_in: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What was found and left as it is."""

    code: str
    file: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening answers."""

    entry_count: int
    repairs: list[Repair] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def sha256(data: bytes) -> str:
    """SHA-256 as records spell it."""
    return hashlib.sha256(data).hexdigest()


def chain_step(chain: str, payload_sha256: str) -> str:
    """The chain hash behind one more payload: over both hashes as text."""
    return sha256((chain + payload_sha256).encode('utf-8'))


def chain_at(entries: list[Entry], count: int) -> str:
    """The chain hash of the first `count` entries."""
    return entries[count - 1].chain if count else GENESIS


def entry_of(frame: Frame, row: Row, before: Entry | None) -> Entry:
    """What to remember of a frame that stands behind another entry."""
    return Entry(
        row=row,
        parent_id=frame.parent_entry_id,
        type=frame.entry_type,
        payload_sha256=frame.payload_sha256,
        chain=chain_step(before.chain if before else GENESIS, frame.payload_sha256),
        total=(before.total if before else 0) + row.byte_length,
    )


def row_of(frame: Frame, start: int, length: int, crc: str) -> Row:
    """The row that a frame asks for."""
    return Row(
        schema=ROW_SCHEMA, entry_seq=frame.entry_seq, entry_id=frame.entry_id,
        segment_seq=frame.segment_seq, frame_seq=frame.frame_seq, byte_offset=start,
        byte_length=length, crc32c=crc, state='active',
    )


def sealed(manifest: Manifest) -> Manifest:
    """The manifest with its own hash: over the compact form in which that is empty."""
    blank = replace(manifest, integrity=replace(manifest.integrity, manifest_hash=''))
    digest = sha256(encode(blank))
    return replace(blank, integrity=replace(blank.integrity, manifest_hash=digest))
