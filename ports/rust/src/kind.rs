//! What the server asks of a kind of store.

use serde::Serialize;
use serde_json::Value;

use crate::error::StoreError;
use crate::wire::Params;

/// One kind of store behind the protocol: an adapter that maps operations to a store's functions.
pub trait Kind {
    /// The name before the slash of every method.
    fn name(&self) -> &'static str;

    /// What the handshake says of this kind. The server routes only the operations named here.
    fn claims(&self) -> Claims;

    /// Performs one operation. Its result is an object.
    fn call(&mut self, op: &str, params: Params) -> Result<Value, CallError>;

    /// Forgets a handle as the death of the process would: descriptors are closed, no byte changes.
    /// False where the handle is not open.
    fn drop_handle(&mut self, handle: &str) -> bool;

    /// Forgets every handle in the same way.
    fn reset(&mut self);
}

/// By what a kind asks to be judged.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Claims {
    /// `safe` or `original`.
    pub policy: &'static str,
    /// Which groups of operations are whole: `codec`, `reader`, `core`, `full`.
    pub profiles: &'static [&'static str],
    /// Every operation that is served.
    pub ops: &'static [&'static str],
    /// What acknowledgements survive: `memory`, `process`, `power`.
    pub holds: &'static [&'static str],
}

/// Why a call has no result.
#[derive(Debug)]
pub enum CallError {
    /// An operation that is claimed and that the adapter does not know: a defect of the adapter.
    NoSuchOperation,
    /// Parameters that do not fit.
    Params(String),
    /// The store's own error. Whether the disk was changed is the server's to find out.
    Store(StoreError),
}

impl From<StoreError> for CallError {
    fn from(error: StoreError) -> Self {
        CallError::Store(error)
    }
}
