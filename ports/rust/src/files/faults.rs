//! A place for files, and file calls that fail on demand: for the tests of all stores.

use std::cell::RefCell;
use std::io;

use super::Call;

/// A directory that goes away with the value. The stores sync whatever they are told to: where there
/// is a disk in memory, that costs nothing.
pub fn scratch() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

/// What is to happen to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This call fails with an errno, and later ones do not.
    Fails(i32),
    /// This write writes only a half, and the next call fails with an errno: a disk that fills up.
    Tears(i32),
    /// The process dies before this call: neither it nor a later one has an effect.
    Dies,
}

#[derive(Default)]
struct Plan {
    /// The calls so far.
    seen: Vec<Call>,
    /// Which call, from 0, meets which fault.
    fault: Option<(usize, Fault)>,
    /// What somebody else does, and how many calls before it.
    meddling: Option<(usize, Box<dyn FnOnce()>)>,
}

impl Plan {
    fn meddling_due(&mut self) -> Option<Box<dyn FnOnce()>> {
        let (left, _) = self.meddling.as_mut()?;
        match left.checked_sub(1) {
            Some(fewer) => {
                *left = fewer;
                None
            }
            None => self.meddling.take().map(|(_, meddle)| meddle),
        }
    }
}

thread_local! {
    static PLAN: RefCell<Plan> = RefCell::default();
}

/// Runs `work` with a fault at its n-th file call, from 0. Answers what it answered and all calls
/// that it made or tried; without a fault to come, `at` is beyond the last of them.
pub fn with_fault<T>(at: usize, fault: Fault, work: impl FnOnce() -> T) -> (T, Vec<Call>) {
    PLAN.replace(Plan { fault: Some((at, fault)), ..Plan::default() });
    let answer = work();
    (answer, PLAN.take().seen)
}

/// The calls that `work` makes.
pub fn calls_of<T>(work: impl FnOnce() -> T) -> (T, Vec<Call>) {
    with_fault(usize::MAX, Fault::Dies, work)
}

/// Which of these calls change the disk, or make a change durable.
pub fn changing(calls: &[Call]) -> Vec<usize> {
    use Call::{List, Look, Open, Read};
    let changes = |at: &usize| !matches!(calls[*at], Look | List | Open | Read);
    (0..calls.len()).filter(changes).collect()
}

/// Runs `work`, and before its n-th file call, from 0, what somebody else does meanwhile.
pub fn beside<T>(at: usize, meddle: impl FnOnce() + 'static, work: impl FnOnce() -> T) -> T {
    PLAN.replace(Plan { meddling: Some((at, Box::new(meddle))), ..Plan::default() });
    let answer = work();
    PLAN.take();
    answer
}

/// Fails where the plan says so.
pub(super) fn gate(call: Call) -> io::Result<()> {
    if let Some(meddle) = PLAN.with_borrow_mut(Plan::meddling_due) {
        meddle();
    }
    PLAN.with_borrow_mut(|plan| {
        let now = plan.seen.len();
        let Some((at, fault)) = plan.fault else {
            return Ok(());
        };
        plan.seen.push(call);
        match fault {
            Fault::Fails(errno) if now == at => Err(io::Error::from_raw_os_error(errno)),
            Fault::Tears(errno) if now == at + 1 => Err(io::Error::from_raw_os_error(errno)),
            Fault::Dies if now >= at => Err(io::Error::other("the process is dead")),
            _ => Ok(()),
        }
    })
}

/// How many of so many bytes the write takes that [`gate`] was asked for last.
pub(super) fn portion(length: usize) -> usize {
    PLAN.with_borrow(|plan| match plan.fault {
        Some((at, Fault::Tears(_))) if plan.seen.len() == at + 1 => length.div_ceil(2),
        _ => length,
    })
}
