//! What a segment keeps in a power cut that leaves nothing but what was synced.

use super::crash_tests::{require_one_of, run, store, torn, State};
use super::open;
use super::testing::{entry_a, entry_d};
use crate::files::faults::{calls_of, changing, with_fault, Fault};
use crate::files::power::cut_behind;
use crate::files::{Call, Dir};

/// What `work` answers of a store, and what a power cut behind it leaves of that.
fn cut<T>(prepare: impl FnOnce(&Dir), work: impl FnOnce(&Dir) -> T) -> (tempfile::TempDir, Dir, T) {
    let ((home, dir), (left_home, left)) = (store(), store());
    prepare(&dir);
    let answer = cut_behind(home.path(), left_home.path(), || work(&dir));
    (left_home, left, answer)
}

/// The calls of a history that change the disk or make a change durable.
fn steps() -> Vec<usize> {
    let (_home, dir) = store();
    let steps = changing(&calls_of(|| run(&dir)).1);
    assert!(steps.len() > 30, "{}", steps.len());
    steps
}

#[test]
fn at_each_step_of_a_history() {
    for at in steps() {
        let (_home, left, states) = cut(|_| (), |dir| with_fault(at, Fault::Dies, || run(dir)).0);
        require_one_of(&left, &states, &format!("call {at}"));
    }
}

#[test]
fn while_it_recovers_from_a_kill() {
    let mut cuts = 0;
    for at in steps() {
        for again in 0.. {
            let (_home, left, (states, died)) = cut(
                |_| (),
                |dir| {
                    let states = with_fault(at, Fault::Dies, || run(dir)).0;
                    let opened = with_fault(again, Fault::Dies, || open(dir, 7).map(drop)).0;
                    (states, opened.is_err())
                },
            );
            require_one_of(&left, &states, &format!("call {at}, then {again}"));
            if !died {
                break;
            }
            cuts += 1;
        }
    }
    assert!(cuts > 200, "{cuts}");
}

#[test]
fn after_it_was_shown_or_went_on_behind_a_kill() {
    for at in steps() {
        for goes_on in [false, true] {
            let (_home, left, committed) = cut(
                |_| (),
                |dir| {
                    with_fault(at, Fault::Dies, || run(dir));
                    let (mut segment, _) = open(dir, 7).unwrap();
                    if goes_on {
                        segment.seal(&[entry_a()], || false).unwrap();
                    }
                    segment.read_committed().unwrap()
                },
            );
            let (mut segment, _) = open(&left, 7).unwrap();
            assert_eq!(segment.read_committed().unwrap(), committed, "call {at}, {goes_on}");
        }
    }
}

#[test]
fn while_it_sets_right_what_was_torn() {
    for (name, bytes, committed) in torn() {
        let lay = |dir: &Dir| {
            std::fs::create_dir_all(dir.path("sessions")).unwrap();
            std::fs::write(dir.path("sessions/7.fast"), &bytes).unwrap();
        };
        let states = [State { committed, pending: Vec::new() }];
        for at in 0.. {
            let (_home, left, outcome) =
                cut(lay, |dir| with_fault(at, Fault::Dies, || open(dir, 7).map(drop)).0);
            require_one_of(&left, &states, &format!("{name}, call {at}"));
            if outcome.is_ok() {
                break;
            }
        }
    }
}

/// A header that is written back and not synced may still be lost, and the one that failed come
/// instead, over a file that was cut since.
#[test]
fn a_header_that_was_taken_back_is_durable() {
    let (_home, dir) = store();
    let (mut segment, _) = open(&dir, 7).unwrap();
    segment.seal(&[entry_d()], || false).unwrap();
    let calls = calls_of(|| segment.seal(&[entry_d()], || false).unwrap()).1;
    let header = calls.iter().rposition(|call| *call == Call::Write).unwrap();
    let torn = Fault::Tears(libc::EIO);
    let (failed, calls) = with_fault(header, torn, || segment.seal(&[entry_a()], || false));
    assert!(failed.is_err());
    assert_eq!(calls[header..], [Call::Write, Call::Write, Call::Write, Call::Sync, Call::Cut]);
    assert_eq!(segment.read_committed().unwrap(), [entry_d(), entry_d()]);
    segment.seal(&[entry_a()], || false).unwrap();
}
