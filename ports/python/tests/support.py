"""What the tests share: a fresh directory, and stores with a few entries."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

from starter.disk import Disk
from starter.errors import StoreError
from starter.session_store.records import Opened
from starter.session_store.store import Durability, SessionStore

AT = '2026-01-01T00:00:00.000Z'


def memory() -> str | None:
    """Where directories of tests stand: in memory, where inodes are never given out twice."""
    return '/dev/shm' if Path('/dev/shm').is_dir() else None


class StoreCase(unittest.TestCase):
    """Each test has a directory of its own; `self.root` need not exist yet."""

    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory(prefix='tearproof-python-', dir=memory())
        self.addCleanup(place.cleanup)
        self.root = Path(place.name) / 'store'
        # The page cache is all that these tests look at.
        syncs = mock.patch('os.fsync')
        syncs.start()
        self.addCleanup(syncs.stop)

    def opened(
        self, max_segment: int = 65_536, durability: Durability = 'none'
    ) -> tuple[SessionStore, Opened]:
        store, opened = SessionStore.create(Disk(str(self.root)), max_segment, durability)
        self.addCleanup(store.abandon)
        return store, opened

    def filled(self, count: int, max_segment: int = 65_536) -> SessionStore:
        """A closed store of entries e1, e2, ... in one line of descent."""
        store, _ = self.opened(max_segment)
        for n in range(1, count + 1):
            append(store, n)
        store.close()
        return store

    def segment(self, seq: int) -> Path:
        return self.root / 'segments' / f'{seq:016d}.seg'

    def tree(self) -> dict[str, bytes]:
        """Every file of the store by its path."""
        files = (path for path in self.root.rglob('*') if path.is_file())
        return {str(path.relative_to(self.root)): path.read_bytes() for path in files}

    def assertRefuses(self, code: str, action: object, *args: object) -> None:
        """The store refuses under this code and changes nothing."""
        assert callable(action)
        before = self.tree()
        with self.assertRaises(StoreError) as refused:
            action(*args)
        self.assertEqual(refused.exception.code, code)
        self.assertEqual(self.tree(), before)


def append(store: SessionStore, n: int) -> None:
    """The n-th entry, behind the one before."""
    parent = f'e{n - 1}' if n > 1 else None
    store.append(f'e{n}', parent, 'message', f'{{"n": {n}}}', AT)


def ids(store: SessionStore) -> list[str]:
    """The ids of all entries as a reader sees them."""
    return [frame.entry_id for frame in store.read_from(0)]
