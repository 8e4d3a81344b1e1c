//! All segments, read from the first line to the one that does not verify.

use crate::error::Result;
use crate::files::{Dir, File, Node};

use super::fragments::FRAGMENT_BYTES_MAX;
use super::frame::{judge, NoFrame};
use super::lines::{Lines, Source};
use super::log::{Log, ENTRIES_MAX};
use super::names::{self, SegmentName};
use super::refusal::Refusal;

impl Source for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize> {
        self.fill(buffer, offset)
    }
}

/// A segment file.
#[derive(Debug, Clone, Copy)]
pub struct Segment {
    pub seq: u64,
    pub bytes: u64,
}

/// The names in `segments/`.
#[derive(Debug, Default)]
pub struct Listing {
    /// Ascending.
    pub segments: Vec<Segment>,
    /// The largest number of a file that was set aside.
    pub largest_aside: Option<u64>,
    /// Names and kinds of files that no store makes.
    pub refusals: Vec<Refusal>,
}

/// What the first line that does not verify makes of the store.
#[derive(Debug)]
pub struct Hole {
    pub class: Class,
    /// Why it is of that class: a code of the format page.
    pub code: &'static str,
    pub segment: Segment,
    /// Where the line begins.
    pub from: u64,
}

/// The classes of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// What an unfinished append leaves.
    Torn,
    /// Something proves that more existed.
    Corrupt,
    /// Good frames follow, and nobody knows whether the gap was ever durable.
    Ambiguous,
}

/// What reading all segments gave.
#[derive(Debug, Default)]
pub struct Scan {
    pub log: Log,
    pub hole: Option<Hole>,
    /// Segments that hold what no writer writes, though it is read.
    pub non_canonical: Vec<u64>,
    /// The store holds more entries than are taken into memory.
    pub is_too_long: bool,
}

/// Looks at the names in `segments/`.
pub fn list(dir: &Dir) -> Result<Listing> {
    let mut listing = Listing::default();
    for name in dir.names("segments")? {
        // A name that is no UTF-8 is none of ours.
        let Some(name) = name.to_str() else { continue };
        let path = format!("segments/{name}");
        let seq = match names::read_segment_name(name) {
            SegmentName::Other => continue,
            SegmentName::Aside(seq) => {
                listing.largest_aside = listing.largest_aside.max(Some(seq));
                continue;
            }
            SegmentName::Misspelt => {
                listing.refusals.push(Refusal::of("segment_name", &path));
                continue;
            }
            SegmentName::Plain(seq) => seq,
        };
        match dir.node(&path)? {
            Node::Missing => {}
            Node::File(stamp) => listing.segments.push(Segment { seq, bytes: stamp.bytes }),
            Node::Link => listing.refusals.push(Refusal::of("symlink_refused", &path)),
            Node::Directory | Node::Other => {
                listing.refusals.push(Refusal::of("not_a_file", &path));
            }
        }
    }
    listing.segments.sort_by_key(|segment| segment.seq);
    Ok(listing)
}

/// Reads the segments in ascending order.
pub fn scan(dir: &Dir, segments: &[Segment]) -> Result<Scan> {
    let mut scan = Scan::default();
    for (i, segment) in segments.iter().enumerate() {
        let is_last = i + 1 == segments.len();
        let whole = scan_segment(dir, *segment, is_last, &mut scan)?;
        if !whole {
            break;
        }
    }
    Ok(scan)
}

/// Reads one segment; false where a line of it does not verify.
fn scan_segment(dir: &Dir, segment: Segment, is_last: bool, scan: &mut Scan) -> Result<bool> {
    let file = dir.open(&names::segment(segment.seq))?;
    let mut lines = Lines::new(&file, segment.bytes);
    let mut is_canonical = true;
    let mut frame_due = 1;
    while let Some(line) = lines.next()? {
        let entry_due = scan.log.len() as u64 + 1;
        let (class, code) = match judge(&line) {
            Ok(seen) => {
                let frame = &seen.frame;
                let place = (frame.segment_seq, frame.frame_seq, frame.entry_seq);
                if place == (segment.seq, frame_due, entry_due) {
                    if scan.log.len() == ENTRIES_MAX {
                        scan.is_too_long = true;
                        return Ok(false);
                    }
                    scan.log.push(&seen, line.from, line.terminated);
                    is_canonical &= seen.is_canonical;
                    frame_due += 1;
                    continue;
                }
                let is_ahead = frame.entry_seq > entry_due;
                (Class::Corrupt, if is_ahead { "entry_gap" } else { "frame_misplaced" })
            }
            Err(NoFrame::Blank) => {
                is_canonical = false;
                continue;
            }
            Err(NoFrame::TooLong) if !is_last => (Class::Corrupt, "frame_too_long"),
            Err(NoFrame::Bad) if !is_last => (Class::Corrupt, "frame_corrupt"),
            Err(NoFrame::TooLong | NoFrame::Bad) => (Class::Torn, "torn"),
        };
        let mut hole = Hole { class, code, segment, from: line.from };
        // What is too long to be kept aside is refused in any case, and not searched: a file may
        // claim any length.
        let is_searched = class == Class::Torn && segment.bytes - hole.from <= FRAGMENT_BYTES_MAX;
        if is_searched && has_frame_of(&mut lines, segment.seq)? {
            hole.class = Class::Ambiguous;
            hole.code = "ambiguous_gap";
        }
        scan.hole = Some(hole);
        break;
    }
    if !is_canonical {
        scan.non_canonical.push(segment.seq);
    }
    Ok(scan.hole.is_none())
}

/// Whether a self-verifying frame of this segment stands in the lines that are left.
fn has_frame_of(lines: &mut Lines<'_, File>, segment: u64) -> Result<bool> {
    while let Some(line) = lines.next()? {
        if judge(&line).is_ok_and(|seen| seen.frame.segment_seq == segment) {
            return Ok(true);
        }
    }
    Ok(false)
}
