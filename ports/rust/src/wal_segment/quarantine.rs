//! Where bytes are kept that recovery takes out of a segment.

use super::survey::Flaw;
use crate::error::{Result, StoreError};
use crate::files::{Dir, File, Undo};

const DIRECTORY: &str = "quarantine";
/// Where a file stands while it is made; what a crash left there is of no use.
pub const TEMPORARY: &str = "quarantine/tmp";

/// Refuses what stands in the place of the quarantine and is no directory.
pub fn require_sound(dir: &Dir) -> Result<()> {
    dir.has_directory(DIRECTORY).map(drop)
}

/// Keeps the bytes of a flaw durably, and answers where. The same bytes are kept once. `undo` learns
/// what was made.
pub fn keep(dir: &Dir, flaw: &Flaw, undo: &mut Undo) -> Result<String> {
    let segment = dir.open(&flaw.file)?;
    let hash = hash_of(&segment, flaw.from, flaw.to)?.to_hex();
    let name = format!("{DIRECTORY}/{}@{}-{}.bin", flaw.file, flaw.from, &hash.as_str()[..16]);
    make_directory(dir, undo)?;
    match dir.stamp(&name)? {
        Some(_) => require_same(&dir.open(&name)?, &name, &segment, flaw)?,
        None => {
            make_temporary(dir, undo, |copy| copy_range(&segment, flaw, copy))?;
            undo.remove_file(dir, &name);
            dir.rename(TEMPORARY, &name)?;
        }
    }
    dir.sync(DIRECTORY)?;
    dir.sync("")?;
    Ok(name)
}

/// Makes the directory, where there is none.
pub fn make_directory(dir: &Dir, undo: &mut Undo) -> Result<()> {
    if !dir.has_directory(DIRECTORY)? {
        dir.make_directory(DIRECTORY)?;
        undo.remove_directory(&dir.path(DIRECTORY));
    }
    Ok(())
}

/// Makes a file under the temporary name, durably. What stands there goes first.
pub fn make_temporary(
    dir: &Dir,
    undo: &mut Undo,
    fill: impl FnOnce(&File) -> Result<()>,
) -> Result<()> {
    dir.remove(TEMPORARY)?;
    undo.remove_file(dir, TEMPORARY);
    let file = dir.create(TEMPORARY)?;
    fill(&file)?;
    file.sync()
}

fn copy_range(segment: &File, flaw: &Flaw, copy: &File) -> Result<()> {
    let mut at = 0;
    segment.each_chunk(flaw.from, flaw.to, |chunk| {
        copy.write_all_at(chunk, at)?;
        at += chunk.len() as u64;
        Ok(())
    })
}

/// A name holds a part of the hash only, so bytes that stand under it are compared as a whole. They
/// may be left from an open whose sync failed, so they are synced again.
fn require_same(kept: &File, name: &str, segment: &File, flaw: &Flaw) -> Result<()> {
    let length = flaw.to - flaw.from;
    let is_same = kept.stamp()?.bytes == length
        && hash_of(kept, 0, length)? == hash_of(segment, flaw.from, flaw.to)?;
    if !is_same {
        return Err(StoreError::refused("quarantine_conflict", name));
    }
    kept.sync()
}

fn hash_of(file: &File, from: u64, to: u64) -> Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    file.each_chunk(from, to, |chunk| {
        hasher.update(chunk);
        Ok(())
    })?;
    Ok(hasher.finalize())
}
