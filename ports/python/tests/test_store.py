"""A session store as its callers and its neighbours meet it."""

import errno
import os
from unittest import mock

from starter.disk import Disk
from starter.errors import StoreError
from starter.session_store.store import SessionStore

from .support import AT, StoreCase, append, ids


class Opening(StoreCase):
    def test_makes_a_store_where_none_is(self) -> None:
        _, opened = self.opened()
        self.assertEqual((opened.entry_count, opened.repairs, opened.notices), (0, [], []))
        made = {path.name for path in self.root.iterdir()}
        self.assertEqual(made, {'segments', 'index', 'checkpoints', 'migrations', 'tmp'})

    def test_a_torn_tail_is_kept_and_cut(self) -> None:
        self.filled(3)
        whole = self.segment(1).read_bytes()
        last = whole.rindex(b'\n', 0, -1) + 1
        for size in range(last, len(whole) - 1):
            self.segment(1).write_bytes(whole[:size])
            store, opened = self.opened()
            self.assertEqual(ids(store), ['e1', 'e2'])
            cuts = [repair for repair in opened.repairs if repair.did == 'cut']
            if size == last:
                self.assertEqual(cuts, [])
                continue
            self.assertEqual([(cut.from_, cut.to, cut.why) for cut in cuts], [(last, size, 'torn')])
            kept = self.root / (cuts[0].kept_in or '')
            self.assertEqual(kept.read_bytes(), whole[last:size])

    def test_a_last_line_without_its_lf_is_adopted(self) -> None:
        self.filled(2)
        whole = self.segment(1).read_bytes()
        self.segment(1).write_bytes(whole[:-1])
        store, opened = self.opened()
        self.assertEqual(ids(store), ['e1', 'e2'])
        self.assertEqual([repair.did for repair in opened.repairs], ['adopted'])
        self.assertEqual(self.segment(1).read_bytes(), whole)

    def test_a_gap_is_refused_or_cut_with_a_copy(self) -> None:
        self.filled(3)
        data = bytearray(self.segment(1).read_bytes())
        data[data.index(b'\n') + 5] ^= 1
        self.segment(1).write_bytes(data)
        self.assertRefuses('ambiguous_gap', self.opened)
        disk = Disk(str(self.root))
        store, opened = SessionStore.create(disk, 65_536, 'none', 'keep-prefix')
        self.addCleanup(store.abandon)
        self.assertEqual(ids(store), ['e1'])
        cut = next(repair for repair in opened.repairs if repair.did == 'cut')
        kept = (self.root / (cut.kept_in or '')).read_bytes()
        self.assertEqual(kept, bytes(data[cut.from_ : cut.to]))

    def test_damage_before_a_later_segment_is_refused_and_readable(self) -> None:
        self.filled(3, max_segment=300)
        data = bytearray(self.segment(2).read_bytes())
        data[-5] ^= 1
        self.segment(2).write_bytes(data)
        self.assertRefuses('frame_corrupt', self.opened)
        before = self.tree()
        reader, opened = SessionStore.inspect(Disk(str(self.root)), 300)
        self.assertEqual(ids(reader), ['e1'])
        self.assertEqual([notice.code for notice in opened.notices], ['frame_corrupt'])
        self.assertEqual(self.tree(), before)
        self.assertRefuses('read_only', append, reader, 9)

    def test_an_altered_row_is_told_with_both_values(self) -> None:
        self.filled(2)
        index = self.root / 'index' / 'offsets.jsonl'
        old = index.read_bytes()
        index.write_bytes(old.replace(b'"e2"', b'"x2"'))
        _, opened = self.opened()
        notice = opened.notices[0]
        self.assertEqual(notice.code, 'witness_disagrees')
        self.assertIn('"x2"', notice.detail or '')
        self.assertIn('"e2"', notice.detail or '')
        self.assertEqual(index.read_bytes(), old)

    def test_an_index_cut_anywhere_is_made_whole(self) -> None:
        self.filled(3)
        index = self.root / 'index' / 'offsets.jsonl'
        whole = index.read_bytes()
        for size in range(0, len(whole), 5):
            index.write_bytes(whole[:size])
            _, opened = self.opened()
            self.assertEqual([repair.did for repair in opened.repairs], ['rebuilt'])
            self.assertEqual(index.read_bytes(), whole)
        self.assertFalse((self.root / 'quarantine').exists())

    def test_blank_lines_are_told_and_left(self) -> None:
        self.filled(1)
        self.segment(2).write_bytes(b'\n\xc2\xa0\n')
        before = self.tree()
        _, opened = self.opened()
        told = [(notice.code, notice.file) for notice in opened.notices]
        self.assertEqual(told, [('non_canonical', 'segments/0000000000000002.seg')])
        self.assertEqual((opened.repairs, self.tree()), ([], before))

    def test_links_and_other_names_are_refused(self) -> None:
        for make, code in (
            (lambda: self.segment(2).symlink_to(self.segment(1)), 'symlink_refused'),
            (lambda: (self.root / 'segments' / '2.seg').touch(), 'segment_name'),
            (lambda: os.mkfifo(self.segment(2)), 'not_a_file'),
            (lambda: (self.root / 'quarantine').write_bytes(b''), 'not_a_directory'),
            (lambda: (self.root / 'manifest.json').symlink_to('nowhere'), 'symlink_refused'),
        ):
            with self.subTest(code):
                self.setUp()
                self.filled(1)
                make()
                self.assertRefuses(code, self.opened)

    def test_sizes_that_no_store_has_are_refused_unread(self) -> None:
        for name, code in (
            ('segments/0000000000000001.seg', 'tail_too_large'),
            ('index/offsets.jsonl', 'tail_too_large'),
            ('migrations/ledger.jsonl', 'tail_too_large'),
            ('tmp/rollback.intent.json', 'intent_unreadable'),
        ):
            with self.subTest(name):
                self.setUp()
                self.filled(1)
                with (self.root / name).open('ab') as file:
                    file.truncate(1 << 42)
                with self.assertRaises(StoreError) as refused:
                    self.opened()
                self.assertEqual(refused.exception.code, code)
                self.assertFalse((self.root / 'quarantine').exists())

    def test_an_unfinished_rollback_over_other_entries_is_refused(self) -> None:
        self.filled(2)
        (self.root / 'tmp' / 'rollback.intent.json').write_bytes(b'{}')
        self.assertRefuses('intent_unreadable', self.opened)


    def test_a_reader_of_a_store_that_is_refused_sees_no_half_rollback(self) -> None:
        store, _ = self.opened(300)
        append(store, 1)
        store.checkpoint(1, 'manual', AT)
        append(store, 2)
        append(store, 3)
        with mock.patch('starter.session_store.rollback.finish', side_effect=OSError):
            with self.assertRaises(OSError):
                store.rollback(1, 'm', 'c', AT)
        reader, opened = SessionStore.inspect(Disk(str(self.root)), 300)
        self.assertEqual(ids(reader), ['e1'])
        self.assertEqual([notice.code for notice in opened.notices], ['rollback_pending'])
        with self.segment(2).open('ab') as file:
            file.write(b'\0')
        self.assertRefuses('frame_corrupt', self.opened, 300)
        reader, opened = SessionStore.inspect(Disk(str(self.root)), 300)
        self.assertEqual(ids(reader), ['e1', 'e2'])
        self.assertEqual([notice.code for notice in opened.notices], ['frame_corrupt'])


class Handles(StoreCase):
    def test_refuses_what_a_later_open_would_refuse(self) -> None:
        store, _ = self.opened()
        append(store, 1)
        for code, entry in (
            ('entry-id-duplicate', ('e1', None, 'message', '1')),
            ('parent-missing', ('e2', 'e9', 'message', '1')),
            ('parent-missing', ('e2', 'e2', 'message', '1')),
            ('payload_not_json', ('e2', None, 'message', '{"a":')),
            ('payload_not_json', ('e2', None, 'message', '1 2')),
            ('not_unicode', ('e\ud800', None, 'message', '1')),
            ('not_unicode', ('e2', None, 'message', '"\udc00"')),
        ):
            with self.subTest(code, entry=entry):
                self.assertRefuses(code, store.append, *entry, AT)

    def test_takes_no_line_that_no_reader_takes(self) -> None:
        store, _ = self.opened()
        append(store, 1)
        with mock.patch('starter.session_store.names.MAX_LINE', 700):
            for length in (400, 900):
                payload = f'"{"x" * length}"'
                args = ('e2', 'e1', 'message', payload, AT)
                self.assertRefuses('entry_too_large', store.append, *args)
        append(store, 2)
        self.assertEqual(ids(store), ['e1', 'e2'])

    def test_notices_another_writer(self) -> None:
        first, _ = self.opened()
        append(first, 1)
        second, _ = self.opened()
        append(second, 2)
        self.assertRefuses('stale_handle', append, first, 3)
        self.assertRefuses('stale_handle', first.sync)
        self.assertEqual(ids(first), ['e1'])
        append(second, 3)
        self.assertEqual(ids(second), ['e1', 'e2', 'e3'])

    def test_a_rollback_never_uses_a_number_twice(self) -> None:
        store, _ = self.opened(300)
        append(store, 1)
        store.checkpoint(1, 'manual', AT)
        append(store, 2)
        append(store, 3)
        event = store.rollback(1, 'm', 'c', AT)
        self.assertEqual((event.phase, event.outcome), ('rollback', 'ok'))
        self.assertEqual(ids(store), ['e1'])
        self.assertTrue((self.root / 'segments' / '0000000000000003.seg.rolledback').exists())
        append(store, 2)
        self.assertEqual(store.entries[-1].row.segment_seq, 4)
        self.assertRefuses('checkpoint-not-found', store.rollback, 7, 'm', 'c', AT)
        store.close()
        store, opened = self.opened(300)
        self.assertEqual((ids(store), opened.repairs, opened.notices), (['e1', 'e2'], [], []))

    def test_what_a_rollback_cut_is_never_written_over(self) -> None:
        store, _ = self.opened()
        append(store, 1)
        store.checkpoint(1, 'manual', AT)
        append(store, 2)
        store.rollback(1, 'm', 'c', AT)
        append(store, 2)
        self.assertEqual([row.segment_seq for row in store.rows()], [1, 2])

    def test_a_checkpoint_of_other_entries_is_no_goal(self) -> None:
        store, _ = self.opened()
        append(store, 1)
        append(store, 2)
        store.checkpoint(1, 'manual', AT)
        store.append('e3', None, 'message', '3', AT)
        store.checkpoint(2, 'manual', AT)
        store.rollback(1, 'm', 'c', AT)
        store.append('other', None, 'message', '4', AT)
        self.assertRefuses('checkpoint_mismatch', store.rollback, 2, 'm', 'c', AT)

    def test_reads_compare_with_what_was_verified(self) -> None:
        self.filled(2)
        store, _ = self.opened()
        data = bytearray(self.segment(1).read_bytes())
        data[20] ^= 1
        self.segment(1).write_bytes(data)
        self.assertRefuses('checksum-mismatch', store.read_from, 0)
        self.segment(1).write_bytes(b'')
        self.assertRefuses('index-out-of-bounds', store.read_from, 0)
        self.segment(1).unlink()
        self.assertRefuses('frame-missing', store.validate)

    def test_nothing_behind_close(self) -> None:
        store, _ = self.opened()
        store.close()
        for action in (store.sync, store.close, store.rows):
            with self.assertRaises(StoreError) as refused:
                action()
            self.assertEqual(refused.exception.code, 'closed')

    def test_a_descriptor_that_could_not_be_closed_is_not_used_again(self) -> None:
        """It is gone all the same, and its number another file's by now."""
        store, _ = self.opened(300)
        append(store, 1)
        really = os.close

        def close(fd: int) -> None:
            really(fd)
            raise OSError(errno.EIO, 'injected')

        with mock.patch('os.close', close), self.assertRaises(OSError):
            append(store, 2)  # Begins a segment, and lets the first one go.
        others = self.root.parent / 'others'
        with others.open('wb'):
            append(store, 2)
        with mock.patch('os.close', close), self.assertRaises(OSError):
            store.rebuild()
        with others.open('wb'):
            append(store, 3)
        with mock.patch('os.close', close), self.assertRaises(OSError):
            store.close()
        self.assertEqual(others.read_bytes(), b'')
        self.assertEqual(ids(self.opened(300)[0]), ['e1', 'e2', 'e3'])
