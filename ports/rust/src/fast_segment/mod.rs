//! The kind `fast-segment`.

use crate::kind::Kind;

/// The kind behind the protocol.
pub fn kind() -> Option<Box<dyn Kind>> {
    None
}
