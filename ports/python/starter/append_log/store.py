"""An append-only log: the file `log` holds one frame an entry.

A frame is the length of the payload (4 bytes), a CRC-32 of length and payload (4 bytes) and the
payload, little-endian. The checksum covers the length too: over the payload alone, the zeros of a
hole would be valid empty entries.
"""

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from ..disk import Disk, chunks, read_range
from ..errors import StoreError

Durability = Literal['none', 'entry']

_HEAD = struct.Struct('<II')
_FILE = 'log'
_KEPT = 'torn.tmp'
# What any call can hold.
_LONGEST = 1 << 27


class AppendLog:
    """An open log. Behind a failed write or sync nobody knows what the disk holds, so the handle
    is poisoned and only opening the log again goes on."""

    def __init__(self, disk: Disk, fd: int, end: int, durability: Durability) -> None:
        self.disk = disk
        self._fd = fd
        self._end = end
        self._durability = durability
        self._poisoned = False

    @classmethod
    def open(cls, disk: Disk, durability: Durability) -> 'AppendLog':
        """Opens or makes the log in an existing directory; a torn end is kept aside and cut."""
        fd = disk.open(_FILE, os.O_RDWR | os.O_CREAT)
        try:
            size = os.fstat(fd).st_size
            end = sum(_HEAD.size + len(payload) for payload in _payloads(fd, size))
            if end < size:
                _keep(disk, fd, end, size)
                disk.truncate(fd, end)
            # What is shown from now on may be acted upon, so it must not vanish behind the reader;
            # a new file's name is durable before an acknowledgement rests on it.
            disk.sync(fd)
            disk.sync_directory('')
        except BaseException:
            os.close(fd)
            raise
        return cls(disk, fd, end, durability)

    def append(self, payload: bytes) -> None:
        """Adds an entry, durably where the log was opened for that."""
        if len(payload) > _LONGEST:
            raise StoreError('entry_too_large')
        frame = _frame(payload)
        with self._or_poisoned():
            self.disk.write_all(self._fd, frame, self._end)
            if self._durability == 'entry':
                self.disk.sync(self._fd)
        self._end += len(frame)

    def sync(self) -> None:
        """Makes every entry durable."""
        with self._or_poisoned():
            self.disk.sync(self._fd)

    def read(self) -> list[bytes]:
        """Every payload in order."""
        found = list(_payloads(self._fd, self._end))
        if sum(_HEAD.size + len(payload) for payload in found) != self._end:
            raise StoreError('corrupt', 'the file changed under this handle')
        return found

    def close(self) -> None:
        """Lets the file go; nothing is waiting to be written."""
        os.close(self._fd)

    abandon = close

    @contextmanager
    def _or_poisoned(self) -> Iterator[None]:
        if self._poisoned:
            raise StoreError('poisoned', 'open the log again to go on')
        self._poisoned = True
        yield
        self._poisoned = False


def _frame(payload: bytes) -> bytes:
    length = struct.pack('<I', len(payload))
    return length + struct.pack('<I', zlib.crc32(payload, zlib.crc32(length))) + payload


def _payloads(fd: int, end: int) -> Iterator[bytes]:
    """The payloads up to the first frame that does not verify; no length is believed unread, and
    none above what is ever written."""
    at = 0
    while at + _HEAD.size <= end:
        length, checksum = _HEAD.unpack(read_range(fd, at, at + _HEAD.size))
        last = at + _HEAD.size + length
        if length > _LONGEST or last > end:
            return
        payload = read_range(fd, at + _HEAD.size, last)
        if len(payload) < length or _HEAD.unpack_from(_frame(payload))[1] != checksum:
            return
        yield payload
        at = last


def _keep(disk: Disk, fd: int, start: int, end: int) -> None:
    """Copies the bytes [start, end) aside, durably: they may be all that explains a crash."""
    digest = hashlib.sha256()
    for chunk in chunks(fd, start, end):
        digest.update(chunk)
    name = f'torn@{start}-{digest.hexdigest()[:16]}.bin'
    if disk.kind_of(name) == 'file':
        # The same bytes were kept before; a crash may have come before they were cut.
        disk.sync_directory('')
        return

    pieces = chunks(fd, start, end)
    disk.write_temporary(_KEPT, lambda to: disk.write_pieces(to, pieces, 0))
    disk.publish(_KEPT, name)
