//! What opening refuses. A refusal changes nothing, and an inspecting handle shows what verifies.

use super::*;
use crate::files::faults::{calls_of, with_fault, Fault};
use crate::files::Call;
use crate::session_store_v2::intent::Names;
use std::os::unix::fs::symlink;

/// Asserts the code, that nothing changed, and what an inspecting handle shows.
#[track_caller]
fn refuses(site: &Site, code: &str, shown: &[&str]) {
    let tree = site.tree();
    assert_eq!(site.refusal(), code);
    let (inspecting, opened) = site.inspect();
    assert!(opened.notices.iter().any(|notice| notice.code == code), "{:?}", opened.notices);
    assert_eq!(ids(&inspecting), shown);
    assert_eq!(inspecting.validate().unwrap_err().code(), code);
    assert_eq!(site.tree(), tree);
}

#[test]
fn frames_that_do_not_belong() {
    let site = site_of(5);
    site.edit(SEGMENT_2, |text| text.split_inclusive('\n').skip(1).collect());
    refuses(&site, "entry_gap", &["e1", "e2"]);
    let site = site_of(2);
    site.edit(SEGMENT_1, |text| text.clone() + &text);
    refuses(&site, "frame_misplaced", &["e1", "e2"]);
    let site = site_of(2);
    fs::rename(site.dir().path(SEGMENT_1), site.dir().path(SEGMENT_2)).unwrap();
    refuses(&site, "frame_misplaced", &[]);
}

#[test]
fn a_later_segment_proves_that_more_existed() {
    let site = site_of(3);
    site.edit(SEGMENT_1, |text| text.replacen("\"n\":1", "\"n\":2", 1));
    refuses(&site, "frame_corrupt", &[]);
    let site = site_of(2);
    site.edit(SEGMENT_1, |text| text + "torn");
    site.write(SEGMENT_2, "");
    refuses(&site, "frame_corrupt", &["e1", "e2"]);
}

#[test]
fn a_graph_that_is_broken() {
    let renamed = |from: &str, to: &str| {
        let site = site_of(3);
        site.edit(SEGMENT_2, |text| text.replacen(from, to, 1));
        site
    };
    let whole = ["e1", "e2", "e3"];
    refuses(
        &renamed("entryId\":\"e3", "entryId\":\"e2"),
        "entry-id-duplicate",
        &["e1", "e2", "e2"],
    );
    refuses(&renamed("parentEntryId\":\"e2", "parentEntryId\":\"e7"), "parent-missing", &whole);
    refuses(&renamed("parentEntryId\":\"e2", "parentEntryId\":\"e3"), "parent-cycle", &whole);
}

#[test]
fn names_and_kinds_of_files() {
    let site = site_of(1);
    site.write("segments/2.seg", "");
    refuses(&site, "segment_name", &["e1"]);
    let site = site_of(1);
    fs::create_dir(site.dir().path(SEGMENT_2)).unwrap();
    refuses(&site, "not_a_file", &["e1"]);
    for name in ["manifest.json", "migrations/ledger.jsonl", "tmp/rollback.intent.json"] {
        let site = site_of(1);
        fs::create_dir(site.dir().path(name)).unwrap();
        refuses(&site, "not_a_file", &["e1"]);
    }
    let site = site_of(1);
    site.write("quarantine", "");
    refuses(&site, "not_a_directory", &["e1"]);
    let site = Site::new();
    fs::write(site.dir().path(""), "").unwrap();
    assert_eq!(site.refusal(), "not_a_directory");
    assert_eq!(told(&site.inspect().1.notices), [("not_a_directory", ".")]);
}

#[test]
fn links_are_not_followed() {
    let elsewhere = scratch();
    let names = [
        SEGMENT_1,
        SEGMENT_2,
        INDEX,
        "manifest.json",
        "migrations/ledger.jsonl",
        "checkpoints/0000000000000001.json",
        "tmp/rollback.intent.json",
        "segments",
        "index",
        "checkpoints",
        "migrations",
        "tmp",
        "quarantine",
    ];
    for (n, name) in names.into_iter().enumerate() {
        let site = site_of(1);
        let (path, target) = (site.dir().path(name), elsewhere.path().join(n.to_string()));
        if path.exists() {
            fs::rename(&path, &target).unwrap();
        } else {
            fs::write(&target, "").unwrap();
        }
        symlink(&target, &path).unwrap();
        let shown: &[&str] = if [SEGMENT_1, "segments"].contains(&name) { &[] } else { &["e1"] };
        refuses(&site, "symlink_refused", shown);
    }
    // The root itself may be a link.
    let site = site_of(1);
    let moved = elsewhere.path().join("root");
    fs::rename(site.dir().path(""), &moved).unwrap();
    symlink(&moved, site.dir().path("")).unwrap();
    add(&mut site.store(), "e2").unwrap();
    assert_eq!(ids(&site.store()), ["e1", "e2"]);
}

#[test]
fn an_intent_that_fits_nothing() {
    let site = site_of(1);
    site.write("tmp/rollback.intent.json", "{}\n");
    refuses(&site, "intent_unreadable", &["e1"]);
    let zeros = "0".repeat(64);
    let place = format!(r#"{{"segmentSeq":1,"entrySeq":9,"chainHash":"{zeros}"}}"#);
    let goal = format!(
        r#"{{"segmentSeq":0,"entrySeq":0,"entryId":"","chainHash":"{zeros}","byteLength":0}}"#
    );
    let intent = [
        r#"{"schema":"tearproof.rollback_intent.v1","checkpointSeq":1,"migrationId":"m","#,
        r#""correlationId":"c","at":"t","before":"#,
        &place,
        r#","after":"#,
        &goal,
        r#","heads":[]}"#,
    ];
    site.write("tmp/rollback.intent.json", intent.concat());
    refuses(&site, "intent_stale", &["e1"]);
}

#[test]
fn a_refused_store_shows_what_verifies_although_a_rollback_has_begun() {
    let site = site_of(1);
    let mut store = site.store();
    store.checkpoint(1, "", AT).unwrap();
    for n in 2..=3 {
        add(&mut store, &format!("e{n}")).unwrap();
    }
    let names = Names { checkpoint: 1, ids: ("m", "c"), at: AT };
    let (_, calls) = calls_of(|| store.rollback(&names));
    // Die behind the intent, before anything else is put in place.
    let renames: Vec<_> = (0..calls.len()).filter(|at| calls[*at] == Call::Rename).collect();
    let site = site_of(1);
    let mut store = site.store();
    store.checkpoint(1, "", AT).unwrap();
    for n in 2..=3 {
        add(&mut store, &format!("e{n}")).unwrap();
    }
    let _ = with_fault(renames[1], Fault::Dies, || store.rollback(&names));
    assert_eq!(ids(&site.inspect().0), ["e1"]);
    assert_eq!(
        told(&site.inspect().1.notices),
        [("rollback_pending", super::super::names::INTENT)]
    );
    site.edit(SEGMENT_1, |text| text + "\0");
    refuses(&site, "frame_corrupt", &["e1", "e2"]);
}

#[test]
fn other_names_are_nobodys_business() {
    let site = site_of(1);
    for name in ["segments/notes.txt", "segments/x.seg", "lock", "tmp/offsets.rebuild.tmp"] {
        site.write(name, "x");
    }
    symlink("/nowhere", site.dir().path("segments/link")).unwrap();
    let (_, opened) = site.open().unwrap();
    assert_eq!((opened.repairs.len(), opened.notices.len()), (0, 0));
}
