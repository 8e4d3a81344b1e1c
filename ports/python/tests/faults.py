"""File calls that fail, before or behind their effect, and processes that die between two of them
or in the middle of a write."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

_CHANGING = ('pwrite', 'ftruncate', 'rename', 'mkdir', 'unlink', 'rmdir', 'fsync')


class Killed(BaseException):
    """The process is dead: no handler may go on."""


class Calls:
    """Counts the calls that change or sync something; `at` says which of them goes wrong.

    `is_late`: it fails behind its effect, as a device may.
    """

    def __init__(
        self, at: int | None = None, error: int | None = None, *, is_late: bool = False
    ) -> None:
        self.made: list[str] = []
        self._at = at
        self._error = error
        self._is_late = is_late
        self._dead = False

    @contextmanager
    def watched(self) -> Iterator['Calls']:
        """Every call of the block is counted, and the chosen one fails."""
        with ExitStack() as stack:
            for name in _CHANGING:
                stack.enter_context(mock.patch(f'os.{name}', self._around(name)))
            stack.enter_context(mock.patch('os.open', self._opening()))
            yield self

    def _around(self, name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*args: Any, **named: Any) -> Any:
            if self._is_due(name):
                if self._is_late and self._error is not None:
                    real(*args, **named)
                    raise OSError(self._error, 'injected')
                half = self._half_written(real, *args) if name == 'pwrite' else 0
                if self._error is None:
                    self._dead = True
                    raise Killed
                if half:
                    # The rest does not fit: that is what the next call hears.
                    self._at = len(self.made)
                    return half
                raise OSError(self._error, 'injected')
            return real(*args, **named)

        return call

    def _half_written(self, real: Callable[..., Any], fd: int, data: Any, at: int) -> int:
        half = len(data) // 2
        written = real(fd, data[:half], at) if half else 0
        assert isinstance(written, int)
        return written

    def _opening(self) -> Callable[..., int]:
        real = os.open

        def call(path: str, flags: int, *args: Any, **named: Any) -> int:
            # A directory is opened to be synced.
            if flags & (os.O_CREAT | os.O_DIRECTORY) and self._is_due('open'):
                if self._error is not None:
                    raise OSError(self._error, 'injected')
                self._dead = True
                raise Killed
            return real(path, flags, *args, **named)

        return call

    def _is_due(self, name: str) -> bool:
        if self._dead:
            raise Killed
        self.made.append(name)
        return len(self.made) - 1 == self._at
