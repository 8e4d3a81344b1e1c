//! Which segments a log has, by the names in its directory.

use super::format::{segment_name, segment_number};
use crate::error::{Result, StoreError};
use crate::files::Dir;

/// A file with the name of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The number in its name.
    pub number: u64,
    /// The name, which may be another spelling than the only right one.
    pub file: String,
}

impl Listed {
    /// Refuses another spelling, which a second file of the same number could stand under, and
    /// everything that is no regular file.
    pub fn require_sound(&self, dir: &Dir) -> Result<()> {
        if self.file != segment_name(self.number) {
            return Err(StoreError::refused("segment_name", &self.file));
        }
        dir.stamp(&self.file).map(drop)
    }
}

/// The segments of a log in the order of their numbers; none where there is no directory.
pub fn list(dir: &Dir) -> Result<Vec<Listed>> {
    if !dir.has_directory("")? {
        return Ok(Vec::new());
    }
    let names = dir.names("")?.into_iter().filter_map(|name| name.into_string().ok());
    let segment = |file: String| segment_number(&file).map(|number| Listed { number, file });
    let mut segments: Vec<Listed> = names.filter_map(segment).collect();
    segments.sort_by_key(|listed| listed.number);
    Ok(segments)
}
