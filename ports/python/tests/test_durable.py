"""What a session store acknowledged or kept aside, after a power cut; what a failure claims."""

import errno
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

from starter.disk import Disk
from starter.handles import Failed
from starter.session_store.adapter import SessionStoreService
from starter.session_store.records import Event, Opened, Verification
from starter.session_store.store import SessionStore
from starter.wire import Params

from .faults import Calls, Killed
from .power import Durable
from .support import AT, StoreCase, append, ids

_EVENT = Event('', 'm', 'forward', '', 'a', 'b', 'x', 'y', Verification(True, True, True), 'ok',
               None, 'c')  # fmt: skip
_MAKES_DURABLE: dict[str, Callable[[SessionStore], object]] = {
    'sync': lambda store: store.sync(),
    'close': lambda store: store.close(),
    'checkpoint': lambda store: store.checkpoint(1, 'manual', AT),
    'manifest': lambda store: store.write_manifest('s', 'native_v2', AT),
    'ledgerAppend': lambda store: store.ledger_append(_EVENT, AT),
}


class PowerCase(StoreCase):
    """A store below a directory that outlives the cut."""

    def setUp(self) -> None:
        super().setUp()
        self.home = self.root.parent

    def _fresh(self) -> None:
        self.root = self.home / 'store'
        for path in self.home.iterdir():
            shutil.rmtree(path)

    def _after(
        self, durable: Durable, chance: Random | None = None
    ) -> tuple[SessionStore, Opened]:
        durable.leave(self.home / 'cut', chance)
        self.root = self.home / 'cut' / 'store'
        return self.opened(700)


class Acknowledged(PowerCase):
    def test_what_makes_everything_durable(self) -> None:
        """Of a store that syncs no append: entries in several segments, some of them older."""
        for name, action in _MAKES_DURABLE.items():
            for is_opened_again in (False, True):
                with self.subTest(name, is_opened_again=is_opened_again):
                    self._fresh()
                    durable = Durable(self.home)
                    with durable.watched():
                        store, _ = self.opened(400)
                        for n in (1, 2, 3):
                            append(store, n)
                        if is_opened_again:
                            store.abandon()
                            store, _ = self.opened(400)
                        action(store)
                        store.abandon()
                    store, opened = self._after(durable)
                    self.assertEqual(ids(store), ['e1', 'e2', 'e3'])
                    self.assertEqual(opened.notices, [])
                    self.assertEqual(len(store.read_ledger()), int(name == 'ledgerAppend'))
                    self.assertEqual(store.read_manifest() is not None, name == 'manifest')
                    self.assertEqual(store.read_checkpoint(1) is not None, name == 'checkpoint')

    def test_a_rollback_and_what_it_went_back_to(self) -> None:
        """In segments of one entry each, and within one segment."""
        for max_segment, aside in ((400, '.rolledback'), (65_536, '.tail@')):
            for seed in range(4):
                with self.subTest(aside, seed=seed):
                    self._fresh()
                    durable = Durable(self.home)
                    with durable.watched():
                        store, _ = self.opened(max_segment)
                        append(store, 1)
                        store.checkpoint(1, 'manual', AT)
                        append(store, 2)
                        append(store, 3)
                        store.rollback(1, 'm', 'c', AT)
                        store.abandon()
                    store, opened = self._after(durable, Random(seed) if seed else None)
                    self.assertEqual((ids(store), opened.notices), (['e1'], []))
                    self.assertEqual(len(store.read_ledger()), 1)
                    kept = [path for path in (self.root / 'segments').iterdir()
                            if aside in path.name]  # fmt: skip
                    self.assertIn(b'"e3"', b''.join(path.read_bytes() for path in kept))

    def test_every_directory_that_was_made_for_it(self) -> None:
        self._fresh()
        durable = Durable(self.home)
        with durable.watched():
            self.root = self.home / 'made' / 'too' / 'store'
            store, _ = self.opened(durability='entry')
            append(store, 1)
            store.abandon()
        durable.leave(self.home / 'cut')
        self.root = self.home / 'cut' / 'made' / 'too' / 'store'
        self.assertTrue(self.root.is_dir())
        self.assertEqual(ids(self.opened()[0]), ['e1'])

    def test_the_index_too(self) -> None:
        self._fresh()
        durable = Durable(self.home)
        with durable.watched():
            store, _ = self.opened()
            for n in (1, 2):
                append(store, n)
                store.sync()
            store.abandon()
        _, opened = self._after(durable)
        self.assertEqual(opened.repairs, [])

    def test_a_beginning_of_what_was_not(self) -> None:
        for seed in range(30):
            with self.subTest(seed):
                self._fresh()
                durable = Durable(self.home)
                with durable.watched():
                    store, _ = self.opened(700)
                    for n in range(1, 8):
                        append(store, n)
                    store.abandon()
                found = ids(self._after(durable, Random(seed))[0])
                self.assertEqual(found, [f'e{n}' for n in range(1, len(found) + 1)])


class Kept(PowerCase):
    """The copies of what an open cut are durable, whoever made them."""

    def test_what_is_cut_at_opening(self) -> None:
        """Whoever made the copies: an open that died, or the one that dies after it."""
        most = self._calls()
        for at in range(most):
            for again in range(at % 3, most, 3):
                with self.subTest(at, again=again):
                    self._torn()
                    durable = Durable(self.home)
                    with durable.watched():
                        self._open(Calls(at))
                        self._open(Calls(again))
                    durable.leave(self.home / 'cut')
                    left = self._bytes(self.home / 'cut')
                    for torn in (b'{"torn segment', b'{"torn ledger'):
                        self.assertTrue(any(torn in data for data in left), torn)

    def test_other_bytes_under_the_name_of_a_copy(self) -> None:
        self._torn()
        self._open(Calls())
        kept = next((self.root / 'quarantine').glob('*.seg@*'))
        kept.write_bytes(b'others')
        with self.segment(1).open('ab') as file:
            file.write(b'{"torn segment')
        self.assertRefuses('quarantine_conflict', self.opened)

    def test_what_a_checkpoint_replaces(self) -> None:
        self._fresh()
        durable = Durable(self.home)
        with durable.watched():
            store, _ = self.opened()
            append(store, 1)
            store.checkpoint(1, 'first', AT)
            store.checkpoint(1, 'second', AT)
            store.abandon()
        durable.leave(self.home / 'cut')
        for reason in (b'first', b'second'):
            self.assertTrue(any(reason in data for data in self._bytes(self.home / 'cut')), reason)

    def _torn(self) -> None:
        self._fresh()
        self.filled(2)
        with self.segment(1).open('ab') as file:
            file.write(b'{"torn segment')
        (self.root / 'migrations' / 'ledger.jsonl').write_bytes(b'{"torn ledger')

    def _calls(self) -> int:
        self._torn()
        calls = Calls()
        self._open(calls)
        return len(calls.made)

    def _open(self, calls: Calls) -> None:
        with calls.watched():
            try:
                store, _ = SessionStore.create(Disk(str(self.root)), 700)
            except Killed:
                return
        store.abandon()

    def _bytes(self, directory: Path) -> list[bytes]:
        return [path.read_bytes() for path in directory.rglob('*') if path.is_file()]


class Definite(StoreCase):
    def test_is_said_only_where_nothing_changed(self) -> None:
        for is_late in (False, True):
            at, made = 0, 1
            while at < made:
                shutil.rmtree(self.root, ignore_errors=True)
                calls = Calls(at, errno.EIO, is_late=is_late)
                with calls.watched():
                    self._ask_all(SessionStoreService(), at, is_late)
                at, made = at + 1, len(calls.made)

    def _ask_all(self, service: SessionStoreService, at: int, is_late: bool) -> None:
        event = {'schema': '', 'migrationId': 'm', 'phase': 'forward', 'at': '', 'sourcePath': 'a',
                 'targetPath': 'b', 'sourceFormat': 'x', 'targetFormat': 'y', 'outcome': 'ok',
                 'errorClass': None, 'correlationId': 'c', 'verification': {
                     'entryCountMatch': True, 'hashChainMatch': True, 'indexConsistent': True,
                 }}  # fmt: skip
        given = {'h': 'a', 'dir': str(self.root), 'max': '400', 'durability': 'entry', 'at': AT,
                 'parent': None, 'type': 'message', 'payload': '1', 'seq': '1', 'event': event,
                 'reason': 'manual', 'migrationId': 'm', 'correlationId': 'c', 'sessionId': 's',
                 'sourceFormat': 'native_v2'}  # fmt: skip
        asked = ('create', 'append', 'checkpoint', 'append', 'manifest', 'ledgerAppend', 'rebuild',
                 'rollback', 'append', 'sync', 'close')  # fmt: skip
        for n, name in enumerate(asked):
            before = self.tree() if self.root.exists() else {}
            try:
                service.methods()[name](Params({**given, 'id': f'e{n}'}))
            except Failed as failed:
                with self.subTest(name, at=at, is_late=is_late):
                    after = self.tree() if self.root.exists() else {}
                    self.assertTrue(after == before or not failed.definite)
        service.handles.reset()
