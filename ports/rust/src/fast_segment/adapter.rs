//! The kind `fast-segment` behind the protocol: section 11 of `ports/PROTOCOL.md`.

use serde::Deserialize;
use serde_json::{json, Value};

use super::wire_entry::WireEntry;
use super::{list, open, Entry, Sealing, Segment};
use crate::error::{Result, StoreError};
use crate::files::Dir;
use crate::handles::Handles;
use crate::kind::{CallError, Claims, Kind};
use crate::wire::{Handle, Params, StoreDir, Time, U64};

/// Open segments by handle, each with the session that it was opened for.
#[derive(Default)]
pub struct FastSegment {
    handles: Handles<(u32, Segment)>,
}

/// Which segment a call is for.
#[derive(Deserialize)]
struct On {
    h: Handle,
    id: u32,
}

/// The same for calls that may write. No segment holds a time, so `at` is only checked.
#[derive(Deserialize)]
struct Writing {
    #[serde(flatten)]
    on: On,
    #[serde(rename = "at")]
    _at: Time,
}

#[derive(Deserialize)]
struct OpenParams {
    dir: StoreDir,
    #[serde(flatten)]
    writing: Writing,
}

#[derive(Deserialize)]
struct AppendParams {
    entry: WireEntry,
    track: bool,
    #[serde(flatten)]
    writing: Writing,
}

#[derive(Deserialize)]
struct TrackParams {
    bytes: U64,
    #[serde(flatten)]
    on: On,
}

#[derive(Deserialize)]
struct TruncateParams {
    len: U64,
    #[serde(flatten)]
    writing: Writing,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SealParams {
    entries: Vec<WireEntry>,
    deadline_ms: u64,
    #[serde(default)]
    tick_ms: u64,
    #[serde(flatten)]
    writing: Writing,
}

#[derive(Deserialize)]
struct ListParams {
    dir: StoreDir,
}

impl FastSegment {
    fn open(&mut self, OpenParams { dir, writing }: OpenParams) -> Result<Value> {
        let On { h, id } = writing.on;
        let opened = self.handles.open(&h, || {
            let (segment, opened) = open(&Dir::new(dir), id)?;
            Ok(((id, segment), opened))
        })?;
        let (committed, repairs, notices) = (opened.committed, opened.repairs, opened.notices);
        Ok(json!({ "committed": U64(committed), "repairs": repairs, "notices": notices }))
    }

    fn ask<R>(&mut self, on: On, operation: impl FnOnce(&mut Segment) -> Result<R>) -> Result<R> {
        self.handles.ask(&on.h, |(id, segment)| {
            if *id != on.id {
                return Err(StoreError::refused("no-handle", "opened for another session"));
            }
            operation(segment)
        })
    }

    /// Time stands still but for what each look at it moves it on by.
    fn seal(&mut self, params: SealParams) -> Result<Value> {
        let entries: Vec<Entry> = params.entries.into_iter().map(Entry::from).collect();
        let mut now_ms = 0_u64;
        let is_late = || {
            now_ms = now_ms.saturating_add(params.tick_ms);
            now_ms >= params.deadline_ms
        };
        let how = match self.ask(params.writing.on, |segment| segment.seal(&entries, is_late))? {
            Sealing::Sealed => "sealed",
            Sealing::TimedOut => "timed_out",
        };
        Ok(json!({ "how": how }))
    }

    fn read_committed(&mut self, on: On) -> Result<Value> {
        let entries = self.ask(on, Segment::read_committed)?;
        let entries: Vec<WireEntry> = entries.into_iter().map(WireEntry::from).collect();
        Ok(json!({ "entries": entries }))
    }
}

impl Kind for FastSegment {
    fn name(&self) -> &'static str {
        "fast-segment"
    }

    fn claims(&self) -> Claims {
        let ops = &[
            "open",
            "append",
            "track",
            "syncGroup",
            "truncate",
            "reset",
            "readCommitted",
            "seal",
            "committedBytes",
            "close",
            "list",
        ];
        Claims { policy: "safe", profiles: &["core", "full"], ops, holds: &["process", "power"] }
    }

    fn call(&mut self, op: &str, params: Params) -> std::result::Result<Value, CallError> {
        let done = json!({});
        let answer = match op {
            "open" => self.open(params.read()?)?,
            "append" => {
                let AppendParams { entry, track, writing } = params.read()?;
                let entry = Entry::from(entry);
                let bytes = self.ask(writing.on, |segment| segment.append(&entry, track))?;
                json!({ "bytes": U64(bytes) })
            }
            "track" => {
                let TrackParams { bytes, on } = params.read()?;
                self.ask(on, |segment| segment.track(bytes.0)).map(|()| done)?
            }
            "syncGroup" => {
                let Writing { on, .. } = params.read()?;
                self.ask(on, Segment::sync_group).map(|()| done)?
            }
            "truncate" => {
                let TruncateParams { len, writing } = params.read()?;
                self.ask(writing.on, |segment| segment.truncate(len.0)).map(|()| done)?
            }
            "reset" => {
                let Writing { on, .. } = params.read()?;
                self.ask(on, Segment::reset).map(|()| done)?
            }
            "readCommitted" => self.read_committed(params.read()?)?,
            "seal" => self.seal(params.read()?)?,
            "committedBytes" => {
                let bytes = self.ask(params.read()?, |segment| segment.committed_bytes())?;
                json!({ "bytes": U64(bytes) })
            }
            "close" => {
                let Writing { on, .. } = params.read()?;
                let h = on.h.clone();
                self.ask(on, |_| Ok(()))?;
                self.handles.close(&h, |_| Ok(done))?
            }
            "list" => {
                let ListParams { dir } = params.read()?;
                json!({ "ids": list(&Dir::new(dir))? })
            }
            _ => return Err(CallError::NoSuchOperation),
        };
        Ok(answer)
    }

    fn drop_handle(&mut self, handle: &str) -> bool {
        self.handles.forget(handle)
    }

    fn reset(&mut self) {
        self.handles.forget_all();
    }
}
