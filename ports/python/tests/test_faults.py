"""A session store under kills and failing calls: nothing acknowledged is lost, nothing invented."""

import errno
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from unittest import mock

from starter.errors import StoreError
from starter.session_store.records import Event, Verification
from starter.session_store.store import SessionStore

from .faults import Calls, Killed
from .power import Durable
from .support import AT, StoreCase, append, ids

_EVENT = Event('', 'm', 'forward', '', 'a', 'b', 'x', 'y', Verification(True, True, True), 'ok',
               None, 'c')  # fmt: skip


@dataclass
class _History:
    """What was asked so far: the ids before and after the operation that is under way."""

    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    events: int = 0
    has_checkpoint: bool = False
    has_manifest: bool = False


class Faults(StoreCase):
    def test_killed_at_any_call(self) -> None:
        for at in range(self._calls()):
            with self.subTest(at):
                self._fresh()
                history = self._run(Calls(at))
                self._reopens(history)

    def test_killed_again_while_it_recovers(self) -> None:
        total = self._calls()
        for at in range(0, total, 4):
            for again in range(12):
                with self.subTest(at=at, again=again):
                    self._fresh()
                    history = self._run(Calls(at))
                    if not self._killed_opening(again):
                        break
                    self._reopens(history)

    def test_any_call_fails(self) -> None:
        for code in (errno.EIO, errno.ENOSPC):
            for at in range(self._calls()):
                with self.subTest(at=at, code=code):
                    self._fresh()
                    self._reopens(self._run(Calls(at, code)))

    def test_power_cut_at_any_call(self) -> None:
        """At its harshest, nothing is left but what was synced; with chance, every other time, more
        may be there. Twice, once more while it recovers."""
        home = self.root.parent
        for at in range(self._calls()):
            with self.subTest(at):
                self.root = home / 'store'
                self._fresh()
                chance = Random(str(at)) if at % 2 else None
                durable = Durable(home)
                with durable.watched():
                    history = self._run(Calls(at))
                self.root = self._after(durable, home / 'once', chance)
                durable = Durable(self.root.parent)
                with durable.watched():
                    self._killed_opening(at % 17)
                self.root = self._after(durable, home / 'twice', chance)
                self._reopens(history)

    def test_power_cut_while_it_recovers_from_a_kill(self) -> None:
        home = self.root.parent
        for at in range(self._calls()):
            for again in range(at % 4, 18, 4):
                with self.subTest(at, again=again):
                    self.root = home / 'store'
                    self._fresh()
                    durable = Durable(home)
                    with durable.watched():
                        history = self._run(Calls(at))
                        if not self._killed_opening(again):
                            break
                    self.root = self._after(durable, home / 'cut')
                    self._reopens(history)

    def test_power_cut_behind_a_recovery_from_a_kill(self) -> None:
        home = self.root.parent
        for at in range(self._calls()):
            with self.subTest(at):
                self.root = home / 'store'
                self._fresh()
                durable = Durable(home)
                with durable.watched():
                    history = self._run(Calls(at))
                    self.opened(400, 'entry')
                self.root = self._after(durable, home / 'cut')
                self._reopens(history)

    def test_power_cut_after_it_went_on_behind_a_kill(self) -> None:
        home = self.root.parent
        for at in range(self._calls()):
            with self.subTest(at):
                self.root = home / 'store'
                self._fresh()
                durable = Durable(home)
                with durable.watched():
                    history = self._run(Calls(at))
                    store, _ = self.opened(400, 'entry')
                    history.before = history.after = [*ids(store), 'later']
                    store.append('later', None, 'message', '0', AT)
                self.root = self._after(durable, home / 'cut')
                self._reopens(history)

    def test_power_cut_without_syncs_leaves_a_beginning(self) -> None:
        home = self.root.parent
        for synced in range(1, 6):
            with self.subTest(synced):
                self.root = home / 'store'
                self._fresh()
                durable = Durable(home)
                with durable.watched():
                    store, _ = self.opened(700)
                    for n in range(1, 8):
                        append(store, n)
                        if n == synced:
                            store.sync()
                self.root = self._after(durable, home / 'cut')
                found = ids(self.opened(700)[0])
                self.assertEqual(found, [f'e{n}' for n in range(1, len(found) + 1)])
                self.assertGreaterEqual(len(found), synced)

    def _after(self, durable: Durable, target: Path, chance: Random | None = None) -> Path:
        """What a power cut leaves of the store, below a directory of its own."""
        durable.leave(target, chance)
        return target / 'store'

    def test_a_failed_sync_acknowledges_nothing_any_more(self) -> None:
        self.filled(2)
        store, _ = self.opened(durability='entry')
        calls = Calls(2, errno.EIO)  # Frame, row, then the sync.
        with calls.watched(), self.assertRaises(OSError):
            append(store, 3)
        self.assertEqual(calls.made, ['pwrite', 'pwrite', 'fsync'])
        self.assertRefuses('poisoned', store.sync)
        self.assertRefuses('poisoned', append, store, 4)
        self.assertRefuses('poisoned', store.rebuild)

    def test_a_failed_append_leaves_everything_as_it_was(self) -> None:
        self.filled(2)
        store, _ = self.opened()
        append(store, 3)
        before = self.tree()
        for at, code in ((0, errno.ENOSPC), (1, errno.ENOSPC), (0, errno.EIO), (1, errno.EIO)):
            with self.subTest(at, code=code):
                with Calls(at, code).watched(), self.assertRaises(OSError):
                    append(store, 4)
                self.assertEqual(self.tree(), before)
        append(store, 4)
        self.assertEqual(ids(store), ['e1', 'e2', 'e3', 'e4'])

    def test_a_failed_event_leaves_the_ledger_as_it_was(self) -> None:
        self.filled(1)
        store, _ = self.opened()
        store.ledger_append(_EVENT, AT)
        before = self.tree()
        calls = Calls()
        with calls.watched():
            store.ledger_append(_EVENT, AT)
        at = calls.made.index('pwrite')
        (self.root / 'migrations' / 'ledger.jsonl').write_bytes(before['migrations/ledger.jsonl'])
        with Calls(at, errno.ENOSPC).watched(), self.assertRaises(OSError):
            store.ledger_append(_EVENT, AT)
        self.assertEqual(self.tree(), before)
        store.ledger_append(_EVENT, AT)
        self.assertEqual(len(store.read_ledger()), 2)

    def test_a_failed_undo_acknowledges_nothing_any_more(self) -> None:
        store, _ = self.opened()
        append(store, 1)
        full = mock.patch('os.pwrite', side_effect=[5, OSError(errno.ENOSPC, 'injected')])
        stuck = mock.patch('os.ftruncate', side_effect=OSError(errno.EIO, 'injected'))
        with full, stuck, self.assertRaises(OSError):
            append(store, 2)
        self.assertRefuses('poisoned', append, store, 2)
        self.assertRefuses('poisoned', store.sync)

    def test_an_open_without_space_changes_nothing(self) -> None:
        """Bytes that must go, and bytes that only are missing: an LF, and a row."""
        for must_go in (True, False):
            with self.subTest(must_go=must_go):
                self._fresh()
                self._damaged(must_go)
                before = self.tree()
                at = 0
                while not self._opens_without_space(at):
                    found = {name: data for name, data in self.tree().items() if 'tmp/' not in name}
                    self.assertEqual(found, before)
                    at += 1
                self.assertGreater(at, 5 if must_go else 1)

    def _damaged(self, must_go: bool) -> None:
        self.filled(3)
        whole = self.segment(1).read_bytes()
        index = self.root / 'index' / 'offsets.jsonl'
        rows = index.read_bytes()
        self.segment(1).write_bytes(whole[:-1])
        index.write_bytes(rows[: rows.index(b'\n') + 1])
        if must_go:
            self.segment(1).write_bytes(whole + b'{"torn":')
            index.write_bytes(b'{"torn":')

    def _opens_without_space(self, at: int) -> bool:
        """False where the open failed before the first cut: what takes space comes before it."""
        calls = Calls(at, errno.ENOSPC)
        with calls.watched():
            try:
                self.opened()
                return True
            except OSError:
                # What was added is cut off again; what was there is not.
                return 'ftruncate' in calls.made[: at + 1]

    def _calls(self) -> int:
        self._fresh()
        calls = Calls()
        history = self._run(calls)
        self.assertEqual(history.before, ['e1', 'e2', 'e3', 'e6'])
        return len(calls.made)

    def _fresh(self) -> None:
        for path in self.root.parent.iterdir():
            shutil.rmtree(path)

    def _run(self, calls: Calls) -> _History:
        """One history, up to the kill or the first operation that fails, and one append behind."""
        history = _History()
        store: SessionStore | None = None
        with calls.watched():
            try:
                store, _ = self.opened(400, 'entry')
                self._operate(store, history)
            except OSError:
                if store is not None:
                    self._go_on(store, history)
            except Killed:
                pass
        return history

    def _operate(self, store: SessionStore, history: _History) -> None:
        def does(after: list[str], action: Callable[[], object]) -> None:
            history.after = after
            action()
            history.before = after

        for n in (1, 2, 3):
            does([*history.before, f'e{n}'], lambda n=n: append(store, n))
        kept = history.before
        does(kept, lambda: store.checkpoint(1, 'manual', AT))
        history.has_checkpoint = True
        for n in (4, 5):
            does([*history.before, f'e{n}'], lambda n=n: append(store, n))
        does(history.before, lambda: store.write_manifest('s', 'native_v2', AT))
        history.has_manifest = True
        does(history.before, lambda: store.ledger_append(_EVENT, AT))
        history.events = 1
        does(kept, lambda: store.rollback(1, 'm1', 'c1', AT))
        history.events = 2
        does([*kept, 'e6'], lambda: store.append('e6', 'e3', 'message', '6', AT))
        does(history.before, store.close)

    def _go_on(self, store: SessionStore, history: _History) -> None:
        """What a handle acknowledges after a failure must be there."""
        try:
            store.append('later', None, 'message', '0', AT)
        except (OSError, StoreError):
            return
        self.assertEqual(ids(store), [*history.before, 'later'])
        history.before = history.after = ids(store)

    def _killed_opening(self, at: int) -> bool:
        with Calls(at).watched():
            try:
                self.opened(400)
            except Killed:
                return True
        return False

    def _reopens(self, history: _History) -> None:
        store, _ = self.opened(400)
        found = ids(store)
        self.assertIn(found, (history.before, history.after))
        self.assertIn(len(store.read_ledger()) - history.events, (0, 1))
        self.assertFalse(history.has_checkpoint and store.read_checkpoint(1) is None)
        self.assertFalse(history.has_manifest and store.read_manifest() is None)
        store.validate()
        store.append('behind', None, 'message', '1', AT)
        store.close()
        before = self.tree()
        store, opened = self.opened(400)
        self.assertEqual(ids(store), [*found, 'behind'])
        self.assertEqual(opened.repairs, [])
        self.assertEqual(self.tree(), before)
