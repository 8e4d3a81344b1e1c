"""A power cut: of each file and directory what was synced is left, and of the rest what chance
leaves."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
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

    def leave(self, target: Path, chance: Random | None = None) -> None:
        """Makes what a power cut leaves, below another directory.

        Nothing but what was synced; with `chance`, any name and any file may have reached the disk
        as it was at the end.
        """
        now: dict[int, Content] = {}
        for directory, _, files in os.walk(self._base):
            for path in (directory, *(os.path.join(directory, name) for name in files)):
                now[os.stat(path).st_ino] = _content(path)
        self._make(os.stat(self._base).st_ino, target, now, chance)

    def _fsync(self, fd: int) -> None:
        self._note(os.fstat(fd).st_ino, os.readlink(f'/proc/self/fd/{fd}'))

    def _note(self, inode: int, path: str) -> None:
        self._synced[inode] = _content(path)

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

    def _make(
        self, inode: int, target: Path, now: dict[int, Content], chance: Random | None
    ) -> None:
        synced = self._synced.get(inode, b'')
        latest = now.get(inode, synced)
        if isinstance(synced, bytes) or isinstance(latest, bytes):
            assert isinstance(synced, bytes) and isinstance(latest, bytes)
            target.write_bytes(latest if _strikes(chance) else synced)
            return
        target.mkdir()
        for name in sorted({*synced, *latest}):
            inside = (latest if _strikes(chance) else synced).get(name)
            if inside is not None:
                self._make(inside, target / name, now, chance)


def _strikes(chance: Random | None) -> bool:
    return chance is not None and chance.random() < 0.5


def _content(path: str) -> Content:
    if os.path.isdir(path):
        with os.scandir(path) as found:
            return {entry.name: entry.inode() for entry in found}
    return Path(path).read_bytes()
