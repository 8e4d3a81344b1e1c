//! {{name}}: puts the log in store.rs behind the port protocol, one JSON object a line.
//!
//! Nothing needs to be changed here until your log works. Stdout is for answers alone: no
//! `println!` anywhere, `eprintln!` is free.

mod store;
mod wire;

use std::collections::HashMap;
use std::io::{self, BufRead, Read, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::Path;

use serde_json::{json, Value};
use store::{Error, Log};
use wire::{failed, flag, handle, member, text, wrong, Failure};

const LONGEST_LINE: usize = 8_388_608;

#[derive(Default)]
struct Server {
    logs: HashMap<String, Log>,
    longest_answer: Option<usize>,
    ended: bool,
}

type Answer = Result<Value, Failure>;

impl Server {
    fn call(&mut self, method: &str, params: &Value) -> Answer {
        if self.longest_answer.is_none() && !matches!(method, "initialize" | "ping") {
            return Err(wrong(-32002, "not initialized"));
        }
        match method {
            "initialize" => self.initialize(params),
            "ping" => Ok(json!({})),
            "drop" => {
                self.taken(params)?.abandon();
                Ok(json!({}))
            }
            "reset" => {
                self.logs.drain().for_each(|(_, log)| log.abandon());
                Ok(json!({}))
            }
            "shutdown" => {
                self.ended = true;
                Ok(json!({}))
            }
            "append-log/open" => self.open(params),
            "append-log/append" => {
                let payload = wire::decode(text(params, "payload")?)?;
                text(params, "at")?;
                self.log(params)?.append(&payload)?;
                Ok(json!({}))
            }
            "append-log/sync" => {
                text(params, "at")?;
                self.log(params)?.sync()?;
                Ok(json!({}))
            }
            "append-log/read" => {
                let entries = self.log(params)?.read()?;
                let texts: Vec<String> = entries.iter().map(|entry| wire::encode(entry)).collect();
                Ok(json!({ "entries": texts }))
            }
            "append-log/close" => {
                text(params, "at")?;
                self.taken(params)?.close()?;
                Ok(json!({}))
            }
            _ => Err(wrong(-32601, "no such method")),
        }
    }

    fn initialize(&mut self, params: &Value) -> Answer {
        if self.longest_answer.is_some() {
            return Err(wrong(-32600, "initialized before"));
        }
        let whole = |of: &str, name: &str| {
            member(params, of)?
                .get(name)
                .and_then(Value::as_u64)
                .ok_or_else(|| wrong(-32602, format!("{of}: {name} is expected")))
        };
        let (min, max) = (whole("protocol", "min")?, whole("protocol", "max")?);
        if min > 1 || max < 1 {
            return Err(wrong(-32003, "this port speaks version 1"));
        }
        self.longest_answer = Some(whole("limits", "maxLineBytes")? as usize);
        // `holds`: what an acknowledgement can survive. Without `process` an append may wait in
        // the memory of the process until `sync`; without `power` nothing is asked of a power cut.
        Ok(json!({
            "protocol": 1,
            "port": { "name": "{{name}}", "version": env!("CARGO_PKG_VERSION") },
            "kinds": { "append-log": {
                "policy": "safe",
                "profiles": ["full"],
                "ops": ["open", "append", "sync", "read", "close"],
                "holds": ["process", "power"],
            } },
            "limits": { "maxLineBytes": LONGEST_LINE, "inFlight": 64 },
        }))
    }

    fn open(&mut self, params: &Value) -> Answer {
        let (name, directory) = (handle(params)?, Path::new(text(params, "dir")?));
        let durable = flag(params, "durability", ["none", "entry"])?;
        text(params, "at")?;
        if !directory.is_absolute() {
            return Err(wrong(-32602, "dir: an absolute path is expected"));
        }
        if self.logs.contains_key(name) {
            return Err(Error::Refused("already-open").into());
        }
        self.logs
            .insert(name.into(), Log::open(directory, durable)?);
        Ok(json!({}))
    }

    fn log(&mut self, params: &Value) -> Result<&mut Log, Failure> {
        let found = self.logs.get_mut(handle(params)?);
        found.ok_or_else(|| Error::Refused("no-handle").into())
    }

    fn taken(&mut self, params: &Value) -> Result<Log, Failure> {
        let found = self.logs.remove(handle(params)?);
        found.ok_or_else(|| Error::Refused("no-handle").into())
    }

    /// The answer to one line; None where there is nothing to answer.
    fn answer(&mut self, line: &[u8]) -> Option<Value> {
        if line.iter().all(u8::is_ascii_whitespace) {
            return None;
        }
        let Ok(call) = serde_json::from_slice::<Value>(line) else {
            return Some(failed(Value::Null, wrong(-32700, "not JSON"), ""));
        };
        let not_a_request = || wrong(-32600, "not a request");
        if !call.is_object() {
            return Some(failed(Value::Null, not_a_request(), ""));
        }
        let id = call.get("id")?.clone();
        let known = if id.is_u64() || id.is_i64() {
            id
        } else {
            Value::Null
        };
        let method = call.get("method").and_then(Value::as_str);
        let is_call = call.get("jsonrpc").and_then(Value::as_str) == Some("2.0");
        let (false, true, Some(method)) = (known.is_null(), is_call, method) else {
            return Some(failed(known, not_a_request(), ""));
        };
        let params = call.get("params").cloned().unwrap_or_else(|| json!({}));
        let answer = if params.is_object() || method == "ping" {
            catch_unwind(AssertUnwindSafe(|| self.call(method, &params)))
                .unwrap_or(Err(Failure::Panic))
        } else {
            Err(wrong(-32602, "params: an object is expected"))
        };
        let operation = method.rsplit('/').next().unwrap_or(method);
        Some(match answer {
            Ok(result) => json!({ "jsonrpc": "2.0", "id": known, "result": result }),
            Err(failure) => failed(known, failure, operation),
        })
    }
}

/// Reads the rest of a line that is too long, without keeping it.
fn read_away(input: &mut impl BufRead) -> io::Result<()> {
    let mut part = Vec::new();
    while input.take(65_536).read_until(b'\n', &mut part)? > 0 && part.last() != Some(&b'\n') {
        part.clear();
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut server = Server::default();
    while !server.ended {
        let mut line = Vec::new();
        input
            .by_ref()
            .take(LONGEST_LINE as u64 + 1)
            .read_until(b'\n', &mut line)?;
        let answer = if line.last() == Some(&b'\n') {
            server.answer(&line[..line.len() - 1])
        } else if line.len() > LONGEST_LINE {
            read_away(&mut input)?;
            Some(failed(
                Value::Null,
                wrong(-32700, "the line is too long"),
                "",
            ))
        } else {
            return Ok(()); // The end; half a line was never sent.
        };
        let Some(answer) = answer else { continue };
        let mut text = wire::ascii(&answer);
        if text.len() > server.longest_answer.unwrap_or(LONGEST_LINE) {
            let failure = wrong(-32001, "the result is too long");
            text = wire::ascii(&failed(answer["id"].clone(), failure, ""));
        }
        text.push('\n');
        output.write_all(text.as_bytes())?;
        output.flush()?; // The harness waits for this line.
    }
    Ok(())
}
