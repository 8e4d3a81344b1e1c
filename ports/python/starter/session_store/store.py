"""An open session store: appends, reads, and what is done to the store as a whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Literal

from ..disk import Disk, SyncFailed
from ..errors import StoreError
from . import documents, ledger, names, rollback
from .manifest import head_of, manifest_of
from .opening import recover
from .quarantine import keep
from .reading import frames_of, path_to
from .records import (
    CHECKPOINT_SCHEMA, EVENT_SCHEMA, FRAME_SCHEMA, Checkpoint, Entry, Event, Frame, Manifest,
    Notice, Opened, Row, State, Summary, chain_at, entry_of, sha256,
)  # fmt: skip
from .survey import OnGap, survey_beside_others
from .witnesses import fits, index_is_prefix, look_at_index, rows_text
from .writer import UndoFailed, Writer

Durability = Literal['none', 'entry']


class SessionStore:
    """A handle. Once another writer was noticed, or a sync or an undo failed, it only reads."""

    def __init__(
        self, disk: Disk, entries: list[Entry], writer: Writer | None, durability: Durability
    ) -> None:
        self.disk = disk
        self.entries = entries
        self._ids = {entry.row.entry_id for entry in entries}
        self._writer = writer
        self._durability = durability
        self._trouble: str | None = None if writer else 'read_only'
        self._refusal: str | None = None

    @classmethod
    def create(
        cls, disk: Disk, max_segment: int, durability: Durability = 'none', on_gap: OnGap = 'refuse'
    ) -> tuple['SessionStore', Opened]:
        """Opens or makes a store for writing; repairs are done and told."""
        _check_threshold(max_segment)
        found, repairs = recover(disk, on_gap)
        entries = found.recovered
        store = cls(disk, entries, Writer(disk, max_segment, entries), durability)
        return store, Opened(len(entries), repairs, found.notices)

    @classmethod
    def inspect(cls, disk: Disk, max_segment: int) -> tuple['SessionStore', Opened]:
        """Opens a store for reading; what a writing open would refuse is a notice."""
        _check_threshold(max_segment)
        found = survey_beside_others(disk)
        store = cls(disk, found.recovered, None, 'none')
        notices = [Notice(code) for code in found.refusals] or list(found.notices)
        if found.refusals:
            store._refusal = found.refusals[0]
        elif found.intent is not None:
            notices.append(Notice('rollback_pending', names.INTENT))
        return store, Opened(len(store.entries), [], notices)

    def append(
        self, entry_id: str, parent: str | None, entry_type: str, payload: str, at: str
    ) -> Row:
        """Adds an entry; what a later open would refuse is refused before the disk is touched."""
        with self._changing() as writer:
            data = documents.payload_bytes(entry_id, parent, entry_type, payload)
            if entry_id in self._ids:
                raise StoreError('entry-id-duplicate')
            if parent is not None and parent not in self._ids:
                raise StoreError('parent-missing')
            if len(self.entries) >= names.MAX_ENTRIES:
                raise StoreError('entry-sequence-overflow')
            if len(data) > names.MAX_LINE:  # Nothing that long need be hashed.
                raise StoreError('entry_too_large')
            template = Frame(
                schema=FRAME_SCHEMA, segment_seq=0, frame_seq=0, entry_seq=len(self.entries) + 1,
                entry_id=entry_id, parent_entry_id=parent, entry_type=entry_type, timestamp=at,
                payload_sha256=sha256(data), payload_bytes=len(data), payload=data,
            )
            frame, line = writer.place(
                lambda segment, place: replace(template, segment_seq=segment, frame_seq=place)
            )
            if len(line) > names.MAX_LINE:
                raise StoreError('entry_too_large')
            row = writer.append(frame, line)
            if self._durability == 'entry':
                # The frame is there. Whatever keeps it from being durable, nothing may follow it.
                self._trouble = 'poisoned'
                writer.sync_entries()
                self._trouble = None
        self.entries.append(entry_of(frame, row, self.entries[-1] if self.entries else None))
        self._ids.add(entry_id)
        return row

    def sync(self) -> None:
        """Makes all that was acknowledged durable."""
        with self._changing() as writer:
            writer.sync()

    def close(self) -> None:
        """Syncs, unless another writer has the files by now, and lets them go in any case."""
        trouble, self._trouble = self._trouble, 'closed'
        try:
            if trouble in ('closed', 'poisoned'):
                raise StoreError(trouble)
            if self._writer is not None and trouble is None and not self._writer.is_stale():
                self._writer.sync()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Lets the files go as the death of the process would."""
        if self._writer is not None:
            self._writer.release()

    def lookup(self, seq: int) -> Frame | None:
        """The frame with this entry number."""
        return next(self._frames(self.entries[seq - 1 : seq] if seq else []), None)

    def read_from(self, seq: int) -> list[Frame]:
        """The frames with at least this entry number."""
        return list(self._frames(self.entries[max(seq - 1, 0) :]))

    def tail(self, count: int) -> list[Frame]:
        """The last frames."""
        return list(self._frames(self.entries[max(len(self.entries) - count, 0) :]))

    def path(self, leaf: str) -> list[Frame]:
        """The frames from the root to a leaf."""
        self._may_read()
        return list(self._frames(path_to(self.entries, leaf)))

    def segment(self, seq: int) -> list[Frame]:
        """The verified frames of one segment."""
        return list(self._frames([e for e in self.entries if e.row.segment_seq == seq]))

    def rows(self) -> list[Row]:
        """The rows that the entries ask for, whatever the index says."""
        self._may_read()
        return [entry.row for entry in self.entries]

    def summary(self) -> Summary | None:
        """The ends of the store; None where it is empty."""
        rows = self.rows()
        if not rows:
            return None
        first, last = rows[0], rows[-1]
        return Summary(len(rows), first.entry_seq, last.entry_seq, last.entry_id)

    def state(self) -> State:
        """Entries, chain hash, bytes of all lines, and the head."""
        self._may_read()
        count = len(self.entries)
        total = self.entries[-1].total if self.entries else 0
        return State(count, chain_at(self.entries, count), total, head_of(self.entries))

    def checkpoint(self, seq: int, reason: str, at: str) -> Checkpoint:
        """Writes a head to go back to; another one of that number is kept in quarantine."""
        with self._changing() as writer:
            name = documents.checkpoint_name(seq)
            count = len(self.entries)
            made = Checkpoint(
                schema=CHECKPOINT_SCHEMA, checkpoint_seq=seq, at=at, head_entry_seq=count,
                head_entry_id=self.entries[-1].row.entry_id if count else '', snapshot_ref=name,
                compacted_before_entry_seq=0, chain_hash=chain_at(self.entries, count),
                reason=reason,
            )
            data = documents.encoded(made)
            old = self.disk.read(name, names.MAX_DOCUMENT)
            writer.sync()
            if old is not None and old != data:
                keep(self.disk, name, 0, len(old))
            self.disk.replace(name, names.checkpoint_temporary(seq), data)
            return made

    def read_checkpoint(self, seq: int) -> Checkpoint | None:
        """The checkpoint of this number; its head is not compared with the store."""
        self._may_read()
        return documents.read(self.disk, Checkpoint, documents.checkpoint_name(seq))

    def rollback(self, seq: int, migration_id: str, correlation_id: str, at: str) -> Event:
        """Goes back to a checkpoint, as a whole or not at all."""
        with self._changing() as writer:
            found = documents.read(self.disk, Checkpoint, documents.checkpoint_name(seq))
            if found is None:
                raise StoreError('checkpoint-not-found')
            if not fits(self.entries, found):
                raise StoreError('checkpoint_mismatch')
            found = replace(found, checkpoint_seq=seq)
            intent = rollback.plan(self.entries, found, migration_id, correlation_id, at)
            rollback.encoded(intent)
            writer.sync()
            self._trouble = 'poisoned'  # Until all is done: the next open finishes it.
            rollback.declare(self.disk, intent)
            self.entries = self.entries[: found.head_entry_seq]
            self._ids = {entry.row.entry_id for entry in self.entries}
            writer.release()
            event, _ = rollback.finish(self.disk, intent, self.entries)
            writer.look_again(self.entries)
            self._trouble = None
            return event

    def ledger_append(self, event: Event, at: str) -> None:
        """Adds an event; an empty schema or time is filled in."""
        with self._changing() as writer:
            whole = replace(event, schema=event.schema or EVENT_SCHEMA, at=event.at or at)
            ledger.encoded(whole)
            writer.sync()
            ledger.append_event(self.disk, whole)

    def read_ledger(self) -> list[Event]:
        """All events."""
        self._may_read()
        return ledger.read_events(self.disk)

    def write_manifest(self, session_id: str, source_format: str, at: str) -> Manifest:
        """Computes the manifest and writes it; the time of its making is kept."""
        with self._changing() as writer:
            try:
                old = documents.read(self.disk, Manifest, names.MANIFEST)
            except StoreError as error:
                if error.code in ('json', 'file_too_large'):
                    raise StoreError('manifest-unparsable') from error
                raise
            for _ in self._frames(self.entries):
                pass
            times = (old.created_at if old else at, at)
            try:
                made = manifest_of(self.entries, session_id, source_format, times)
            except UnicodeEncodeError as error:
                raise StoreError('not_unicode') from error
            data = documents.encoded(made)
            writer.sync()
            self.disk.replace(names.MANIFEST, names.MANIFEST_TEMPORARY, data)
            return made

    def read_manifest(self) -> Manifest | None:
        """The manifest as it stands."""
        self._may_read()
        return documents.read(self.disk, Manifest, names.MANIFEST)

    def rebuild(self) -> int:
        """Writes the index anew; old bytes that say more are kept."""
        with self._changing() as writer:
            stamp = self.disk.stamp(names.INDEX)
            if stamp is not None and not index_is_prefix(self.disk, self.entries):
                keep(self.disk, names.INDEX, 0, stamp[2])
            data = b''.join(rows_text(self.entries))
            self.disk.replace(names.INDEX, names.INDEX_TEMPORARY, data)
            writer.look_again(self.entries)
            return len(self.entries)

    def validate(self) -> None:
        """Reads every frame and row again; StoreError where one is not what it was."""
        self._may_read()
        if self._refusal is not None:
            raise StoreError(self._refusal)
        for _ in self._frames(self.entries):
            pass
        if self._writer is not None:
            why = look_at_index(self.disk, self.entries).why
            if why is not None:
                raise StoreError('json' if why == 'index_unreadable' else 'index-frame-mismatch')

    def _frames(self, entries: list[Entry]) -> Iterator[Frame]:
        self._may_read()
        return frames_of(self.disk, entries)

    def _may_read(self) -> None:
        if self._trouble == 'closed':
            raise StoreError('closed')

    @contextmanager
    def _changing(self) -> Iterator[Writer]:
        """Asks first whether this handle may still change anything."""
        if self._trouble is None and self._writer is not None and self._writer.is_stale():
            self._trouble = 'stale_handle'
        if self._trouble is not None or self._writer is None:
            raise StoreError(self._trouble or 'read_only')
        try:
            yield self._writer
        except (SyncFailed, UndoFailed):
            self._trouble = 'poisoned'
            raise
        except StoreError as error:
            if error.code == 'stale_handle' and self._trouble is None:
                self._trouble = 'stale_handle'
            raise


def _check_threshold(max_segment: int) -> None:
    if max_segment == 0:
        raise StoreError('max-segment-bytes-zero')
