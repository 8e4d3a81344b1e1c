"""The append-only log: recovery at every cut and flip, and what a failure leaves."""

import errno
import os
import struct
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from starter.append_log.store import AppendLog, _payloads
from starter.disk import Disk, read_range
from starter.errors import StoreError

_ENTRIES = [b'one', b'', bytes(40), b'four']


class Log(unittest.TestCase):
    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory(prefix='tearproof-python-')
        self.addCleanup(place.cleanup)
        self.dir = Path(place.name)
        self.file = self.dir / 'log'
        syncs = mock.patch('os.fsync')
        syncs.start()
        self.addCleanup(syncs.stop)

    def test_keeps_entries_in_order(self) -> None:
        self._write()
        self.assertEqual(self._read(), _ENTRIES)

    def test_cut_anywhere_shows_the_whole_frames_and_keeps_the_rest(self) -> None:
        self._write()
        whole = self.file.read_bytes()
        ends = [0]
        for entry in _ENTRIES:
            ends.append(ends[-1] + 8 + len(entry))
        for size in range(len(whole) + 1):
            with self.subTest(size):
                self._reset(whole[:size])
                count = sum(1 for end in ends[1:] if end <= size)
                self.assertEqual(self._read(), _ENTRIES[:count])
                torn = [path.read_bytes() for path in self.dir.glob('torn@*.bin')]
                self.assertEqual(torn, [whole[ends[count] : size]] if ends[count] < size else [])
                before = self._tree()
                self.assertEqual(self._read(), _ENTRIES[:count])
                self.assertEqual(self._tree(), before)

    def test_no_flipped_bit_invents_an_entry(self) -> None:
        self._write()
        whole = self.file.read_bytes()
        for at in range(len(whole)):
            for bit in (0, 7):
                flipped = bytearray(whole)
                flipped[at] ^= 1 << bit
                self._reset(bytes(flipped))
                found = self._read()
                self.assertEqual(found, _ENTRIES[: len(found)])
                self.assertLess(len(found), len(_ENTRIES))

    def test_zeros_behind_the_end_are_no_entries(self) -> None:
        self._write()
        whole = self.file.read_bytes()
        for zeros in (1, 8, 16, 4096):
            self._reset(whole + bytes(zeros))
            self.assertEqual(self._read(), _ENTRIES)
            self.assertEqual(self.file.read_bytes(), whole)

    def test_a_length_that_no_file_could_meet_is_not_allocated(self) -> None:
        self._reset(b'\xff' * 8)
        self.assertEqual(self._read(), [])

    def test_a_length_that_nothing_has_is_not_read_though_the_file_has_it(self) -> None:
        self._reset(struct.pack('<II', (1 << 27) + 1, 0))
        with self.file.open('r+b') as file:
            file.truncate(1 << 30)
            with mock.patch('starter.append_log.store.read_range', wraps=read_range) as reads:
                self.assertEqual(list(_payloads(file.fileno(), 1 << 30)), [])
        self.assertEqual([call.args[1:] for call in reads.mock_calls], [(0, 8)])

    def test_a_failed_sync_poisons_the_handle(self) -> None:
        log = self._opened('entry')
        failing = mock.patch('os.fsync', side_effect=OSError(errno.EIO, 'no'))
        with failing, self.assertRaises(OSError):
            log.append(b'x')
        for again in (lambda: log.append(b'y'), log.sync):
            with self.assertRaises(StoreError) as refused:
                again()
            self.assertEqual(refused.exception.code, 'poisoned')

    def test_a_short_write_is_continued(self) -> None:
        real = os.pwrite
        log = self._opened()
        with mock.patch('os.pwrite', lambda fd, data, at: real(fd, data[:5], at)):
            log.append(b'a longer payload')
        self.assertEqual(log.read(), [b'a longer payload'])
        self.assertEqual(self._read(), [b'a longer payload'])

    def test_a_write_that_writes_nothing_is_an_error(self) -> None:
        log = self._opened()
        with mock.patch('os.pwrite', side_effect=[0, AssertionError]), self.assertRaises(OSError):
            log.append(b'x')

    def test_links_and_fifos_are_refused(self) -> None:
        (self.dir / 'elsewhere').write_bytes(b'mine')
        self.file.symlink_to(self.dir / 'elsewhere')
        with self.assertRaises(OSError) as refused:
            self._opened()
        self.assertEqual(refused.exception.errno, errno.ELOOP)
        self.file.unlink()
        os.mkfifo(self.file)
        with self.assertRaises(StoreError) as not_a_file:
            self._opened()
        self.assertEqual(not_a_file.exception.code, 'not_a_file')
        self.assertEqual((self.dir / 'elsewhere').read_bytes(), b'mine')

    def _opened(self, durability: str = 'none') -> AppendLog:
        log = AppendLog.open(Disk(str(self.dir)), 'entry' if durability == 'entry' else 'none')
        self.addCleanup(log.abandon)
        return log

    def _write(self) -> None:
        log = self._opened()
        for entry in _ENTRIES:
            log.append(entry)

    def _read(self) -> list[bytes]:
        log = AppendLog.open(Disk(str(self.dir)), 'none')
        found = log.read()
        log.close()
        return found

    def _reset(self, data: bytes) -> None:
        for path in self.dir.iterdir():
            path.unlink()
        self.file.write_bytes(data)

    def _tree(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.dir.iterdir()}
