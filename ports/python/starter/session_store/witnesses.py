"""What derived files say beside the verified entries, before anything of theirs is written anew."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from ..codec import decode, encode
from ..disk import Disk
from ..errors import StoreError
from ..json_text import NotJson
from . import names
from .lines import Line, lines_of
from .records import (
    ROW_SCHEMA, Checkpoint, Entry, Manifest, Notice, Repair, Row, chain_at,
)  # fmt: skip


# A shifted index contradicts every entry; nobody reads that many sentences.
_MOST_TOLD = 100


@dataclass(frozen=True, slots=True)
class IndexReport:
    """How the index stands to the entries; `why` is the reason to write it anew, or None."""

    size: int
    why: str | None = None
    is_prefix: bool = True
    notices: list[Notice] = field(default_factory=list)

    @property
    def is_behind(self) -> bool:
        """Nothing is wrong with it but that rows are missing: they can be added."""
        return self.why == 'index_behind' and self.is_prefix

    @property
    def must_be_replaced(self) -> bool:
        """It cannot become right by what is added to it."""
        return self.why is not None and not self.is_behind

    def repair(self, start: int, kept_in: str | None) -> Repair:
        """What was done, from a byte of the old file to its end."""
        return Repair('rebuilt', names.INDEX, start, self.size, self.why or '', kept_in)


@dataclass(slots=True)
class _Comparison:
    """The rows of a file beside those that are due."""

    rows: int = 0
    last_seq: int = 0
    unreadable: bool = False
    torn: bool = False
    differs: bool = False
    shifted: bool = False
    canonical: bool = True
    unterminated: bool = False
    contradictions: int = 0
    notices: list[Notice] = field(default_factory=list)

    def contradicts(self, old: Row, due: Row) -> None:
        """Both values are told: of some members the old row is the only other witness."""
        self.contradictions += 1
        if self.contradictions <= _MOST_TOLD:
            detail = f'{encode(old).decode()} where the entry asks for {encode(due).decode()}'
            self.notices.append(Notice('witness_disagrees', names.INDEX, detail))


def look_at_index(disk: Disk, entries: list[Entry]) -> IndexReport:
    """Compares the index with the rows that the entries ask for, line by line."""
    stamp = disk.stamp(names.INDEX)
    if stamp is None or stamp[2] == 0:
        return IndexReport(0, 'index_missing' if entries else None)
    with disk.opened(names.INDEX) as fd:
        size = os.fstat(fd).st_size
        found = _compare(lines_of(fd, size, names.MAX_LINE), entries)
        is_prefix = _is_prefix(fd, size, entries)
    if found.rows > len(entries) and found.last_seq > len(entries):
        found.notices.append(Notice('witness_ahead', names.INDEX))
    if found.contradictions > _MOST_TOLD:
        detail = f'{found.contradictions} rows in all'
        found.notices.append(Notice('witness_disagrees', names.INDEX, detail))
    why = _why(found, len(entries))
    if why is None and not found.canonical:
        found.notices.append(Notice('non_canonical', names.INDEX))
    return IndexReport(size, why, is_prefix, found.notices)


def rows_text(entries: list[Entry]) -> Iterator[bytes]:
    """The index that these entries ask for, row by row."""
    for entry in entries:
        yield encode(entry.row) + b'\n'


def behind(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The pieces without their first `size` bytes."""
    for piece in pieces:
        yield piece[size:]
        size = max(size - len(piece), 0)


def index_is_prefix(disk: Disk, entries: list[Entry]) -> bool:
    """Whether the index says nothing that the rows of these entries do not say."""
    stamp = disk.stamp(names.INDEX)
    if stamp is None:
        return True
    with disk.opened(names.INDEX) as fd:
        return _is_prefix(fd, stamp[2], entries)


def _why(found: _Comparison, due: int) -> str | None:
    reasons = (
        ('index_unreadable', found.unreadable),
        ('index_disagrees', found.differs),
        ('index_ahead', found.rows > due),
        ('index_disagrees', found.shifted),
        ('index_torn', found.torn),
        ('index_behind', found.rows < due),
        ('index_unterminated', found.unterminated),
    )
    return next((why for why, fits in reasons if fits), None)


def _compare(lines: Iterator[Line], entries: list[Entry]) -> _Comparison:
    found = _Comparison()
    for line in lines:
        if not line.terminated:
            found.unterminated = True
        if line.is_blank:
            found.canonical = False
            continue
        row = _row(line)
        if row is None and not line.terminated:
            found.torn = True
            continue
        due = _due(entries, found.rows, row)
        found.rows += 1
        if row is None:
            found.unreadable = True
            continue
        found.last_seq = row.entry_seq
        found.shifted = found.shifted or row.entry_seq != found.rows
        plain = replace(row, schema=ROW_SCHEMA, state='active')
        found.canonical = found.canonical and encode(plain) == line.data
        is_surplus = found.rows > len(entries)
        if due is not None and (is_surplus or plain != due):
            found.differs = found.differs or (not is_surplus and row.entry_seq == due.entry_seq)
            found.contradicts(row, due)
    return found


def _due(entries: list[Entry], place: int, row: Row | None) -> Row | None:
    """The row that belongs in this place; behind the last, that of the entry which is named."""
    if place < len(entries):
        return entries[place].row
    is_known = row is not None and 1 <= row.entry_seq <= len(entries)
    return entries[row.entry_seq - 1].row if row is not None and is_known else None


def _row(line: Line) -> Row | None:
    try:
        return None if line.data is None else decode(Row, line.data)
    except NotJson:
        return None


def _is_prefix(fd: int, size: int, entries: list[Entry]) -> bool:
    """Whether the file is a byte prefix of the rows that are due."""
    at = 0
    for row in rows_text(entries):
        found = os.pread(fd, min(len(row), size - at), at)
        if found != row[: len(found)]:
            return False
        at += len(found)
        if at >= size:
            return True
    return at >= size


def head_notices(
    disk: Disk, entries: list[Entry], *, is_explained: bool
) -> list[Notice]:
    """What manifest and checkpoints know that the entries do not say.

    `is_explained`: a rollback tells why a head may lie beyond the entries.
    """
    notices: list[Notice] = []

    def judge(name: str, says: Callable[[bytes], str | None]) -> None:
        try:
            data = disk.read(name, names.MAX_DOCUMENT)
            code = says(data) if data is not None else None
        except (NotJson, StoreError):
            code = 'witness_unreadable'
        if code is not None:
            notices.append(Notice(code, name))

    def manifest(data: bytes) -> str | None:
        head = decode(Manifest, data).head
        return 'witness_ahead' if head.entry_seq > len(entries) and not is_explained else None

    def checkpoint(data: bytes) -> str | None:
        found = decode(Checkpoint, data)
        if found.head_entry_seq > len(entries):
            return None if is_explained else 'witness_ahead'
        return None if fits(entries, found) else 'witness_disagrees'

    judge(names.MANIFEST, manifest)
    for name in names.checkpoints(disk):
        judge(name, checkpoint)
    return notices


def fits(entries: list[Entry], checkpoint: Checkpoint) -> bool:
    """Whether the entries have the head that a checkpoint names."""
    count = checkpoint.head_entry_seq
    if count > len(entries):
        return False
    last_id = entries[count - 1].row.entry_id if count else ''
    return chain_at(entries, count) == checkpoint.chain_hash and last_id == checkpoint.head_entry_id
