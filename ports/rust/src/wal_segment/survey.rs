//! A log looked at as a whole: what of it verifies, and what the first bytes mean that do not.

use blake3::{Hash, Hasher};

use super::format::{is_applied, Frame, Header, NO_HASH, VERSION};
use super::format::{FRAME_HEAD_BYTES, HEADER_BYTES};
use super::listing::Listed;
use super::reader::SegmentReader;
use crate::error::{Result, StoreError};
use crate::files::{Dir, Stamp};
use crate::report::Notice;

/// More than this is not copied aside in one piece.
const FRAGMENT_BYTES_MOST: u64 = 1 << 30;

/// What it means that bytes do not verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A write that never ended: nothing sound stands behind it.
    Torn,
    /// A sound frame stands behind it, and nobody can tell what was acknowledged.
    Ambiguous,
    /// It was whole once.
    Corrupt,
}

/// The first bytes [from, to) of a log that do not verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// What they are.
    pub class: Class,
    /// Why, under a code of the format page.
    pub code: &'static str,
    /// The segment's file.
    pub file: String,
    /// First byte.
    pub from: u64,
    /// First byte behind.
    pub to: u64,
}

impl Flaw {
    /// The flaw as a refusal.
    pub fn refusal(&self) -> StoreError {
        let Flaw { code, file, from, to, .. } = self;
        StoreError::refused(code, format!("{file}, bytes {from} to {to}"))
    }
}

/// A segment whose header has verified.
#[derive(Debug, Clone)]
pub struct Surveyed {
    /// Its number.
    pub number: u64,
    /// What its header holds of the one before.
    pub previous: Hash,
    /// Over the bytes [0, end), which have verified.
    pub hasher: Hasher,
    /// Where they end.
    pub end: u64,
    /// The file as it was read.
    pub stamp: Stamp,
}

impl Surveyed {
    /// The hash of all that has verified.
    pub fn hash(&self) -> Hash {
        self.hasher.finalize()
    }
}

/// What was found.
#[derive(Debug, Default)]
pub struct Survey {
    /// Segments up to the first flaw.
    pub segments: Vec<Surveyed>,
    /// The highest commit sequence of them.
    pub last_seq: u64,
    /// What is accepted, and should be known all the same.
    pub notices: Vec<Notice>,
    /// Where the log ends before its files do.
    pub flaw: Option<Flaw>,
}

/// What a survey looks at.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// Whether headers must hold the hash of the segment before.
    pub chain: bool,
    /// Whether frames are passed over that no replay applies, instead of being a flaw.
    pub skip_unknown: bool,
}

impl Scope {
    /// Everything that an open demands.
    pub const STRICT: Scope = Scope { chain: true, skip_unknown: false };
}

/// Goes over all segments in order, up to the first flaw, and shows the frames that a replay
/// applies. Nothing is written.
pub fn survey(
    dir: &Dir,
    segments: &[Listed],
    scope: Scope,
    mut show: impl FnMut(Frame<'_>),
) -> Result<Survey> {
    let mut found = Survey::default();
    for (index, listed) in segments.iter().enumerate() {
        listed.require_sound(dir)?;
        let is_last = index + 1 == segments.len();
        let mut reader = SegmentReader::new(dir.open(&listed.file)?)?;
        let Some(header) = found.look_at_header(&mut reader, listed, scope, is_last)? else {
            break;
        };
        found.look_at_frames(&mut reader, listed, scope, is_last, &mut show)?;
        found.segments.push(Surveyed {
            number: listed.number,
            previous: header.previous,
            hasher: reader.hasher().clone(),
            end: reader.end(),
            stamp: reader.stamp(),
        });
        if found.flaw.is_some() {
            break;
        }
    }
    Ok(found)
}

impl Survey {
    /// What the next header should hold.
    pub fn hash_due(&self) -> Hash {
        self.segments.last().map_or(NO_HASH, Surveyed::hash)
    }

    /// The header, where it verifies.
    fn look_at_header(
        &mut self,
        reader: &mut SegmentReader,
        listed: &Listed,
        scope: Scope,
        is_last: bool,
    ) -> Result<Option<Header>> {
        let header = reader.header()?;
        let due = scope.chain.then(|| self.hash_due());
        match (header, header_flaw(header.as_ref(), listed.number, due)) {
            (Some(header), None) => {
                reader.accept_header()?;
                if header.reserved != 0 {
                    self.notice("non_canonical", &listed.file);
                }
                if header.previous == NO_HASH && !self.segments.is_empty() {
                    self.notice("chain_restart", &listed.file);
                }
                Ok(Some(header))
            }
            (_, code) => {
                let code = code.unwrap_or("header_damaged");
                let is_torn = is_last && self.is_torn_header(reader, header, code)?;
                self.flaw = Some(header_flaw_of(reader, listed, code, is_torn));
                Ok(None)
            }
        }
    }

    /// A header that was never written whole: no frame stands behind it, and it is no whole header
    /// that says something else.
    fn is_torn_header(
        &self,
        reader: &mut SegmentReader,
        header: Option<Header>,
        code: &str,
    ) -> Result<bool> {
        let is_whole = match code {
            "unsupported_version" => true,
            "chain_mismatch" => !header.is_some_and(|h| h.holds_beginning_of(self.hash_due())),
            _ => false,
        };
        let is_short = reader.stamp().bytes <= FRAGMENT_BYTES_MOST;
        Ok(!is_whole && (!is_short || !reader.may_hold_frame_from(HEADER_BYTES, self.last_seq)?))
    }

    fn look_at_frames(
        &mut self,
        reader: &mut SegmentReader,
        listed: &Listed,
        scope: Scope,
        is_last: bool,
        show: &mut impl FnMut(Frame<'_>),
    ) -> Result<()> {
        loop {
            let from = reader.end();
            let Some(frame) = reader.next_frame()? else { break };
            let to = from + FRAME_HEAD_BYTES as u64 + 4 + frame.payload.len() as u64;
            let corrupt =
                |code| Flaw { class: Class::Corrupt, code, file: listed.file.clone(), from, to };
            if frame.seq == 0 {
                // A replay begins above some sequence, so none ever shows this frame.
                self.notice("non_canonical", &listed.file);
                continue;
            }
            if frame.seq <= self.last_seq {
                self.flaw = Some(corrupt("non_monotonic"));
                return Ok(());
            }
            if is_applied(frame.payload_type) {
                show(frame);
            } else if !scope.skip_unknown {
                self.flaw = Some(corrupt("unknown_payload_type"));
                return Ok(());
            }
            self.last_seq = frame.seq;
        }
        if reader.end() < reader.stamp().bytes {
            self.flaw = Some(hole(reader, listed, is_last, self.last_seq)?);
        }
        Ok(())
    }

    fn notice(&mut self, code: &'static str, file: &str) {
        let notice = Notice { code, file: Some(file.to_owned()), detail: None };
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }
}

/// What is wrong with a header, as a code; `due` is the hash that it should hold, where that counts.
pub fn header_flaw(
    header: Option<&Header>,
    number: u64,
    due: Option<Hash>,
) -> Option<&'static str> {
    let Some(header) = header.filter(|header| header.has_magic()) else {
        return Some("header_damaged");
    };
    if header.version != VERSION {
        return Some(if header.is_bare() { "header_damaged" } else { "unsupported_version" });
    }
    if header.segment != number {
        return Some("segment_misplaced");
    }
    let is_linked = header.previous == NO_HASH || due.is_none_or(|due| due == header.previous);
    (!is_linked).then_some("chain_mismatch")
}

fn header_flaw_of(
    reader: &SegmentReader,
    listed: &Listed,
    code: &'static str,
    is_torn: bool,
) -> Flaw {
    let to = reader.stamp().bytes;
    let (class, code) = match (is_torn, to) {
        (false, _) => (Class::Corrupt, code),
        (true, 0) => (Class::Torn, "no_header"),
        (true, _) if to > FRAGMENT_BYTES_MOST => (Class::Corrupt, "tail_too_large"),
        (true, _) => (Class::Torn, "torn_header"),
    };
    Flaw { class, code, file: listed.file.clone(), from: 0, to }
}

/// What it means that the bytes behind the last frame of a segment are none.
pub fn hole(
    reader: &mut SegmentReader,
    listed: &Listed,
    is_last: bool,
    last_seq: u64,
) -> Result<Flaw> {
    let (from, to) = (reader.end(), reader.stamp().bytes);
    let (class, code) = if !is_last {
        (Class::Corrupt, "frame_corrupt")
    } else if to - from > FRAGMENT_BYTES_MOST {
        (Class::Corrupt, "tail_too_large")
    } else if reader.may_hold_frame_from(from + 1, last_seq)? {
        (Class::Ambiguous, "ambiguous_gap")
    } else if reader.is_zero_from(from)? {
        (Class::Torn, "nul_tail")
    } else {
        (Class::Torn, "torn_tail")
    };
    Ok(Flaw { class, code, file: listed.file.clone(), from, to })
}
