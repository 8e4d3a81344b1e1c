//! Your log: fill in the five operations. `main.rs` asks them.
//!
//! Until an operation is written it answers `not_supported`, with the line to go to.

use std::io;
use std::path::Path;

/// What an operation answers where it does not do what it was asked.
#[derive(Debug)]
#[allow(dead_code)] // Some are for the log that you are about to write.
pub enum Error {
    /// The log says no, and has changed nothing on the disk. The code: a-z, 0-9, - and _.
    Refused(&'static str),
    /// A file call failed; nobody knows what it has changed.
    Io(io::Error),
    /// Still to be written.
    Todo { line: u32, hint: &'static str },
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Error::Io(error)
    }
}

#[track_caller]
fn todo<T>(hint: &'static str) -> Result<T, Error> {
    let line = std::panic::Location::caller().line();
    Err(Error::Todo { line, hint })
}

/// One open log. An entry is any bytes.
pub struct Log {}

impl Log {
    /// Opens the log whose files stand in `directory`, which exists, or makes it.
    pub fn open(directory: &Path, each_append_is_durable: bool) -> Result<Log, Error> {
        let _ = (directory, each_append_is_durable);
        todo(
            "open the log in `directory`, or make it. What a crash left is put right here: \
             find the last whole entry, and cut what is behind it",
        )
    }

    /// Adds one entry.
    pub fn append(&mut self, payload: &[u8]) -> Result<(), Error> {
        let _ = payload;
        todo(
            "write one entry behind the last. Once this returns, it must survive a kill of the \
             process; a power cut too, where `each_append_is_durable` (File::sync_all)",
        )
    }

    /// Makes everything durable.
    pub fn sync(&mut self) -> Result<(), Error> {
        todo("sync_all: every entry that was appended must survive a power cut from here on")
    }

    /// Every entry.
    pub fn read(&mut self) -> Result<Vec<Vec<u8>>, Error> {
        todo("every entry, in order; change nothing")
    }

    /// Ends the use of the log.
    pub fn close(self) -> Result<(), Error> {
        todo("let the files go; the log will be opened again")
    }

    /// Stands for the death of the process: what was not written yet is lost. A `File` that is
    /// dropped writes nothing, so this may do for you; a `BufWriter` would write, and must be
    /// taken apart first (`into_parts`).
    pub fn abandon(self) {}
}
