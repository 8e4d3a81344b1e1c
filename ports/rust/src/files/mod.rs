//! Every file call of every store: what is durable when, and what has changed the disk.
//!
//! Three rules hold for all of them. No link is followed at the leaf, and nothing is read or
//! written but regular files. A call that was interrupted is made again, a short write is
//! continued. A sync that fails is an error of its own kind ([`crate::error::StoreError::SyncFailed`]), since no
//! later sync makes up for it.

mod directory;
mod file;
mod undo;

#[cfg(test)]
pub mod faults;
#[cfg(test)]
pub mod power;

use std::cell::Cell;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;

pub use directory::Dir;
pub use file::File;
pub use undo::Undo;

thread_local! {
    static CHANGES: Cell<u64> = const { Cell::new(0) };
}

/// How many calls of this thread have changed the disk so far. A failed operation between two equal
/// counts left everything as it was.
pub fn changes() -> u64 {
    CHANGES.get()
}

/// Counts a call that was to change the disk. One that failed may have had its effect all the same,
/// unless its error is one that is found before anything is done.
fn counted<T>(outcome: io::Result<T>) -> io::Result<T> {
    let error = outcome.as_ref().err().and_then(io::Error::raw_os_error);
    if outcome.is_ok() || !error.is_some_and(|errno| FOUND_BEFORE.contains(&errno)) {
        changed();
    }
    outcome
}

/// Counts a call that changes the disk, whatever it will answer.
fn changed() {
    CHANGES.set(CHANGES.get() + 1);
}

#[rustfmt::skip]
const FOUND_BEFORE: &[i32] = &[
    libc::EACCES, libc::EBADF, libc::EDQUOT, libc::EEXIST, libc::EFBIG, libc::EINTR, libc::EINVAL,
    libc::EISDIR, libc::ELOOP, libc::EMFILE, libc::ENAMETOOLONG, libc::ENFILE, libc::ENOENT,
    libc::ENOSPC, libc::ENOTDIR, libc::ENOTEMPTY, libc::EPERM, libc::EROFS,
];

/// What stands under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// Nothing.
    Missing,
    /// A regular file.
    File(Stamp),
    /// A directory.
    Directory,
    /// A symbolic link, wherever it leads.
    Link,
    /// A device, a pipe, a socket.
    Other,
}

/// Which file it is, and how long: two equal stamps mean that nobody replaced or extended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    device: u64,
    inode: u64,
    /// The length in bytes.
    pub bytes: u64,
}

impl Stamp {
    /// Whether both are of one file, of whatever lengths.
    pub fn is_same_file(&self, other: &Stamp) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }

    fn of(found: &Metadata) -> Self {
        Stamp { device: found.dev(), inode: found.ino(), bytes: found.len() }
    }
}

/// The kinds of calls, so that a test can make one fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Asks what stands under a name, or how long an open file is.
    Look,
    /// Lists a directory.
    List,
    /// Opens a file that is there.
    Open,
    /// Makes a file.
    Create,
    /// Reads.
    Read,
    /// Writes.
    Write,
    /// Cuts a file.
    Cut,
    /// Makes a file durable.
    Sync,
    /// Makes the names in a directory durable.
    SyncDirectory,
    /// Makes a directory.
    MakeDirectory,
    /// Takes a name away.
    Remove,
    /// Gives another name.
    Rename,
}

/// Where a test may let a call fail, before it has an effect.
#[cfg(not(test))]
#[inline(always)]
fn gate(_: Call) -> io::Result<()> {
    Ok(())
}

/// How many of so many bytes a test lets one write take.
#[cfg(not(test))]
#[inline(always)]
fn portion(length: usize) -> usize {
    length
}

/// Tells a test what has become durable.
#[cfg(not(test))]
#[inline(always)]
fn synced(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}

/// Tells a test what is new.
#[cfg(not(test))]
#[inline(always)]
fn made(_: &std::path::Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
use faults::{gate, portion};
#[cfg(test)]
use power::{made, synced};

#[cfg(test)]
mod tests;
