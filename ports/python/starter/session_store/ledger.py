"""The ledger is primary: one event a line, added to and never rewritten."""

import os
from dataclasses import dataclass, field

from ..codec import decode, encode
from ..disk import Disk, read_range
from ..errors import StoreError
from ..json_text import NotJson
from . import names
from .lines import Line, lines_of
from .records import Event, Notice


@dataclass(slots=True)
class LedgerReport:
    """What stands in the ledger, and what its end needs.

    Bytes from `torn_from` on are no event and go; `unterminated` says that only an LF is missing.
    """

    size: int = 0
    torn_from: int | None = None
    unterminated: bool = False
    unreadable: bool = False
    last: Event | None = None
    has_rollback: bool = False
    notices: list[Notice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Read:
    line: Line
    event: Event | None

    @property
    def is_torn(self) -> bool:
        """What a power cut leaves of an event: its end is missing, or zeros stand in it."""
        data = self.line.data
        if self.event is not None:
            return False
        return not self.line.terminated or (data is not None and 0 in data)


def look_at_ledger(disk: Disk) -> LedgerReport:
    """Reads the ledger; nothing is changed."""
    report = LedgerReport()
    reads: list[_Read] = []
    for read, size in _reads(disk):
        report.size = size
        reads.append(read)
    sound = len(reads)
    while sound and reads[sound - 1].is_torn:
        sound -= 1
    if sound < len(reads):
        report.torn_from = reads[sound].line.start
    events = [read.event for read in reads[:sound]]
    report.unreadable = None in events
    report.has_rollback = any(
        event is not None and event.phase == 'rollback' and event.outcome == 'ok'
        for event in events
    )
    if report.unreadable:
        report.notices.append(Notice('ledger_unreadable', names.LEDGER))
    if sound == len(reads) and reads:
        report.unterminated = not reads[-1].line.terminated
        report.last = events[-1]
    elif events:
        report.last = events[-1]
    return report


def read_events(disk: Disk) -> list[Event]:
    """All events; a torn end is passed over, any other bad line is an error."""
    reads = [read for read, _ in _reads(disk)]
    while reads and reads[-1].is_torn:
        reads.pop()
    events: list[Event] = []
    for read in reads:
        if read.event is None:
            raise StoreError('json', f'no event at byte {read.line.start}')
        events.append(read.event)
    return events


def encoded(event: Event) -> bytes:
    """The line of an event; StoreError where a reader would not take it."""
    try:
        line = encode(event) + b'\n'
    except UnicodeEncodeError as error:
        raise StoreError('not_unicode') from error
    if len(line) > names.MAX_LINE:
        raise StoreError('entry_too_large')
    return line


def append_event(disk: Disk, event: Event) -> None:
    """Adds an event, durably. What could not be written as a whole is cut away again."""
    line = encoded(event)
    fd = disk.open(names.LEDGER, os.O_RDWR | os.O_CREAT)
    try:
        size = os.fstat(fd).st_size
        if size and read_range(fd, size - 1, size) != b'\n':
            raise StoreError('stale_handle', 'somebody else left half an event')
        try:
            disk.write_all(fd, line, size)
        except OSError:
            disk.truncate(fd, size)
            disk.sync(fd)
            raise
        disk.sync(fd)
        disk.sync_directory('migrations')
    finally:
        os.close(fd)


def _reads(disk: Disk) -> list[tuple[_Read, int]]:
    if disk.kind_of(names.LEDGER) == 'missing':
        return []
    found: list[tuple[_Read, int]] = []
    with disk.opened(names.LEDGER) as fd:
        size = os.fstat(fd).st_size
        for line in lines_of(fd, size, names.MAX_LINE):
            # Blanks that end the file without an LF would be glued to the next event.
            if line.is_blank and line.terminated:
                continue
            found.append((_Read(line, _event(line)), size))
    return found


def _event(line: Line) -> Event | None:
    try:
        return None if line.data is None else decode(Event, line.data)
    except NotJson:
        return None
