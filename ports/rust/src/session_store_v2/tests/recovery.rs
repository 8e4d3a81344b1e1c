//! What opening makes of stores that crashes and other hands left.

use super::*;

/// Opens, and says what was done and noticed; a second open must have nothing to do.
fn recovered(site: &Site) -> (Vec<String>, Vec<Repair>, Vec<(&'static str, String)>) {
    let (store, opened) = site.open().unwrap();
    let tree = site.tree();
    let (again, second) = site.open().unwrap();
    assert_eq!(done(&second.repairs), []);
    assert_eq!(site.tree(), tree);
    assert_eq!(ids(&again), ids(&store));
    let notices =
        told(&opened.notices).into_iter().map(|(code, file)| (code, file.into())).collect();
    (ids(&store), opened.repairs, notices)
}

fn append_to(site: &Site, name: &str, bytes: &[u8]) {
    site.write(name, [site.read(name), bytes.to_vec()].concat());
}

#[test]
fn a_torn_tail_is_kept_and_cut() {
    for tail in [&b"{\"schema\":"[..], b"\0\0\0\0", b"garbage\n", b"  ", b"\xff\n\xfe"] {
        let site = site_of(2);
        let end = site.read(SEGMENT_1).len() as u64;
        append_to(&site, SEGMENT_1, tail);
        let to = end + tail.len() as u64;
        let (shown, repairs, _) = recovered(&site);
        assert_eq!(shown, ["e1", "e2"]);
        assert_eq!(done(&repairs), [("Cut".into(), SEGMENT_1.into(), end, to, "torn", true)]);
        assert_eq!(site.read(repairs[0].kept_in.as_ref().unwrap()), tail);
        add(&mut site.store(), "e3").unwrap();
        assert_eq!(ids(&site.store()), ["e1", "e2", "e3"]);
    }
}

#[test]
fn a_last_line_without_its_lf_is_adopted() {
    let site = site_of(2);
    let mut bytes = site.read(SEGMENT_1);
    bytes.pop();
    site.write(SEGMENT_1, &bytes);
    let (inspecting, _) = site.inspect();
    assert_eq!(ids(&inspecting), ["e1", "e2"]);
    assert_eq!(site.read(SEGMENT_1), bytes);
    let (shown, repairs, _) = recovered(&site);
    let end = bytes.len() as u64;
    assert_eq!(shown, ["e1", "e2"]);
    assert_eq!(
        done(&repairs),
        [("Adopted".into(), SEGMENT_1.into(), end, end, "unterminated", false)]
    );
}

#[test]
fn a_gap_is_for_somebody_else_to_decide() {
    let site = site_of(2);
    let first = site.read(SEGMENT_1).iter().position(|b| *b == b'\n').unwrap();
    let mut bytes = site.read(SEGMENT_1);
    bytes[first - 3] ^= 1;
    site.write(SEGMENT_1, &bytes);
    let tree = site.tree();
    assert_eq!(site.refusal(), "ambiguous_gap");
    assert_eq!(site.tree(), tree);
    let (inspecting, opened) = site.inspect();
    assert!(ids(&inspecting).is_empty());
    assert!(told(&opened.notices).contains(&("ambiguous_gap", SEGMENT_1)));
    assert_eq!(inspecting.validate().unwrap_err().code(), "ambiguous_gap");
    let options = Options { on_gap: OnGap::KeepPrefix, ..options() };
    let (store, opened) = site.open_with(options).unwrap();
    assert!(ids(&store).is_empty());
    let cut = &opened.repairs[0];
    assert_eq!((cut.why, cut.from.0, cut.to.0), ("ambiguous_gap", 0, bytes.len() as u64));
    assert_eq!(site.read(cut.kept_in.as_ref().unwrap()), bytes);
}

#[test]
fn what_the_index_says_and_what_is_made_of_it() {
    /// An edit, why the index is rebuilt then and whether the old one is kept, and the notices.
    type Case = (fn(String) -> String, Option<(&'static str, bool)>, &'static [&'static str]);
    let keep_two =
        |text: String| text.lines().take(2).map(|l| format!("{l}\n")).collect::<String>();
    let cases: [Case; 13] = [
        (|_| String::new(), Some(("index_missing", false)), &[]),
        (|_| "\n".into(), Some(("index_missing", true)), &["non_canonical"]),
        (keep_two, Some(("index_behind", false)), &[]),
        (|text| text[..text.len() - 9].into(), Some(("index_torn", false)), &[]),
        (|text| text + "{\"sch", Some(("index_torn", true)), &[]),
        (|text| text[..text.len() - 1].into(), Some(("index_unterminated", false)), &[]),
        (|text| text + "x\n", Some(("index_unreadable", true)), &[]),
        (
            |text| {
                text.clone() + text.lines().last().unwrap().replace(":3,", ":4,").as_str() + "\n"
            },
            Some(("index_ahead", true)),
            &["witness_ahead"],
        ),
        (
            |text| text.replace("\"e2\"", "\"e9\""),
            Some(("index_disagrees", true)),
            &["witness_disagrees"],
        ),
        (
            |text| text.lines().skip(1).map(|l| format!("{l}\n")).collect(),
            Some(("index_disagrees", true)),
            &[],
        ),
        (|text| text.replace("active", "gone"), None, &["non_canonical"]),
        (|text| text.replace('\n', "\r\n"), None, &["non_canonical"]),
        (|text| text + "\n", None, &["non_canonical"]),
    ];
    for (n, (edit, rebuilt, codes)) in cases.into_iter().enumerate() {
        let site = site_of(3);
        let good = site.read(INDEX);
        site.edit(INDEX, edit);
        let bad = site.read(INDEX);
        let (_, repairs, notices) = recovered(&site);
        let found: Vec<_> = notices.iter().map(|(code, _)| *code).collect();
        assert_eq!(found, codes, "case {n}");
        let repaired: Vec<_> =
            repairs.iter().map(|r| (r.why, r.kept_in.is_some(), r.to.0)).collect();
        let due = rebuilt.map(|(why, is_kept)| (why, is_kept, bad.len() as u64));
        assert_eq!(repaired, due.into_iter().collect::<Vec<_>>(), "case {n}");
        if let Some(kept) = repairs.first().and_then(|r| r.kept_in.as_ref()) {
            assert_eq!(site.read(kept), bad);
        }
        assert_eq!(site.read(INDEX) == good, rebuilt.is_some());
    }
}

#[test]
fn witnesses_that_know_more() {
    let site = site_of(3);
    let mut store = site.store();
    store.checkpoint(7, "", AT).unwrap();
    store.manifest(("s", "native_v2"), AT).unwrap();
    let manifest = site.read("manifest.json");
    site.edit(SEGMENT_1, |_| String::new());
    fs::remove_file(site.dir().path(SEGMENT_2)).unwrap();
    fs::remove_file(site.dir().path(INDEX)).unwrap();
    let (shown, _, notices) = recovered(&site);
    assert!(shown.is_empty());
    let checkpoint = "checkpoints/0000000000000007.json".to_owned();
    let ahead = |file: &str| ("witness_ahead", file.to_owned());
    assert_eq!(notices, [ahead("manifest.json"), ahead(&checkpoint)]);
    assert_eq!(site.read("manifest.json"), manifest);
    site.write("manifest.json", "{}");
    site.edit(&checkpoint, |text| text.replace("\"headEntrySeq\": 3", "\"headEntrySeq\": 0"));
    let (_, _, notices) = recovered(&site);
    assert_eq!(
        notices,
        [("witness_unreadable", "manifest.json".to_owned()), ("witness_disagrees", checkpoint)]
    );
}

#[test]
fn the_ledger_is_mended_at_its_end_only() {
    let event = concat!(
        r#"{"schema":"s","migrationId":"m","phase":"forward","at":"t","sourcePath":"a","#,
        r#""targetPath":"b","sourceFormat":"x","targetFormat":"y","verification":"#,
        r#"{"entryCountMatch":true,"hashChainMatch":true,"indexConsistent":true},"#,
        r#""outcome":"ok","correlationId":"c"}"#
    );
    let ledger = "migrations/ledger.jsonl";
    let whole = event.len() as u64 + 1;
    for (tail, due) in [
        ("{\"schema", ("Cut", whole, whole + 8, true)),
        ("{\0}\n", ("Cut", whole, whole + 4, true)),
        (event, ("Adopted", 2 * whole - 1, 2 * whole - 1, false)),
    ] {
        let site = site_of(1);
        site.write(ledger, format!("{event}\n{tail}"));
        let (_, repairs, _) = recovered(&site);
        let (did, from, to, is_kept) = due;
        assert_eq!(done(&repairs), [(did.into(), ledger.into(), from, to, "ledger_tail", is_kept)]);
    }
    let site = site_of(1);
    site.write(ledger, format!("x\n{event}\n"));
    let (_, repairs, notices) = recovered(&site);
    assert_eq!((repairs.len(), notices), (0, vec![("ledger_unreadable", ledger.to_owned())]));
    assert_eq!(site.store().ledger().unwrap_err().code(), "json");
}

#[test]
fn what_nobody_writes_and_everybody_reads_is_left_as_it_is() {
    let site = site_of(2);
    site.edit(SEGMENT_1, |text| text.replacen("{\"schema\"", " {\"odd\":0,\"schema\"", 1) + " \n");
    fs::remove_file(site.dir().path(INDEX)).unwrap();
    let odd = site.read(SEGMENT_1);
    let (shown, repairs, notices) = recovered(&site);
    assert_eq!((shown.len(), repairs.len()), (2, 1));
    assert_eq!(notices, [("non_canonical", SEGMENT_1.to_owned())]);
    assert_eq!(site.read(SEGMENT_1), odd);
    add(&mut site.store(), "e3").unwrap();
    assert_eq!(ids(&site.store()), ["e1", "e2", "e3"]);
}
