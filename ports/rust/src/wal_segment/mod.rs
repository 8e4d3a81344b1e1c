//! The kind `wal-segment`: a write-ahead log of segments, each of which holds the hash of the one
//! before.
//!
//! [`log`] is what a program uses, [`read`] what it reads with. Both rest on [`survey`], which goes
//! over the whole log and says what the first bytes mean that do not verify.

pub mod adapter;
pub mod format;
mod listing;
pub mod log;
mod quarantine;
pub mod read;
pub mod reader;
mod recovery;
pub mod segment;
pub mod survey;

#[cfg(test)]
mod tests;

use crate::kind::Kind;

/// The kind behind the protocol.
pub fn kind() -> Option<Box<dyn Kind>> {
    Some(Box::<adapter::WalSegment>::default())
}
