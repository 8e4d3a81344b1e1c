//! The directory that belongs to a session file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::names::{INDEX, MANIFEST};

/// `.v2` for the last extension; a path without a last name has its store in `session.v2`.
pub fn sidecar(session: &Path) -> PathBuf {
    let mut name = match session.file_stem() {
        Some(stem) => stem.to_owned(),
        None => OsString::from("session"),
    };
    name.push(".v2");
    session.parent().unwrap_or(Path::new(".")).join(name)
}

/// Whether the sidecar holds a manifest or an index, whatever is in them; links are followed.
pub fn has_sidecar(session: &Path) -> bool {
    let root = sidecar(session);
    root.join(MANIFEST).exists() || root.join(INDEX).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_extension_goes() {
        for (session, store) in [
            ("/x/s.jsonl", "/x/s.v2"),
            ("a.b.jsonl", "a.b.v2"),
            (".jsonl", ".jsonl.v2"),
            ("/s", "/s.v2"),
            ("/", "./session.v2"),
            ("", "./session.v2"),
            ("..", "session.v2"),
            ("/..", "/session.v2"),
            ("x//y/./", "x/y.v2"),
        ] {
            assert_eq!(sidecar(Path::new(session)), Path::new(store), "{session}");
        }
    }
}
