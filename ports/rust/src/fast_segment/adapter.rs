//! The kind `fast-segment` behind the protocol: section 11 of `ports/PROTOCOL.md`.

use serde::Deserialize;
use serde_json::{json, Map, Value};

use super::wire_entry::WireEntry;
use super::{list, open, Entry, Sealing, Segment};
use crate::error::{Result, StoreError};
use crate::files::Dir;
use crate::handles::Handles;
use crate::kind::{CallError, Claims, Kind};
use crate::wire::{Handle, Params, StoreDir, Time, U64};

#[rustfmt::skip]
const OPS: &[&str] = &[
    "open", "append", "track", "syncGroup", "truncate", "reset", "readCommitted", "seal",
    "committedBytes", "close", "list",
];

/// Every call. No segment holds a time: that of a call is checked and not used.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[allow(dead_code)]
enum Ask {
    Open { h: Handle, dir: StoreDir, id: u32, at: Time },
    Append { h: Handle, id: u32, entry: WireEntry, track: bool, at: Time },
    Track { h: Handle, id: u32, bytes: U64 },
    SyncGroup { h: Handle, id: u32, at: Time },
    Truncate { h: Handle, id: u32, len: U64, at: Time },
    Reset { h: Handle, id: u32, at: Time },
    ReadCommitted { h: Handle, id: u32 },
    Seal(AskSeal),
    CommittedBytes { h: Handle, id: u32 },
    Close { h: Handle, id: u32, at: Time },
    List { dir: StoreDir },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct AskSeal {
    h: Handle,
    id: u32,
    entries: Vec<WireEntry>,
    deadline_ms: u64,
    #[serde(default)]
    tick_ms: u64,
    at: Time,
}

/// Open segments by handle, each with the session that it was opened for.
#[derive(Default)]
pub struct FastSegment {
    handles: Handles<(u32, Segment)>,
}

impl FastSegment {
    fn open(&mut self, h: &Handle, dir: &Dir, id: u32) -> Result<Value> {
        let opened = self.handles.open(h, || {
            let (segment, opened) = open(dir, id)?;
            Ok(((id, segment), opened))
        })?;
        let (committed, repairs, notices) = (opened.committed, opened.repairs, opened.notices);
        Ok(json!({ "committed": U64(committed), "repairs": repairs, "notices": notices }))
    }

    /// Time stands still but for what each look at it moves it on by.
    fn seal(&mut self, ask: AskSeal) -> Result<Value> {
        let entries: Vec<Entry> = ask.entries.into_iter().map(Entry::from).collect();
        let mut now_ms = 0_u64;
        let is_late = || {
            now_ms = now_ms.saturating_add(ask.tick_ms);
            now_ms >= ask.deadline_ms
        };
        let how = match self.on(&ask.h, ask.id, |segment| segment.seal(&entries, is_late))? {
            Sealing::Sealed => "sealed",
            Sealing::TimedOut => "timed_out",
        };
        Ok(json!({ "how": how }))
    }

    fn on<R>(
        &mut self,
        h: &Handle,
        id: u32,
        operation: impl FnOnce(&mut Segment) -> Result<R>,
    ) -> Result<R> {
        self.handles.ask(h, |(opened_for, segment)| {
            if *opened_for != id {
                return Err(StoreError::refused("no-handle", "opened for another session"));
            }
            operation(segment)
        })
    }
}

fn nothing(_: ()) -> Value {
    json!({})
}

impl Kind for FastSegment {
    fn name(&self) -> &'static str {
        "fast-segment"
    }

    fn claims(&self) -> Claims {
        let holds = &["process", "power"];
        Claims { policy: "safe", profiles: &["core", "full"], ops: OPS, holds }
    }

    fn call(&mut self, op: &str, params: Params) -> std::result::Result<Value, CallError> {
        if !OPS.contains(&op) {
            return Err(CallError::NoSuchOperation);
        }
        let named = Map::from_iter([(op.to_owned(), Value::Object(params.read()?))]);
        let answer = match Params::new(named).read()? {
            Ask::Open { h, dir, id, .. } => self.open(&h, &Dir::new(dir), id),
            Ask::Append { h, id, entry, track, .. } => self
                .on(&h, id, |segment| segment.append(&entry.into(), track))
                .map(|bytes| json!({ "bytes": U64(bytes) })),
            Ask::Track { h, id, bytes } => self.on(&h, id, |s| s.track(bytes.0)).map(nothing),
            Ask::SyncGroup { h, id, .. } => self.on(&h, id, Segment::sync_group).map(nothing),
            Ask::Truncate { h, id, len, .. } => self.on(&h, id, |s| s.truncate(len.0)).map(nothing),
            Ask::Reset { h, id, .. } => self.on(&h, id, Segment::reset).map(nothing),
            Ask::ReadCommitted { h, id } => self
                .on(&h, id, Segment::read_committed)
                .map(|entries| json!({ "entries": WireEntry::all(entries) })),
            Ask::Seal(seal) => self.seal(seal),
            Ask::CommittedBytes { h, id } => self
                .on(&h, id, |segment| Ok(segment.committed_bytes()))
                .map(|bytes| json!({ "bytes": U64(bytes) })),
            Ask::Close { h, id, .. } => {
                self.on(&h, id, |_| Ok(()))?;
                self.handles.close(&h, |_| Ok(())).map(nothing)
            }
            Ask::List { dir } => list(&Dir::new(dir)).map(|ids| json!({ "ids": ids })),
        };
        Ok(answer?)
    }

    fn drop_handle(&mut self, handle: &str) -> bool {
        self.handles.forget(handle)
    }

    fn reset(&mut self) {
        self.handles.forget_all();
    }
}
