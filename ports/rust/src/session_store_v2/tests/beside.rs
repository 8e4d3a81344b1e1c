//! A reader, while another process is at work.

use super::*;
use crate::files::faults::{beside, calls_of, changing, with_fault, Fault};
use crate::session_store_v2::intent::Names;

const TO_1: Names<'_> = Names { checkpoint: 1, ids: ("migration", "correlation"), at: AT };

/// Three segments, of which a rollback to the checkpoint cuts one and sets two aside.
fn site() -> Site {
    let site = Site::new();
    let mut store = site.store();
    add(&mut store, "e1").unwrap();
    store.checkpoint(1, "", AT).unwrap();
    for id in ["e2", "e3", "e4", "e5"] {
        add(&mut store, id).unwrap();
    }
    site
}

#[test]
fn a_rollback_is_seen_as_not_begun_or_as_done() {
    let site = site();
    let before = site.tree();
    let looks = calls_of(|| site.inspect()).1.len();
    let mut store = site.store();
    let steps = changing(&calls_of(|| store.rollback(&TO_1).unwrap()).1);
    assert!(looks > 25 && steps.len() > 15, "{looks}, {}", steps.len());
    let mut shown = [0, 0];
    for at in 0..looks {
        for step in steps.iter().skip(at % 3).step_by(3) {
            site.lay(&before);
            let (mut store, step) = (site.store(), *step);
            let roll_back = move || {
                let _ = with_fault(step, Fault::Dies, || store.rollback(&TO_1));
            };
            // What is read from here on may be gone: it was cut since.
            let (_, opened) = beside(at, roll_back, || site.inspect());
            match opened.entry_count {
                5 => shown[0] += 1,
                1 => shown[1] += 1,
                between => panic!("call {at}, step {step}: {between} entries"),
            }
        }
    }
    assert!(shown.iter().all(|count| *count > 10), "{shown:?}");
}
