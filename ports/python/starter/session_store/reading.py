"""Reads entries again, bound to what opening verified."""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from ..codec import decode
from ..crc32c import crc32c_text
from ..disk import Disk, read_range
from ..errors import StoreError
from ..json_text import NotJson
from . import names
from .records import Entry, Frame, sha256


def frames_of(disk: Disk, entries: Iterable[Entry]) -> Iterator[Frame]:
    """The frames of these entries; StoreError where a line is not what it was."""
    with ExitStack() as files:
        fd, opened = -1, 0
        for entry in entries:
            seq = entry.row.segment_seq
            if seq != opened:
                files.close()
                fd, opened = _open(disk, seq), seq
                files.callback(os.close, fd)
            yield _frame(fd, entry)


def path_to(entries: list[Entry], leaf: str) -> list[Entry]:
    """The entries from the root to a leaf; none where the leaf is unknown."""
    by_id = {entry.row.entry_id: entry for entry in entries}
    found: list[Entry] = []
    seen: set[str] = set()
    at: str | None = leaf
    while at is not None:
        if at in seen:
            raise StoreError('path-cycle')
        seen.add(at)
        entry = by_id.get(at)
        if entry is None:
            if found:
                raise StoreError('path-parent-missing')
            return []
        found.append(entry)
        at = entry.parent_id
    return found[::-1]


def _open(disk: Disk, seq: int) -> int:
    try:
        return disk.open(names.segment(seq), os.O_RDONLY)
    except FileNotFoundError as error:
        raise StoreError('frame-missing') from error


def _frame(fd: int, entry: Entry) -> Frame:
    row = entry.row
    data = read_range(fd, row.byte_offset, row.end)
    if len(data) == row.byte_length - 1:
        data += b'\n'  # An inspecting open does not give a last line the LF that it lacks.
    if len(data) < row.byte_length:
        raise StoreError('index-out-of-bounds')
    if crc32c_text(data) != row.crc32c:
        raise StoreError('checksum-mismatch')
    try:
        frame = decode(Frame, data[:-1])
    except NotJson as error:
        raise StoreError('json') from error
    if sha256(frame.payload) != entry.payload_sha256:
        raise StoreError('payload-mismatch')
    return frame
