//! What a segment answers on a disk without faults, and what it refuses.

use std::fs;

use super::frame::{header, put_frame};
use super::testing::{code, entry_a, entry_d, in_time, sealed_file, Store};
use super::{Entry, Sealing, Segment};
use crate::error::Result;

#[test]
fn writes_the_file_of_the_format_page() {
    let store = Store::new();
    let (mut segment, opened) = store.open();
    assert_eq!((opened.committed, opened.repairs.len(), opened.notices.len()), (16, 0, 0));
    assert_eq!(store.bytes(), header(16));
    assert_eq!(segment.seal(&[entry_a(), entry_d()], in_time).unwrap(), Sealing::Sealed);
    assert_eq!(store.bytes(), sealed_file());
    assert_eq!(store.entries(), [entry_a(), entry_d()]);
    assert_eq!(fs::read_dir(store.path("sessions")).unwrap().count(), 1);
}

#[test]
fn publishes_what_was_tracked_and_nothing_else() {
    let store = Store::new();
    let mut segment = store.segment();
    assert_eq!(segment.append(&entry_a(), false).unwrap(), 50);
    assert_eq!(code(segment.sync_group()), "untracked_frames");
    assert_eq!(code(segment.append(&entry_d(), true)), "untracked_frames");
    assert_eq!(code(segment.seal(&[], in_time)), "untracked_frames");
    for bytes in [1, 49, 51, u64::MAX] {
        assert_eq!(code(segment.track(bytes)), "not_on_boundary", "{bytes}");
    }
    segment.track(50).unwrap();
    assert_eq!(segment.committed_bytes(), 66);
    assert_eq!(segment.read_committed().unwrap(), []);
    segment.sync_group().unwrap();
    assert_eq!(segment.append(&entry_d(), true).unwrap(), 42);
    assert_eq!(segment.read_committed().unwrap(), [entry_a()]);
    segment.sync_group().unwrap();
    assert_eq!(store.bytes(), sealed_file());
    assert_eq!(segment.read_committed().unwrap(), [entry_a(), entry_d()]);
}

#[test]
fn a_late_seal_leaves_nothing_behind() {
    let store = Store::new();
    let mut segment = store.segment();
    segment.append(&entry_d(), true).unwrap();
    let before = store.bytes();
    for looks_in_time in 0..=2 {
        let mut looks = 0;
        let is_late = || {
            looks += 1;
            looks > looks_in_time
        };
        let entries = [entry_a(), entry_d()];
        assert_eq!(segment.seal(&entries, is_late).unwrap(), Sealing::TimedOut);
        assert_eq!(looks, looks_in_time + 1);
        assert_eq!(store.bytes(), before);
        assert_eq!(segment.committed_bytes(), 58);
    }
    segment.seal(&[entry_a()], in_time).unwrap();
    assert_eq!(segment.read_committed().unwrap(), [entry_d(), entry_a()]);
}

#[test]
fn truncates_where_a_frame_ends() {
    let store = Store::holding(&sealed_file());
    let mut segment = store.segment();
    for length in [0, 15, 17, 65, 107, 109, u64::MAX] {
        assert_eq!(code(segment.truncate(length)), "not_on_boundary", "{length}");
    }
    segment.append(&entry_a(), true).unwrap();
    segment.truncate(108).unwrap();
    assert_eq!(store.bytes(), sealed_file());
    segment.truncate(66).unwrap();
    let mut front = header(66).to_vec();
    put_frame(&mut front, &entry_a()).unwrap();
    assert_eq!(store.bytes(), front);
    segment.append(&entry_d(), true).unwrap();
    segment.sync_group().unwrap();
    assert_eq!(store.bytes(), sealed_file());
    segment.reset().unwrap();
    assert_eq!(store.bytes(), header(16));
    assert_eq!(segment.committed_bytes(), 16);
    segment.seal(&[entry_a(), entry_d()], in_time).unwrap();
    assert_eq!(store.bytes(), sealed_file());
}

#[test]
fn refuses_an_entry_that_no_reader_takes() {
    let store = Store::new();
    let mut segment = store.segment();
    let data = vec![0; 64 << 20];
    let entry = Entry::Write { space: 1, coords: vec![], revision: 1, data };
    assert_eq!(code(segment.append(&entry, true)), "entry_too_large");
    assert_eq!(code(segment.seal(&[entry_a(), entry], in_time)), "entry_too_large");
    assert_eq!(store.bytes(), header(16));
}

#[test]
fn notices_another_writer() {
    let store = Store::holding(&sealed_file());
    type Act = fn(&mut Segment) -> Result<()>;
    let others: [Act; 4] = [
        |other| other.append(&entry_a(), false).map(drop),
        |other| other.seal(&[entry_a()], in_time).map(drop),
        |other| other.truncate(66),
        |other| other.reset(),
    ];
    for act in others {
        fs::write(store.path("sessions/7.fast"), sealed_file()).unwrap();
        let mut segment = store.segment();
        act(&mut store.segment()).unwrap();
        let after = store.bytes();
        assert_eq!(code(segment.append(&entry_d(), true)), "stale_handle");
        assert_eq!(code(segment.sync_group()), "stale_handle");
        assert_eq!(code(segment.truncate(16)), "stale_handle");
        assert_eq!(code(segment.read_committed()), "stale_handle");
        assert_eq!(store.bytes(), after);
    }
}

#[test]
fn notices_another_writer_that_left_the_length_as_it_was() {
    let store = Store::new();
    let mut segment = store.segment();
    segment.append(&entry_d(), true).unwrap();
    // Opening cuts the frame, so that another one of the same length comes in its place.
    let like_d = Entry::Checkpoint { revision: 8 };
    store.segment().append(&like_d, true).unwrap();
    assert_eq!(code(segment.append(&entry_a(), true)), "stale_handle");
    // The very same frame is published, which the first handle does not know.
    let mut segment = store.segment();
    segment.append(&entry_d(), true).unwrap();
    store.segment().seal(&[entry_d()], in_time).unwrap();
    assert_eq!(code(segment.append(&entry_a(), true)), "stale_handle");
    assert_eq!(store.entries(), [entry_d()]);
}

#[test]
fn publishes_no_frame_of_another_writer() {
    let store = Store::new();
    let mut segment = store.segment();
    segment.append(&entry_a(), true).unwrap();
    segment.append(&entry_d(), true).unwrap();
    // Opening cuts both; of those in their place only the first is another.
    let mut other = store.segment();
    let data = vec![3, 2, 1];
    let like_a = Entry::Write { space: 1, coords: vec![10, 20], revision: 1, data };
    other.append(&like_a, true).unwrap();
    other.append(&entry_d(), true).unwrap();
    assert_eq!(code(segment.sync_group()), "stale_handle");
    other.sync_group().unwrap();
    assert_eq!(store.entries(), [like_a, entry_d()]);
}
