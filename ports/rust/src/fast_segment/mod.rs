//! The kind `fast-segment`: one file a session, `sessions/ID.fast`.
//!
//! A segment is a header with the committed length, and frames. What ends at or before that length
//! is committed; what stands behind it never was. `docs/formats/fast-segment.md` has the bytes, the
//! codes and the promises.
//!
//! Read from the bottom up: [`varint`] and [`entry`] are payloads, [`frame`] the bytes of a file,
//! [`examine`] what a crash or damage made of them, [`replace`] how one file takes another's place,
//! [`segment_file`] a file that is open, [`segment`] its operations, [`open`] recovery, and
//! [`adapter`] the protocol.

mod adapter;
mod entry;
mod examine;
mod frame;
mod names;
mod open;
mod replace;
mod segment;
mod segment_file;
mod varint;
mod wire_entry;

#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod open_tests;
#[cfg(test)]
mod power_tests;
#[cfg(test)]
mod segment_tests;
#[cfg(test)]
mod testing;

use crate::kind::Kind;

pub use entry::Entry;
pub use names::list;
pub use open::{open, Opened};
pub use segment::{Sealing, Segment};

/// The kind behind the protocol.
pub fn kind() -> Option<Box<dyn Kind>> {
    Some(Box::<adapter::FastSegment>::default())
}
