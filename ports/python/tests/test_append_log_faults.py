"""The append-only log under kills, failing calls and power cuts, at every call that it makes."""

import base64
import errno
import shutil
import tempfile
import unittest
from pathlib import Path
from random import Random
from unittest import mock

from starter.append_log.adapter import AppendLogService
from starter.append_log.store import AppendLog, Durability
from starter.disk import Disk
from starter.errors import StoreError
from starter.handles import Failed
from starter.wire import Params

from .faults import Calls, Killed
from .power import Durable
from .support import AT, memory

# Longer than the entries that will stand in its place.
_TORN = b'\x50\0\0\0torn' * 8
_ENTRIES = [b'one', b'two', b'three']


class Faults(unittest.TestCase):
    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory(prefix='tearproof-python-', dir=memory())
        self.addCleanup(place.cleanup)
        self.home = Path(place.name)
        self.acknowledged: list[bytes] = []
        self.pending: list[bytes] = []
        syncs = mock.patch('os.fsync')
        syncs.start()
        self.addCleanup(syncs.stop)

    def test_killed_at_any_call(self) -> None:
        for torn in (b'', _TORN):
            for at in range(self._calls(torn)):
                with self.subTest(at, torn=torn):
                    self._fresh(torn)
                    self._run(Calls(at))
                    self._reopens(self.home / 'log')

    def test_any_call_fails(self) -> None:
        for code in (errno.EIO, errno.ENOSPC):
            for torn in (b'', _TORN):
                for at in range(self._calls(torn)):
                    with self.subTest(at, torn=torn, code=code):
                        self._fresh(torn)
                        self._run(Calls(at, code))
                        self._reopens(self.home / 'log')

    def test_power_cut_at_any_call(self) -> None:
        for torn in (b'', _TORN):
            for at in range(self._calls(torn)):
                for seed in range(4):
                    with self.subTest(at, torn=torn, seed=seed):
                        self._fresh(torn)
                        durable = Durable(self.home)
                        with durable.watched():
                            self._run(Calls(at))
                        self._cut(durable, Random(f'{at}/{seed}') if seed else None)

    def test_sync_makes_what_was_appended_durable(self) -> None:
        self._fresh()
        durable = Durable(self.home)
        with durable.watched():
            log = self._opened('none')
            log.append(b'one')
            log.append(b'two')
            log.sync()
            log.abandon()
        self.acknowledged = [b'one', b'two']
        self._cut(durable)

    def test_what_an_open_shows_is_durable(self) -> None:
        self._fresh()
        durable = Durable(self.home)
        with durable.watched():
            log = self._opened('none')
            log.append(b'one')
            log.abandon()
            self.acknowledged = self._read(self.home / 'log')
        self.assertEqual(self.acknowledged, [b'one'])
        self._cut(durable)

    def test_nothing_is_cut_before_its_copy_is_durable(self) -> None:
        """Whoever made the copy: an open that died, or the one that dies after it."""
        most = self._calls(_TORN)
        for at in range(most):
            for again in range(most):
                with self.subTest(at, again=again):
                    self._fresh(_TORN)
                    durable = Durable(self.home)
                    with durable.watched():
                        self._run(Calls(at))
                        self._run(Calls(again))
                    durable.leave(self.home / 'cut')
                    left = _tree(self.home / 'cut' / 'log').values()
                    self.assertTrue(any(_TORN in data for data in left))

    def test_definite_is_said_only_where_nothing_changed(self) -> None:
        payload = base64.b64encode(b'x').decode('ascii')
        given = {'h': 'a', 'dir': str(self.home / 'log'), 'durability': 'entry', 'at': AT}
        # A call of a full disk may have written all the same; no other has its effect then.
        for code, is_late, fails in (
            (errno.EIO, False, None), (errno.EIO, True, None), (errno.ENOSPC, True, 'pwrite'),
        ):  # fmt: skip
            for at, name in enumerate(self._made(_TORN)):
                if fails in (None, name):
                    self._fresh(_TORN)
                    with Calls(at, code, is_late=is_late).watched():
                        self._ask_all(given, payload, (at, code, is_late))

    def _ask_all(self, given: dict[str, str], payload: str, say: tuple[int, int, bool]) -> None:
        service = AppendLogService()
        for name in ('open', 'append', 'sync', 'append', 'close'):
            before = _tree(self.home / 'log')
            try:
                service.methods()[name](Params({**given, 'payload': payload}))
            except Failed as failed:
                with self.subTest(name, say=say):
                    unchanged = _tree(self.home / 'log') == before
                    self.assertTrue(unchanged or not failed.definite)
        service.handles.reset()

    def _calls(self, torn: bytes) -> int:
        return len(self._made(torn))

    def _made(self, torn: bytes) -> list[str]:
        self._fresh(torn)
        calls = Calls()
        self._run(calls)
        self.assertEqual(self.acknowledged, _ENTRIES)
        return calls.made

    def _fresh(self, torn: bytes = b'') -> None:
        for path in self.home.iterdir():
            shutil.rmtree(path)
        (self.home / 'log').mkdir()
        if torn:
            (self.home / 'log' / 'log').write_bytes(torn)
        self.acknowledged, self.pending = [], []

    def _run(self, calls: Calls) -> None:
        """Appends durably, up to the kill, and on behind a call that fails."""
        log: AppendLog | None = None
        with calls.watched():
            try:
                log = self._opened('entry')
                for entry in _ENTRIES:
                    self._append(log, entry)
            except (OSError, Killed):
                pass
        if log is not None:
            log.abandon()

    def _append(self, log: AppendLog, entry: bytes) -> None:
        self.pending.append(entry)
        try:
            log.append(entry)
        except (OSError, StoreError):
            return
        self.acknowledged = [*self.acknowledged, *self.pending]
        self.pending = []

    def _opened(self, durability: Durability) -> AppendLog:
        return AppendLog.open(Disk(str(self.home / 'log')), durability)

    def _cut(self, durable: Durable, chance: Random | None = None) -> None:
        durable.leave(self.home / 'cut', chance)
        self._reopens(self.home / 'cut' / 'log')

    def _reopens(self, directory: Path) -> None:
        """What was acknowledged is there, what is more was asked for, and it goes on from there."""
        found = self._read(directory)
        whole = [*self.acknowledged, *self.pending]
        self.assertEqual(found, whole[: len(found)])
        self.assertGreaterEqual(len(found), len(self.acknowledged))
        log = AppendLog.open(Disk(str(directory)), 'entry')
        log.append(b'behind')
        log.close()
        before = _tree(directory)
        self.assertEqual(self._read(directory), [*found, b'behind'])
        self.assertEqual(_tree(directory), before)

    def _read(self, directory: Path) -> list[bytes]:
        log = AppendLog.open(Disk(str(directory)), 'none')
        try:
            return log.read()
        finally:
            log.close()


def _tree(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}
