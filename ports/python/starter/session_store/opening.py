"""Opening for writing: refuse without a change, or keep what must go and then repair."""

import os
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress

from ..disk import Disk
from ..errors import StoreError
from . import names, rollback
from .quarantine import keep
from .records import Repair
from .survey import OnGap, Survey, survey
from .witnesses import behind, rows_text


def recover(disk: Disk, on_gap: OnGap) -> tuple[Survey, list[Repair]]:
    """Brings a store into the state in which it can be appended to, and tells what was done."""
    found = survey(disk, on_gap)
    if found.refusals:
        raise StoreError(found.refusals[0])
    repairs: list[Repair] = []
    last = found.ledger.last
    if found.intent is not None or (last is not None and last.phase == 'rollback'):
        # Whoever made or removed the intent may have died before that was durable.
        if 'tmp' not in found.missing:
            disk.sync_directory('tmp')
    with ExitStack() as undo:
        _make_directories(disk, found, undo)
        kept = _keep_and_prepare(disk, found, undo)
        repairs += _complete(disk, found, undo) + kept
        # From here on bytes go whose copies are durable.
        undo.pop_all()
    _cut(disk, found)
    if found.index.must_be_replaced:
        disk.publish(names.INDEX_TEMPORARY, names.INDEX)
    if found.intent is not None:
        size = disk.size(names.INTENT)
        _, done = rollback.finish(disk, found.intent, found.recovered)
        repairs.append(Repair('finished', names.INTENT, 0, size, 'rollback_intent'))
        repairs += done
    return found, repairs


def _make_directories(disk: Disk, found: Survey, undo: ExitStack) -> None:
    if disk.kind_of('') == 'missing':
        disk.make_root(lambda path: undo.callback(_quietly, lambda: os.rmdir(path)))
    for name in found.missing:
        undo.callback(_quietly, lambda gone=name: disk.remove(gone))
        disk.make_directory(name)


def _keep_and_prepare(disk: Disk, found: Survey, undo: ExitStack) -> list[Repair]:
    """Copies everything that will go, and writes the new index beside the old one."""
    undo.callback(_quietly, _taking_back(disk))
    repairs: list[Repair] = []
    hole = found.scan.hole
    if hole is not None:
        name, end = hole.segment.name, hole.segment.size
        kept = keep(disk, name, hole.start, end)
        repairs.append(Repair('cut', name, hole.start, end, hole.code, kept))
    ledger = found.ledger
    if ledger.torn_from is not None:
        kept = keep(disk, names.LEDGER, ledger.torn_from, ledger.size)
        why = 'ledger_tail'
        repairs.append(Repair('cut', names.LEDGER, ledger.torn_from, ledger.size, why, kept))
    if found.index.must_be_replaced:
        kept = None if found.index.is_prefix else keep(disk, names.INDEX, 0, found.index.size)
        repairs.append(found.index.repair(0, kept))
        rows = rows_text(found.scan.entries)
        disk.write_temporary(names.INDEX_TEMPORARY, lambda fd: disk.write_pieces(fd, rows, 0))
    return repairs


def _taking_back(disk: Disk) -> Callable[[], None]:
    """What removes from quarantine everything that is not there now."""
    existed = disk.kind_of(names.QUARANTINE) == 'directory'
    before = set(disk.names(names.QUARANTINE))

    def take_back() -> None:
        for name in set(disk.names(names.QUARANTINE)) - before:
            disk.remove(f'{names.QUARANTINE}/{name}')
        if not existed:
            disk.remove(names.QUARANTINE)
            disk.sync_directory('')
        else:
            disk.sync_directory(names.QUARANTINE)

    return take_back


def _complete(disk: Disk, found: Survey, undo: ExitStack) -> list[Repair]:
    """Adds what only is missing: the LF of a last line, rows. This takes space, so it is undone
    where there is none."""
    repairs: list[Repair] = []

    def add(name: str, size: int, pieces: Iterable[bytes]) -> None:
        with disk.opened(name, os.O_RDWR) as fd:
            undo.callback(_quietly, lambda: _shorten(disk, name, size))
            disk.write_pieces(fd, pieces, size)
            disk.sync(fd)

    for segment in found.scan.unterminated:
        add(segment.name, segment.size, [b'\n'])
        repairs.append(
            Repair('adopted', segment.name, segment.size, segment.size, 'unterminated')
        )
    size = found.ledger.size
    if found.ledger.unterminated:
        add(names.LEDGER, size, [b'\n'])
        repairs.append(Repair('adopted', names.LEDGER, size, size, 'ledger_tail'))
    if found.index.is_behind:
        size = found.index.size
        add(names.INDEX, size, behind(rows_text(found.scan.entries), size))
        repairs.append(found.index.repair(size, None))
    return repairs


def _cut(disk: Disk, found: Survey) -> None:
    if found.scan.hole is not None:
        _shorten(disk, found.scan.hole.segment.name, found.scan.hole.start)
    if found.ledger.torn_from is not None:
        _shorten(disk, names.LEDGER, found.ledger.torn_from)


def _shorten(disk: Disk, name: str, size: int) -> None:
    with disk.opened(name, os.O_RDWR) as fd:
        disk.truncate(fd, size)
        disk.sync(fd)


def _quietly(action: Callable[[], object]) -> None:
    """Takes back what can be taken back: the error that led here is the one to answer."""
    with suppress(OSError, StoreError):
        action()
