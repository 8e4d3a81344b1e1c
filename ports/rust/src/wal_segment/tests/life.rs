//! Logs to which nothing happens.

use std::os::unix::fs::symlink;

use super::*;
use crate::wal_segment::format::NO_HASH;
use crate::wal_segment::log::{append_once, Due};
use crate::wal_segment::read::{frames, verify};

#[test]
fn a_log_keeps_what_is_appended() {
    let site = Site::with_log();
    assert_eq!(site.seqs().unwrap(), [1, 2, 3, 4, 5, 6]);
    let before = site.image();
    let (log, opened) = site.open().unwrap();
    assert_eq!((opened.segment, opened.bytes), (3, site.segment(3).len() as u64));
    assert!(opened.repairs.is_empty() && opened.notices.is_empty());
    let closed = log.close().unwrap();
    assert_eq!(closed.hash, blake3::hash(&site.segment(3)));
    assert_eq!(site.image(), before);
}

#[test]
fn each_segment_holds_the_hash_of_the_one_before() {
    let site = Site::with_log();
    let links = verify(&site.dir()).unwrap();
    assert_eq!(links.iter().map(|link| link.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(links[0].previous, NO_HASH);
    for (link, next) in links.iter().zip(&links[1..]) {
        assert_eq!(link.hash, blake3::hash(&site.segment(link.number)));
        assert_eq!(next.previous, link.hash);
    }
    // Also where an open makes a segment behind one that it was not asked to open.
    let options = Options { segment: Some(7), ..Options::new(9) };
    let (log, opened) = Log::open(site.dir(), options, NOW).unwrap();
    assert_eq!(opened.segment, 7);
    drop(log);
    assert_eq!(verify(&site.dir()).unwrap()[3].previous, links[2].hash);
    let sealed = Options { segment: Some(3), ..Options::new(9) };
    assert_eq!(code(Log::open(site.dir(), sealed, NOW)), "segment_sealed");
}

#[test]
fn what_a_replay_would_refuse_is_not_appended() {
    let site = Site::with_log();
    let (mut log, _) = site.open().unwrap();
    let before = site.image();
    assert_eq!(code(append(&mut log, &[6], false)), "not_increasing");
    assert_eq!(code(append(&mut log, &[7, 7], false)), "not_increasing");
    let frame = Frame { seq: 7, at_micros: 0, payload_type: 3, payload: b"" };
    assert_eq!(code(log.append(&[frame], true)), "unknown_payload_type");
    let long = vec![0; (64 << 20) - 20];
    let frame = Frame { payload_type: 4, payload: &long, ..frame };
    assert_eq!(code(log.append(&[frame], true)), "frame_too_large");
    assert_eq!(code(log.append(&[], true)), "ok");
    assert_eq!(site.image(), before);
    append(&mut log, &[7, 8], false).unwrap();
    assert_eq!(code(append(&mut log, &[8], false)), "not_increasing");
}

#[test]
fn a_rotation_is_due_when_forced_large_or_old() {
    let site = Site::new();
    let options = Options { max_bytes: 90, max_age_micros: 50, ..Options::new(9) };
    let (mut log, _) = Log::open(site.dir(), options, NOW).unwrap();
    assert_eq!(log.rotation_due(NOW - 1), None);
    assert_eq!(log.rotation_due(NOW + 50), Some(Due::Time));
    append(&mut log, &[1], false).unwrap();
    assert_eq!(log.rotation_due(NOW + 50), Some(Due::Size));
    log.force_rotation().unwrap();
    assert_eq!(log.rotation_due(NOW), Some(Due::Forced));
    log.rotate(NOW + 60).unwrap();
    assert_eq!(log.rotation_due(NOW + 70), None);
    let last = Options { segment: Some(u64::MAX), ..Options::new(9) };
    let (mut log, _) = Log::open(site.dir(), last, NOW).unwrap();
    assert_eq!(code(log.rotate(NOW)), "numbers_used_up");
    append(&mut log, &[2], true).unwrap();
    assert_eq!(site.seqs().unwrap(), [1, 2]);
}

#[test]
fn a_handle_notices_another_writer() {
    let site = Site::with_log();
    for go_on in [
        (|log| append(log, &[9], true)) as fn(&mut Log) -> Result<()>,
        |log| append(log, &[9], false),
        |log| log.sync(),
        |log| log.rotate(NOW).map(drop),
    ] {
        let (mut log, _) = site.open().unwrap();
        let seq = site.seqs().unwrap().len() as u64 + 1;
        let frame = Frame { seq, at_micros: 0, payload_type: 2, payload: b"" };
        append_once(site.dir(), Options::new(9), &[frame], NOW).unwrap();
        let before = site.image();
        assert_eq!(code(go_on(&mut log)), "stale_handle");
        assert_eq!(code(log.close()), "stale_handle");
        assert_eq!(site.image(), before);
    }
    let (mut log, _) = site.open().unwrap();
    site.open().unwrap().0.rotate(NOW).unwrap();
    assert_eq!(code(append(&mut log, &[20], false)), "stale_handle");
}

#[test]
fn one_segment_is_read_alone() {
    let site = Site::with_log();
    let read = |number| {
        let mut seqs = Vec::new();
        frames(&site.dir(), number, |frame| seqs.push(frame.seq)).map(|()| seqs)
    };
    assert_eq!(read(2).unwrap(), [3, 4]);
    assert_eq!(code(read(4)), "no_such_segment");
    let mut bytes = site.segment(2);
    bytes.extend(frame_bytes(3, 77));
    site.put(2, &bytes);
    assert_eq!(read(2).unwrap(), [3, 4, 3]);
    bytes.push(0);
    site.put(2, &bytes);
    assert_eq!(code(read(2)), "frame_corrupt");
}

#[test]
fn nothing_that_is_no_segment_has_the_name_of_one() {
    type Case = (&'static str, fn(&Path));
    let cases: [Case; 4] = [
        ("segment_name", |dir| fs::write(dir.join("segment_4.aedbwal"), "").unwrap()),
        ("symlink_refused", |dir| symlink("/dev/null", dir.join(segment_name(4))).unwrap()),
        ("not_a_file", |dir| fs::create_dir(dir.join(segment_name(4))).unwrap()),
        ("symlink_refused", |dir| symlink("/tmp", dir.join("quarantine")).unwrap()),
    ];
    for (due, make) in cases {
        let site = Site::with_log();
        make(&site.path(""));
        assert_eq!(code(site.open()), due);
        assert_eq!(site.replayed(false).unwrap(), [1, 2, 3, 4, 5, 6]);
    }
    let site = Site::new();
    fs::write(site.path(""), "").unwrap();
    assert_eq!(code(site.open()), "not_a_directory");
}
