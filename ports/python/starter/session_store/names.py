"""The names of a store's files, and the limits of the format."""

import os.path
import re
from dataclasses import dataclass

from ..codec import U64_MAX
from ..disk import Disk

DIRECTORIES = ('segments', 'index', 'checkpoints', 'migrations', 'tmp')
QUARANTINE = 'quarantine'
INDEX = 'index/offsets.jsonl'
LEDGER = 'migrations/ledger.jsonl'
MANIFEST = 'manifest.json'
INTENT = 'tmp/rollback.intent.json'

INDEX_TEMPORARY = 'tmp/offsets.rebuild.tmp'
ROLLBACK_TEMPORARY = 'tmp/offsets.rollback.tmp'
MANIFEST_TEMPORARY = 'tmp/manifest.json.tmp'
QUARANTINE_TEMPORARY = 'tmp/quarantine.tmp'
INTENT_TEMPORARY = 'tmp/rollback.intent.tmp'

MAX_LINE = 104_857_600
MAX_DOCUMENT = 104_857_600
MAX_TAIL = 1 << 30
MAX_ENTRIES = 16_000_000

_SEGMENT = re.compile(r'\+?([0-9]+)\.seg')
_USED = re.compile(r'([0-9]+)\.seg(?:(\..*))?', re.DOTALL)
_CHECKPOINT = re.compile(r'[0-9]{16,20}\.json')


@dataclass(frozen=True, slots=True)
class Used:
    """The largest segment number in any name, and the largest in a name of a set-aside one."""

    any: int
    aside: int


def segment(seq: int) -> str:
    return f'segments/{seq:016d}.seg'


def checkpoint(seq: int) -> str:
    return f'checkpoints/{seq:016d}.json'


def checkpoint_temporary(seq: int) -> str:
    return f'tmp/{seq:016d}.json.tmp'


def segment_number(name: str) -> int | None:
    """The number that a name in `segments/` is read as, whatever its spelling."""
    found = _SEGMENT.fullmatch(name)
    if found is None or len(found[1].lstrip('0')) > 20:
        return None
    seq = int(found[1].lstrip('0') or '0')
    return seq if seq <= U64_MAX else None


def segments(disk: Disk) -> list[int]:
    """The numbers of all segments; an open refuses where one is not spelled as it should be."""
    numbers = (segment_number(name) for name in disk.names('segments'))
    return [seq for seq in numbers if seq is not None]


def checkpoints(disk: Disk) -> list[str]:
    """The paths of all checkpoints."""
    names = disk.names('checkpoints')
    return [f'checkpoints/{name}' for name in names if _CHECKPOINT.fullmatch(name)]


def used_numbers(disk: Disk) -> Used:
    """The segment numbers that were ever used, as far as names tell."""
    most = aside = 0
    for name in disk.names('segments'):
        found = _USED.fullmatch(name)
        digits = found[1].lstrip('0') if found else ''
        if found is None or len(digits) > 20 or int(digits or '0') > U64_MAX:
            continue
        seq = int(digits or '0')
        most = max(most, seq)
        if found[2] is not None:
            aside = max(aside, seq)
    return Used(most, aside)


def sidecar(path: str) -> str:
    """The store that belongs to a session file: beside it, `.v2` for its last extension."""
    absolute = path.startswith('/')
    parts = [
        part for i, part in enumerate(path.split('/'))
        if part and (part != '.' or (i == 0 and not absolute))
    ]
    if not parts:
        return './session.v2'
    if parts == ['.']:
        return 'session.v2'
    name = parts[-1]
    dot = name.rfind('.')
    stem = 'session' if name == '..' else name[:dot] if dot > 0 else name
    return os.path.join('/' if absolute else '', *parts[:-1], f'{stem}.v2')


def has_sidecar(path: str) -> bool:
    """Whether that store has a manifest or an index, whatever is in them."""
    root = sidecar(path)
    return any(os.path.exists(f'{root}/{name}') for name in (MANIFEST, INDEX))
