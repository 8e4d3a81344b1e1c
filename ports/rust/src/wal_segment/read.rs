//! Readers: they need no open log and change nothing. A torn end of the last segment is no error to
//! them, since it may be an append that is under way.

use blake3::Hash;

use super::format::Frame;
use super::listing::list;
use super::reader::SegmentReader;
use super::survey::{header_flaw, hole, survey, Class, Flaw, Scope};
use crate::error::{Result, StoreError};
use crate::files::Dir;

/// How a log is replayed.
#[derive(Debug, Clone, Copy)]
pub struct Replay {
    /// Frames up to this sequence are passed over.
    pub after: u64,
    /// Whether the replay fails where an open would, rather than end before what is wrong.
    pub strict: bool,
    /// Whether headers must hold the hash of the segment before.
    pub chain: bool,
}

/// One segment in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its number.
    pub number: u64,
    /// What its header holds of the one before.
    pub previous: Hash,
    /// The hash of its own bytes.
    pub hash: Hash,
}

/// Shows the frames of the whole log, in order, that a replay applies. One that fails has shown the
/// frames before.
pub fn replay(dir: &Dir, options: Replay, mut show: impl FnMut(Frame<'_>)) -> Result<()> {
    let scope = Scope { chain: options.chain, skip_unknown: !options.strict };
    let outcome = survey(dir, &list(dir)?, scope, |frame| {
        if frame.seq > options.after {
            show(frame);
        }
    });
    match outcome {
        Ok(found) if options.strict => require_readable(found.flaw),
        Ok(_) => Ok(()),
        // A name that is no segment's ends the log like anything else that is wrong with it.
        Err(StoreError::Refused { .. }) if !options.strict => Ok(()),
        Err(error) => Err(error),
    }
}

/// The links of the chain, each of which has been compared with the one before.
pub fn verify(dir: &Dir) -> Result<Vec<Link>> {
    let found = survey(dir, &list(dir)?, Scope::STRICT, |_| ())?;
    require_readable(found.flaw)?;
    let link = |segment: &super::survey::Surveyed| Link {
        number: segment.number,
        previous: segment.previous,
        hash: segment.hash(),
    };
    Ok(found.segments.iter().map(link).collect())
}

/// Shows the frames of one segment, whatever their sequences and types.
pub fn frames(dir: &Dir, number: u64, mut show: impl FnMut(Frame<'_>)) -> Result<()> {
    let segments = list(dir)?;
    let Some(index) = segments.iter().position(|listed| listed.number == number) else {
        return Err(StoreError::refused("no_such_segment", number.to_string()));
    };
    let listed = &segments[index];
    let is_last = index + 1 == segments.len();
    listed.require_sound(dir)?;
    let mut reader = SegmentReader::new(dir.open(&listed.file)?)?;
    let header = reader.header()?;
    if is_last && header.is_none() {
        // A segment that is being made.
        return Ok(());
    }
    if let Some(code) = header_flaw(header.as_ref(), number, None) {
        return Err(StoreError::refused(code, &listed.file));
    }
    reader.accept_header()?;
    let mut last_seq = 0;
    while let Some(frame) = reader.next_frame()? {
        last_seq = last_seq.max(frame.seq);
        show(frame);
    }
    if reader.end() == reader.stamp().bytes {
        return Ok(());
    }
    require_readable(Some(hole(&mut reader, listed, is_last, last_seq)?))
}

fn require_readable(flaw: Option<Flaw>) -> Result<()> {
    match flaw {
        Some(flaw) if flaw.class != Class::Torn => Err(flaw.refusal()),
        _ => Ok(()),
    }
}
