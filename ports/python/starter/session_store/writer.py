"""The files that an append writes to: the last segment and the index."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from ..codec import U64_MAX, encode
from ..crc32c import crc32c_text
from ..disk import Disk, Stamp
from ..errors import StoreError
from . import names
from .records import Entry, Frame, Row, row_of

Draft = Callable[[int, int], Frame]


class UndoFailed(OSError):
    """A write failed, and what it left could not be taken back."""


@dataclass(slots=True)
class _Open:
    name: str
    fd: int
    device: int
    inode: int
    size: int

    @property
    def stamp(self) -> Stamp:
        return self.device, self.inode, self.size


@dataclass(slots=True)
class _Tail:
    """The last segment: its number, its bytes and its frames."""

    seq: int
    size: int
    frames: int


class Writer:
    """Appends a frame and its row, and knows what is not durable yet.

    Descriptors stay open from the first append on, so that no error of the file system gets lost
    between a write and its sync.
    """

    def __init__(self, disk: Disk, max_segment: int, entries: list[Entry]) -> None:
        self._disk = disk
        self._max = max_segment
        self._segment: _Open | None = None
        self._index: _Open | None = None
        self._unsynced: set[int] = set()
        self.look_again(entries)

    def look_again(self, entries: list[Entry]) -> None:
        """Takes the files as they are now; nothing of theirs is known to be durable."""
        self.release()
        plain = names.segments(self._disk)
        self._used = names.used_numbers(self._disk)
        self._tail: _Tail | None = None
        self._left_segment: Stamp | None = None
        if plain:
            last = max(plain)
            self._left_segment = self._disk.stamp(names.segment(last))
            size = self._left_segment[2] if self._left_segment else 0
            row = entries[-1].row if entries else None
            frames = row.frame_seq if row is not None and row.segment_seq == last else 0
            self._tail = _Tail(last, size, frames)
        self._left_index = self._disk.stamp(names.INDEX)
        self._unsynced = set(plain)
        self._index_unsynced = self._names_unsynced = True

    def is_stale(self) -> bool:
        """Whether somebody else changed or replaced the last segment or the index."""
        segment = None
        if self._tail is not None:
            segment = self._disk.stamp(names.segment(self._tail.seq))
        return segment != self._left_segment or self._disk.stamp(names.INDEX) != self._left_index

    def place(self, draft: Draft) -> tuple[Frame, bytes]:
        """The next frame, where it belongs, and its line. Nothing is written."""
        tail = self._tail
        if tail is not None and self._used.aside < tail.seq:
            frame = draft(tail.seq, tail.frames + 1)
            line = encode(frame) + b'\n'
            if tail.size == 0 or tail.size + len(line) <= self._max:
                return frame, line
        if self._used.any >= U64_MAX:
            raise StoreError('segment-sequence-overflow')
        frame = draft(self._used.any + 1, 1)
        return frame, encode(frame) + b'\n'

    def append(self, frame: Frame, line: bytes) -> Row:
        """Writes a frame and its row; where either fails, both are taken back."""
        if self._tail is None or frame.segment_seq != self._tail.seq:
            self._begin(frame.segment_seq)
        segment, tail = self._open_segment(), self._tail
        assert tail is not None
        index = self._open_index()
        row = row_of(frame, segment.size, len(line), crc32c_text(line))
        self._unsynced.add(tail.seq)
        self._index_unsynced = True
        start = segment.size
        self._write(segment, line)
        try:
            self._write(index, encode(row) + b'\n')
        except OSError:
            self._cut_back(segment, start)
            raise
        tail.size, tail.frames = segment.size, tail.frames + 1
        self._left_segment, self._left_index = segment.stamp, index.stamp
        return row

    def sync_entries(self) -> None:
        """Makes every frame durable, and the names that lead to it."""
        for seq in sorted(self._unsynced):
            self._sync_segment(seq)
        if self._names_unsynced:
            for name in ('segments', 'index', ''):
                self._disk.sync_directory(name)
            self._disk.sync_above()
            self._names_unsynced = False

    def sync(self) -> None:
        """Makes everything durable, the index too."""
        if self._index_unsynced and self._left_index is not None:
            if self._index is not None:
                self._disk.sync(self._index.fd)
            else:
                self._disk.sync_file(names.INDEX)
        self._index_unsynced = False
        self.sync_entries()

    def release(self) -> None:
        """Lets the files go without another call that changes anything."""
        held, self._segment, self._index = (self._segment, self._index), None, None
        with ExitStack() as closing:
            for file in held:
                if file is not None:
                    closing.callback(os.close, file.fd)

    def _begin(self, seq: int) -> None:
        """A new segment: all before it, and its name, is durable first, so that a later one proves
        what stood there."""
        self.sync_entries()
        name = names.segment(seq)
        try:
            made = self._held(name, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        except FileExistsError as error:
            raise StoreError('stale_handle', f'{name} was made by somebody else') from error
        before, self._segment = self._segment, made
        self._tail = _Tail(seq, 0, 0)
        self._used = names.Used(seq, self._used.aside)
        self._left_segment = made.stamp
        self._names_unsynced = True
        if before is not None:
            os.close(before.fd)

    def _open_segment(self) -> _Open:
        if self._segment is None:
            assert self._tail is not None
            self._segment = self._opened(names.segment(self._tail.seq), self._left_segment)
        return self._segment

    def _open_index(self) -> _Open:
        if self._index is None:
            if self._left_index is None:
                self._index = self._held(names.INDEX, os.O_RDWR | os.O_CREAT | os.O_EXCL)
                self._left_index = self._index.stamp
                self._names_unsynced = True
            else:
                self._index = self._opened(names.INDEX, self._left_index)
        return self._index

    def _opened(self, name: str, left: Stamp | None) -> _Open:
        file = self._held(name, os.O_RDWR)
        if file.stamp != left:
            os.close(file.fd)
            raise StoreError('stale_handle', name)
        return file

    def _held(self, name: str, flags: int) -> _Open:
        fd = self._disk.open(name, flags)
        try:
            found = os.fstat(fd)
        except BaseException:
            os.close(fd)
            raise
        return _Open(name, fd, found.st_dev, found.st_ino, found.st_size)

    def _write(self, file: _Open, data: bytes) -> None:
        try:
            self._disk.write_all(file.fd, data, file.size)
        except OSError:
            self._cut_back(file, file.size)
            raise
        file.size += len(data)

    def _cut_back(self, file: _Open, size: int) -> None:
        try:
            self._disk.truncate(file.fd, size)
            self._disk.sync(file.fd)
        except OSError as error:
            raise UndoFailed(error.errno, error.strerror) from error
        file.size = size

    def _sync_segment(self, seq: int) -> None:
        name = names.segment(seq)
        if self._segment is not None and self._segment.name == name:
            self._disk.sync(self._segment.fd)
        else:
            self._disk.sync_file(name)
        self._unsynced.discard(seq)
