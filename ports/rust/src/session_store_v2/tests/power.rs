//! A power cut that leaves nothing but what was synced.

use super::faults::{assert_recovers, history};
use super::*;
use crate::files::faults::{calls_of, changing, with_fault, Fault};
use crate::files::power::cut_behind;
use crate::files::Call;
use crate::session_store_v2::intent::Names;

/// What `work` answers of a new site, and what a power cut behind it leaves of that.
fn cut<T>(work: impl FnOnce(&Site) -> T) -> (Site, T) {
    let (site, left) = (Site::new(), Site::new());
    let answer = cut_behind(site.0.path(), left.0.path(), || work(&site));
    (left, answer)
}

/// The calls of a history that change the disk or make a change durable.
fn steps() -> Vec<usize> {
    let steps = changing(&calls_of(|| history(&Site::new())).1);
    assert!(steps.len() > 60, "{}", steps.len());
    steps
}

#[test]
fn at_each_step_of_a_history() {
    for at in steps() {
        let (left, told) = cut(|site| with_fault(at, Fault::Dies, || history(site)).0);
        assert_recovers(&left, &told, at);
    }
}

#[test]
fn while_it_recovers_from_a_kill() {
    let mut cuts = 0;
    for (n, at) in steps().into_iter().enumerate() {
        for again in (n % 9..).step_by(9) {
            let (left, (told, died)) = cut(|site| {
                let told = with_fault(at, Fault::Dies, || history(site)).0;
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
    assert!(cuts > 200, "{cuts}");
}

#[test]
fn behind_a_recovery_from_a_kill() {
    for at in steps() {
        let (left, (told, events)) = cut(|site| {
            let told = with_fault(at, Fault::Dies, || history(site)).0;
            (told, site.store().ledger().unwrap())
        });
        assert_eq!(left.store().ledger().unwrap(), events, "call {at}");
        assert_recovers(&left, &told, at);
    }
}

/// The goal is the end of a segment: what syncs the names of those set aside is nothing else.
#[test]
fn behind_a_rollback_that_cuts_no_tail() {
    let names = Names { checkpoint: 1, ids: ("migration", "correlation"), at: AT };
    let begun = |site: &Site| {
        let mut store = site.store();
        for id in ["e1", "e2"] {
            add(&mut store, id).unwrap();
        }
        store.checkpoint(1, "", AT).unwrap();
        for id in ["e3", "e4", "e5"] {
            add(&mut store, id).unwrap();
        }
        store
    };
    let site = Site::new();
    let mut store = begun(&site);
    let calls = calls_of(|| store.rollback(&names).unwrap()).1;
    assert!(!calls.contains(&Call::Cut));
    for at in changing(&calls) {
        let (left, shown) = cut(|site| {
            let mut store = begun(site);
            let _ = with_fault(at, Fault::Dies, || store.rollback(&names));
            ids(&site.store())
        });
        assert_eq!(ids(&left.store()), shown, "call {at}");
    }
}

#[test]
fn after_it_went_on_behind_a_kill() {
    for at in steps() {
        let (left, told) = cut(|site| {
            let mut told = with_fault(at, Fault::Dies, || history(site)).0;
            let mut store = site.store();
            told.kept = ids(&store);
            told.open.clear();
            add(&mut store, "more").unwrap();
            told.kept.push("more".into());
            told
        });
        assert_recovers(&left, &told, at);
    }
}

#[test]
fn behind_what_makes_all_durable() {
    let options = || Options { durability: Durability::None, ..options() };
    type Act = fn(&mut Store) -> Result<()>;
    let acts: [(&str, Act); 4] = [
        ("sync", |store| store.sync()),
        ("checkpoint", |store| store.checkpoint(1, "", AT).map(drop)),
        ("manifest", |store| store.manifest(("s", "native_v2"), AT).map(drop)),
        ("rebuild, sync", |store| store.rebuild().and_then(|_| store.sync())),
    ];
    for (name, act) in acts {
        for is_opened_again in [false, true] {
            let (left, ()) = cut(|site| {
                let (mut store, _) = site.open_with(options()).unwrap();
                for id in ["e1", "e2", "e3", "e4"] {
                    add(&mut store, id).unwrap();
                }
                if is_opened_again {
                    store = site.open_with(options()).unwrap().0;
                }
                act(&mut store).unwrap();
            });
            let (store, opened) = left.open().unwrap();
            assert_eq!(ids(&store), ["e1", "e2", "e3", "e4"], "{name}");
            assert_eq!(done(&opened.repairs), [], "{name}");
        }
    }
}
