//! How one segment takes another's place, so that a crash leaves the one or the other.

use std::io::{self, BufReader, Read};

use super::frame::{header, Frames, HEADER_BYTES};
use super::names::{Names, SESSIONS};
use crate::error::{Result, StoreError};
use crate::files::{Dir, File, Undo};

/// Puts an empty segment under the name, whatever had it.
pub fn with_empty(dir: &Dir, names: &Names) -> Result<File> {
    with(dir, names, |temp| temp.write_all_at(&header(HEADER_BYTES), 0))
}

/// Puts a segment under the name that holds the frames of `old` up to `committed`, and publishes
/// them. Each is verified once more before what stands behind them is given up.
pub fn with_front(dir: &Dir, names: &Names, old: &File, committed: u64) -> Result<File> {
    with(dir, names, |temp| {
        let mut frames = frames_of(old, committed);
        while frames.end() < committed {
            if frames.next()?.is_none() {
                let at = frames.end();
                return Err(StoreError::refused("corrupt_frame", format!("frame at {at}")));
            }
        }
        temp.write_all_at(&header(committed), 0)?;
        let mut at = HEADER_BYTES;
        old.each_chunk(HEADER_BYTES, committed, |chunk| {
            temp.write_all_at(chunk, at)?;
            at += chunk.len() as u64;
            Ok(())
        })
    })
}

/// The new file is whole and durable before it gets the name, and the name is durable afterwards.
/// Where this fails the temporary file is gone again; what has the name may be either file.
fn with(dir: &Dir, names: &Names, write: impl FnOnce(&File) -> Result<()>) -> Result<File> {
    // What a crash left under the temporary name; a link there is removed, not followed.
    dir.remove(&names.temp)?;
    Undo::unless_done(|undo| {
        let temp = dir.create(&names.temp)?;
        undo.remove_file(dir, &names.temp);
        write(&temp)?;
        temp.sync()?;
        dir.rename(&names.temp, &names.segment)?;
        dir.sync(SESSIONS)?;
        Ok(temp)
    })
}

/// The frames of a segment whose last byte that matters is before `size`.
pub fn frames_of(file: &File, size: u64) -> Frames<impl Read + '_> {
    Frames::new(from(file, HEADER_BYTES), size)
}

/// The bytes of a file from an offset on, read in large pieces.
pub fn from(file: &File, at: u64) -> impl Read + '_ {
    BufReader::with_capacity(1 << 16, FromOffset { file, at })
}

struct FromOffset<'a> {
    file: &'a File,
    at: u64,
}

impl Read for FromOffset<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.fill(buffer, self.at).map_err(|error| match error {
            StoreError::Io(error) | StoreError::SyncFailed(error) => error,
            refused => io::Error::other(refused),
        })?;
        self.at += count as u64;
        Ok(count)
    }
}
