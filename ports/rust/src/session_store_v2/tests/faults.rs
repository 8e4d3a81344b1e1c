//! A death before each file call, and each file call refused once.

use super::*;
use crate::error::StoreError;
use crate::files::faults::{calls_of, with_fault, Fault};
use crate::files::Call;
use crate::session_store_v2::intent::Names;

const TO_1: Names<'_> = Names { checkpoint: 1, ids: ("migration", "correlation"), at: AT };

/// Two or three entries fit into a segment: the rollback cuts one and sets two aside.
const STEPS: [&str; 11] =
    ["e1", "checkpoint", "e2", "e3", "e4", "e5", "manifest", "e6", "rollback", "e7", "e8"];

/// What a history was told, entry by entry.
#[derive(Debug, Default, Clone)]
pub struct Told {
    /// Acknowledged, in order, and not rolled back.
    pub kept: Vec<String>,
    /// The operation that was refused: what it would have added, or taken back.
    pub open: Vec<Pending>,
    codes: Vec<String>,
}

#[derive(Debug, Clone)]
pub enum Pending {
    Entry(String),
    Rollback(Vec<String>),
}

/// Opens and does what it can; goes on behind errors, as a program might.
pub fn history(site: &Site) -> Told {
    let mut told = Told::default();
    let Ok((mut store, _)) = site.open() else {
        return told;
    };
    let mut goal = Vec::new();
    for step in STEPS {
        let outcome = match step {
            "checkpoint" => store.checkpoint(1, "", AT).map(|_| goal = told.kept.clone()),
            "manifest" => store.manifest(("s", "native_v2"), AT).map(drop),
            "rollback" => store.rollback(&TO_1).map(drop),
            id => add(&mut store, id),
        };
        match (step, outcome) {
            ("checkpoint" | "manifest", Ok(())) => {}
            ("rollback", Ok(())) => told.kept = goal.clone(),
            (id, Ok(())) => told.kept.push(id.to_owned()),
            (step, Err(error)) => {
                told.codes.push(error.code().into_owned());
                told.open.push(match step {
                    "checkpoint" | "manifest" => continue,
                    "rollback" => Pending::Rollback(goal.clone()),
                    id => Pending::Entry(id.to_owned()),
                });
            }
        }
    }
    told
}

/// Whether a store may show these entries behind what it was told.
fn is_allowed(shown: &[String], told: &Told) -> bool {
    if shown == told.kept {
        return true;
    }
    told.open.iter().any(|pending| match pending {
        Pending::Entry(id) => {
            shown.split_last().is_some_and(|(last, rest)| last == id && rest == told.kept)
        }
        Pending::Rollback(goal) => shown == goal,
    })
}

#[track_caller]
pub fn assert_recovers(site: &Site, told: &Told, at: usize) {
    let (mut store, _) = site.open().unwrap_or_else(|error| panic!("call {at}: {error}, {told:?}"));
    let shown = ids(&store);
    assert!(is_allowed(&shown, told), "call {at}: shows {shown:?}, {told:?}");
    add(&mut store, "later").unwrap();
    let (again, opened) = site.open().unwrap();
    assert_eq!(done(&opened.repairs), [], "call {at}");
    assert_eq!(ids(&again), [shown, vec!["later".to_owned()]].concat());
    again.validate().unwrap();
}

#[test]
fn a_death_at_each_call_of_a_history() {
    let calls = calls_of(|| history(&Site::new())).1.len();
    assert!(calls > 150, "{calls}");
    for at in 0..calls {
        let site = Site::new();
        let (told, _) = with_fault(at, Fault::Dies, || history(&site));
        assert_recovers(&site, &told, at);
    }
}

#[test]
fn each_call_refused_once_and_each_write_torn() {
    let (_, calls) = calls_of(|| history(&Site::new()));
    for fault in [Fault::Fails(libc::EIO), Fault::Fails(libc::ENOSPC), Fault::Tears(libc::EIO)] {
        for (at, call) in calls.iter().enumerate() {
            if matches!(fault, Fault::Tears(_)) && *call != Call::Write {
                continue;
            }
            let site = Site::new();
            let (told, _) = with_fault(at, fault, || history(&site));
            let is_sync = matches!(call, Call::Sync | Call::SyncDirectory);
            let has_opened = !(told.kept.is_empty() && told.codes.is_empty());
            if is_sync && has_opened && !told.codes.is_empty() {
                let rest = &told.codes[1..];
                assert!(rest.iter().all(|code| code == "poisoned"), "call {at} {call:?}: {told:?}");
            }
            let named = if fault == Fault::Fails(libc::ENOSPC) { "no_space" } else { "io-eio" };
            let first = told.codes.first();
            assert!(first.is_none_or(|code| code == named), "call {at} {call:?}: {told:?}");
            assert_recovers(&site, &told, at);
        }
    }
}

/// Stores that need recovery of every sort.
fn broken() -> Vec<Site> {
    let torn = site_of(2);
    torn.edit(SEGMENT_1, |text| text + "{\"schema");
    torn.write("migrations/ledger.jsonl", "{\"sch");
    torn.edit(INDEX, |text| text + "{\"sch");
    let behind = site_of(3);
    behind.edit(SEGMENT_2, |text| text.trim_end().to_owned());
    fs::remove_file(behind.dir().path(INDEX)).unwrap();
    let half = Site::new();
    let mut calls = 0;
    let all = calls_of(|| history(&Site::new())).1;
    // The first rename of a segment: in the middle of the rollback.
    for (at, call) in all.iter().enumerate() {
        let site = Site::new();
        if *call == Call::Rename {
            calls += 1;
            if calls == 5 {
                let _ = with_fault(at, Fault::Dies, || history(&site));
                half.lay(&site.tree());
            }
        }
    }
    assert!(half.tree().contains_key("tmp/rollback.intent.json"), "{:?}", half.tree().keys());
    vec![torn, behind, half]
}

#[test]
fn a_death_at_each_call_of_recovery() {
    for site in broken() {
        let before = site.tree();
        let (store, opened) = site.open().unwrap();
        assert!(!opened.repairs.is_empty());
        let (after, shown) = (site.tree(), ids(&store));
        site.lay(&before);
        let calls = calls_of(|| site.open().map(drop)).1.len();
        for at in 0..calls {
            site.lay(&before);
            let (outcome, _) = with_fault(at, Fault::Dies, || site.open().map(drop));
            assert!(outcome.is_err(), "call {at}");
            let (store, _) = site.open().unwrap_or_else(|error| panic!("call {at}: {error}"));
            assert_eq!(ids(&store), shown, "call {at}");
            let mut end = site.tree();
            end.retain(|name, _| !name.ends_with(".tmp"));
            assert_eq!(end, after, "call {at}");
        }
    }
}

#[test]
fn a_full_disk_refuses_and_changes_nothing() {
    for site in broken().into_iter().take(2) {
        let before = site.tree();
        let calls = calls_of(|| site.open().map(drop)).1;
        let takes_space =
            |call: &Call| matches!(call, Call::Create | Call::Write | Call::MakeDirectory);
        for (at, _) in calls.iter().enumerate().filter(|(_, call)| takes_space(call)) {
            site.lay(&before);
            let fault = Fault::Fails(libc::ENOSPC);
            let (outcome, _) = with_fault(at, fault, || site.open().map(drop));
            assert_eq!(outcome.unwrap_err().code(), "no_space", "call {at}");
            let mut left = site.tree();
            left.retain(|name, _| !name.ends_with(".tmp"));
            assert_eq!(left, before, "call {at}");
        }
    }
}

#[test]
fn a_handle_that_goes_on_shows_what_an_open_shows() {
    let (_, calls) = calls_of(|| {
        let site = site_of(2);
        add(&mut site.store(), "e3")
    });
    for at in 0..calls.len() {
        let site = site_of(2);
        let mut store = site.store();
        let (outcome, _) = with_fault(at, Fault::Fails(libc::EIO), || add(&mut store, "e3"));
        let second = add(&mut store, "e4");
        let is_poisoned = matches!(&second, Err(StoreError::Refused { code: "poisoned", .. }));
        if outcome.is_err() && !is_poisoned {
            second.unwrap();
            assert_eq!(ids(&store), ["e1", "e2", "e4"], "call {at}");
            assert_eq!(ids(&site.store()), ids(&store), "call {at}");
        }
    }
}
