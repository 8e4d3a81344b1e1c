"""A power cut at its harshest: of each file and directory only what was synced is left."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

Content = bytes | dict[str, int]


class Durable:
    """Remembers, by inode, what each sync made durable below a directory that is there for good.

    What stands there at first is durable.
    """

    def __init__(self, base: Path) -> None:
        self._base = base
        self._synced: dict[int, Content] = {}
        for directory, _, files in os.walk(base):
            for path in (directory, *(os.path.join(directory, name) for name in files)):
                self._note(os.stat(path).st_ino, path)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Syncs of the block are remembered, and a new file begins with nothing that is durable."""
        with ExitStack() as stack:
            stack.enter_context(mock.patch('os.fsync', self._fsync))
            stack.enter_context(mock.patch('os.open', self._forgetting(os.open)))
            stack.enter_context(mock.patch('os.mkdir', self._forgetting(os.mkdir)))
            yield

    def leave(self, target: Path) -> None:
        """Makes what a power cut leaves, below another directory."""
        self._make(os.stat(self._base).st_ino, target)

    def _fsync(self, fd: int) -> None:
        self._note(os.fstat(fd).st_ino, os.readlink(f'/proc/self/fd/{fd}'))

    def _note(self, inode: int, path: str) -> None:
        if os.path.isdir(path):
            with os.scandir(path) as found:
                self._synced[inode] = {entry.name: entry.inode() for entry in found}
        else:
            self._synced[inode] = Path(path).read_bytes()

    def _forgetting(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: str, *args: Any, **named: Any) -> Any:
            is_new = not os.path.lexists(path)
            result = real(path, *args, **named)
            if is_new:
                # The number of a file that was removed may come back.
                self._synced.pop(os.stat(path).st_ino, None)
                if os.path.isdir(path):
                    self._synced[os.stat(path).st_ino] = {}
            return result

        return call

    def _make(self, inode: int, target: Path) -> None:
        content = self._synced.get(inode, b'')
        if isinstance(content, bytes):
            target.write_bytes(content)
            return
        target.mkdir()
        for name, inside in content.items():
            self._make(inside, target / name)
