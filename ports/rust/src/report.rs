//! What opening a store did and noticed: the same words for every kind.

use serde::Serialize;

use crate::wire::U64;

/// What was done in a repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Did {
    /// Bytes were taken off the end of a file.
    #[serde(rename = "cut")]
    Cut,
    /// Bytes that were not accounted for were accepted.
    #[serde(rename = "adopted")]
    Adopted,
    /// A file or a part of one was written anew.
    #[serde(rename = "rebuilt")]
    Rebuilt,
    /// A file was given another name.
    #[serde(rename = "set aside")]
    SetAside,
    /// An operation that a crash interrupted was completed.
    #[serde(rename = "finished")]
    Finished,
}

/// One change that recovery made to a file that was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repair {
    /// What was done.
    pub did: Did,
    /// The file, relative to the store's directory.
    pub file: String,
    /// First byte of the range before the repair.
    pub from: U64,
    /// First byte behind the range before the repair.
    pub to: U64,
    /// The reason, under a code of the format page.
    pub why: &'static str,
    /// Where the bytes were kept, relative to the store's directory.
    #[serde(rename = "keptIn", skip_serializing_if = "Option::is_none")]
    pub kept_in: Option<String>,
}

/// Something that whoever opened the store should know; nothing was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// A code of the format page.
    pub code: &'static str,
    /// The file, relative to the store's directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// What was found, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
