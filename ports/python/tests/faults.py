"""File calls that fail, and processes that die between two of them or in the middle of a write."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

_CHANGING = ('pwrite', 'ftruncate', 'rename', 'mkdir', 'unlink', 'rmdir', 'fsync')


class Killed(BaseException):
    """The process is dead: no handler may go on."""


class Calls:
    """Counts the calls that change or sync something; `at` says which of them goes wrong."""

    def __init__(self, at: int | None = None, error: int | None = None) -> None:
        self.made: list[str] = []
        self._at = at
        self._error = error
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
                if self._error is not None:
                    raise OSError(self._error, 'injected')
                if name == 'pwrite':
                    fd, data, at = args
                    real(fd, data[: len(data) // 2], at)
                self._dead = True
                raise Killed
            return real(*args, **named)

        return call

    def _opening(self) -> Callable[..., int]:
        real = os.open

        def call(path: str, flags: int, *args: Any, **named: Any) -> int:
            if flags & os.O_CREAT and self._is_due('open'):
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
