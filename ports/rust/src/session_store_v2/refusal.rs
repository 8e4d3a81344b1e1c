//! Why a store is not opened to be written to: for one who opens it, an error; for one who only
//! looks, a notice.

use crate::error::StoreError;
use crate::report::Notice;

/// A code of the format page, and the file that calls for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    pub file: String,
    pub detail: Option<String>,
}

impl Refusal {
    pub fn of(code: &'static str, file: &str) -> Self {
        Refusal { code, file: file.to_owned(), detail: None }
    }

    pub fn with(code: &'static str, file: &str, detail: String) -> Self {
        Refusal { code, file: file.to_owned(), detail: Some(detail) }
    }

    pub fn error(&self) -> StoreError {
        let Refusal { file, detail, .. } = self;
        let detail = match detail {
            Some(detail) => format!("{file}: {detail}"),
            None => file.clone(),
        };
        StoreError::refused(self.code, detail)
    }

    pub fn notice(self) -> Notice {
        Notice { code: self.code, file: Some(self.file), detail: self.detail }
    }
}
