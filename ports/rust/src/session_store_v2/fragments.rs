//! Copies of bytes that are about to be cut: under names that hold where they stood and what they
//! are, so that the same bytes are kept once.

use sha2::{Digest, Sha256};

use crate::error::{Result, StoreError};
use crate::files::{Dir, File, Undo};

use super::documents::put_in_place;
use super::names::{self, QUARANTINE, QUARANTINE_TMP};

/// More than this is not copied aside.
pub const FRAGMENT_BYTES_MAX: u64 = 1 << 30;

/// Keeps the bytes of `file` from `from` to its end in `quarantine/`, durably; answers their name.
pub fn quarantine(dir: &Dir, file: &str, from: u64, undo: &mut Undo) -> Result<String> {
    if !dir.has_directory(QUARANTINE)? {
        dir.make_directory(QUARANTINE)?;
        undo.remove_directory(&dir.path(QUARANTINE));
    }
    // The directory may be there because somebody died before its name was durable.
    dir.sync("")?;
    keep(dir, file, from, undo, |hash| names::fragment(file, from, hash))
}

/// Keeps the tail that a rollback cuts off a segment beside it, durably; answers its name.
pub fn beside_segment(dir: &Dir, seq: u64, from: u64, undo: &mut Undo) -> Result<String> {
    let file = names::segment(seq);
    keep(dir, &file, from, undo, |hash| names::rolled_back_tail(seq, from, hash))
}

fn keep(
    dir: &Dir,
    file: &str,
    from: u64,
    undo: &mut Undo,
    name: impl FnOnce(&str) -> String,
) -> Result<String> {
    let source = dir.open(file)?;
    let to = source.stamp()?.bytes;
    if to.saturating_sub(from) > FRAGMENT_BYTES_MAX {
        return Err(StoreError::refused("tail_too_large", format!("{file}: {from} to {to}")));
    }
    let name = name(&hash_of(&source, from, to)?[..16]);
    if dir.stamp(&name)?.is_some() {
        let kept = dir.open(&name)?;
        if !holds_the_same(&kept, &source, from, to)? {
            return Err(StoreError::refused("quarantine_conflict", name));
        }
        kept.sync()?;
        dir.sync(name.rsplit_once('/').map_or("", |(parent, _)| parent))?;
        return Ok(name);
    }
    dir.remove(QUARANTINE_TMP)?;
    let copy = dir.create(QUARANTINE_TMP)?;
    undo.remove_file(dir, QUARANTINE_TMP);
    let mut written = 0;
    source.each_chunk(from, to, |chunk| {
        copy.write_all_at(chunk, written)?;
        written += chunk.len() as u64;
        Ok(())
    })?;
    copy.sync()?;
    undo.remove_file(dir, &name);
    put_in_place(dir, QUARANTINE_TMP, &name)?;
    Ok(name)
}

/// SHA-256 of a range in lower-case hex.
fn hash_of(file: &File, from: u64, to: u64) -> Result<String> {
    let mut hasher = Sha256::new();
    file.each_chunk(from, to, |chunk| {
        hasher.update(chunk);
        Ok(())
    })?;
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn holds_the_same(kept: &File, source: &File, from: u64, to: u64) -> Result<bool> {
    let mut is_same = kept.stamp()?.bytes == to - from;
    let mut at = 0;
    if is_same {
        source.each_chunk(from, to, |chunk| {
            is_same &= kept.read_range(at, at + chunk.len() as u64)? == chunk;
            at += chunk.len() as u64;
            Ok(())
        })?;
    }
    Ok(is_same)
}
