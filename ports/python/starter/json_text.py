"""A scanner over JSON text as bytes: it tells where a value stands without making it.

Nesting costs one byte a level and no recursion, and numbers of any length are only looked at: what
a damaged file holds must not decide about memory or time.
"""

import json
import re
from collections.abc import Iterator

_SPACE = re.compile(rb'[ \t\n\r]*+')
_STRING = re.compile(rb'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
_SCALAR = re.compile(
    rb'true|false|null|-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+'
)
_NATURAL = re.compile(rb'(?:0|[1-9][0-9]*+)(?![0-9.eE])')
_SPACE_OUTSIDE_STRINGS = re.compile(rb'("(?:[^"\\]++|\\.)*+")|[ \t\n\r]++', re.DOTALL)
_OPENS = b'[{'
_LAST_SPACE = b' '[0]
_COLON, _COMMA, _OBJECT = b':'[0], b','[0], b'{'[0]


class NotJson(ValueError):
    """The bytes are not what was to be read."""


class Scan:
    """A place in JSON text; every reader begins behind white space and moves on."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def peek(self) -> int:
        """The next byte that is no white space, unread; -1 at the end."""
        data, at = self.data, self.at
        if at < len(data) and data[at] > _LAST_SPACE:
            return data[at]
        found = _SPACE.match(data, at)
        self.at = at = found.end() if found else at
        return data[at] if at < len(data) else -1

    def take(self, byte: int) -> None:
        """Reads one certain byte."""
        if self.peek() != byte:
            raise NotJson(f'{chr(byte)} is expected at {self.at}')
        self.at += 1

    def end(self) -> None:
        """Nothing but white space may be left."""
        if self.peek() != -1:
            raise NotJson(f'more text at {self.at}')

    def text(self) -> str:
        """A string, decoded. Half a surrogate pair is no text."""
        start, end = self._match(_STRING)
        inside = self.data[start + 1 : end - 1]
        try:
            if b'\\' not in inside:
                return inside.decode('utf-8')
            value = json.loads(self.data[start:end].decode('utf-8'))
            value.encode('utf-8')
        except ValueError as error:
            raise NotJson(f'no text at {start}') from error
        assert isinstance(value, str)
        return value

    def natural(self, most: int) -> int:
        """An integer of digits alone, from 0 to `most`."""
        start, end = self._match(_NATURAL)
        if end - start > 20 or int(self.data[start:end]) > most:
            raise NotJson(f'number too large at {start}')
        return int(self.data[start:end])

    def word(self, *words: bytes) -> bytes:
        """One of the words given."""
        self.peek()
        for word in words:
            if self.data.startswith(word, self.at):
                self.at += len(word)
                return word
        raise NotJson(f'{words!r} is expected at {self.at}')

    def raw(self) -> bytes:
        """Any value, as its bytes."""
        self.peek()
        start = self.at
        self.skip()
        return self.data[start : self.at]

    def members(self) -> Iterator[str]:
        """The names of an object; whoever is given one must read its value before the next."""
        self.take(_OBJECT)
        if self.peek() == b'}'[0]:
            self.at += 1
            return
        while True:
            name = self.text()
            self.take(_COLON)
            yield name
            if self.peek() == b'}'[0]:
                self.at += 1
                return
            self.take(_COMMA)

    def elements(self) -> Iterator[None]:
        """Stops before each element of an array, which must be read before the next."""
        self.take(b'['[0])
        if self.peek() == b']'[0]:
            self.at += 1
            return
        while True:
            yield
            if self.peek() == b']'[0]:
                self.at += 1
                return
            self.take(_COMMA)

    def skip(self) -> None:
        """Reads any one value by its syntax alone."""
        closers = bytearray()
        while True:
            if self._open_or_scalar(closers):
                continue
            if not self._close(closers):
                return

    def _open_or_scalar(self, closers: bytearray) -> bool:
        """Reads a scalar, an empty container, or what opens one; True where a value is due."""
        byte = self.peek()
        if byte == -1 or byte not in _OPENS:
            self._match(_STRING if byte == b'"'[0] else _SCALAR)
            return False
        self.at += 1
        closer = byte + 2  # Of [ and { alike.
        if self.peek() == closer:
            self.at += 1
            return False
        closers.append(closer)
        self._name(closer)
        return True

    def _close(self, closers: bytearray) -> bool:
        """Reads all that closes here, and the comma behind; False where nothing is open."""
        while closers:
            if self.peek() == closers[-1]:
                self.at += 1
                closers.pop()
                continue
            self.take(_COMMA)
            self._name(closers[-1])
            return True
        return False

    def _name(self, closer: int) -> None:
        if closer == b'}'[0]:
            self.peek()
            self._match(_STRING)
            self.take(_COLON)

    def _match(self, pattern: re.Pattern[bytes]) -> tuple[int, int]:
        self.peek()
        found = pattern.match(self.data, self.at)
        if found is None:
            raise NotJson(f'a value is expected at {self.at}')
        self.at = found.end()
        return found.span()


def is_one_value(data: bytes) -> bool:
    """Whether the bytes are exactly one JSON value."""
    scan = Scan(data)
    try:
        scan.skip()
        scan.end()
    except NotJson:
        return False
    return True


def without_space(data: bytes) -> bytes:
    """The text of one JSON value without the white space outside of its strings."""
    if not any(space in data for space in b' \t\n\r'):
        return data
    return _SPACE_OUTSIDE_STRINGS.sub(lambda found: found[1] or b'', data)
