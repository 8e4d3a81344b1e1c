"""All file calls of a store, in one place: what is durable when, and what has changed the disk."""

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from .errors import StoreError

NodeKind = Literal['missing', 'file', 'directory', 'link', 'other']
Stamp = tuple[int, int, int]

# O_NONBLOCK: opening a FIFO must not wait for a writer.
_ALWAYS = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_CHUNK = 1 << 20
_MODE = 0o600

# With these a call says that it did nothing; with any other it may have done it nevertheless.
_NOTHING_DONE = frozenset({
    errno.EACCES, errno.EDQUOT, errno.EEXIST, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG,
    errno.ENOENT, errno.ENOSPC, errno.ENOTDIR, errno.ENOTEMPTY, errno.EPERM, errno.EROFS,
})  # fmt: skip


class SyncFailed(OSError):
    """What the file system has not written by now may be lost; a later sync proves nothing."""


class Disk:
    """One directory. Paths are relative to it; no link is followed at the leaf.

    `changes` counts the calls that changed something, or may have: so a caller can tell whether
    a failed operation left everything as it was.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.changes = 0

    def path(self, name: str) -> str:
        """The absolute path of a name; the empty name is the directory itself."""
        return f'{self.root}/{name}' if name else self.root

    def kind_of(self, name: str) -> NodeKind:
        """What stands under a name; only the directory itself may be reached through a link."""
        try:
            mode = os.stat(self.path(name), follow_symlinks=name == '').st_mode
        except FileNotFoundError:
            return 'missing'
        except NotADirectoryError:
            return 'missing'
        if stat.S_ISREG(mode):
            return 'file'
        if stat.S_ISDIR(mode):
            return 'directory'
        return 'link' if stat.S_ISLNK(mode) else 'other'

    def names(self, name: str) -> list[str]:
        """The names in a directory, sorted; none where there is no directory."""
        if self.kind_of(name) != 'directory':
            return []
        return sorted(os.listdir(self.path(name)))

    def stamp(self, name: str) -> Stamp | None:
        """Which file stands under a name, and its size; None where there is none."""
        try:
            found = os.stat(self.path(name), follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_dev, found.st_ino, found.st_size

    def size(self, name: str) -> int:
        """The bytes of a file; 0 where there is none."""
        found = self.stamp(name)
        return found[2] if found else 0

    @contextmanager
    def opened(self, name: str, flags: int = os.O_RDONLY) -> Iterator[int]:
        """The descriptor of a regular file for as long as the block runs."""
        fd = self.open(name, flags)
        try:
            yield fd
        finally:
            os.close(fd)

    def open(self, name: str, flags: int) -> int:
        """Opens a regular file. Making a new one counts as a change."""
        if flags & os.O_CREAT and self.kind_of(name) == 'missing':
            with self._changing():
                fd = os.open(self.path(name), flags | _ALWAYS, _MODE)
        else:
            fd = os.open(self.path(name), flags | _ALWAYS, _MODE)
        try:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise StoreError('not_a_file', name)
        except BaseException:
            os.close(fd)
            raise
        return fd

    def read(self, name: str, limit: int) -> bytes | None:
        """A whole file of at most `limit` bytes, or None where there is none."""
        try:
            with self.opened(name) as fd:
                size = os.fstat(fd).st_size
                if size > limit:
                    raise StoreError('file_too_large', name)
                return read_range(fd, 0, size)
        except FileNotFoundError:
            return None

    def write_all(self, fd: int, data: bytes, at: int) -> None:
        """Writes everything at an offset. A short write is continued, until one writes nothing."""
        view = memoryview(data)
        while view:
            # Whatever the error says, a part may have been written, on a full disk too.
            self.changes += 1
            written = os.pwrite(fd, view, at)
            if written == 0:
                raise OSError(errno.EIO, 'nothing was written')
            view = view[written:]
            at += written

    def write_pieces(self, fd: int, pieces: Iterable[bytes], at: int) -> None:
        """Writes many small pieces at an offset, in few calls and bounded memory."""
        waiting: list[bytes] = []
        length = 0
        for piece in pieces:
            waiting.append(piece)
            length += len(piece)
            if length >= _CHUNK:
                self.write_all(fd, b''.join(waiting), at)
                at += length
                waiting, length = [], 0
        if waiting:
            self.write_all(fd, b''.join(waiting), at)

    def truncate(self, fd: int, size: int) -> None:
        """Cuts a file; durable only behind a sync."""
        with self._changing():
            os.ftruncate(fd, size)

    def sync(self, fd: int) -> None:
        """Makes the bytes and the size of a file durable."""
        _sync(fd)

    def sync_file(self, name: str) -> None:
        """Makes a file durable that nobody here has open."""
        with self.opened(name) as fd:
            self.sync(fd)

    def sync_directory(self, name: str) -> None:
        """Makes the names in a directory durable."""
        _sync_path(self.path(name))

    def sync_above(self) -> None:
        """Makes the name of the directory itself durable. Where what is above may not be read, its
        owner answers for the name."""
        with suppress(PermissionError):
            _sync_path(os.path.dirname(os.path.abspath(self.root)))

    def make_directory(self, name: str) -> None:
        """Makes a directory whose parent exists, durably."""
        with self._changing():
            os.mkdir(self.path(name))
        self.sync_directory(os.path.dirname(name))

    def make_root(self, made: Callable[[str], object]) -> None:
        """Makes the directory itself and what is missing above it, durably.

        `made` is told each path as soon as it is there, so that it can be taken back.
        """
        missing: list[str] = []
        above = os.path.abspath(self.root)
        while not os.path.lexists(above):
            missing.append(above)
            above = os.path.dirname(above)
        for path in reversed(missing):
            with self._changing():
                os.mkdir(path)
            made(path)
            _sync_path(os.path.dirname(path))

    def remove(self, name: str) -> None:
        """Takes a name away, if it is there; durable only behind a sync of its directory."""
        found = self.kind_of(name)
        if found == 'missing':
            return
        with suppress(FileNotFoundError), self._changing():
            if found == 'directory':
                os.rmdir(self.path(name))
            else:
                os.unlink(self.path(name))

    def rename(self, old: str, new: str) -> None:
        """Gives a file another name; durable only behind a sync of the directory."""
        with self._changing():
            os.rename(self.path(old), self.path(new))

    def write_temporary(self, name: str, fill: Callable[[int], None]) -> None:
        """Makes a new file under a temporary name and syncs it; a left-over goes first."""
        self.remove(name)
        with self.opened(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as fd:
            fill(fd)
            self.sync(fd)

    def publish(self, temporary: str, name: str) -> None:
        """Puts a synced temporary file in the place of `name`, durably."""
        if self.kind_of(name) not in ('missing', 'file'):
            raise StoreError('not_a_file', name)
        self.rename(temporary, name)
        self.sync_directory(os.path.dirname(name))

    def replace(self, name: str, temporary: str, data: bytes) -> None:
        """Replaces a file as a whole: what a crash leaves is the old one or the new one."""
        self.write_temporary(temporary, lambda fd: self.write_all(fd, data, 0))
        self.publish(temporary, name)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One call that changes something."""
        try:
            yield
        except OSError as error:
            self.changes += error.errno not in _NOTHING_DONE
            raise
        self.changes += 1


def read_range(fd: int, start: int, end: int) -> bytes:
    """The bytes [start, end), fewer where the file is shorter."""
    parts: list[bytes] = []
    while start < end:
        part = os.pread(fd, min(_CHUNK, end - start), start)
        if not part:
            break
        parts.append(part)
        start += len(part)
    return b''.join(parts)


def chunks(fd: int, start: int, end: int) -> Iterator[bytes]:
    """The bytes [start, end) piece by piece, in bounded memory."""
    while start < end:
        part = os.pread(fd, min(_CHUNK, end - start), start)
        if not part:
            return
        yield part
        start += len(part)


def _sync_path(path: str) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _sync(fd)
    finally:
        os.close(fd)


def _sync(fd: int) -> None:
    try:
        os.fsync(fd)
    except OSError as error:
        raise SyncFailed(error.errno, error.strerror) from error
