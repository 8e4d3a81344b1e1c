//! The stores that the harness has open, by the names that it gave their handles.

use std::collections::HashMap;

use crate::error::{Result, StoreError};
use crate::wire::Handle;

/// Names in, stores out. Letting go of a store must not change a byte: no `Drop` may flush.
#[derive(Debug)]
pub struct Handles<S> {
    open: HashMap<String, S>,
}

impl<S> Default for Handles<S> {
    fn default() -> Self {
        Handles { open: HashMap::new() }
    }
}

impl<S> Handles<S> {
    /// Names the store that `open` answers. What had the name before is forgotten first, and stays
    /// so where opening fails.
    pub fn open<R>(&mut self, name: &Handle, open: impl FnOnce() -> Result<(S, R)>) -> Result<R> {
        self.open.remove(name.as_str());
        let (store, answer) = open()?;
        self.open.insert(name.as_str().to_owned(), store);
        Ok(answer)
    }

    /// Asks the store of that name. A store whose operation panics is forgotten, since nobody knows
    /// in what state it is.
    pub fn ask<R>(
        &mut self,
        name: &Handle,
        operation: impl FnOnce(&mut S) -> Result<R>,
    ) -> Result<R> {
        let mut store = self.take(name)?;
        let answer = operation(&mut store);
        self.open.insert(name.as_str().to_owned(), store);
        answer
    }

    /// Asks the store of that name for the last time: it is forgotten, also where closing fails.
    pub fn close<R>(&mut self, name: &Handle, operation: impl FnOnce(S) -> Result<R>) -> Result<R> {
        operation(self.take(name)?)
    }

    /// Forgets a store as the death of the process would; false where none has the name.
    pub fn forget(&mut self, name: &str) -> bool {
        self.open.remove(name).is_some()
    }

    /// Forgets every store in the same way.
    pub fn forget_all(&mut self) {
        self.open.clear();
    }

    fn take(&mut self, name: &Handle) -> Result<S> {
        self.open
            .remove(name.as_str())
            .ok_or_else(|| StoreError::refused("no-handle", name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{catch_unwind, AssertUnwindSafe};

    fn name(text: &str) -> Handle {
        serde_json::from_value(text.into()).unwrap()
    }

    #[test]
    fn a_handle_lives_from_open_to_close() {
        let mut handles = Handles::default();
        assert_eq!(handles.open(&name("a"), || Ok((1, "opened"))).unwrap(), "opened");
        assert_eq!(handles.ask(&name("a"), |store| Ok(*store + 1)).unwrap(), 2);
        assert_eq!(handles.close(&name("a"), Ok).unwrap(), 1);
        let error = handles.ask(&name("a"), |_| Ok(())).unwrap_err();
        assert_eq!(error.code(), "no-handle");
    }

    #[test]
    fn a_failed_opening_and_a_panic_forget_the_handle() {
        let mut handles = Handles::default();
        let _ = handles.open(&name("a"), || Ok((1, ())));
        let refused = handles.open::<()>(&name("a"), || Err(StoreError::refused("x", "")));
        assert_eq!(refused.unwrap_err().code(), "x");
        assert!(!handles.forget("a"));
        let _ = handles.open(&name("b"), || Ok((1, ())));
        let died = catch_unwind(AssertUnwindSafe(|| {
            handles.ask(&name("b"), |_| -> Result<()> { panic!("a defect") })
        }));
        assert!(died.is_err() && !handles.forget("b"));
    }
}
