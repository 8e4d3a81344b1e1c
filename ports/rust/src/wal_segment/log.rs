//! An open log.

use super::format::{is_applied, Frame, Header, LENGTH_MOST, NO_HASH};
use super::listing::{list, Listed};
use super::quarantine;
use super::recovery::recover;
use super::segment::{stale, Closed, FailedAppend, Segment};
use super::survey::{survey, Class, Scope, Survey};
use crate::error::{Result, StoreError};
use crate::files::{Dir, Undo};
use crate::report::{Notice, Repair};

/// How a log is opened.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The segment that is to be open; else the last, or the first where there is none.
    pub segment: Option<u64>,
    /// Goes into the headers of new segments.
    pub instance: u64,
    /// The size from which a rotation is due.
    pub max_bytes: u64,
    /// The age from which a rotation is due, in microseconds.
    pub max_age_micros: u64,
    /// Whether bytes may be cut behind which sound frames stand.
    pub keep_prefix: bool,
}

impl Options {
    /// The options of a log of this instance where nothing else is said.
    pub fn new(instance: u64) -> Self {
        let (max_bytes, max_age_micros) = (64 << 20, 60_000_000);
        Options { segment: None, instance, max_bytes, max_age_micros, keep_prefix: false }
    }
}

/// What opening did and saw.
#[derive(Debug)]
pub struct Opened {
    /// The segment that is open.
    pub segment: u64,
    /// The length of its file.
    pub bytes: u64,
    /// What was changed in files that were there.
    pub repairs: Vec<Repair>,
    /// What should be known.
    pub notices: Vec<Notice>,
}

/// Why a rotation is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Somebody asked for it.
    Forced,
    /// The segment is as large as it should become.
    Size,
    /// The segment is as old as it should become.
    Time,
}

impl Due {
    /// What the format page calls it.
    pub fn name(self) -> &'static str {
        match self {
            Due::Forced => "forced",
            Due::Size => "size",
            Due::Time => "time",
        }
    }
}

/// A log that is open for appending. It is let go of without a change.
#[derive(Debug)]
pub struct Log {
    dir: Dir,
    options: Options,
    segment: Segment,
    opened_at_micros: u64,
    /// The highest commit sequence of the whole log.
    last_seq: u64,
    is_forced: bool,
    /// Why nothing is written any more.
    ended: Option<&'static str>,
}

impl Log {
    /// Opens a log, or begins one. Everything is verified before anything is changed: what is
    /// corrupt or ambiguous is refused as it stands, what is torn is kept aside and cut.
    pub fn open(dir: Dir, options: Options, now_micros: u64) -> Result<(Log, Opened)> {
        open(dir, options, now_micros).map_err(name_full_disk)
    }

    /// Appends all frames in one write, or none of them. What a later replay would refuse is refused
    /// before the disk is touched. With `sync` they survive a power cut.
    pub fn append(&mut self, frames: &[Frame<'_>], sync: bool) -> Result<()> {
        self.require_usable()?;
        if frames.is_empty() {
            return Ok(());
        }
        let last_seq = require_replayable(frames, self.last_seq)?;
        let mut bytes = Vec::new();
        frames.iter().for_each(|frame| frame.encode_to(&mut bytes));
        if let Err(FailedAppend { error, is_undone }) = self.segment.append(&bytes) {
            if !is_undone {
                self.ended = Some("poisoned");
            }
            return Err(name_full_disk(error));
        }
        self.last_seq = last_seq;
        if sync {
            self.sync_segment()?;
        }
        Ok(())
    }

    /// Makes everything durable.
    pub fn sync(&mut self) -> Result<()> {
        self.require_usable()?;
        self.sync_segment()
    }

    /// Makes the next [`Log::rotation_due`] answer [`Due::Forced`].
    pub fn force_rotation(&mut self) -> Result<()> {
        self.is_forced = true;
        Ok(())
    }

    /// Why a rotation is due. A clock that went back is taken for one that stands.
    pub fn rotation_due(&self, now_micros: u64) -> Option<Due> {
        let age = now_micros.saturating_sub(self.opened_at_micros);
        if self.is_forced {
            Some(Due::Forced)
        } else if self.segment.bytes >= self.options.max_bytes {
            Some(Due::Size)
        } else if age >= self.options.max_age_micros {
            Some(Due::Time)
        } else {
            None
        }
    }

    /// Closes the segment and opens the next. The one is durable before the other is there, so that
    /// only a last segment ever ends in what was never synced.
    pub fn rotate(&mut self, now_micros: u64) -> Result<Closed> {
        self.require_usable()?;
        let closed = self.segment.closed();
        let Some(next) = closed.number.checked_add(1) else {
            return Err(StoreError::refused("numbers_used_up", "no number is left"));
        };
        self.sync_segment()?;
        let header = Header::new(self.options.instance, next, now_micros, closed.hash);
        match Segment::create(&self.dir, &header) {
            Ok(segment) => self.segment = segment,
            Err(error) => {
                // A header that came back in a power cut would hold the hash of this segment as it
                // is now. That it is gone has to be durable before anything is appended here.
                let is_gone = self.dir.sync("").is_ok();
                if !is_gone || matches!(error, StoreError::SyncFailed(_)) {
                    self.ended = Some("poisoned");
                }
                return Err(name_full_disk(error));
            }
        }
        self.opened_at_micros = now_micros;
        self.is_forced = false;
        Ok(closed)
    }

    /// Makes everything durable and lets go of the log, also where that fails.
    pub fn close(mut self) -> Result<Closed> {
        self.sync()?;
        Ok(self.segment.closed())
    }

    fn require_usable(&mut self) -> Result<()> {
        if let Some(code) = self.ended {
            return Err(StoreError::refused(code, "the log must be opened again"));
        }
        let outcome = self.segment.require_unmoved(&self.dir);
        if let Err(StoreError::Refused { code, .. }) = &outcome {
            self.ended = Some(code);
        }
        outcome
    }

    /// A sync that succeeds later would not write what this one lost.
    fn sync_segment(&mut self) -> Result<()> {
        self.segment.sync().map_err(|error| {
            self.ended = Some("poisoned");
            name_full_disk(error)
        })
    }
}

/// Opens a log, appends so that it survives a power cut, and closes it: one writer among others.
pub fn append_once(
    dir: Dir,
    options: Options,
    frames: &[Frame<'_>],
    now_micros: u64,
) -> Result<()> {
    let (mut log, _) = Log::open(dir, options, now_micros)?;
    log.append(frames, true)?;
    log.close().map(drop)
}

fn open(dir: Dir, options: Options, now_micros: u64) -> Result<(Log, Opened)> {
    let segments = list(&dir)?;
    quarantine::require_sound(&dir)?;
    // Before anything is read: what has a wrong name may be a segment behind the last one, or none.
    segments.iter().try_for_each(|listed| listed.require_sound(&dir))?;
    let found = survey(&dir, &segments, Scope::STRICT, |_| ())?;
    require_recoverable(&found, options.keep_prefix)?;
    let last = segments.last();
    let number = options.segment.or(last.map(|last| last.number)).unwrap_or(1);
    if last.is_some_and(|last| number < last.number) {
        return Err(StoreError::refused("segment_sealed", "a later segment holds its hash"));
    }
    let header = |segment, previous| Header::new(options.instance, segment, now_micros, previous);
    let (segment, repairs) = Undo::unless_done(|undo| {
        let repairs =
            recover(&dir, &found, last, |segment| header(segment, found.hash_due()), undo)?;
        let kept = match last {
            Some(_) => Some(open_last(&dir, &segments, &found)?),
            None => None,
        };
        let segment = match kept {
            Some(last) if last.number == number => last,
            Some(last) => Segment::create(&dir, &header(number, last.closed().hash))?,
            None => Segment::create(&dir, &header(number, NO_HASH))?,
        };
        Ok((segment, repairs))
    })?;
    let opened = Opened { segment: number, bytes: segment.bytes, repairs, notices: found.notices };
    let (opened_at_micros, last_seq) = (now_micros, found.last_seq);
    let log =
        Log { dir, options, segment, opened_at_micros, last_seq, is_forced: false, ended: None };
    Ok((log, opened))
}

/// The last segment, which verifies by now: where something was mended, that is looked at anew.
fn open_last(dir: &Dir, segments: &[Listed], found: &Survey) -> Result<Segment> {
    let mended = match found.flaw {
        Some(_) => Some(survey(dir, segments, Scope::STRICT, |_| ())?),
        None => None,
    };
    let found = mended.as_ref().unwrap_or(found);
    match (found.segments.last(), &found.flaw) {
        (Some(last), None) => Segment::open(dir, last),
        _ => Err(stale()),
    }
}

fn require_recoverable(found: &Survey, keep_prefix: bool) -> Result<()> {
    match &found.flaw {
        Some(flaw) if flaw.class == Class::Corrupt => Err(flaw.refusal()),
        Some(flaw) if flaw.class == Class::Ambiguous && !keep_prefix => Err(flaw.refusal()),
        _ => Ok(()),
    }
}

/// The sequence of the last frame, where a replay would apply them all behind `last_seq`.
fn require_replayable(frames: &[Frame<'_>], last_seq: u64) -> Result<u64> {
    frames.iter().try_fold(last_seq, |last, frame| {
        let seq = frame.seq;
        if seq <= last {
            let detail = format!("{seq} comes after {last}");
            return Err(StoreError::refused("not_increasing", detail));
        }
        if !is_applied(frame.payload_type) {
            let detail = format!("no replay applies type {}", frame.payload_type);
            return Err(StoreError::refused("unknown_payload_type", detail));
        }
        if frame.length() > LENGTH_MOST {
            let detail = format!("no reader takes {} bytes", frame.length());
            return Err(StoreError::refused("frame_too_large", detail));
        }
        Ok(seq)
    })
}

/// A full disk has a code of its own, whichever call met it.
fn name_full_disk(error: StoreError) -> StoreError {
    if error.is_full() {
        StoreError::refused("no_space", error.to_string())
    } else {
        error
    }
}
