//! Operations of the protocol, mapped to functions of a store.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{json, Value};

use crate::files::Dir;
use crate::handles::Handles;
use crate::kind::{CallError, Claims, Kind};
use crate::wire::{Handle, Params, StoreDir, Time, U64};

use super::answers;
use super::intent::Names;
use super::reading::Which;
use super::records::Event;
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

/// The parameters that an operation needs, as variables of their names.
macro_rules! take {
    ($params:ident: $($name:ident: $type:ty),*) => {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Given { $($name: $type),* }
        let Given { $($name),* } = $params.read()?;
    };
}

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
            "create" | "inspect" => self.open(op, params),
            "append" | "checkpoint" | "rollback" | "ledgerAppend" | "manifest" => {
                self.write(op, params)
            }
            "lookup" | "from" | "tail" | "path" | "segment" => self.frames(op, params),
            "sidecar" | "hasSidecar" | "readCheckpoint" => self.document(op, params),
            _ => self.ask(op, params),
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
    fn open(&mut self, op: &str, params: Params) -> Answer {
        take!(params: h: Handle, dir: StoreDir, max: U64, durability: Option<Durability>,
            on_gap: Option<OnGap>);
        let (durability, on_gap) = (durability.unwrap_or_default(), on_gap.unwrap_or_default());
        let options = Options { max_segment_bytes: max.0, durability, on_gap };
        let opened = self.stores.open(&h, || match op {
            "create" => Store::create(Dir::new(dir), options),
            _ => Store::inspect(Dir::new(dir), options.max_segment_bytes),
        })?;
        Ok(answers::opened(opened))
    }

    fn write(&mut self, op: &str, params: Params) -> Answer {
        let stores = &mut self.stores;
        Ok(match op {
            "append" => {
                take!(params: h: Handle, id: String, parent: Option<String>, r#type: String,
                    payload: String, at: Time);
                let names = (id.as_str(), parent.as_deref());
                let row = stores.ask(&h, |s| s.append(names, &r#type, &payload, at.text()))?;
                json!({ "row": answers::record(&row) })
            }
            "checkpoint" => {
                take!(params: h: Handle, seq: U64, reason: String, at: Time);
                let made = stores.ask(&h, |s| s.checkpoint(seq.0, &reason, at.text()))?;
                json!({ "checkpoint": answers::record(&made) })
            }
            "rollback" => {
                take!(params: h: Handle, seq: U64, migration_id: String, correlation_id: String,
                    at: Time);
                let ids = (migration_id.as_str(), correlation_id.as_str());
                let names = Names { checkpoint: seq.0, ids, at: at.text() };
                json!({ "event": answers::event(&stores.ask(&h, |s| s.rollback(&names))?) })
            }
            "ledgerAppend" => {
                take!(params: h: Handle, event: Event, at: Time);
                stores.ask(&h, |s| s.ledger_append(event, at.text()))?;
                json!({})
            }
            _ => {
                take!(params: h: Handle, session_id: String, source_format: String, at: Time);
                let names = (session_id.as_str(), source_format.as_str());
                let made = stores.ask(&h, |s| s.manifest(names, at.text()))?;
                json!({ "manifest": answers::manifest(&made) })
            }
        })
    }

    fn frames(&mut self, op: &str, params: Params) -> Answer {
        take!(params: h: Handle, seq: Option<U64>, n: Option<U64>, leaf: Option<String>);
        let which = match (op, seq, n, &leaf) {
            ("lookup", Some(seq), ..) => Which::One(seq.0),
            ("from", Some(seq), ..) => Which::From(seq.0),
            ("segment", Some(seq), ..) => Which::Segment(seq.0),
            ("tail", _, Some(n), _) => Which::Tail(n.0),
            ("path", _, _, Some(leaf)) => Which::Path(leaf),
            _ => return Err(CallError::Params("which frames is not said".into())),
        };
        let frames = self.stores.ask(&h, |s| s.read(which, answers::frame))?;
        Ok(match which {
            Which::One(_) => json!({ "frame": frames.first() }),
            _ => json!({ "frames": frames }),
        })
    }

    fn document(&mut self, op: &str, params: Params) -> Answer {
        if op == "readCheckpoint" {
            take!(params: h: Handle, seq: U64);
            let found = self.stores.ask(&h, |s| s.read_checkpoint(seq.0))?;
            return Ok(json!({ "checkpoint": found.as_ref().map(answers::record) }));
        }
        take!(params: path: PathBuf);
        Ok(match op {
            "sidecar" => json!({ "path": sidecar(&path).to_string_lossy() }),
            _ => json!({ "exists": has_sidecar(&path) }),
        })
    }

    /// What needs nothing but the handle.
    fn ask(&mut self, op: &str, params: Params) -> Answer {
        take!(params: h: Handle);
        if op == "close" {
            return Ok(self.stores.close(&h, Store::close).map(|()| json!({}))?);
        }
        let answer = self.stores.ask(&h, |s| {
            Ok(Some(match op {
                "sync" => s.sync().map(|()| json!({}))?,
                "validate" => s.validate().map(|()| json!({}))?,
                "rebuild" => json!({ "count": U64(s.rebuild()?) }),
                "all" => json!({ "frames": s.read(Which::From(1), answers::frame)? }),
                "index" => json!({ "rows": answers::rows(s.log()) }),
                "summary" => json!({ "summary": answers::summary(s.log()) }),
                "state" => answers::state(s.log()),
                "ledger" => json!({ "events": answers::events(&s.ledger()?) }),
                "readManifest" => {
                    json!({ "manifest": s.read_manifest()?.as_ref().map(answers::manifest) })
                }
                _ => return Ok(None),
            }))
        })?;
        answer.ok_or(CallError::NoSuchOperation)
    }
}
