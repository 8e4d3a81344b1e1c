//! Operations of the protocol, mapped to functions of a store.

use std::path::PathBuf;

use serde_json::{json, Value};

use crate::handles::Handles;
use crate::kind::{CallError, Claims, Kind};
use crate::wire::{JsonText, Params, Time, U64};

use super::answers;
use super::intent::Names;
use super::reading::Which;
use super::sidecar::{has_sidecar, sidecar};
use super::store::{Durability, Options, Store};
use super::survey::OnGap;

#[rustfmt::skip]
const OPS: &[&str] = &[
    "create", "inspect", "append", "close", "drop", "lookup", "all", "from", "tail", "path",
    "segment", "index", "summary", "state", "checkpoint", "readCheckpoint", "rollback",
    "ledgerAppend", "ledger", "manifest", "readManifest", "rebuild", "validate", "sidecar",
    "hasSidecar", "sync",
];

type Answer = Result<Value, CallError>;

/// The stores that are open.
#[derive(Debug, Default)]
pub struct SessionStore {
    stores: Handles<Store>,
}

impl Kind for SessionStore {
    fn name(&self) -> &'static str {
        "session-store-v2"
    }

    fn claims(&self) -> Claims {
        let profiles = &["reader", "core", "full"];
        Claims { policy: "safe", profiles, ops: OPS, holds: &["process", "power"] }
    }

    fn call(&mut self, op: &str, params: Params) -> Answer {
        match op {
            "create" | "inspect" => self.open(op, &params),
            "append" | "checkpoint" | "rollback" | "ledgerAppend" | "manifest" => {
                self.write(op, &params)
            }
            "all" | "lookup" | "from" | "tail" | "path" | "segment" => self.frames(op, &params),
            "readCheckpoint" => {
                let seq = params.u64("seq")?;
                let found = self.stores.ask(&params.handle()?, |s| s.read_checkpoint(seq));
                Ok(found.map(answers::found_checkpoint)?)
            }
            "sidecar" => Ok(answers::path(&sidecar(&params.get::<PathBuf>("path")?))),
            "hasSidecar" => Ok(json!({ "exists": has_sidecar(&params.get::<PathBuf>("path")?) })),
            "close" => Ok(self.stores.close(&params.handle()?, Store::close).map(answers::done)?),
            "drop" => Err(CallError::NoSuchOperation),
            _ => self.ask(op, &params),
        }
    }

    fn drop_handle(&mut self, handle: &str) -> bool {
        self.stores.forget(handle)
    }

    fn reset(&mut self) {
        self.stores.forget_all();
    }
}

impl SessionStore {
    fn open(&mut self, op: &str, params: &Params) -> Answer {
        let durability = params.get_or("durability", Durability::None)?;
        let on_gap = params.get_or("onGap", OnGap::Refuse)?;
        let options = Options { max_segment_bytes: params.u64("max")?, durability, on_gap };
        let dir = params.dir()?;
        let opened = self.stores.open(&params.handle()?, || match op {
            "create" => Store::create(dir, options),
            _ => Store::inspect(dir, options.max_segment_bytes),
        })?;
        Ok(answers::opened(opened))
    }

    fn write(&mut self, op: &str, params: &Params) -> Answer {
        let text = |name: &str| params.get::<String>(name);
        let (h, at) = (params.handle()?, params.get::<Time>("at")?);
        let (stores, at) = (&mut self.stores, at.text());
        Ok(match op {
            "append" => {
                let (id, parent) = (text("id")?, params.get::<Option<String>>("parent")?);
                let (entry_type, payload) = (text("type")?, params.get::<JsonText>("payload")?);
                let names = (id.as_str(), parent.as_deref());
                let row = stores.ask(&h, |s| s.append(names, &entry_type, &payload.0, at))?;
                json!({ "row": answers::record(&row) })
            }
            "checkpoint" => {
                let (seq, reason) = (params.u64("seq")?, text("reason")?);
                let made = stores.ask(&h, |s| s.checkpoint(seq, &reason, at))?;
                json!({ "checkpoint": answers::record(&made) })
            }
            "rollback" => {
                let ids = (text("migrationId")?, text("correlationId")?);
                let names = Names { checkpoint: params.u64("seq")?, ids: (&ids.0, &ids.1), at };
                json!({ "event": answers::event(&stores.ask(&h, |s| s.rollback(&names))?) })
            }
            "ledgerAppend" => {
                let event = params.get("event")?;
                stores.ask(&h, |s| s.ledger_append(event, at)).map(answers::done)?
            }
            _ => {
                let names = (text("sessionId")?, text("sourceFormat")?);
                let made = stores.ask(&h, |s| s.manifest((&names.0, &names.1), at))?;
                json!({ "manifest": answers::manifest(&made) })
            }
        })
    }

    fn frames(&mut self, op: &str, params: &Params) -> Answer {
        let leaf = if op == "path" { params.get("leaf")? } else { String::new() };
        let which = match op {
            "all" => Which::From(1),
            "lookup" => Which::One(params.u64("seq")?),
            "from" => Which::From(params.u64("seq")?),
            "segment" => Which::Segment(params.u64("seq")?),
            "tail" => Which::Tail(params.u64("n")?),
            _ => Which::Path(&leaf),
        };
        let frames = self.stores.ask(&params.handle()?, |s| s.read(which, answers::frame))?;
        let is_one = op == "lookup";
        Ok(if is_one { json!({ "frame": frames.first() }) } else { json!({ "frames": frames }) })
    }

    /// What needs nothing but the handle.
    fn ask(&mut self, op: &str, params: &Params) -> Answer {
        let answer = self.stores.ask(&params.handle()?, |s| match op {
            "sync" => s.sync().map(answers::done),
            "validate" => s.validate().map(answers::done),
            "rebuild" => s.rebuild().map(|count| json!({ "count": U64(count) })),
            "ledger" => s.ledger().map(answers::events),
            "readManifest" => s.read_manifest().map(answers::found_manifest),
            "index" => Ok(json!({ "rows": answers::rows(s.log()) })),
            "summary" => Ok(json!({ "summary": answers::summary(s.log()) })),
            _ => Ok(answers::state(s.log())),
        });
        Ok(answer?)
    }
}
