//! A process that dies at any of its file calls, and calls that fail.

use super::*;
use crate::files::faults::{calls_of, with_fault, Fault};
use crate::files::Call;

/// A log with a torn tail.
fn torn() -> Site {
    let site = Site::with_log();
    let mut bytes = site.segment(3);
    bytes.extend(b"a piece of a frame");
    site.put(3, &bytes);
    site
}

/// A log whose last segment holds a piece of a header.
fn headless() -> Site {
    let site = Site::with_log();
    site.put(4, b"AEDB");
    site
}

/// How many file calls an open of such a log makes.
fn calls_of_open(make: fn() -> Site) -> Vec<Call> {
    let site = make();
    let (opened, calls) = calls_of(|| site.open());
    opened.unwrap();
    calls
}

#[test]
fn recovery_survives_its_own_death_at_each_call() {
    for make in [torn as fn() -> Site, headless] {
        for at in 0..calls_of_open(make).len() {
            let site = make();
            let torn_bytes: Vec<_> = site.image().into_values().flatten().collect();
            let (died, _) = with_fault(at, Fault::Dies, || site.open());
            assert!(died.is_err(), "{at}");
            drop(died);
            let (_, opened) = site.open().unwrap();
            assert_eq!(site.seqs().unwrap(), [1, 2, 3, 4, 5, 6], "{at}");
            let kept: Vec<_> = site.image().into_values().flatten().collect();
            let fragment = if opened.segment == 3 { &b"a piece of a frame"[..] } else { b"AEDB" };
            assert!(kept.iter().any(|bytes| bytes == fragment), "{at}: {torn_bytes:?}");
        }
    }
}

#[test]
fn an_open_that_fails_before_the_cut_changes_nothing() {
    for make in [torn as fn() -> Site, headless] {
        let calls = calls_of_open(make);
        for (errno, due) in [(libc::ENOSPC, "no_space"), (libc::EIO, "io-eio")] {
            let mut refusals = 0;
            for at in 0..calls.len() {
                let site = make();
                let before = site.image();
                let (failed, seen) = with_fault(at, Fault::Fails(errno), || site.open());
                // Whether a cut had its effect is asked in passing.
                let is_asked = seen[at] == Call::Look && failed.is_ok();
                assert!(is_asked || code(failed) == due, "{at}: {:?}", seen[at]);
                let after = site.image();
                if after == before {
                    refusals += 1;
                } else {
                    // Behind the cut everything is kept.
                    assert!(after.keys().any(|name| name.contains("quarantine/seg")), "{at}");
                }
                site.open().unwrap();
                assert_eq!(site.seqs().unwrap(), [1, 2, 3, 4, 5, 6], "{at}");
            }
            let is_cut = |call: &Call| matches!(call, Call::Cut | Call::Rename);
            let cut = calls.iter().rposition(is_cut).unwrap();
            assert!(refusals >= cut, "{refusals} of {cut}");
        }
    }
}

/// Every sequence that was acknowledged, in order, by a program that dies at its n-th file call.
fn acknowledged(site: &Site) -> Vec<u64> {
    let mut acknowledged = Vec::new();
    let Ok((mut log, _)) = site.open() else { return acknowledged };
    for seq in 1..=3 {
        if append(&mut log, &[seq], seq % 2 == 0).is_ok() {
            acknowledged.push(seq);
        }
        let _ = log.rotate(NOW);
    }
    acknowledged
}

#[test]
fn what_was_acknowledged_survives_death_at_each_call() {
    let site = Site::new();
    let (all, calls) = calls_of(|| acknowledged(&site));
    assert_eq!(all, [1, 2, 3]);
    for at in 0..calls.len() {
        let site = Site::new();
        let (owed, _) = with_fault(at, Fault::Dies, || acknowledged(&site));
        site.open().unwrap();
        let seqs = site.seqs().unwrap();
        assert!(seqs.starts_with(&owed), "{at}: {seqs:?} for {owed:?}");
        assert!(seqs.len() <= owed.len() + 1, "{at}: {seqs:?} for {owed:?}");
    }
}

#[test]
fn what_is_acknowledged_behind_a_failed_call_is_kept_in_order() {
    let site = Site::new();
    let (_, calls) = calls_of(|| acknowledged(&site));
    for fault in [Fault::Fails(libc::ENOSPC), Fault::Fails(libc::EIO), Fault::Tears(libc::EIO)] {
        for at in 0..calls.len() {
            let site = Site::new();
            let (owed, _) = with_fault(at, fault, || acknowledged(&site));
            site.open().unwrap();
            let seqs = site.seqs().unwrap();
            assert!(owed.iter().all(|seq| seqs.contains(seq)), "{at}: {seqs:?} for {owed:?}");
            assert!(seqs.is_sorted());
        }
    }
}

#[test]
fn a_failed_write_is_undone_and_a_failed_sync_is_final() {
    let site = Site::with_log();
    let (mut log, _) = site.open().unwrap();
    let before = site.image();
    let (_, calls) = calls_of(|| append(&mut log, &[7], true));
    let write = calls.iter().position(|call| *call == Call::Write).unwrap();
    let sync = calls.iter().position(|call| *call == Call::Sync).unwrap();
    drop(log);
    site.put(3, before[&format!("/log/{}", segment_name(3))].as_ref().unwrap());

    let (mut log, _) = site.open().unwrap();
    for full in [Fault::Fails(libc::ENOSPC), Fault::Tears(libc::ENOSPC)] {
        let (failed, _) = with_fault(write, full, || append(&mut log, &[7], true));
        assert_eq!(code(failed), "no_space");
        assert_eq!(site.image(), before);
    }
    append(&mut log, &[7], true).unwrap();

    let (failed, _) = with_fault(sync, Fault::Fails(libc::EIO), || append(&mut log, &[8], true));
    assert_eq!(code(failed), "io-eio");
    let poisoned: [fn(&mut Log) -> Result<()>; 3] =
        [|log| append(log, &[9], false), |log| log.sync(), |log| log.rotate(NOW).map(drop)];
    for go_on in poisoned {
        assert_eq!(code(go_on(&mut log)), "poisoned");
    }
    assert_eq!(code(log.close()), "poisoned");
    site.open().unwrap();
    assert_eq!(site.seqs().unwrap(), [1, 2, 3, 4, 5, 6, 7, 8]);
}
