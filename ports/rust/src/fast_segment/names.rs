//! What files are called: `sessions/ID.fast`, and nothing else is ours.

use std::ffi::OsStr;

use crate::error::{Result, StoreError};
use crate::files::{Dir, Node};
use crate::report::Notice;
use crate::wire::file_name;

use super::segment::in_our_words;

/// The directory of all segments.
pub const SESSIONS: &str = "sessions";

const SUFFIX: &str = ".fast";

/// The names of one session, relative to the store's directory.
#[derive(Clone, Debug)]
pub struct Names {
    /// The segment.
    pub segment: String,
    /// A segment on its way to take the other's place.
    pub temp: String,
}

impl Names {
    /// Those of a session.
    pub fn of(id: u32) -> Self {
        let segment = format!("{SESSIONS}/{id}{SUFFIX}");
        Names { temp: format!("{segment}.tmp"), segment }
    }
}

/// The sessions that have a segment, ascending. Whatever else stands there is left out.
pub fn list(dir: &Dir) -> Result<Vec<u32>> {
    ids_in(dir).map_err(in_our_words)
}

fn ids_in(dir: &Dir) -> Result<Vec<u32>> {
    let mut ids = Vec::new();
    if has_sessions(dir)? {
        for name in dir.names(SESSIONS)? {
            let Some(Stem::Canonical(id)) = stem(&name) else { continue };
            if matches!(dir.node(&Names::of(id).segment)?, Node::File(_)) {
                ids.push(id);
            }
        }
    }
    ids.sort_unstable();
    Ok(ids)
}

/// Whether the directory of segments is there; anything else of that name is refused.
pub fn has_sessions(dir: &Dir) -> Result<bool> {
    match dir.node(SESSIONS)? {
        Node::Missing => Ok(false),
        Node::Directory => Ok(true),
        Node::Link => Err(StoreError::refused("symlink_refused", SESSIONS)),
        Node::File(_) | Node::Other => Err(StoreError::refused("not_a_file", SESSIONS)),
    }
}

/// Names that other programs list as a session, but that no session is opened under.
pub fn foreign_names(dir: &Dir) -> Result<Vec<Notice>> {
    let names = dir.names(SESSIONS)?;
    let foreign = names.iter().filter(|name| stem(name) == Some(Stem::Foreign));
    let notice = |name| {
        let file = format!("{SESSIONS}/{}", file_name(name));
        Notice { code: "foreign_name", file: Some(file), detail: None }
    };
    Ok(foreign.map(|name| notice(name)).collect())
}

/// What stands before `.fast`, where that is a number.
#[derive(Debug, PartialEq, Eq)]
enum Stem {
    Canonical(u32),
    Foreign,
}

fn stem(name: &OsStr) -> Option<Stem> {
    let digits = name.to_str()?.strip_suffix(SUFFIX)?;
    // Takes a plus sign and zeros in front, as the original does.
    let id: u32 = digits.parse().ok()?;
    Some(if digits == id.to_string() { Stem::Canonical(id) } else { Stem::Foreign })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_own_names_from_those_that_look_alike() {
        for id in [0, 7, u32::MAX] {
            assert_eq!(stem(OsStr::new(&format!("{id}.fast"))), Some(Stem::Canonical(id)));
        }
        for name in ["+5.fast", "007.fast", "00.fast", "+0.fast"] {
            assert_eq!(stem(OsStr::new(name)), Some(Stem::Foreign), "{name}");
        }
        for name in ["-1.fast", ".fast", "+.fast", "4294967296.fast", "7.fast.tmp", "7.FAST", "7"] {
            assert_eq!(stem(OsStr::new(name)), None, "{name}");
        }
        assert_eq!(Names::of(7).segment, "sessions/7.fast");
        assert_eq!(Names::of(7).temp, "sessions/7.fast.tmp");
    }
}
