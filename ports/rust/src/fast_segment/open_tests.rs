//! What opening makes of what it finds: what it sets right, refuses and tells.

use std::fs;
use std::os::unix::fs::symlink;

use super::frame::header;
use super::testing::{code, entry_a, entry_d, in_time, sealed_file, torn_length, Store};
use super::{list, open};
use crate::report::Did;

#[test]
fn cuts_what_nobody_published_and_says_so() {
    let store = Store::new();
    let mut segment = store.segment();
    segment.seal(&[entry_a()], in_time).unwrap();
    segment.append(&entry_d(), true).unwrap();
    let (_, opened) = store.open();
    let repair = &opened.repairs[0];
    assert_eq!((repair.did, repair.why), (Did::Cut, "uncommitted_tail"));
    assert_eq!((repair.from.0, repair.to.0), (66, 108));
    assert_eq!((store.bytes().len(), opened.committed), (66, 66));
    assert!(store.open().1.repairs.is_empty());
}

#[test]
fn sets_right_what_a_crash_left() {
    let (whole, torn) = torn_length();
    let cases = [
        (torn, "torn_committed_length", Did::Rebuilt, (8, 16), whole),
        (header(16)[..9].to_vec(), "torn_header", Did::Rebuilt, (0, 9), header(16).to_vec()),
        (Vec::new(), "torn_header", Did::Rebuilt, (0, 0), header(16).to_vec()),
        (
            [&sealed_file()[..], &[0; 40]].concat(),
            "uncommitted_tail",
            Did::Cut,
            (108, 148),
            sealed_file(),
        ),
    ];
    for (torn, why, did, range, whole) in cases {
        let store = Store::holding(&torn);
        let (mut segment, opened) = store.open();
        let [repair] = &opened.repairs[..] else { panic!("{why}: {opened:?}") };
        assert_eq!((repair.why, repair.did), (why, did));
        assert_eq!((repair.from.0, repair.to.0), range, "{why}");
        assert_eq!((store.bytes(), opened.committed), (whole.clone(), whole.len() as u64));
        segment.seal(&[entry_d()], in_time).unwrap();
        assert!(store.open().1.repairs.is_empty());
        assert_eq!(store.entries().last(), Some(&entry_d()));
    }
}

#[test]
fn leaves_what_it_refuses_as_it_is() {
    let publishing = |length: u64| {
        let mut file = sealed_file();
        file[8..16].copy_from_slice(&length.to_le_bytes());
        file
    };
    let mut corrupt = sealed_file();
    corrupt[30] ^= 1;
    for (bytes, why) in [
        (vec![0; 17], "header_damaged"),
        (corrupt, "corrupt_frame"),
        (publishing(109), "committed_beyond_end"),
        (publishing(65), "committed_misplaced"),
    ] {
        let store = Store::holding(&bytes);
        assert_eq!(store.refusal(), why);
        assert_eq!(store.bytes(), bytes);
    }
}

#[test]
fn follows_no_link() {
    let store = Store::new();
    let elsewhere = store.path("elsewhere");
    fs::write(&elsewhere, sealed_file()).unwrap();
    fs::create_dir(store.path("sessions")).unwrap();
    symlink(&elsewhere, store.path("sessions/7.fast")).unwrap();
    assert_eq!(store.refusal(), "symlink_refused");
    fs::remove_file(store.path("sessions/7.fast")).unwrap();
    symlink(&elsewhere, store.path("sessions/7.fast.tmp")).unwrap();
    store.segment().seal(&[entry_a()], in_time).unwrap();
    assert_eq!(fs::read(&elsewhere).unwrap(), sealed_file());
    fs::rename(store.path("sessions"), store.path("moved")).unwrap();
    symlink(store.path("moved"), store.path("sessions")).unwrap();
    assert_eq!(store.refusal(), "symlink_refused");
    assert_eq!(code(list(&store.dir)), "symlink_refused");
}

#[test]
fn refuses_what_is_no_file() {
    let store = Store::new();
    fs::create_dir_all(store.path("sessions/7.fast")).unwrap();
    assert_eq!(store.refusal(), "not_a_file");
    fs::remove_dir_all(store.path("sessions")).unwrap();
    fs::write(store.path("sessions"), b"").unwrap();
    assert_eq!(store.refusal(), "not_a_file");
    assert_eq!(code(list(&store.dir)), "not_a_file");
}

#[test]
fn lists_sessions_and_names_that_only_look_like_them() {
    let store = Store::new();
    assert_eq!(list(&store.dir).unwrap(), [] as [u32; 0]);
    for id in [10, 9, 0, u32::MAX] {
        open(&store.dir, id).unwrap();
    }
    fs::create_dir(store.path("sessions/5.fast")).unwrap();
    symlink("9.fast", store.path("sessions/6.fast")).unwrap();
    for name in ["+5.fast", "007.fast", "x.fast", "11.fast.tmp"] {
        fs::write(store.path("sessions").join(name), header(16)).unwrap();
    }
    assert_eq!(list(&store.dir).unwrap(), [0, 9, 10, u32::MAX]);
    let (_, opened) = store.open();
    let notices = opened.notices.iter().map(|notice| (notice.code, notice.file.as_deref()));
    let foreign = ["sessions/+5.fast", "sessions/007.fast"];
    assert!(notices.eq(foreign.map(|file| ("foreign_name", Some(file)))));
}

#[test]
fn tells_payloads_that_no_writer_makes() {
    let mut file = header(0).to_vec();
    let payload = [0x03, 0x07, 0xff];
    file.extend_from_slice(&3_u64.to_le_bytes());
    file.extend_from_slice(&payload);
    file.extend_from_slice(blake3::hash(&payload).as_bytes());
    let end = file.len() as u64;
    file[8..16].copy_from_slice(&end.to_le_bytes());
    let store = Store::holding(&file);
    let (mut segment, opened) = store.open();
    assert_eq!(opened.notices[0].code, "non_canonical");
    assert_eq!(segment.read_committed().unwrap(), [entry_d()]);
    assert_eq!(store.bytes(), file);
}
