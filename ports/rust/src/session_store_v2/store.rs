//! A store that is open: everything that a handle can do.

use serde::Deserialize;

use crate::error::{Result, StoreError};
use crate::files::Dir;
use crate::report::{Notice, Repair};

use super::beside::survey_beside_others;
use super::frame::Wanted;
use super::log::{Log, ENTRIES_MAX};
use super::names::INTENT;
use super::opening::recover;
use super::payload;
use super::reading::{self, frame, Reader, Which};
use super::records::{Frame, Row};
use super::refusal::Refusal;
use super::survey::{survey, OnGap};
use super::tip::{How, Tip};
use super::validate;

/// What an acknowledged append survives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Durability {
    /// The death of the process.
    #[default]
    None,
    /// A power cut.
    Entry,
}

/// How a store is opened to be written to.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// A segment that would grow beyond this many bytes is followed by a new one.
    pub max_segment_bytes: u64,
    pub durability: Durability,
    pub on_gap: OnGap,
}

/// What opening did and noticed.
#[derive(Debug)]
pub struct Opened {
    pub entry_count: u64,
    pub repairs: Vec<Repair>,
    pub notices: Vec<Notice>,
}

/// An open store. Letting go of it changes no byte.
#[derive(Debug)]
pub struct Store {
    pub(super) dir: Dir,
    log: Log,
    access: Access,
}

#[derive(Debug)]
enum Access {
    /// Looks only; the first reason why it could not do more, if there is one.
    Inspects(Option<Refusal>),
    Writes(Writer),
}

/// What only a handle that writes has.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) tip: Tip,
    max_segment_bytes: u64,
    durability: Durability,
    pub(super) health: Health,
}

/// Whether the handle may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    Sound,
    /// Somebody else changed the files: for good.
    Stale,
    /// A sync failed, or a write that could not be taken back: for good.
    Poisoned,
}

impl Store {
    /// Opens a store, recovering what a crash left, or makes one. A refusal changes nothing.
    pub fn create(dir: Dir, options: Options) -> Result<(Store, Opened)> {
        check_threshold(options.max_segment_bytes)?;
        let mut survey = survey(&dir, options.on_gap).map_err(named)?;
        if let Some(refusal) = survey.refusals.first() {
            return Err(refusal.error());
        }
        let notices = std::mem::take(&mut survey.notices);
        let (log, repairs) = recover(&dir, survey).map_err(named)?;
        let writer = Writer {
            tip: Tip::find(&dir, &log).map_err(named)?,
            max_segment_bytes: options.max_segment_bytes,
            durability: options.durability,
            health: Health::Sound,
        };
        let opened = Opened { entry_count: log.len() as u64, repairs, notices };
        Ok((Store { dir, log, access: Access::Writes(writer) }, opened))
    }

    /// Opens a store to look at it, whatever state it is in; nothing is ever written.
    pub fn inspect(dir: Dir, max_segment_bytes: u64) -> Result<(Store, Opened)> {
        check_threshold(max_segment_bytes)?;
        let survey = survey_beside_others(&dir).map_err(named)?;
        let kept = survey.kept();
        let refusal = survey.refusals.first().cloned();
        let mut notices: Vec<Notice> = survey.refusals.into_iter().map(Refusal::notice).collect();
        notices.extend(survey.notices);
        if survey.pending.is_some() {
            notices.push(Refusal::of("rollback_pending", INTENT).notice());
        }
        let mut log = survey.scan.log;
        log.truncate(kept);
        let opened = Opened { entry_count: kept as u64, repairs: Vec::new(), notices };
        Ok((Store { dir, log, access: Access::Inspects(refusal) }, opened))
    }

    /// Keeps one entry; its index row.
    pub fn append(
        &mut self,
        (id, parent): (&str, Option<&str>),
        entry_type: &str,
        payload: &str,
        at: &str,
    ) -> Result<Row> {
        self.change(|dir, log, writer| {
            let Some(stored) = payload::stored(payload) else {
                return Err(StoreError::refused("payload_not_json", "not one JSON value"));
            };
            let wanted = Wanted { id, parent, entry_type, payload: &stored, at };
            check(log, &wanted)?;
            let count = log.len();
            let how = How {
                max_segment_bytes: writer.max_segment_bytes,
                is_durable: writer.durability == Durability::Entry,
            };
            writer.tip.append(dir, log, &wanted, how)?;
            Ok(log.row(count))
        })
    }

    /// Makes durable all that was acknowledged.
    pub fn sync(&mut self) -> Result<()> {
        self.change(|dir, _, writer| writer.tip.sync(dir))
    }

    /// Syncs, where there is anything to be synced by this handle.
    pub fn close(mut self) -> Result<()> {
        match &self.access {
            Access::Inspects(_) => Ok(()),
            Access::Writes(_) => match self.sync() {
                Err(StoreError::Refused { code: "stale_handle", .. }) => Ok(()),
                outcome => outcome,
            },
        }
    }

    /// Shows the frames of some entries, in order.
    pub fn read<T>(
        &self,
        which: Which<'_>,
        mut show: impl FnMut(&Frame<'_>) -> T,
    ) -> Result<Vec<T>> {
        let mut reader = Reader::new(&self.dir);
        let mut read = |at: usize| {
            let line = reader.line(&self.log.entries()[at])?;
            frame(&line).map(|frame| show(&frame))
        };
        reading::select(&self.log, which)?.into_iter().map(&mut read).collect()
    }

    /// The entries, as they are known without reading them again.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Reads every frame and row again and compares.
    pub fn validate(&self) -> Result<()> {
        match &self.access {
            Access::Inspects(Some(refusal)) => Err(refusal.error()),
            _ => validate::validate(&self.dir, &self.log),
        }
    }

    /// Every change goes through here: a handle that must not write is told so first, and one whose
    /// files are not as it left them, or are in an unknown state, never writes again.
    pub(super) fn change<T>(
        &mut self,
        act: impl FnOnce(&Dir, &mut Log, &mut Writer) -> Result<T>,
    ) -> Result<T> {
        let Access::Writes(writer) = &mut self.access else {
            return Err(StoreError::refused("read_only", "the handle inspects"));
        };
        match writer.health {
            Health::Poisoned => {
                return Err(StoreError::refused("poisoned", "a sync failed before"))
            }
            Health::Stale => return Err(stale()),
            Health::Sound => {}
        }
        if !writer.tip.is_as_left(&self.dir).map_err(named)? {
            writer.health = Health::Stale;
            return Err(stale());
        }
        let outcome = act(&self.dir, &mut self.log, writer);
        match &outcome {
            Err(StoreError::SyncFailed(_)) => writer.health = Health::Poisoned,
            Err(StoreError::Refused { code: "stale_handle", .. }) => writer.health = Health::Stale,
            _ => {}
        }
        outcome.map_err(named)
    }
}

/// Refuses what a later open would refuse.
fn check(log: &Log, wanted: &Wanted<'_>) -> Result<()> {
    if log.find(wanted.id).is_some() {
        return Err(StoreError::refused("entry-id-duplicate", wanted.id));
    }
    if let Some(parent) = wanted.parent {
        if log.find(parent).is_none() {
            return Err(StoreError::refused("parent-missing", parent));
        }
    }
    if log.len() >= ENTRIES_MAX {
        return Err(StoreError::refused("entry-sequence-overflow", format!("{ENTRIES_MAX}")));
    }
    Ok(())
}

fn check_threshold(max_segment_bytes: u64) -> Result<()> {
    if max_segment_bytes == 0 {
        return Err(StoreError::refused("max-segment-bytes-zero", "the threshold must be above 0"));
    }
    Ok(())
}

fn stale() -> StoreError {
    StoreError::refused("stale_handle", "the files are not as this handle left them")
}

/// A full disk under the name that the format page gives it.
fn named(error: StoreError) -> StoreError {
    if error.is_full() {
        return StoreError::refused("no_space", error.to_string());
    }
    error
}
