//! Logs that a crash or a bad disk left.

use super::*;
use crate::report::{Did, Repair};

/// Opens a log that is torn, twice; answers what the first time was repaired.
fn repaired(site: &Site) -> Repair {
    let (log, opened) = site.open().unwrap();
    drop(log);
    let [repair] = &opened.repairs[..] else { panic!("{:?}", opened.repairs) };
    let before = site.image();
    let (mut log, again) = site.open().unwrap();
    assert!(again.repairs.is_empty());
    assert_eq!(site.image(), before);
    append(&mut log, &[50], true).unwrap();
    assert_eq!(site.seqs().unwrap().last(), Some(&50));
    repair.clone()
}

/// Refuses to open and changes nothing; a permissive replay shows these.
fn refused(site: &Site, due: &str, shown: &[u64]) {
    let before = site.image();
    assert_eq!(code(site.open()), due);
    assert_eq!(code(site.seqs()), due);
    assert_eq!(site.replayed(false).unwrap(), shown, "{due}");
    assert_eq!(site.image(), before);
}

#[test]
fn every_cut_of_the_last_frame_is_kept_and_cut_off() {
    let whole = Site::with_log().segment(3);
    let frame = (whole.len() - 64) / 2;
    for cut in 1..frame {
        let site = Site::with_log();
        site.put(3, &whole[..whole.len() - cut]);
        assert_eq!(site.seqs().unwrap(), [1, 2, 3, 4, 5]);
        let repair = repaired(&site);
        let (from, to) = (64 + frame as u64, (whole.len() - cut) as u64);
        assert_eq!((repair.did, repair.from.0, repair.to.0), (Did::Cut, from, to));
        // A piece of a length alone is a piece of zeros.
        assert_eq!(repair.why, if cut > frame - 4 { "nul_tail" } else { "torn_tail" });
        let kept = fs::read(site.path(&repair.kept_in.unwrap())).unwrap();
        assert_eq!(kept, whole[from as usize..to as usize]);
        assert_eq!(site.seqs().unwrap(), [1, 2, 3, 4, 5, 50]);
    }
}

#[test]
fn zeros_at_the_end_are_torn() {
    let site = Site::with_log();
    let mut bytes = site.segment(3);
    bytes.resize(bytes.len() + 3_000_000, 0);
    site.put(3, &bytes);
    let repair = repaired(&site);
    assert_eq!((repair.why, repair.to.0 - repair.from.0), ("nul_tail", 3_000_000));
}

#[test]
fn a_header_that_was_never_whole_is_made_anew() {
    for length in 0..64 {
        let site = Site::with_log();
        let (mut log, _) = site.open().unwrap();
        log.rotate(NOW).unwrap();
        let whole = site.segment(4);
        for filled in [length, 64] {
            let mut piece = whole[..length].to_vec();
            piece.resize(filled, 0);
            site.put(4, &piece);
            assert_eq!(site.seqs().unwrap(), [1, 2, 3, 4, 5, 6], "{length}");
            let (_, opened) = site.open().unwrap();
            if filled == 64 && (24..33).contains(&length) {
                // With all but the time and the hash there, it is as an original's restart leaves it.
                assert_eq!(opened.notices[0].code, "chain_restart");
                continue;
            }
            assert_eq!(site.segment(4), whole, "{length} of {filled}");
            let why = if filled == 0 { "no_header" } else { "torn_header" };
            assert_eq!(opened.repairs[0].why, why, "{length} of {filled}");
        }
    }
}

#[test]
fn frames_behind_a_hole_are_not_cut_unasked() {
    let site = Site::with_log();
    let mut bytes = site.segment(3);
    bytes[64 + 30] ^= 1;
    site.put(3, &bytes);
    refused(&site, "ambiguous_gap", &[1, 2, 3, 4]);
    let options = Options { keep_prefix: true, ..Options::new(9) };
    let (_, opened) = Log::open(site.dir(), options, NOW).unwrap();
    assert_eq!((opened.repairs[0].why, opened.bytes), ("ambiguous_gap", 64));
    let kept = fs::read(site.path(opened.repairs[0].kept_in.as_ref().unwrap())).unwrap();
    assert_eq!(kept, bytes[64..]);
    assert_eq!(site.seqs().unwrap(), [1, 2, 3, 4]);
}

#[test]
fn damage_to_a_closed_segment_is_refused() {
    for at in 0..Site::with_log().segment(2).len() {
        let site = Site::with_log();
        let mut bytes = site.segment(2);
        bytes[at] ^= 0x40;
        site.put(2, &bytes);
        let (due, shown): (_, &[u64]) = match at {
            0..4 => ("header_damaged", &[1, 2]),
            4..6 => ("unsupported_version", &[1, 2]),
            16..24 => ("segment_misplaced", &[1, 2]),
            32..64 => ("chain_mismatch", &[1, 2]),
            // Nothing but the hash in the header behind covers the rest of a header.
            6..64 => ("chain_mismatch", &[1, 2, 3, 4]),
            at if at < 64 + (bytes.len() - 64) / 2 => ("frame_corrupt", &[1, 2]),
            _ => ("frame_corrupt", &[1, 2, 3]),
        };
        refused(&site, due, shown);
    }
    let site = Site::with_log();
    fs::remove_file(site.path(&segment_name(2))).unwrap();
    refused(&site, "chain_mismatch", &[1, 2]);
}

#[test]
fn sound_frames_that_no_replay_applies_are_refused() {
    let with = |bytes: Vec<u8>| {
        let site = Site::with_log();
        let mut segment = site.segment(3);
        segment.extend(bytes);
        segment.extend(frame_bytes(10, 4));
        site.put(3, &segment);
        site
    };
    refused(&with(frame_bytes(6, 1)), "non_monotonic", &[1, 2, 3, 4, 5, 6]);
    refused(&with(frame_bytes(7, 3)), "unknown_payload_type", &[1, 2, 3, 4, 5, 6, 10]);
    let site = with(frame_bytes(0, 3));
    let (_, opened) = site.open().unwrap();
    assert_eq!(opened.notices[0].code, "non_canonical");
    assert_eq!(site.seqs().unwrap(), [1, 2, 3, 4, 5, 6, 10]);
}

#[test]
fn what_an_original_leaves_is_noticed() {
    let site = Site::with_log();
    let mut bytes = site.segment(3);
    bytes[6] = 1;
    bytes[32..64].fill(0);
    site.put(3, &bytes);
    let (_, opened) = site.open().unwrap();
    let codes: Vec<_> = opened.notices.iter().map(|notice| notice.code).collect();
    assert_eq!(codes, ["non_canonical", "chain_restart"]);
    assert_eq!(site.seqs().unwrap(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_length_is_not_believed() {
    for length in [0, 20, (64 << 20) + 1, u32::MAX] {
        let site = Site::with_log();
        let mut bytes = site.segment(3);
        bytes.extend(length.to_be_bytes());
        bytes.push(7);
        site.put(3, &bytes);
        assert_eq!(repaired(&site).why, "torn_tail");
    }
}

#[test]
fn bytes_that_look_like_many_long_frames_cost_no_more_than_their_number_allows() {
    let site = Site::with_log();
    let mut bytes = site.segment(3);
    let mut head = frame_bytes(100, 1);
    head.truncate(21);
    head[..4].copy_from_slice(&1_000_000_u32.to_be_bytes());
    for _ in 0..100_000 {
        bytes.extend(&head);
    }
    site.put(3, &bytes);
    refused(&site, "ambiguous_gap", &[1, 2, 3, 4, 5, 6]);
}

#[test]
fn other_bytes_under_the_name_of_a_fragment_are_not_overwritten() {
    let site = Site::with_log();
    let mut bytes = site.segment(3);
    bytes.extend(b"torn");
    site.put(3, &bytes);
    let kept_in = repaired(&site).kept_in.unwrap();
    fs::write(site.path(&kept_in), "tornado").unwrap();
    site.put(3, &bytes);
    let before = site.image();
    assert_eq!(code(site.open()), "quarantine_conflict");
    assert_eq!(site.image(), before);
    fs::write(site.path(&kept_in), "torn").unwrap();
    assert_eq!(repaired(&site).kept_in.unwrap(), kept_in);
}
