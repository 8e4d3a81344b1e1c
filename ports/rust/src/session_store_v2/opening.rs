//! Recovery: what goes is kept first, then everything that needs space is written, then the store
//! is changed, in an order that can be begun again after a crash at any point.

use crate::error::Result;
use crate::files::{Dir, File, Undo};
use crate::report::{Did, Repair};
use crate::wire::U64;

use super::documents::put_in_place;
use super::fragments;
use super::index;
use super::log::Log;
use super::names::{self, INDEX, INDEX_REBUILD_TMP, INTENT, LEDGER};
use super::rollback::{self, Steps};
use super::survey::Survey;
use super::writing::take_back;

/// Repairs a store that nothing speaks against opening; its entries, and what was done.
pub fn recover(dir: &Dir, survey: Survey) -> Result<(Log, Vec<Repair>)> {
    let (mut log, repairs) = Undo::unless_done(|undo| {
        make_directories(dir, &survey, undo)?;
        let kept = keep(dir, &survey, undo)?;
        adopt(dir, &survey)?;
        undo.forget();
        change(dir, survey, kept)
    })?;
    log.all_terminated();
    Ok((log, repairs))
}

/// Where the bytes that go were kept.
struct Kept {
    tail: Option<String>,
    ledger_tail: Option<String>,
    index: Option<String>,
}

fn make_directories(dir: &Dir, survey: &Survey, undo: &mut Undo) -> Result<()> {
    if !survey.has_root {
        dir.make_root(undo)?;
    }
    for name in &survey.missing {
        dir.make_directory(name)?;
        undo.remove_directory(&dir.path(name));
    }
    if !survey.missing.is_empty() {
        // Whoever made the root may have died before its name was durable; he made no more then.
        dir.sync_parent()?;
        dir.sync("")?;
    }
    // Whoever made the intent of a rollback, or removed it, may have died before that was durable.
    // One that is lost again leaves a store between two states; one that comes back behind a later
    // append fits none.
    let ends_in_rollback =
        survey.ledger.last.as_ref().is_some_and(|event| event.phase == "rollback");
    if survey.pending.is_some() || ends_in_rollback {
        dir.sync("tmp")?;
    }
    Ok(())
}

/// Copies what goes, and writes the new index beside the old one.
fn keep(dir: &Dir, survey: &Survey, undo: &mut Undo) -> Result<Kept> {
    let mut kept = Kept { tail: None, ledger_tail: None, index: None };
    if let Some(from) = survey.ledger.torn_from {
        kept.ledger_tail = Some(fragments::quarantine(dir, LEDGER, from, undo)?);
    }
    if let Some(pending) = &survey.pending {
        rollback::keep_tail(dir, &pending.intent, undo)?;
        return Ok(kept);
    }
    if let Some(hole) = &survey.scan.hole {
        let file = names::segment(hole.segment.seq);
        kept.tail = Some(fragments::quarantine(dir, &file, hole.from, undo)?);
    }
    if survey.index.rebuild.is_some() {
        if survey.index.says_more && survey.index.stamp.is_some() {
            kept.index = Some(fragments::quarantine(dir, INDEX, 0, undo)?);
        }
        index::write_beside(dir, INDEX_REBUILD_TMP, &survey.scan.log)?;
        undo.remove_file(dir, INDEX_REBUILD_TMP);
    }
    Ok(kept)
}

/// The files whose last line is sound and lacks its LF, with their lengths.
fn unterminated(survey: &Survey) -> Vec<(String, u64)> {
    let entries = &survey.scan.log.entries()[..survey.kept()];
    let lines = entries.iter().filter(|entry| !entry.terminated);
    let mut files: Vec<_> =
        lines.map(|entry| (names::segment(entry.segment), entry.end() - 1)).collect();
    let ledger = &survey.ledger;
    if let (Some(stamp), true, None) = (ledger.stamp, ledger.is_unterminated, ledger.torn_from) {
        files.push((LEDGER.to_owned(), stamp.bytes));
    }
    files
}

/// Ends these lines; if one cannot be ended, none is.
fn adopt(dir: &Dir, survey: &Survey) -> Result<()> {
    let mut ended: Vec<(File, u64)> = Vec::new();
    for (name, end) in unterminated(survey) {
        let file = dir.open_to_write(&name)?;
        let outcome = file.write_all_at(b"\n", end).and_then(|()| file.sync());
        ended.push((file, end));
        if let Err(error) = outcome {
            for (file, end) in &ended {
                // What cannot be cut back is a whole line: no worse than before.
                let _ = take_back(file, *end);
            }
            return Err(error);
        }
    }
    Ok(())
}

/// The changes themselves; nothing of this is taken back.
fn change(dir: &Dir, survey: Survey, kept: Kept) -> Result<(Log, Vec<Repair>)> {
    let mut repairs: Vec<Repair> = unterminated(&survey)
        .into_iter()
        .map(|(file, end)| {
            let why = if file == LEDGER { "ledger_tail" } else { "unterminated" };
            repair(Did::Adopted, &file, (end, end), why, None)
        })
        .collect();
    if let (Some(hole), Some(_)) = (&survey.scan.hole, &kept.tail) {
        let file = names::segment(hole.segment.seq);
        cut(dir, &file, hole.from)?;
        repairs.push(repair(
            Did::Cut,
            &file,
            (hole.from, hole.segment.bytes),
            hole.code,
            kept.tail,
        ));
    }
    if let (Some(from), Some(stamp)) = (survey.ledger.torn_from, survey.ledger.stamp) {
        cut(dir, LEDGER, from)?;
        repairs.push(repair(
            Did::Cut,
            LEDGER,
            (from, stamp.bytes),
            "ledger_tail",
            kept.ledger_tail,
        ));
    }
    if let (Some(why), None) = (survey.index.rebuild, &survey.pending) {
        put_in_place(dir, INDEX_REBUILD_TMP, INDEX)?;
        let bytes = survey.index.stamp.map_or(0, |stamp| stamp.bytes);
        repairs.push(repair(Did::Rebuilt, INDEX, (0, bytes), why, kept.index));
    }
    let mut log = survey.scan.log;
    if let Some(pending) = survey.pending {
        log.truncate(pending.kept);
        rollback::finish(dir, &pending.intent, &log, Steps::Again)?;
        repairs.push(repair(Did::Finished, INTENT, (0, pending.bytes), "rollback_intent", None));
    }
    Ok((log, repairs))
}

fn cut(dir: &Dir, name: &str, at: u64) -> Result<()> {
    let file = dir.open_to_write(name)?;
    file.cut(at)?;
    file.sync()
}

fn repair(
    did: Did,
    file: &str,
    (from, to): (u64, u64),
    why: &'static str,
    kept_in: Option<String>,
) -> Repair {
    Repair { did, file: file.to_owned(), from: U64(from), to: U64(to), why, kept_in }
}
