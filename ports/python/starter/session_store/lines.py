"""Lines of a file, read in bounded memory, and what a line of a segment holds."""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..codec import decode, encode
from ..crc32c import crc32c_text
from ..disk import read_range
from ..json_text import NotJson
from .records import FRAME_SCHEMA, Frame, Row, row_of, sha256

_CHUNK = 1 << 20

# Unicode White_Space; str.isspace() takes some control characters too, which are no blanks here.
_WHITE = (
    '\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'
    '\u2028\u2029\u202f\u205f\u3000'
)


@dataclass(frozen=True, slots=True)
class Line:
    """The bytes [start, end) of a file, its LF included; `data` is without the LF, and None where
    the line is longer than any reader takes."""

    start: int
    end: int
    terminated: bool
    data: bytes | None

    @property
    def is_blank(self) -> bool:
        """Nothing but Unicode white space."""
        return self.data is not None and is_blank(self.data)


@dataclass(frozen=True, slots=True)
class Proven:
    """A frame whose payload has the hash and the length that it states: some writer wrote it."""

    frame: Frame
    row: Row
    canonical: bool


def lines_of(fd: int, size: int, limit: int) -> Iterator[Line]:
    """The lines of the first `size` bytes. A line and its LF take at most `limit` bytes."""
    start = at = 0
    parts: list[bytes] = []
    while at < size:
        chunk = read_range(fd, at, min(size, at + _CHUNK))
        if not chunk:
            break
        low = 0
        while (lf := chunk.find(b'\n', low)) != -1:
            end = at + lf + 1
            parts.append(chunk[low:lf])
            yield Line(start, end, True, _joined(parts, end - start, limit))
            parts, start, low = [], end, lf + 1
        at += len(chunk)
        if at - start + 1 > limit:
            parts = []
            at = _behind_hole(fd, at, size)
        elif low < len(chunk):
            parts.append(chunk[low:] if low else chunk)
    if start < size:
        yield Line(start, size, False, _joined(parts, size - start + 1, limit))


def is_blank(data: bytes) -> bool:
    """Whether these bytes are nothing but Unicode white space."""
    try:
        return not data.decode('utf-8').strip(_WHITE)
    except UnicodeDecodeError:
        return False


def prove(line: Line) -> Proven | None:
    """The frame of a line, if it is one and its payload is what it says."""
    if line.data is None:
        return None
    try:
        frame = decode(Frame, line.data)
    except NotJson:
        return None
    if frame.payload_bytes != len(frame.payload) or frame.payload_sha256 != sha256(frame.payload):
        return None
    # A last line that lacks its LF is about to be given one.
    whole = line.data + b'\n'
    row = row_of(frame, line.start, len(whole), crc32c_text(whole))
    canonical = encode(replace(frame, schema=FRAME_SCHEMA)) == line.data
    return Proven(frame, row, canonical)


def _joined(parts: list[bytes], length: int, limit: int) -> bytes | None:
    return b''.join(parts) if length <= limit else None


def _behind_hole(fd: int, at: int, size: int) -> int:
    """Where to read on in a line that is too long: a hole of a sparse file holds no LF."""
    try:
        return min(size, os.lseek(fd, at, os.SEEK_DATA))
    except OSError as error:
        return size if error.errno == errno.ENXIO else at
