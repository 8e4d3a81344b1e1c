"""Looks at a whole store without changing a byte: what it holds, what speaks against opening it,
and what opening would have to repair."""

from dataclasses import dataclass, field
from typing import Literal

from ..codec import decode
from ..disk import Disk, NodeKind, Stamp
from ..errors import StoreError
from ..json_text import NotJson
from . import names
from .ledger import LedgerReport, look_at_ledger
from .records import GENESIS, INTENT_SCHEMA, Entry, Intent, Mark, Notice, chain_at
from .segments import Scan, graph_problem, scan_segments
from .witnesses import IndexReport, head_notices, look_at_index

OnGap = Literal['refuse', 'keep-prefix']

_MOST_LOOKS = 16


@dataclass(slots=True)
class Survey:
    """A store as it was found. `goal` is how many entries stay where a rollback is unfinished."""

    scan: Scan
    refusals: list[str]
    missing: list[str] = field(default_factory=list)
    ledger: LedgerReport = field(default_factory=LedgerReport)
    index: IndexReport = field(default_factory=lambda: IndexReport(0))
    intent: Intent | None = None
    notices: list[Notice] = field(default_factory=list)

    @property
    def recovered(self) -> list[Entry]:
        """The entries that an open shows. Where it refuses, no rollback is finished."""
        if self.intent is None or self.refusals:
            return self.scan.entries
        return self.scan.entries[: self.intent.after.entry_seq]


def survey(disk: Disk, on_gap: OnGap) -> Survey:
    """Reads everything once. Where it refuses, derived files are not looked at."""
    refusals = _node_refusals(disk)
    scan = scan_segments(disk)
    found = Survey(scan, refusals + scan.refusals + _hole_refusals(scan, on_gap))
    found.missing = [name for name in names.DIRECTORIES if disk.kind_of(name) == 'missing']
    if refusals:
        return found
    try:
        found.intent = _intent(disk, scan.entries)
    except StoreError as error:
        found.refusals.append(error.code)
    if found.refusals:
        return found
    found.ledger = look_at_ledger(disk)
    if found.intent is None:
        found.index = look_at_index(disk, scan.entries)
    if _is_too_much_to_keep(found):
        found.refusals.append('tail_too_large')
        return found
    explained = found.intent is not None or found.ledger.has_rollback
    last = None if found.intent is None else names.segment(found.intent.after.segment_seq)
    found.notices = [
        # What an unfinished rollback is about to set aside needs no word.
        *(Notice('non_canonical', name) for name in _up_to(scan.non_canonical, last)),
        *found.index.notices,
        *head_notices(disk, found.recovered, is_explained=explained),
        *found.ledger.notices,
    ]
    return found


def survey_beside_others(disk: Disk) -> Survey:
    """A survey of a store in which somebody else may be at work.

    A rollback that is under way is seen as if it had not begun or was done. It leaves traces: it
    makes the intent and removes it, replaces the index, and adds to the ledger.
    """
    odd_before: tuple[int, str] | None = None
    for _ in range(_MOST_LOOKS):
        before = _traces(disk)
        try:
            found = survey(disk, 'refuse')
        except FileNotFoundError:
            continue  # A segment that was listed got another name.
        if _traces(disk) != before:
            continue
        if 'intent_stale' not in found.refusals:
            return found
        # Between two steps of a rollback its intent fits nothing. One that stays so is stale.
        count = len(found.scan.entries)
        odd = (count, chain_at(found.scan.entries, count))
        if odd == odd_before:
            return found
        odd_before = odd
    raise StoreError('store_changing', f'still after {_MOST_LOOKS} looks')


def _traces(disk: Disk) -> tuple[Stamp | None, ...]:
    index = disk.stamp(names.INDEX)
    # Rows are appended to the index all the time.
    index = index and (*index[:2], 0)
    return disk.stamp(names.INTENT), index, disk.stamp(names.LEDGER)


def _up_to(segments: list[str], last: str | None) -> list[str]:
    """The segments up to that one; numbers of one length stand in order of their names."""
    if last is None:
        return segments
    return [name for name in segments if (len(name), name) <= (len(last), last)]


def _node_refusals(disk: Disk) -> list[str]:
    """Links, and other things than files and directories, where those of a store should be."""
    root = disk.kind_of('')
    if root not in ('missing', 'directory'):
        return ['not_a_directory']
    found: list[str] = []
    expected: list[tuple[str, NodeKind]] = [
        *((name, 'directory') for name in (*names.DIRECTORIES, names.QUARANTINE)),
        *((name, 'file') for name in (names.INDEX, names.LEDGER, names.MANIFEST, names.INTENT)),
    ]
    for name, due in expected:
        directory = name.partition('/')[0]
        if directory != name and disk.kind_of(directory) != 'directory':
            continue
        kind = disk.kind_of(name)
        if kind == 'link':
            found.append('symlink_refused')
        elif kind not in ('missing', due):
            found.append(f'not_a_{due}')
    if disk.kind_of('checkpoints') == 'directory':
        kinds = [disk.kind_of(name) for name in names.checkpoints(disk)]
        if 'link' in kinds:
            found.append('symlink_refused')
        if 'other' in kinds:
            found.append('not_a_file')
    return found


def _is_too_much_to_keep(found: Survey) -> bool:
    """Whether what would have to be copied aside of a derived file fits no quarantine."""
    index, torn_from = found.index, found.ledger.torn_from
    kept = 0 if index.is_prefix or not index.must_be_replaced else index.size
    return max(kept, 0 if torn_from is None else found.ledger.size - torn_from) > names.MAX_TAIL


def _hole_refusals(scan: Scan, on_gap: OnGap) -> list[str]:
    hole = scan.hole
    if hole is not None and hole.kind == 'corrupt':
        return [hole.code]
    found: list[str] = []
    if hole is not None and hole.kind == 'ambiguous' and on_gap == 'refuse':
        found.append(hole.code)
    broken = graph_problem(scan.entries)
    if broken is not None:
        found.append(broken)
    if hole is not None and hole.segment.size - hole.start > names.MAX_TAIL:
        found.append('tail_too_large')
    return found


def _intent(disk: Disk, entries: list[Entry]) -> Intent | None:
    """A rollback that was begun and fits these entries; StoreError where one does not fit."""
    try:
        data = disk.read(names.INTENT, names.MAX_DOCUMENT)
        intent = None if data is None else decode(Intent, data)
    except (NotJson, StoreError) as error:
        raise StoreError('intent_unreadable') from error
    if intent is None:
        return None
    if intent.schema != INTENT_SCHEMA:
        raise StoreError('intent_unreadable', 'another schema may mean something else')
    count = len(entries)
    after = intent.after
    goal = Mark(after.segment_seq, after.entry_seq, after.chain_hash)
    here = (count, chain_at(entries, count))
    known = {(mark.entry_seq, mark.chain_hash) for mark in (goal, intent.before, *intent.heads)}
    if here not in known or not _is_reachable(intent, entries):
        raise StoreError('intent_stale')
    return intent


def _is_reachable(intent: Intent, entries: list[Entry]) -> bool:
    """Whether the goal is a beginning of these entries, to the last member."""
    after = intent.after
    if after.entry_seq > len(entries):
        return False
    if after.entry_seq == 0:
        found = (0, '', GENESIS, 0)
    else:
        entry = entries[after.entry_seq - 1]
        found = (entry.row.segment_seq, entry.row.entry_id, entry.chain, entry.row.end)
    return found == (after.segment_seq, after.entry_id, after.chain_hash, after.byte_length)
