//! Brings a log into order before it is appended to.
//!
//! Whatever needs space comes before whatever takes bytes away, and each step is durable before the
//! next. A crash between two of them leaves a log that the next open brings into order in the same
//! way; a failure before the first byte is taken away takes back what was made.

use super::format::Header;
use super::listing::Listed;
use super::quarantine;
use super::survey::{Flaw, Survey};
use crate::error::{Result, StoreError};
use crate::files::{Dir, Undo};
use crate::report::{Did, Repair};
use crate::wire::U64;

/// Mends the torn end of a log, and makes durable what stands in it: whoever wrote it may have died
/// before a sync. `header` makes what a segment of that number should begin with, where the last
/// one's header is torn. `undo` learns what may be taken back.
pub fn recover(
    dir: &Dir,
    found: &Survey,
    last: Option<&Listed>,
    header: impl FnOnce(u64) -> Header,
    undo: &mut Undo,
) -> Result<Vec<Repair>> {
    dir.make_root(undo)?;
    let mut repairs = Vec::new();
    if let Some(last) = last {
        if let Some(flaw) = &found.flaw {
            repairs.push(mend(dir, flaw, || header(last.number), undo)?);
        }
        dir.open(&last.file)?.sync()?;
    }
    dir.sync("")?;
    dir.sync_parent()?;
    Ok(repairs)
}

fn mend(
    dir: &Dir,
    flaw: &Flaw,
    header: impl FnOnce() -> Header,
    undo: &mut Undo,
) -> Result<Repair> {
    let is_empty = flaw.from == flaw.to;
    let kept_in = if is_empty { None } else { Some(quarantine::keep(dir, flaw, undo)?) };
    if flaw.from > 0 {
        cut(dir, flaw, undo)?;
    } else {
        replace(dir, flaw, &header(), undo)?;
    }
    Ok(Repair {
        did: if is_empty { Did::Finished } else { Did::Cut },
        file: flaw.file.clone(),
        from: U64(flaw.from),
        to: U64(flaw.to),
        why: flaw.code,
        kept_in,
    })
}

fn cut(dir: &Dir, flaw: &Flaw, undo: &mut Undo) -> Result<()> {
    let segment = dir.open_to_write(&flaw.file)?;
    if segment.stamp()?.bytes != flaw.to {
        return Err(moved(&flaw.file));
    }
    let outcome = segment.cut(flaw.from);
    // A call that failed may have had its effect all the same: the copy is the only one then.
    if segment.stamp().map_or(true, |now| now.bytes != flaw.to) {
        undo.forget();
    }
    outcome?;
    segment.sync()
}

/// Puts a segment with nothing but a header in the place of one that never got a whole header. What
/// stood there has to go in one step: a mixture of two headers would look like damage.
fn replace(dir: &Dir, flaw: &Flaw, header: &Header, undo: &mut Undo) -> Result<()> {
    let before = dir.stamp(&flaw.file)?;
    if before.is_none_or(|stamp| stamp.bytes != flaw.to) {
        return Err(moved(&flaw.file));
    }
    quarantine::make_directory(dir, undo)?;
    quarantine::make_temporary(dir, undo, |file| file.write_all_at(&header.encode(), 0))?;
    let outcome = dir.rename(quarantine::TEMPORARY, &flaw.file);
    if dir.stamp(&flaw.file).map_or(true, |now| now != before) {
        undo.forget();
    }
    outcome?;
    dir.sync("")
}

fn moved(file: &str) -> StoreError {
    StoreError::refused("stale_handle", format!("{file} changed while it was opened"))
}
