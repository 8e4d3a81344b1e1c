"""All segments, read in order: what verifies, and what the first bad line makes of the store."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ..disk import Disk
from . import names
from .lines import Line, Proven, lines_of, prove
from .records import Entry, entry_of


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment under its canonical name."""

    seq: int
    size: int

    @property
    def name(self) -> str:
        return names.segment(self.seq)


@dataclass(frozen=True, slots=True)
class Hole:
    """The first line that does not verify: the bytes from its start to the end of its file."""

    kind: Literal['torn', 'corrupt', 'ambiguous']
    code: str
    segment: Segment
    start: int


@dataclass(slots=True)
class Scan:
    """What the segments of a store hold."""

    segments: list[Segment] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    hole: Hole | None = None
    unterminated: list[Segment] = field(default_factory=list)
    non_canonical: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def scan_segments(disk: Disk) -> Scan:
    """Reads every segment; only regular files under canonical names are looked into."""
    scan = Scan()
    for name in disk.names('segments'):
        seq = names.segment_number(name)
        if seq is None:
            continue
        path = f'segments/{name}'
        kind = disk.kind_of(path)
        if kind == 'link':
            scan.refusals.append('symlink_refused')
        elif seq == 0 or path != names.segment(seq):
            scan.refusals.append('segment_name')
        elif kind != 'file':
            scan.refusals.append('not_a_file')
        else:
            scan.segments.append(Segment(seq, disk.size(path)))
    scan.segments.sort(key=lambda segment: segment.seq)
    for segment in scan.segments:
        _read_segment(disk, scan, segment)
        if scan.hole is not None:
            break
    if len(scan.entries) > names.MAX_ENTRIES:
        scan.refusals.append('too_many_entries')
    return scan


def _read_segment(disk: Disk, scan: Scan, segment: Segment) -> None:
    with disk.opened(segment.name) as fd:
        size = min(segment.size, os.fstat(fd).st_size)
        lines = lines_of(fd, size, names.MAX_LINE)
        frame_seq = 1
        canonical = True
        for line in lines:
            if line.terminated and line.is_blank:
                canonical = False
                continue
            proven = prove(line)
            if proven is None or not _fits(proven, segment, frame_seq, len(scan.entries) + 1):
                scan.hole = _hole(scan, segment, line, proven, lines)
                break
            before = scan.entries[-1] if scan.entries else None
            scan.entries.append(entry_of(proven.frame, proven.row, before))
            if not line.terminated:
                scan.unterminated.append(segment)
            canonical = canonical and proven.canonical
            frame_seq += 1
        if not canonical:
            scan.non_canonical.append(segment.name)


def _fits(proven: Proven, segment: Segment, frame_seq: int, entry_seq: int) -> bool:
    frame = proven.frame
    place = (frame.segment_seq, frame.frame_seq, frame.entry_seq)
    return place == (segment.seq, frame_seq, entry_seq)


def _hole(
    scan: Scan, segment: Segment, line: Line, proven: Proven | None, rest: Iterator[Line]
) -> Hole:
    if proven is not None:
        due = len(scan.entries) + 1
        code = 'entry_gap' if proven.frame.entry_seq > due else 'frame_misplaced'
        return Hole('corrupt', code, segment, line.start)
    if segment is not scan.segments[-1]:
        code = 'frame_too_long' if line.data is None else 'frame_corrupt'
        return Hole('corrupt', code, segment, line.start)
    for later in rest:
        found = prove(later)
        if found is not None and found.frame.segment_seq == segment.seq:
            return Hole('ambiguous', 'ambiguous_gap', segment, line.start)
    return Hole('torn', 'torn', segment, line.start)


def graph_problem(entries: list[Entry]) -> str | None:
    """The code of a rule that ids and parents break, or None; forward parents are legal."""
    parents: dict[str, str | None] = {}
    for entry in entries:
        if entry.row.entry_id in parents:
            return 'entry-id-duplicate'
        parents[entry.row.entry_id] = entry.parent_id
    if any(parent is not None and parent not in parents for parent in parents.values()):
        return 'parent-missing'
    rooted: set[str] = set()
    for start in parents:
        path: set[str] = set()
        at: str | None = start
        while at is not None and at not in rooted:
            if at in path:
                return 'parent-cycle'
            path.add(at)
            at = parents[at]
        rooted |= path
    return None
