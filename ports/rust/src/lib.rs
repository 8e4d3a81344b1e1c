//! A port of Tearproof: append-only stores of policy `safe` behind a protocol of JSON lines.
//!
//! [`server`] speaks the protocol and knows no store. A store is a module of its own, which knows
//! nothing of the protocol, with an adapter beside it that implements [`kind::Kind`]. Every file
//! call of every store goes through [`files`].

pub mod error;
pub mod fast_segment;
pub mod files;
pub mod handles;
pub mod kind;
pub mod recipe;
pub mod report;
pub mod server;
pub mod session_store_v2;
pub mod wal_segment;
pub mod wire;

/// The kinds that this port serves.
pub fn kinds() -> Vec<Box<dyn kind::Kind>> {
    [session_store_v2::kind(), wal_segment::kind(), fast_segment::kind()]
        .into_iter()
        .flatten()
        .collect()
}
