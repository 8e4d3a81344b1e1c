//! What operations do while nothing goes wrong.

use super::*;
use crate::files::changes;
use crate::files::faults::calls_of;
use crate::session_store_v2::intent::Names;

const TO_1: Names<'_> = Names { checkpoint: 1, ids: ("migration", "correlation"), at: AT };

#[test]
fn opening_again_shows_the_same_and_changes_nothing() {
    let site = site_of(5);
    let tree = site.tree();
    let before = changes();
    let (store, opened) = site.open().unwrap();
    assert_eq!(ids(&store), ["e1", "e2", "e3", "e4", "e5"]);
    assert_eq!((opened.entry_count, opened.repairs.len(), opened.notices.len()), (5, 0, 0));
    store.validate().unwrap();
    store.close().unwrap();
    assert_eq!(changes(), before);
    assert_eq!(site.tree(), tree);
}

#[test]
fn readers() {
    let site = site_of(4);
    let mut store = site.store();
    store.append(("side", Some("e2")), "message", "1", AT).unwrap();
    let read = |which| store.read(which, |frame| frame.entry_id.to_string()).unwrap();
    assert_eq!(read(Which::One(2)), ["e2"]);
    assert!(read(Which::One(0)).is_empty() && read(Which::One(6)).is_empty());
    assert_eq!(read(Which::From(4)), ["e4", "side"]);
    assert_eq!(read(Which::From(0)).len(), 5);
    assert!(read(Which::From(u64::MAX)).is_empty());
    assert_eq!(read(Which::Tail(1)), ["side"]);
    assert!(read(Which::Tail(0)).is_empty());
    assert_eq!(read(Which::Tail(u64::MAX)).len(), 5);
    assert_eq!(read(Which::Path("side")), ["e1", "e2", "side"]);
    assert!(read(Which::Path("nobody")).is_empty());
    assert_eq!(read(Which::Segment(1)), ["e1", "e2"]);
    assert!(read(Which::Segment(9)).is_empty());
}

#[test]
fn what_an_append_refuses_does_not_touch_the_disk() {
    let site = site_of(1);
    let mut store = site.store();
    let before = changes();
    let mut refused = |id, parent, payload: &str| {
        store.append((id, parent), "message", payload, AT).unwrap_err().code().into_owned()
    };
    assert_eq!(refused("e1", None, "1"), "entry-id-duplicate");
    assert_eq!(refused("e2", Some("e3"), "1"), "parent-missing");
    assert_eq!(refused("e2", Some("e2"), "1"), "parent-missing");
    assert_eq!(refused("e2", None, "1 2"), "payload_not_json");
    let long = format!("\"{}\"", "x".repeat(104_857_600));
    assert_eq!(refused("e2", None, &long), "entry_too_large");
    assert_eq!(changes(), before);
    assert_eq!(
        Store::create(site.dir(), Options { max_segment_bytes: 0, ..options() })
            .unwrap_err()
            .code(),
        "max-segment-bytes-zero"
    );
}

#[test]
fn a_rollback_sets_aside_what_goes_and_never_uses_its_numbers_again() {
    let site = site_of(1);
    let mut store = site.store();
    store.checkpoint(1, "before", AT).unwrap();
    for n in 2..=6 {
        add(&mut store, &format!("e{n}")).unwrap();
    }
    let third = site.read("segments/0000000000000003.seg");
    let event = store.rollback(&TO_1).unwrap();
    assert_eq!((event.phase.as_str(), event.outcome.as_str()), ("rollback", "ok"));
    assert_eq!(store.ledger().unwrap(), [event]);
    assert_eq!(ids(&store), ["e1"]);
    let tree = site.tree();
    assert_eq!(tree["segments/0000000000000003.seg.rolledback"], Some(third));
    assert!(tree.keys().any(|name| name.starts_with("segments/0000000000000001.seg.tail@")));
    assert!(!tree.contains_key("tmp/rollback.intent.json"));
    add(&mut store, "e2").unwrap();
    assert_eq!(store.log().row(1).segment_seq, 4);
    let (again, opened) = site.open().unwrap();
    assert_eq!((ids(&again).len(), opened.repairs.len(), opened.notices.len()), (2, 0, 0));
}

#[test]
fn a_rollback_to_nothing_and_one_that_changes_nothing() {
    let site = Site::new();
    let mut store = site.store();
    store.checkpoint(1, "empty", AT).unwrap();
    store.rollback(&TO_1).unwrap();
    add(&mut store, "e1").unwrap();
    store.rollback(&TO_1).unwrap();
    assert!(ids(&store).is_empty());
    add(&mut store, "e1").unwrap();
    assert_eq!(store.log().row(0).segment_seq, 2);
    assert_eq!(site.store().ledger().unwrap().len(), 2);
}

#[test]
fn a_rollback_is_refused_before_anything_changes() {
    let site = site_of(2);
    let mut store = site.store();
    let code = |store: &mut Store| store.rollback(&TO_1).unwrap_err().code().into_owned();
    assert_eq!(code(&mut store), "checkpoint-not-found");
    store.checkpoint(1, "", AT).unwrap();
    site.edit("checkpoints/0000000000000001.json", |text| text.replace("\"e2\"", "\"e1\""));
    let tree = site.tree();
    assert_eq!(code(&mut store), "checkpoint_mismatch");
    site.edit("checkpoints/0000000000000001.json", |_| "{".into());
    assert_eq!(code(&mut store), "json");
    site.lay(&tree);
    assert_eq!(site.open().unwrap().1.notices[0].code, "witness_disagrees");
}

#[test]
fn a_handle_that_must_not_write_looks_at_nothing_first() {
    let site = site_of(1);
    let mut inspecting = site.inspect().0;
    let (outcome, calls) = calls_of(|| inspecting.rollback(&TO_1).map(drop));
    assert_eq!((outcome.unwrap_err().code().as_ref(), calls.len()), ("read_only", 0));
}

#[test]
fn an_event_too_large_to_be_read_is_refused_before_a_rollback_begins() {
    let site = site_of(1);
    let mut store = site.store();
    store.checkpoint(1, "", AT).unwrap();
    let tree = site.tree();
    let long = "x".repeat(104_857_600);
    let names = Names { ids: (&long, ""), ..TO_1 };
    assert_eq!(store.rollback(&names).unwrap_err().code(), "entry_too_large");
    assert_eq!(site.tree(), tree);
    store.rollback(&TO_1).unwrap();
}

#[test]
fn a_second_writer_makes_a_handle_stale_for_ever() {
    let site = site_of(1);
    let (mut first, mut second) = (site.store(), site.store());
    add(&mut second, "e2").unwrap();
    let tree = site.tree();
    for _ in 0..2 {
        assert_eq!(add(&mut first, "x").unwrap_err().code(), "stale_handle");
    }
    assert_eq!(first.sync().unwrap_err().code(), "stale_handle");
    assert_eq!(ids(&first), ["e1"]);
    first.close().unwrap();
    assert_eq!(site.tree(), tree);
    add(&mut second, "e3").unwrap();
    let mut third = site.store();
    second.rebuild().unwrap();
    assert_eq!(add(&mut third, "x").unwrap_err().code(), "stale_handle");
}

#[test]
fn two_handles_on_a_new_store() {
    let site = Site::new();
    let (mut first, mut second) = (site.store(), site.store());
    add(&mut first, "e1").unwrap();
    assert_eq!(add(&mut second, "e1").unwrap_err().code(), "stale_handle");
}

#[test]
fn an_inspecting_handle_cannot_write() {
    let site = site_of(2);
    let tree = site.tree();
    let (mut store, _) = site.inspect();
    assert_eq!(ids(&store), ["e1", "e2"]);
    assert_eq!(add(&mut store, "e3").unwrap_err().code(), "read_only");
    assert_eq!(store.rebuild().unwrap_err().code(), "read_only");
    store.close().unwrap();
    assert_eq!(site.tree(), tree);
    let nowhere = Site::new();
    assert_eq!(nowhere.inspect().1.entry_count, 0);
    assert!(nowhere.tree().is_empty() && !nowhere.dir().path("").exists());
}

#[test]
fn reading_notices_what_changed_since() {
    let site = site_of(3);
    let store = site.store();
    let code = || store.read(Which::From(1), |_| ()).unwrap_err().code().into_owned();
    site.edit(SEGMENT_1, |text| text.replacen("message", "massage", 1));
    assert_eq!(code(), "checksum-mismatch");
    site.edit(SEGMENT_1, |_| String::new());
    assert_eq!(code(), "index-out-of-bounds");
    fs::remove_file(site.dir().path(SEGMENT_1)).unwrap();
    assert_eq!(code(), "frame-missing");
}

#[test]
fn other_bytes_under_the_name_of_a_checkpoint_are_kept() {
    let site = site_of(1);
    let mut store = site.store();
    store.checkpoint(1, "one", AT).unwrap();
    let old = site.read("checkpoints/0000000000000001.json");
    store.checkpoint(1, "one", AT).unwrap();
    assert!(!site.tree().contains_key("quarantine"));
    store.checkpoint(1, "two", AT).unwrap();
    let kept = site.tree().into_iter().find(|(name, _)| name.starts_with("quarantine/0"));
    assert_eq!(kept.unwrap().1, Some(old));
}
