//! The kind `session-store-v2`: segments of JSON lines, an index that is derived from them,
//! checkpoints, a manifest and a migration ledger, as `docs/formats/session-store-v2.md` has them.
//!
//! | read first             | what it does                                                       |
//! | ---------------------- | ------------------------------------------------------------------ |
//! | `json`, `records`      | the records of the format, as they are read and printed            |
//! | `lines`, `segments`    | lines in bounded memory, and the first one that does not verify    |
//! | `survey`               | a store looked at as a whole, and every reason not to open it      |
//! | `opening`              | keep, adopt, cut: recovery in an order that survives a crash       |
//! | `tip`, `store`         | where the files end, appends, and when a handle must not write     |
//! | `requests`             | checkpoints, ledger, manifest, rebuilds: what is written on request|
//! | `intent`, `rollback`   | steps that can all be done again, behind a durable intent          |

mod adapter;
mod answers;
mod beside;
mod digest;
mod documents;
mod end;
mod fragments;
mod frame;
mod index;
mod intent;
mod json;
mod ledger;
mod lines;
mod log;
mod manifest;
mod names;
mod opening;
mod payload;
mod reading;
mod records;
mod refusal;
mod requests;
mod rollback;
mod segments;
mod sidecar;
mod store;
mod survey;
mod tip;
mod validate;
mod witnesses;
mod writing;

#[cfg(test)]
mod tests;

use crate::kind::Kind;

/// The kind behind the protocol.
pub fn kind() -> Option<Box<dyn Kind>> {
    Some(Box::<adapter::SessionStore>::default())
}
