"""The manifest, computed from what the entries say."""

from collections import Counter

from ..codec import U8
from .records import (
    GENESIS, MANIFEST_SCHEMA, Counters, Entry, Files, Head, Integrity, Invariants, Manifest,
    chain_at, chain_step, sealed,
)  # fmt: skip


def head_of(entries: list[Entry]) -> Head | None:
    """The last entry; None in an empty store."""
    if not entries:
        return None
    row = entries[-1].row
    return Head(row.segment_seq, row.entry_seq, row.entry_id)


def manifest_of(
    entries: list[Entry], session_id: str, source_format: str, times: tuple[str, str]
) -> Manifest:
    """The manifest of a store that was found whole; `times` are those of making and of now."""
    return sealed(
        Manifest(
            schema=MANIFEST_SCHEMA, store_version=U8(2), session_id=session_id,
            source_format=source_format, created_at=times[0], updated_at=times[1],
            head=head_of(entries) or Head(0, 0, ''),
            counters=_counters(entries),
            files=Files(
                segment_dir='segments/',
                segment_count=len({entry.row.segment_seq for entry in entries}),
                index_path='index/offsets.jsonl', checkpoint_dir='checkpoints/',
                migration_ledger_path='migrations/ledger.jsonl',
            ),
            integrity=Integrity(
                chain_hash=chain_at(entries, len(entries)), manifest_hash='',
                last_crc32c=entries[-1].row.crc32c if entries else '00000000',
            ),
            invariants=_invariants(entries),
        )
    )


def _counters(entries: list[Entry]) -> Counters:
    types = Counter(entry.type for entry in entries)
    children = Counter(entry.parent_id for entry in entries if entry.parent_id is not None)
    return Counters(
        entries_total=len(entries), messages_total=types['message'],
        branches_total=sum(1 for count in children.values() if count > 1),
        compactions_total=types['compaction'],
        bytes_total=entries[-1].total if entries else 0,
    )


def _invariants(entries: list[Entry]) -> Invariants:
    seen: set[str] = set()
    closed = True
    chain = GENESIS
    for entry in entries:
        seen.add(entry.row.entry_id)
        closed = closed and (entry.parent_id is None or entry.parent_id in seen)
        chain = chain_step(chain, entry.payload_sha256)
    rows = [entry.row for entry in entries]
    return Invariants(
        parent_links_closed=closed,
        monotonic_entry_seq=all(row.entry_seq == i + 1 for i, row in enumerate(rows)),
        monotonic_segment_seq=all(
            a.segment_seq <= b.segment_seq for a, b in zip(rows, rows[1:], strict=False)
        ),
        # Every frame was read and compared before this is computed.
        index_within_segment_bounds=True, branch_heads_indexed=True, checkpoints_monotonic=True,
        hash_chain_valid=chain == chain_at(entries, len(entries)),
    )
