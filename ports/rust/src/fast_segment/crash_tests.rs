//! What a segment keeps when a call fails or the process dies, at every call of a history.

use super::testing::{code, entry_a, entry_d, sealed_file, torn_length};
use super::{open, Entry, Sealing, Segment};
use crate::error::{Result, StoreError};
use crate::files::faults::{calls_of, scratch, with_fault, Fault};
use crate::files::{Call, Dir};

/// One operation of a history.
#[derive(Clone, Debug)]
enum Op {
    Append(Entry),
    Sync,
    Seal(Vec<Entry>),
    /// To the first frame.
    Truncate,
    Reset,
}

/// What is owed, and what another sync would publish.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub committed: Vec<Entry>,
    pub pending: Vec<Entry>,
}

impl State {
    fn after(&self, op: &Op) -> State {
        let mut next = self.clone();
        match op {
            Op::Append(entry) => next.pending.push(entry.clone()),
            Op::Sync => next.committed.append(&mut next.pending),
            Op::Seal(entries) => {
                next.committed.append(&mut next.pending);
                next.committed.extend_from_slice(entries);
            }
            Op::Truncate => {
                next.pending.clear();
                next.committed.truncate(1);
            }
            Op::Reset => next = State::default(),
        }
        next
    }
}

fn perform(segment: &mut Segment, op: &Op) -> Result<()> {
    match op {
        Op::Append(entry) => segment.append(entry, true).map(drop),
        Op::Sync => segment.sync_group(),
        Op::Seal(entries) => {
            assert_eq!(segment.seal(entries, || false)?, Sealing::Sealed);
            Ok(())
        }
        Op::Truncate => segment.truncate(58),
        Op::Reset => segment.reset(),
    }
}

/// Frame D ends at 58, so that every history begins with it.
fn history() -> Vec<Op> {
    vec![
        Op::Append(entry_d()),
        Op::Append(entry_a()),
        Op::Sync,
        Op::Seal(vec![entry_a(), entry_d(), entry_a()]),
        Op::Append(entry_d()),
        Op::Truncate,
        Op::Append(entry_a()),
        Op::Seal(vec![entry_d()]),
        Op::Reset,
        Op::Seal(vec![entry_d(), entry_a()]),
    ]
}

/// Runs the history until the handle is good for nothing. Answers what may be found then: one
/// state, or two where an operation failed whose outcome nobody knows.
pub fn run(dir: &Dir) -> Vec<State> {
    let mut state = State::default();
    let Ok((mut segment, _)) = open(dir, 7) else {
        return vec![state];
    };
    for op in history() {
        let next = state.after(&op);
        let before = bytes_in(dir);
        if perform(&mut segment, &op).is_ok() {
            state = next;
            continue;
        }
        let shown = segment.read_committed();
        if let Err(error) = segment.track(0) {
            if error.code() != "poisoned" {
                // The process is dead.
                return vec![state, next];
            }
            assert!(history().iter().all(|op| code(perform(&mut segment, op)) == "poisoned"));
            // What it shows all the same is what is found.
            let shown = shown.ok();
            let may_be = |state: &State| shown.as_ref().is_none_or(|all| *all == state.committed);
            let left: Vec<State> = [state, next].into_iter().filter(may_be).collect();
            assert!(!left.is_empty(), "shows {shown:?} after {op:?} failed");
            return left;
        }
        // The handle goes on: then the operation had no effect.
        assert_eq!(shown.unwrap(), state.committed, "after {op:?} failed");
        assert_eq!(bytes_in(dir), before, "after {op:?} failed");
    }
    vec![state]
}

/// What stands in the directory of segments.
fn bytes_in(dir: &Dir) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let path = dir.path("sessions");
    let entries = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name());
    let mut files: Vec<_> =
        entries.map(|name| (name.clone(), std::fs::read(path.join(name)).unwrap())).collect();
    files.sort();
    files
}

/// Opens twice what was left: it shows one of the states, takes an entry, and comes to rest.
pub fn require_one_of(dir: &Dir, states: &[State], say: &str) {
    let (mut segment, _) = open(dir, 7).unwrap_or_else(|error| panic!("{say}: {error}"));
    let mut shown = segment.read_committed().unwrap();
    assert!(states.iter().any(|state| state.committed == shown), "{say}: {shown:?} of {states:?}");
    segment.seal(&[entry_d()], || false).unwrap();
    shown.push(entry_d());
    let (mut again, opened) = open(dir, 7).unwrap();
    assert!(opened.repairs.is_empty(), "{say}");
    assert_eq!(again.read_committed().unwrap(), shown, "{say}");
}

pub fn store() -> (tempfile::TempDir, Dir) {
    let home = scratch();
    let dir = Dir::new(home.path().join("store"));
    (home, dir)
}

#[test]
fn keeps_what_it_acknowledged_wherever_it_dies_or_fails() {
    let (_home, dir) = store();
    let (_, calls) = calls_of(|| run(&dir));
    assert!(calls.len() > 60, "{} calls", calls.len());
    let faults = [Fault::Dies, Fault::Fails(libc::EIO), Fault::Fails(libc::ENOSPC)];
    for (at, call) in calls.iter().enumerate() {
        for fault in faults {
            let (_home, dir) = store();
            let (states, _) = with_fault(at, fault, || run(&dir));
            require_one_of(&dir, &states, &format!("{fault:?} at call {at}, {call:?}"));
        }
    }
}

/// Files that recovery sets right, each with the entries that were committed.
pub fn torn() -> [(&'static str, Vec<u8>, Vec<Entry>); 3] {
    let tail = [&sealed_file()[..], b"torn"].concat();
    [
        ("tail", tail, vec![entry_a(), entry_d()]),
        ("header", b"ID\0".to_vec(), Vec::new()),
        ("length", torn_length().1, vec![entry_a(); 5]),
    ]
}

#[test]
fn recovery_survives_a_fault_at_each_of_its_steps() {
    for (name, bytes, committed) in torn() {
        let lay = || {
            let (home, dir) = store();
            std::fs::create_dir_all(dir.path("sessions")).unwrap();
            std::fs::write(dir.path("sessions/7.fast"), &bytes).unwrap();
            (home, dir)
        };
        let (_home, dir) = lay();
        let (_, calls) = calls_of(|| open(&dir, 7).map(drop));
        let states = [State { committed, pending: Vec::new() }];
        for (at, call) in calls.iter().enumerate() {
            for fault in [Fault::Dies, Fault::Fails(libc::EIO), Fault::Fails(libc::ENOSPC)] {
                let (_home, dir) = lay();
                let (outcome, _) = with_fault(at, fault, || open(&dir, 7).map(drop));
                let say = format!("{name}: {fault:?} at call {at}, {call:?}");
                assert!(outcome.is_err(), "{say}");
                require_one_of(&dir, &states, &say);
            }
        }
    }
}

#[test]
fn a_full_disk_is_named_and_changes_nothing() {
    let (_home, dir) = store();
    let (mut segment, _) = open(&dir, 7).unwrap();
    segment.seal(&[entry_d()], || false).unwrap();
    let before = std::fs::read(dir.path("sessions/7.fast")).unwrap();
    let (_, calls) = calls_of(|| segment.append(&entry_a(), true));
    let at = calls.iter().position(|call| *call == Call::Write).unwrap();
    segment.truncate(58).unwrap();
    let (full, _) = with_fault(at, Fault::Fails(libc::ENOSPC), || segment.append(&entry_a(), true));
    assert_eq!(full.unwrap_err().code(), "no_space");
    assert_eq!(std::fs::read(dir.path("sessions/7.fast")).unwrap(), before);
    segment.seal(&[entry_a()], || false).unwrap();
    assert_eq!(segment.read_committed().unwrap(), [entry_d(), entry_a()]);
}

#[test]
fn a_failed_sync_is_the_last_thing_that_a_handle_answers() {
    let (_home, dir) = store();
    let (mut segment, _) = open(&dir, 7).unwrap();
    segment.append(&entry_d(), true).unwrap();
    let (_, calls) = calls_of(|| segment.sync_group());
    let syncs = calls.iter().enumerate().filter(|(_, call)| **call == Call::Sync);
    let syncs: Vec<usize> = syncs.map(|(at, _)| at).collect();
    assert_eq!(syncs.len(), 2);
    for at in syncs {
        let (_home, dir) = store();
        let (mut segment, _) = open(&dir, 7).unwrap();
        segment.append(&entry_d(), true).unwrap();
        let (failed, _) = with_fault(at, Fault::Fails(libc::EIO), || segment.sync_group());
        assert!(matches!(failed, Err(StoreError::SyncFailed(_))));
        assert!(history().iter().all(|op| code(perform(&mut segment, op)) == "poisoned"));
        // What is there can still be read: the header that was written, or the one before.
        let shown = segment.read_committed().unwrap();
        assert_eq!(shown, open(&dir, 7).unwrap().0.read_committed().unwrap());
    }
}

/// Visits each call of each operation, on a segment of one or two sealed frames, the first of which
/// is kept by a truncate, and a pending one.
fn with_each_call(mut visit: impl FnMut(&Op, usize, Call, &mut Segment)) {
    let ops = [Op::Append(entry_a()), Op::Sync, Op::Seal(vec![entry_a()]), Op::Truncate, Op::Reset];
    let sealed = [entry_d(), entry_a()];
    for (op, sealed) in ops.iter().flat_map(|op| [(op, &sealed[..1]), (op, &sealed[..])]) {
        let lay = || {
            let (home, dir) = store();
            let (mut segment, _) = open(&dir, 7).unwrap();
            segment.seal(sealed, || false).unwrap();
            segment.append(&entry_a(), true).unwrap();
            (home, segment)
        };
        let (_home, mut segment) = lay();
        let (_, calls) = calls_of(|| perform(&mut segment, op).unwrap());
        for (at, call) in calls.into_iter().enumerate() {
            let (_home, mut segment) = lay();
            visit(op, at, call, &mut segment);
        }
    }
}

#[test]
fn a_change_that_can_neither_be_made_nor_undone_poisons() {
    let mut poisoned = 0;
    with_each_call(|op, at, call, segment| {
        // From here on nothing succeeds until the operation has ended.
        let (failed, _) = with_fault(at, Fault::Dies, || perform(segment, op));
        assert!(failed.is_err());
        if !matches!(call, Call::Look | Call::Read | Call::Open | Call::Create | Call::Remove) {
            assert_eq!(code(segment.track(0)), "poisoned", "{op:?}, {call:?}");
            poisoned += 1;
        }
    });
    assert!(poisoned > 24, "{poisoned}");
}

#[test]
fn every_failed_sync_poisons() {
    let mut poisoned = 0;
    with_each_call(|op, at, call, segment| {
        if matches!(call, Call::Sync | Call::SyncDirectory) {
            let (failed, _) = with_fault(at, Fault::Fails(libc::EIO), || perform(segment, op));
            assert!(matches!(failed, Err(StoreError::SyncFailed(_))));
            assert_eq!(code(segment.track(0)), "poisoned", "{op:?}, {call:?}");
            poisoned += 1;
        }
    });
    // Each sync of a group, seal or replacement has two; a truncate that replaces nothing has none.
    assert_eq!(poisoned, 2 * (2 + 2 + 2) + 2);
}
