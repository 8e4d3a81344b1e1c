//! The migration ledger: primary data, one event a line.

use crate::error::{Result, StoreError};
use crate::files::{Dir, File, Stamp};

use super::fragments::FRAGMENT_BYTES_MAX;
use super::lines::{Line, Lines, LINE_BYTES_MAX};
use super::names::LEDGER;
use super::records::{self, Event};
use super::writing::write_or_take_back;

/// How the ledger stands.
#[derive(Debug, Default)]
pub struct LedgerLook {
    pub stamp: Option<Stamp>,
    pub last: Option<Event>,
    /// A rollback that went well may be why a witness knows of more entries than there are.
    pub has_rollback: bool,
    /// Where the lines begin that a crash left unfinished: to be kept and cut.
    pub torn_from: Option<u64>,
    /// The last line is an event and lacks its LF.
    pub is_unterminated: bool,
    /// Another line is no event.
    pub is_unreadable: bool,
}

/// Reads the ledger from end to end.
pub fn look(dir: &Dir) -> Result<LedgerLook> {
    let mut look = LedgerLook::default();
    walk(dir, &mut look, |_| ())?;
    Ok(look)
}

/// All events; a tail that a crash left unfinished is passed over.
pub fn events(dir: &Dir) -> Result<Vec<Event>> {
    let mut look = LedgerLook::default();
    let mut events = Vec::new();
    walk(dir, &mut look, |event| events.push(event.clone()))?;
    if look.is_unreadable {
        return Err(StoreError::refused("json", format!("{LEDGER}: a line is no event")));
    }
    Ok(events)
}

fn walk(dir: &Dir, look: &mut LedgerLook, mut visit: impl FnMut(&Event)) -> Result<()> {
    look.stamp = dir.stamp(LEDGER)?;
    let Some(stamp) = look.stamp else {
        return Ok(());
    };
    let file = dir.open(LEDGER)?;
    let ends_in_lf = ends_in_lf(&file, stamp.bytes)?;
    let mut lines = Lines::new(&file, stamp.bytes);
    while let Some(line) = lines.next()? {
        if line.is_blank() {
            continue;
        }
        if line.text.is_none() && stamp.bytes - line.from > FRAGMENT_BYTES_MAX {
            // Whatever this is, it could not be kept: nothing of it is cut, or even searched.
            look.is_unreadable = true;
            look.torn_from = None;
            return Ok(());
        }
        match line.text.and_then(records::parse::<Event>) {
            Some(event) => {
                // Only what stands at the end can be unfinished.
                look.is_unreadable |= look.torn_from.take().is_some();
                look.is_unterminated = !line.terminated;
                look.has_rollback |= event.phase == "rollback" && event.outcome == "ok";
                visit(&event);
                look.last = Some(event);
            }
            None if is_unfinished(&line, ends_in_lf) => {
                look.torn_from.get_or_insert(line.from);
            }
            None => {
                look.is_unreadable = true;
                look.torn_from = None;
            }
        }
    }
    Ok(())
}

/// What a crash leaves of an event: its end is missing, or zeros stand where a block was lost.
/// Of a line that is too long nobody knows the end; in a file that ends in LF it has one.
fn is_unfinished(line: &Line<'_>, ends_in_lf: bool) -> bool {
    match line.text {
        Some(text) => !line.terminated || text.contains(&0),
        None => !ends_in_lf,
    }
}

/// Appends an event durably. A ledger that does not end in LF is not as this store left it.
pub fn append(dir: &Dir, event: &Event) -> Result<()> {
    check_size(event)?;
    let line = records::line(event);
    let file = match dir.stamp(LEDGER)? {
        Some(_) => dir.open_to_write(LEDGER)?,
        None => dir.create(LEDGER)?,
    };
    let end = file.stamp()?.bytes;
    if end > 0 && !ends_in_lf(&file, end)? {
        return Err(StoreError::refused("stale_handle", format!("{LEDGER} ends in no LF")));
    }
    write_or_take_back(&file, &line, end)?;
    file.sync()?;
    dir.sync("migrations")
}

/// Refuses an event that no reader would take.
pub fn check_size(event: &Event) -> Result<()> {
    let bytes = records::line(event).len() as u64;
    if bytes > LINE_BYTES_MAX {
        return Err(StoreError::refused("entry_too_large", format!("{bytes} bytes")));
    }
    Ok(())
}

fn ends_in_lf(file: &File, end: u64) -> Result<bool> {
    Ok(file.read_range(end.saturating_sub(1), end)? == b"\n")
}

/// Makes durable what stands in the ledger.
pub fn sync(dir: &Dir) -> Result<()> {
    if dir.stamp(LEDGER)?.is_some() {
        dir.open(LEDGER)?.sync()?;
    }
    dir.sync("migrations")
}

#[cfg(test)]
mod tests {
    use super::super::records::{Verification, EVENT_SCHEMA};
    use super::*;

    fn event() -> Event {
        Event {
            schema: EVENT_SCHEMA.into(),
            migration_id: "00000000-0000-0000-0000-00000000000a".into(),
            phase: "rollback".into(),
            at: "2026-01-01T00:00:03.000Z".into(),
            source_path: "checkpoints/0000000000000001.json".into(),
            target_path: "/s/x.v2".into(),
            source_format: "native_v2".into(),
            target_format: "native_v2".into(),
            verification: Verification {
                entry_count_match: true,
                hash_chain_match: true,
                index_consistent: true,
            },
            outcome: "ok".into(),
            error_class: None,
            correlation_id: "rollback_00000001".into(),
        }
    }

    fn store() -> (tempfile::TempDir, Dir) {
        let root = crate::files::faults::scratch();
        let dir = Dir::new(root.path());
        dir.make_directory("migrations").unwrap();
        (root, dir)
    }

    #[test]
    fn the_vector() {
        let line = records::line(&event());
        assert_eq!(line.len(), 418);
        assert_eq!(
            super::super::digest::sha256_hex(&line),
            "ed92b8830c5df828b7171930f5405af50017726ef82ed078aa97c04b4e601b2f"
        );
    }

    #[test]
    fn events_are_appended_behind_a_whole_line_only() {
        let (root, dir) = store();
        assert_eq!(events(&dir).unwrap(), []);
        append(&dir, &event()).unwrap();
        append(&dir, &event()).unwrap();
        assert_eq!(events(&dir).unwrap(), [event(), event()]);
        let path = root.path().join(LEDGER);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.pop();
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(append(&dir, &event()).unwrap_err().code(), "stale_handle");
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }

    #[test]
    fn what_is_torn_and_what_is_unreadable() {
        let line = String::from_utf8(records::line(&event())).unwrap();
        let whole = line.len() as u64;
        for (tail, torn_from, is_unterminated, is_unreadable) in [
            (String::new(), None, false, false),
            ("\n \n".into(), None, false, false),
            (line.trim_end().into(), None, true, false),
            ("{\"sch".into(), Some(whole), false, false),
            ("  ".into(), Some(whole), false, false),
            ("{\0\0}\n".into(), Some(whole), false, false),
            ("{\0\0}\n{\"s".into(), Some(whole), false, false),
            ("{}\n".into(), None, false, true),
            (format!("{{\0}}\n{line}"), None, false, true),
            ("x\n{\0}\n".into(), Some(whole + 2), false, true),
            ("{\0}\nx\n".into(), None, false, true),
        ] {
            let (root, dir) = store();
            std::fs::write(root.path().join(LEDGER), format!("{line}{tail}")).unwrap();
            let look = look(&dir).unwrap();
            let found = (look.torn_from, look.is_unterminated, look.is_unreadable);
            assert_eq!(found, (torn_from, is_unterminated, is_unreadable), "{tail:?}");
            assert!(look.has_rollback);
            assert_eq!(events(&dir).is_err(), is_unreadable);
        }
    }
}
