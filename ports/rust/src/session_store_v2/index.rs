//! The index: derived from the frames, and a witness of what they were.

use crate::error::Result;
use crate::files::{Dir, File, Stamp};
use crate::report::Notice;

use super::documents::put_in_place;
use super::lines::{Line, Lines};
use super::log::Log;
use super::names::INDEX;
use super::records::{self, Row, ROW_SCHEMA};

/// How the index stands to the verified frames.
#[derive(Debug, Default)]
pub struct IndexLook {
    pub stamp: Option<Stamp>,
    /// Why it must be written anew.
    pub rebuild: Option<&'static str>,
    /// It holds bytes that the new one would not begin with.
    pub says_more: bool,
    pub notices: Vec<Notice>,
}

/// Compares the index with the rows that the log asks for.
pub fn look(dir: &Dir, log: &Log) -> Result<IndexLook> {
    let stamp = dir.stamp(INDEX)?;
    let Some(found) = stamp.filter(|stamp| stamp.bytes > 0) else {
        let rebuild = (log.len() > 0).then_some("index_missing");
        return Ok(IndexLook { stamp, rebuild, ..IndexLook::default() });
    };
    let file = dir.open(INDEX)?;
    let mut lines = Lines::new(&file, found.bytes);
    let mut hearing = Hearing::new(log);
    while let Some(line) = lines.next()? {
        hearing.hear(&line);
        if line.text.is_none() {
            break;
        }
    }
    Ok(hearing.verdict(stamp))
}

/// Writes the rows of all entries to a file that is empty.
fn write_rows(file: &File, log: &Log) -> Result<()> {
    const BUFFER_BYTES: usize = 1 << 18;
    let mut buffer = Vec::new();
    let mut written = 0;
    for at in 0..log.len() {
        buffer.extend(records::line(&log.row(at)));
        if buffer.len() >= BUFFER_BYTES || at + 1 == log.len() {
            file.write_all_at(&buffer, written)?;
            written += buffer.len() as u64;
            buffer.clear();
        }
    }
    Ok(())
}

/// Puts an index of all entries in the place of the old one, by way of a temporary name.
pub fn replace(dir: &Dir, tmp: &str, log: &Log) -> Result<()> {
    write_beside(dir, tmp, log)?;
    put_in_place(dir, tmp, INDEX)
}

/// Writes an index of all entries under a temporary name, durably.
pub fn write_beside(dir: &Dir, tmp: &str, log: &Log) -> Result<()> {
    dir.remove(tmp)?;
    let file = dir.create(tmp)?;
    let written = write_rows(&file, log).and_then(|()| file.sync());
    written.inspect_err(|_| {
        // A temporary name may be left over: that it cannot be removed is no other error.
        let _ = dir.remove(tmp);
    })
}

/// What a row of the index contradicts, told with both rows.
struct Contradiction {
    old: String,
    new: String,
}

/// What has been heard of the index so far.
struct Hearing<'l> {
    log: &'l Log,
    rows: usize,
    /// Every line so far is, byte for byte, the row that the log asks for.
    is_exact: bool,
    /// Every row so far holds what the log asks for, in whatever bytes.
    fits: bool,
    /// There are blank lines, or rows in other bytes than a writer's.
    is_spelt_otherwise: bool,
    is_unreadable: bool,
    is_torn: bool,
    is_unterminated: bool,
    beyond: Option<Row>,
    contradictions: u64,
    first_contradiction: Option<Contradiction>,
}

impl<'l> Hearing<'l> {
    fn new(log: &'l Log) -> Self {
        Hearing {
            log,
            rows: 0,
            is_exact: true,
            fits: true,
            is_spelt_otherwise: false,
            is_unreadable: false,
            is_torn: false,
            is_unterminated: false,
            beyond: None,
            contradictions: 0,
            first_contradiction: None,
        }
    }

    fn hear(&mut self, line: &Line<'_>) {
        let wanted = (self.rows < self.log.len()).then(|| self.log.row(self.rows));
        let expected = wanted.as_ref().map(records::line).unwrap_or_default();
        let text = line.text.unwrap_or_default();
        self.is_unterminated = !line.terminated;
        if line.text.is_some() && expected.strip_suffix(b"\n") == Some(text) {
            self.rows += 1;
            return;
        }
        if !line.terminated && !text.is_empty() && expected.starts_with(text) {
            self.is_torn = true;
            return;
        }
        self.is_exact = false;
        if line.holds_only_white_space() {
            self.is_spelt_otherwise = true;
            self.is_torn = !line.terminated;
            return;
        }
        let Some(row) = records::parse::<Row>(text) else {
            // A line that is too long is no piece of a row, and the last that is heard.
            self.is_unreadable |= line.terminated || line.text.is_none();
            self.is_torn = !line.terminated;
            return;
        };
        self.rows += 1;
        self.compare(row, wanted);
    }

    /// Compares a row with the one that is due, and with the frame that it names.
    fn compare(&mut self, row: Row, due: Option<Row>) {
        let row = Row { schema: ROW_SCHEMA.into(), state: "active".into(), ..row };
        if due.as_ref() == Some(&row) {
            self.is_spelt_otherwise = true;
            return;
        }
        self.fits = false;
        let Some(named) = row.entry_seq.checked_sub(1) else {
            return;
        };
        if named >= self.log.len() as u64 {
            self.beyond.get_or_insert(row);
            return;
        }
        let new = self.log.row(named as usize);
        if new != row {
            self.contradictions += 1;
            self.first_contradiction
                .get_or_insert_with(|| Contradiction { old: printed(&row), new: printed(&new) });
        }
    }

    fn verdict(self, stamp: Option<Stamp>) -> IndexLook {
        let rebuild = if self.is_unreadable {
            Some("index_unreadable")
        } else if self.first_contradiction.is_some() {
            Some("index_disagrees")
        } else if self.rows > self.log.len() {
            Some("index_ahead")
        } else if !self.fits {
            Some("index_disagrees")
        } else if self.is_torn {
            Some("index_torn")
        } else if self.rows < self.log.len() {
            // A file that holds nothing but blank lines is as good as empty.
            Some(if self.rows == 0 { "index_missing" } else { "index_behind" })
        } else if self.is_unterminated {
            Some("index_unterminated")
        } else {
            None
        };
        let mut notices = Vec::new();
        let mut notice = |code, detail| {
            notices.push(Notice { code, file: Some(INDEX.into()), detail });
        };
        if let Some(row) = &self.beyond {
            let detail = format!("{} entries verify, a row says {}", self.log.len(), printed(row));
            notice("witness_ahead", Some(detail));
        }
        if let Some(Contradiction { old, new }) = &self.first_contradiction {
            let more = match self.contradictions - 1 {
                0 => String::new(),
                more => format!(" (and {more} more)"),
            };
            notice("witness_disagrees", Some(format!("row {old}, frame {new}{more}")));
        }
        if self.is_spelt_otherwise {
            notice("non_canonical", None);
        }
        IndexLook { stamp, rebuild, says_more: !self.is_exact, notices }
    }
}

/// A row for people, of bounded length.
fn printed(row: &Row) -> String {
    const CHARS_MAX: usize = 1_000;
    let text = String::from_utf8_lossy(&records::line(row)).into_owned();
    text.trim_end().chars().take(CHARS_MAX).collect()
}
