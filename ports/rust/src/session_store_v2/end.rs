//! The end of one file that is appended to.

use crate::error::{Result, StoreError};
use crate::files::{Dir, File, Stamp};

use super::writing::{take_back, write_or_take_back};

/// The end of a file. It stays open from the first change on: an error that the system reports once
/// must not be lost between a write and its sync.
#[derive(Debug)]
pub struct End {
    pub name: String,
    pub stamp: Stamp,
    file: Option<File>,
}

impl End {
    /// The end of the file of that name, if there is one.
    pub fn find(dir: &Dir, name: &str) -> Result<Option<Self>> {
        let stamp = dir.stamp(name)?;
        Ok(stamp.map(|stamp| End { name: name.to_owned(), stamp, file: None }))
    }

    /// A new file. Where one is there already, somebody else made it.
    pub fn create(dir: &Dir, name: &str) -> Result<Self> {
        let file = match dir.create(name) {
            Err(StoreError::Io(error)) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(StoreError::refused("stale_handle", format!("{name} is there")));
            }
            made => made?,
        };
        match file.stamp() {
            Ok(stamp) => Ok(End { name: name.to_owned(), stamp, file: Some(file) }),
            Err(error) => {
                let _ = dir.remove(name);
                Err(error)
            }
        }
    }

    /// The file, opened if it is not. Another one under its name is not ours to write to.
    pub fn open(&mut self, dir: &Dir) -> Result<&File> {
        let file = match self.file.take() {
            Some(file) => file,
            None => {
                let file = dir.open_to_write(&self.name)?;
                if file.stamp()? != self.stamp {
                    return Err(StoreError::refused("stale_handle", self.name.clone()));
                }
                file
            }
        };
        Ok(self.file.insert(file))
    }

    /// Writes at the end; behind an error that is no failed sync the file is as before.
    pub fn append(&mut self, dir: &Dir, bytes: &[u8]) -> Result<()> {
        let end = self.stamp.bytes;
        write_or_take_back(self.open(dir)?, bytes, end)?;
        self.stamp.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Cuts the file back, if there is more than that and it was this handle that wrote it.
    pub fn take_back(&mut self, bytes: u64) -> Result<()> {
        match &self.file {
            Some(file) if self.stamp.bytes > bytes => {
                take_back(file, bytes)?;
                self.stamp.bytes = bytes;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
