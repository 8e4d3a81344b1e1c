//! The log behind the protocol.

use serde::{Deserialize, Serialize};
use serde_json::{json, Value};

use super::format::Frame;
use super::log::{self, Due, Log, Options};
use super::read::{self, Link, Replay};
use super::segment::Closed;
use crate::handles::Handles;
use crate::kind::{CallError, Claims, Kind};
use crate::wire::{Bytes, Params, U64};

/// Every log that is open.
#[derive(Debug, Default)]
pub struct WalSegment {
    logs: Handles<Log>,
}

#[rustfmt::skip]
const OPS: &[&str] = &[
    "open", "append", "other", "sync", "force", "shouldRotate", "rotate", "close", "frames",
    "verify", "replay",
];

impl Kind for WalSegment {
    fn name(&self) -> &'static str {
        "wal-segment"
    }

    fn claims(&self) -> Claims {
        let (profiles, holds) = (&["core", "full"], &["process", "power"]);
        Claims { policy: "safe", profiles, ops: OPS, holds }
    }

    fn call(&mut self, op: &str, params: Params) -> Result<Value, CallError> {
        match op {
            "frames" | "verify" | "replay" => ask_directory(op, &params),
            "other" => {
                let frames: Vec<WireFrame> = params.get("frames")?;
                let (dir, options) = (params.dir()?, Options::new(params.u64("instance")?));
                let at = params.unix_micros()?;
                Ok(log::append_once(dir, options, &borrowed(&frames), at).map(|()| json!({}))?)
            }
            _ => self.ask_log(op, &params),
        }
    }

    fn drop_handle(&mut self, handle: &str) -> bool {
        self.logs.forget(handle)
    }

    fn reset(&mut self) {
        self.logs.forget_all();
    }
}

impl WalSegment {
    /// Operations of an open log.
    fn ask_log(&mut self, op: &str, params: &Params) -> Result<Value, CallError> {
        let (logs, h) = (&mut self.logs, &params.handle()?);
        if op == "force" {
            return Ok(logs.ask(h, Log::force_rotation).map(|()| json!({}))?);
        }
        let now = params.unix_micros()?;
        Ok(match op {
            "open" => {
                let (dir, options) = (params.dir()?, options(params)?);
                let opened = logs.open(h, || Log::open(dir, options, now))?;
                json!({
                    "segment": U64(opened.segment), "sizeBytes": U64(opened.bytes),
                    "repairs": opened.repairs, "notices": opened.notices,
                })
            }
            "append" => {
                let (frames, sync) = (params.get::<Vec<WireFrame>>("frames")?, params.get("sync")?);
                logs.ask(h, |log| log.append(&borrowed(&frames), sync)).map(|()| json!({}))?
            }
            "sync" => logs.ask(h, Log::sync).map(|()| json!({}))?,
            "shouldRotate" => {
                json!({ "due": logs.ask(h, |log| Ok(log.rotation_due(now)))?.map(Due::name) })
            }
            "rotate" => closed(&logs.ask(h, |log| log.rotate(now))?),
            "close" => closed(&logs.close(h, Log::close)?),
            _ => return Err(CallError::NoSuchOperation),
        })
    }
}

/// Operations that need no open log.
fn ask_directory(op: &str, params: &Params) -> Result<Value, CallError> {
    let (dir, mut frames) = (params.dir()?, Vec::new());
    let show = |frame: Frame<'_>| frames.push(WireFrame::new(frame));
    match op {
        "frames" => read::frames(&dir, params.u64("segment")?, show)?,
        "replay" => {
            let (strict, chain) = (params.get_or("strict", true)?, params.get_or("chain", true)?);
            read::replay(&dir, Replay { after: params.u64("after")?, strict, chain }, show)?
        }
        _ => {
            let links: Vec<Value> = read::verify(&dir)?.iter().map(link).collect();
            return Ok(json!({ "links": links }));
        }
    }
    Ok(json!({ "frames": frames }))
}

fn options(params: &Params) -> Result<Options, CallError> {
    let mut options = Options::new(params.u64("instance")?);
    options.segment = params.get_or("seq", None)?.map(|U64(seq)| seq);
    options.max_bytes = params.get_or("maxBytes", U64(options.max_bytes))?.0;
    options.max_age_micros = params.get_or("maxAgeMicros", U64(options.max_age_micros))?.0;
    options.keep_prefix = params.choice("onGap", &["refuse", "keep-prefix"])? == "keep-prefix";
    Ok(options)
}

#[derive(Serialize, Deserialize)]
struct WireFrame {
    seq: U64,
    at: U64,
    r#type: u8,
    payload: Bytes,
}

impl WireFrame {
    fn new(Frame { seq, at_micros, payload_type, payload }: Frame<'_>) -> Self {
        let (seq, at, payload) = (U64(seq), U64(at_micros), Bytes(payload.into()));
        WireFrame { seq, at, r#type: payload_type, payload }
    }

    fn frame(&self) -> Frame<'_> {
        let (seq, at_micros, payload_type) = (self.seq.0, self.at.0, self.r#type);
        Frame { seq, at_micros, payload_type, payload: &self.payload.0 }
    }
}

fn borrowed(frames: &[WireFrame]) -> Vec<Frame<'_>> {
    frames.iter().map(WireFrame::frame).collect()
}

fn link(link: &Link) -> Value {
    let (prev, hash) = (link.previous.to_hex(), link.hash.to_hex());
    json!({ "segment": U64(link.number), "prev": prev.as_str(), "hash": hash.as_str() })
}

fn closed(closed: &Closed) -> Value {
    let (hash, bytes) = (closed.hash.to_hex(), U64(closed.bytes));
    json!({ "segment": U64(closed.number), "hash": hash.as_str(), "sizeBytes": bytes })
}
