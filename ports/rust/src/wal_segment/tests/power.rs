//! A power cut that leaves nothing but what was synced.

use super::*;
use crate::files::faults::{calls_of, changing, with_fault, Fault};
use crate::files::power::cut_behind;

/// What `work` answers of a site, and what a power cut behind it leaves of that.
fn cut<T>(site: &Site, work: impl FnOnce() -> T) -> (Site, T) {
    let left = Site::new();
    let answer = cut_behind(site.home.path(), left.home.path(), work);
    (left, answer)
}

/// What was promised to survive a power cut, and all that was asked for behind it.
#[derive(Default)]
struct Told {
    durable: usize,
    asked: Vec<u64>,
}

/// Frames that are synced, that are not, and that only a rotation makes durable.
fn history(site: &Site) -> Told {
    let mut told = Told::default();
    let Ok((mut log, _)) = site.open() else { return told };
    for seq in 1..=6 {
        told.asked.push(seq);
        let is_synced = seq % 2 == 0;
        let is_durable = append(&mut log, &[seq], is_synced).is_ok() && is_synced;
        let is_closed = seq % 3 == 0 && log.rotate(NOW).is_ok();
        if is_durable || is_closed {
            told.durable = told.asked.len();
        }
    }
    told
}

#[track_caller]
fn assert_recovers(left: &Site, told: &Told, at: usize) {
    let (mut log, _) = left.open().unwrap_or_else(|error| panic!("call {at}: {error}"));
    let seqs = left.seqs().unwrap();
    assert!(told.asked.starts_with(&seqs) && seqs.len() >= told.durable, "call {at}: {seqs:?}");
    append(&mut log, &[7], true).unwrap();
    assert_eq!(left.open().unwrap().1.repairs, [], "call {at}");
    assert_eq!(left.seqs().unwrap(), [seqs, vec![7]].concat(), "call {at}");
}

/// The calls of the history that change the disk or make a change durable.
fn steps() -> Vec<usize> {
    let steps = changing(&calls_of(|| history(&Site::new())).1);
    assert!(steps.len() > 20, "{}", steps.len());
    steps
}

#[test]
fn at_each_step_of_a_history() {
    for at in steps() {
        let site = Site::new();
        let (left, told) = cut(&site, || with_fault(at, Fault::Dies, || history(&site)).0);
        assert_recovers(&left, &told, at);
    }
}

#[test]
fn while_it_recovers_from_a_kill() {
    let mut cuts = 0;
    for at in steps() {
        for again in 0.. {
            let site = Site::new();
            let (left, (told, died)) = cut(&site, || {
                let told = with_fault(at, Fault::Dies, || history(&site)).0;
                let opened = with_fault(again, Fault::Dies, || site.open().map(drop)).0;
                (told, opened.is_err())
            });
            assert_recovers(&left, &told, at);
            if !died {
                break;
            }
            cuts += 1;
        }
    }
    assert!(cuts > 100, "{cuts}");
}

#[test]
fn after_it_went_on_behind_a_kill() {
    for at in steps() {
        let site = Site::new();
        let (left, told) = cut(&site, || {
            with_fault(at, Fault::Dies, || history(&site));
            let (mut log, _) = site.open().unwrap();
            let mut asked = site.seqs().unwrap();
            append(&mut log, &[6 + asked.len() as u64], true).unwrap();
            asked.push(6 + asked.len() as u64);
            Told { durable: asked.len(), asked }
        });
        let seqs = left.open().and_then(|_| left.seqs()).unwrap();
        assert_eq!(seqs, told.asked, "call {at}");
    }
}

#[test]
fn after_it_was_shown_or_followed_by_a_segment() {
    for at in steps() {
        for is_followed in [false, true] {
            let site = Site::new();
            let (left, shown) = cut(&site, || {
                with_fault(at, Fault::Dies, || history(&site));
                let (log, opened) = site.open().unwrap();
                drop(log);
                if is_followed {
                    let segment = Some(opened.segment + 1);
                    let options = Options { segment, ..Options::new(9) };
                    Log::open(site.dir(), options, NOW).unwrap();
                }
                site.seqs().unwrap()
            });
            let seqs = left.open().and_then(|_| left.seqs()).unwrap();
            assert_eq!(seqs, shown, "call {at}, {is_followed}");
        }
    }
}

/// What is cut at opening is kept, whoever made the copy: an open that died, or the one behind it.
#[test]
fn nothing_is_cut_before_its_copy_is_durable() {
    let torn = || {
        let site = Site::with_log();
        let mut bytes = site.segment(3);
        bytes.extend(b"a piece of a frame");
        site.put(3, &bytes);
        site
    };
    let steps = changing(&calls_of(|| torn().open().map(drop)).1);
    for at in &steps {
        for again in &steps {
            let site = torn();
            let (left, ()) = cut(&site, || {
                let _ = with_fault(*at, Fault::Dies, || site.open().map(drop));
                let _ = with_fault(*again, Fault::Dies, || site.open().map(drop));
            });
            let is_there = |bytes: &[u8]| bytes.ends_with(b"a piece of a frame");
            let all = left.image();
            assert!(all.values().flatten().any(|bytes| is_there(bytes)), "{at}, {again}");
        }
    }
}
