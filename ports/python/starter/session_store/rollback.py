"""A rollback: behind a durable intent, steps that can all be done again."""

import os
from dataclasses import replace

from ..codec import encode
from ..disk import Disk
from ..errors import StoreError
from . import names
from .ledger import append_event, look_at_ledger
from .quarantine import set_tail_aside
from .records import (
    EVENT_SCHEMA, INTENT_SCHEMA, Checkpoint, Entry, Event, Goal, Intent, Mark, Repair,
    Verification, chain_at,
)  # fmt: skip
from .witnesses import rows_text


def plan(
    entries: list[Entry], checkpoint: Checkpoint, migration_id: str, correlation_id: str, at: str
) -> Intent:
    """The intent to go back to a checkpoint that fits these entries."""
    count = checkpoint.head_entry_seq
    last = entries[count - 1] if count else None
    after = Goal(
        segment_seq=last.row.segment_seq if last else 0,
        entry_seq=count,
        entry_id=last.row.entry_id if last else '',
        chain_hash=chain_at(entries, count),
        byte_length=last.row.end if last else 0,
    )
    ends = {entry.row.segment_seq: entry for entry in entries}
    heads = tuple(
        Mark(seq, ends[seq].row.entry_seq, ends[seq].chain)
        for seq in sorted(ends) if seq >= after.segment_seq
    )
    top = entries[-1].row.segment_seq if entries else 0
    return Intent(
        schema=INTENT_SCHEMA, checkpoint_seq=checkpoint.checkpoint_seq, migration_id=migration_id,
        correlation_id=correlation_id, at=at,
        before=Mark(top, len(entries), chain_at(entries, len(entries))), after=after, heads=heads,
    )


def declare(disk: Disk, intent: Intent) -> None:
    """Step 1: from here on the next open finishes what is not done."""
    disk.replace(names.INTENT, names.INTENT_TEMPORARY, encoded(intent))


def encoded(intent: Intent) -> bytes:
    """The line of an intent. StoreError where a text of the caller is no Unicode."""
    try:
        return encode(intent) + b'\n'
    except UnicodeEncodeError as error:
        raise StoreError('not_unicode') from error


def finish(disk: Disk, intent: Intent, entries: list[Entry]) -> tuple[Event, list[Repair]]:
    """Steps 2 to 6, each durable before the next; `entries` are those that stay.

    What an open must tell of it are the segments that went, and the tail.
    """
    after = intent.after
    disk.replace(names.INDEX, names.ROLLBACK_TEMPORARY, b''.join(rows_text(entries)))
    repairs: list[Repair] = []
    for seq in sorted(names.segments(disk), reverse=True):
        if seq > after.segment_seq:
            repairs.append(_set_aside(disk, names.segment(seq)))
    # Whoever did a step may have died before its sync; no intent would tell of it any more.
    disk.sync_directory('segments')
    if after.segment_seq:
        repairs += _cut(disk, names.segment(after.segment_seq), after.byte_length)
    event = event_of(intent, disk.root)
    last = look_at_ledger(disk).last
    if last is None or replace(last, target_path=event.target_path) != event:
        append_event(disk, event)
    else:
        disk.sync_file(names.LEDGER)
        disk.sync_directory('migrations')
    disk.remove(names.INTENT)
    disk.sync_directory('tmp')
    return event, repairs


def event_of(intent: Intent, root: str) -> Event:
    """What the ledger says of a rollback that reached its goal."""
    return Event(
        schema=EVENT_SCHEMA, migration_id=intent.migration_id, phase='rollback', at=intent.at,
        source_path=names.checkpoint(intent.checkpoint_seq), target_path=root,
        source_format='native_v2', target_format='native_v2',
        verification=Verification(True, True, True), outcome='ok', error_class=None,
        correlation_id=intent.correlation_id,
    )


def _set_aside(disk: Disk, name: str) -> Repair:
    """Renames a segment to the first name that is free."""
    target = f'{name}.rolledback'
    number = 0
    while disk.kind_of(target) != 'missing':
        number += 1
        target = f'{name}.rolledback.{number}'
    size = disk.size(name)
    disk.rename(name, target)
    disk.sync_directory('segments')
    return Repair('set aside', name, 0, size, 'rollback', target)


def _cut(disk: Disk, name: str, length: int) -> list[Repair]:
    size = disk.size(name)
    if size <= length:
        disk.sync_file(name)
        return []
    kept = set_tail_aside(disk, name, length, size)
    with disk.opened(name, os.O_RDWR) as fd:
        disk.truncate(fd, length)
        disk.sync(fd)
    return [Repair('cut', name, length, size, 'rollback', kept)]
