//! Files that hold one record and are replaced as a whole.

use std::io::ErrorKind;

use serde::Deserialize;

use crate::error::{Result, StoreError};
use crate::files::Dir;

use super::records;

/// Larger files than this are not looked into.
const DOCUMENT_BYTES_MAX: u64 = 104_857_600;

/// The bytes of a document; `None` where there is none.
pub fn read(dir: &Dir, name: &str) -> Result<Option<Vec<u8>>> {
    let file = match dir.open(name) {
        Err(StoreError::Io(error)) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    // Of the file that is open: by now another one may have the name.
    let bytes = file.stamp()?.bytes;
    check_size(name, bytes)?;
    file.read_range(0, bytes).map(Some)
}

/// Refuses what is too long to be read, and so to be written.
pub fn check_size(name: &str, bytes: u64) -> Result<()> {
    if bytes > DOCUMENT_BYTES_MAX {
        return Err(StoreError::refused("file_too_large", format!("{name}: {bytes} bytes")));
    }
    Ok(())
}

/// The record that a document holds; `None` where there is none.
pub fn parsed<T: for<'a> Deserialize<'a>>(dir: &Dir, name: &str) -> Result<Option<T>> {
    let Some(bytes) = read(dir, name)? else {
        return Ok(None);
    };
    records::parse(&bytes).map(Some).ok_or_else(|| StoreError::refused("json", name))
}

/// What an open, which no document may stop, can say of one.
pub enum Witness<T> {
    Missing,
    Unreadable,
    Says(T),
}

/// Looks at a document that is only a witness. A link in its place is for the caller to refuse.
pub fn witness<T: for<'a> Deserialize<'a>>(dir: &Dir, name: &str) -> Result<Witness<T>> {
    match parsed(dir, name) {
        Ok(None) => Ok(Witness::Missing),
        Ok(Some(record)) => Ok(Witness::Says(record)),
        Err(StoreError::Refused { .. }) => Ok(Witness::Unreadable),
        Err(error) => Err(error),
    }
}

/// Puts a document in the place of whatever has its name: a temporary file, a sync, a rename, and a
/// sync of the directory. Behind an error the old document stands, unless that last sync failed.
pub fn replace(dir: &Dir, name: &str, tmp: &str, bytes: &[u8]) -> Result<()> {
    check_size(name, bytes.len() as u64)?;
    dir.remove(tmp)?;
    let file = dir.create(tmp)?;
    let written = file.write_all_at(bytes, 0).and_then(|()| file.sync());
    if let Err(error) = written {
        // A temporary name may be left over: that it cannot be removed is no other error.
        let _ = dir.remove(tmp);
        return Err(error);
    }
    put_in_place(dir, tmp, name)
}

/// Renames a file that is durable to its name, durably.
pub fn put_in_place(dir: &Dir, tmp: &str, name: &str) -> Result<()> {
    dir.rename(tmp, name)?;
    dir.sync(name.rsplit_once('/').map_or("", |(parent, _)| parent))
}
