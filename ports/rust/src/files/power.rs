//! A power cut, for the tests of all stores: of each file and directory what was synced is left.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirEntryExt, MetadataExt};
use std::path::Path;

/// What stands under an inode.
enum Content {
    Bytes(Vec<u8>),
    /// Names with their inodes, and whether each is a directory.
    Names(Vec<(OsString, u64, bool)>),
}

type Synced = HashMap<u64, Content>;

thread_local! {
    static SYNCED: RefCell<Option<Synced>> = const { RefCell::new(None) };
}

/// Runs `work`, and makes in the directory `left` what a power cut behind it leaves of the directory
/// `base`: nothing but what was synced. What stood there before is durable.
pub fn cut_behind<T>(base: &Path, left: &Path, work: impl FnOnce() -> T) -> T {
    let mut synced = Synced::new();
    note_tree(base, &mut synced).unwrap();
    SYNCED.set(Some(synced));
    let answer = work();
    if let Some(synced) = SYNCED.take() {
        make(&synced, fs::metadata(base).unwrap().ino(), left).unwrap();
    }
    answer
}

/// A file or directory is as durable as it is now.
pub(super) fn synced(file: &fs::File) -> io::Result<()> {
    SYNCED.with_borrow_mut(|synced| match synced {
        Some(synced) => note(Path::new(&format!("/proc/self/fd/{}", file.as_raw_fd())), synced),
        None => Ok(()),
    })
}

/// Nothing of what was just made is durable; its number may have been another one's.
pub(super) fn made(path: &Path) -> io::Result<()> {
    let inode = fs::symlink_metadata(path)?.ino();
    SYNCED.with_borrow_mut(|synced| synced.as_mut().map(|synced| synced.remove(&inode)));
    Ok(())
}

fn note_tree(path: &Path, synced: &mut Synced) -> io::Result<()> {
    note(path, synced)?;
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            note_tree(&entry?.path(), synced)?;
        }
    }
    Ok(())
}

fn note(path: &Path, synced: &mut Synced) -> io::Result<()> {
    let found = fs::metadata(path)?;
    let content = if found.is_dir() {
        let names = fs::read_dir(path)?.map(|entry| {
            let entry = entry?;
            Ok((entry.file_name(), entry.ino(), entry.file_type()?.is_dir()))
        });
        Content::Names(names.collect::<io::Result<_>>()?)
    } else {
        Content::Bytes(fs::read(path)?)
    };
    synced.insert(found.ino(), content);
    Ok(())
}

/// Fills a directory with what is durable of one.
fn make(synced: &Synced, inode: u64, directory: &Path) -> io::Result<()> {
    let Some(Content::Names(names)) = synced.get(&inode) else { return Ok(()) };
    for (name, inode, is_directory) in names {
        let path = directory.join(name);
        if *is_directory {
            fs::create_dir(&path)?;
            make(synced, *inode, &path)?;
        } else {
            // A name alone is that of an empty file.
            let bytes = match synced.get(inode) {
                Some(Content::Bytes(bytes)) => &bytes[..],
                _ => &[],
            };
            fs::write(&path, bytes)?;
        }
    }
    Ok(())
}
