//! Opening a segment: what is there is verified, what a crash left is set right and reported.

use super::examine::{examine, Flaw, Found};
use super::frame::HEADER_BYTES;
use super::names::{foreign_names, has_sessions, Names, SESSIONS};
use super::replace::{from, with_empty, with_front};
use super::segment::{in_our_words, Segment};
use super::segment_file::SegmentFile;
use crate::error::{Result, StoreError};
use crate::files::{Dir, File, Undo};
use crate::report::{Notice, Repair};
use crate::wire::U64;

/// What opening found and did.
#[derive(Debug)]
pub struct Opened {
    /// The length that the header publishes now.
    pub committed: u64,
    /// What was set right.
    pub repairs: Vec<Repair>,
    /// What whoever opened the segment should know.
    pub notices: Vec<Notice>,
}

/// Opens the segment of a session, or makes it. What is refused is left as it is, to the byte.
pub fn open(dir: &Dir, id: u32) -> Result<(Segment, Opened)> {
    let names = Names::of(id);
    let outcome = match segment_there(dir, &names) {
        Ok(true) => recover(dir, names),
        Ok(false) => create(dir, names),
        Err(error) => Err(error),
    };
    outcome.map_err(in_our_words)
}

fn segment_there(dir: &Dir, names: &Names) -> Result<bool> {
    Ok(has_sessions(dir)? && dir.stamp(&names.segment)?.is_some())
}

/// A name is durable before anything is made behind it.
fn create(dir: &Dir, names: Names) -> Result<(Segment, Opened)> {
    let notices = foreign_names(dir)?;
    let file = Undo::unless_done(|undo| {
        if !has_sessions(dir)? {
            dir.make_root(undo)?;
            // Whoever made the root may have died before its name was durable.
            dir.sync_parent()?;
            dir.make_directory(SESSIONS)?;
            undo.remove_directory(&dir.path(SESSIONS));
        }
        dir.sync("")?;
        with_empty(dir, &names)
    })?;
    let opened = Opened { committed: HEADER_BYTES, repairs: Vec::new(), notices };
    Ok((Segment::new(SegmentFile::new(dir, names, file, Vec::new())?), opened))
}

fn recover(dir: &Dir, names: Names) -> Result<(Segment, Opened)> {
    let mut notices = foreign_names(dir)?;
    let file = dir.open_to_write(&names.segment)?;
    let size = file.stamp()?.bytes;
    let found = examine(from(&file, 0), size)?
        .map_err(|damage| StoreError::refused(damage.code(), names.segment.as_str()))?;
    if found.odd > 0 {
        let file = Some(names.segment.clone());
        let detail = Some(format!("{} of {} frames", found.odd, found.ends.len()));
        notices.insert(0, Notice { code: "non_canonical", file, detail });
    }
    let repairs = found.flaw.map(|flaw| report(flaw, &names, found.committed, size));
    let file = set_right(dir, &names, file, &found)?;
    // Whoever wrote this may have died before a sync. What is shown from now on is durable.
    file.sync()?;
    dir.sync(SESSIONS)?;
    dir.sync("")?;
    let Found { committed, ends, .. } = found;
    let opened = Opened { committed, repairs: repairs.into_iter().collect(), notices };
    Ok((Segment::new(SegmentFile::new(dir, names, file, ends)?), opened))
}

fn set_right(dir: &Dir, names: &Names, file: File, found: &Found) -> Result<File> {
    match found.flaw {
        None => Ok(file),
        Some(Flaw::Tail) => {
            file.cut(found.committed)?;
            Ok(file)
        }
        Some(Flaw::TornHeader) => with_empty(dir, names),
        // A length that is overwritten in its place could be torn once more, and then read as one
        // that was published before.
        Some(Flaw::TornLength) => with_front(dir, names, &file, found.committed),
    }
}

fn report(flaw: Flaw, names: &Names, committed: u64, size: u64) -> Repair {
    let (from, to) = flaw.range(committed, size);
    Repair {
        did: flaw.did(),
        file: names.segment.clone(),
        from: U64(from),
        to: U64(to),
        why: flaw.why(),
        kept_in: None,
    }
}
