"""Copies of bytes that are about to go. Nothing is cut before its copy is durable."""

import hashlib
import os

from ..disk import Disk, chunks
from ..errors import StoreError
from . import names


def keep(disk: Disk, name: str, start: int, end: int) -> str | None:
    """Copies the bytes [start, end) of a file to quarantine, durably; the path of the copy.

    Identical bytes are kept once; other bytes under that name are `quarantine_conflict`.
    """
    with disk.opened(name) as fd:
        digest = _digest(fd, start, end)
        target = f'{names.QUARANTINE}/{os.path.basename(name)}@{start}-{digest[:16]}.bin'
        _make_directory(disk)
        copy(disk, fd, (start, end), target, digest)
    return target


def set_tail_aside(disk: Disk, name: str, start: int, end: int) -> str:
    """Copies the tail that a rollback cuts off beside its segment, durably."""
    with disk.opened(name) as fd:
        digest = _digest(fd, start, end)
        target = f'{name}.tail@{start}-{digest[:16]}'
        copy(disk, fd, (start, end), target, digest)
    return target


def copy(disk: Disk, fd: int, part: tuple[int, int], target: str, digest: str) -> None:
    """Puts a part of an open file under a name of its own, unless it stands there already."""
    start, end = part
    found = disk.kind_of(target)
    if found == 'link':
        raise StoreError('symlink_refused', target)
    if found != 'missing':
        if found != 'file' or _digest_of(disk, target) != digest:
            raise StoreError('quarantine_conflict', target)
        # Whoever kept it may have died before its name, or its bytes, were durable.
        disk.sync_file(target)
        disk.sync_directory(os.path.dirname(target))
        return

    pieces = chunks(fd, start, end)
    disk.write_temporary(names.QUARANTINE_TEMPORARY, lambda to: disk.write_pieces(to, pieces, 0))
    disk.publish(names.QUARANTINE_TEMPORARY, target)


def _make_directory(disk: Disk) -> None:
    kind = disk.kind_of(names.QUARANTINE)
    if kind == 'missing':
        disk.make_directory(names.QUARANTINE)
    elif kind != 'directory':
        raise StoreError('symlink_refused' if kind == 'link' else 'not_a_directory')
    else:
        disk.sync_directory('')


def _digest(fd: int, start: int, end: int) -> str:
    if end - start > names.MAX_TAIL:
        raise StoreError('tail_too_large')
    digest = hashlib.sha256()
    for chunk in chunks(fd, start, end):
        digest.update(chunk)
    return digest.hexdigest()


def _digest_of(disk: Disk, name: str) -> str:
    with disk.opened(name) as fd:
        size = os.fstat(fd).st_size
        return _digest(fd, 0, size) if size <= names.MAX_TAIL else ''
