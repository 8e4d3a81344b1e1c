//! Answers the calls of the harness: the handshake, the lifecycle, and what the kinds serve.

use std::any::Any;
use std::io::{self, BufRead, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};

use serde::Deserialize;
use serde_json::{json, Map, Value};

use crate::error::StoreError;
use crate::files;
use crate::kind::{CallError, Kind};
use crate::wire::{self, Handle, Line, Params};

const PROTOCOL: u64 = 1;
const CALLS_IN_FLIGHT: u64 = 64;

const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;
const RESULT_TOO_LONG: i64 = -32001;
const NOT_INITIALIZED: i64 = -32002;
const NO_COMMON_VERSION: i64 = -32003;
const STORE_ERROR: i64 = 1;

/// Serves calls one by one, in the order in which they come.
pub struct Server {
    kinds: Vec<Box<dyn Kind>>,
    /// What the harness said it accepts; `None` before the handshake.
    max_answer_bytes: Option<usize>,
    ending: Option<Ending>,
}

/// When the process is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ending {
    BeforeReply,
    AfterReply,
}

/// An `error` member of an answer.
struct Failure {
    code: i64,
    message: String,
    data: Option<Value>,
}

impl Server {
    /// A server of these kinds.
    pub fn new(kinds: Vec<Box<dyn Kind>>) -> Self {
        Server { kinds, max_answer_bytes: None, ending: None }
    }

    /// Answers until the input ends or a shutdown is asked for.
    pub fn run(&mut self, mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
        while self.ending.is_none() {
            let answer = match wire::read_line(&mut input, wire::MAX_LINE_BYTES)? {
                Line::End => return Ok(()),
                Line::TooLong => Some(no_message("the line is too long")),
                Line::Whole(line) => self.answer(&line),
            };
            if self.ending == Some(Ending::BeforeReply) {
                break;
            }
            if let Some(answer) = answer {
                wire::write_line(&mut output, &self.encode(&answer)?)?;
            }
        }
        Ok(())
    }

    /// The answer to one line; `None` where there is nothing to answer.
    fn answer(&mut self, line: &[u8]) -> Option<Value> {
        if line.trim_ascii().is_empty() {
            return None;
        }
        let mut message = match serde_json::from_slice(line) {
            Ok(Value::Object(message)) => message,
            Ok(_) => return Some(not_a_request(Value::Null)),
            Err(error) => return Some(no_message(&format!("not JSON: {error}"))),
        };
        let id = message.remove("id")?;
        if !(id.is_u64() || id.is_i64()) {
            return Some(not_a_request(Value::Null));
        }
        let version = message.remove("jsonrpc");
        let (Some(Value::String(method)), Some("2.0")) =
            (message.remove("method"), version.as_ref().and_then(Value::as_str))
        else {
            return Some(not_a_request(id));
        };
        let params = match message.remove("params") {
            None => Params::default(),
            Some(Value::Object(members)) => Params::new(members),
            Some(_) => return Some(failed(id, &bad_params("params: an object is expected"))),
        };
        Some(match self.perform(&method, params) {
            Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            Err(failure) => failed(id, &failure),
        })
    }

    fn perform(&mut self, method: &str, params: Params) -> Result<Value, Failure> {
        let is_early = matches!(method, "initialize" | "ping");
        if self.max_answer_bytes.is_none() && !is_early {
            return Err(failure(NOT_INITIALIZED, "not initialized"));
        }
        match method {
            "initialize" => self.initialize(params),
            "ping" => Ok(json!({})),
            "drop" => self.drop_handle(params),
            "reset" => {
                self.kinds.iter_mut().for_each(|kind| kind.reset());
                Ok(json!({}))
            }
            "exit" => self.exit(params),
            "shutdown" => {
                self.ending = Some(Ending::AfterReply);
                Ok(json!({}))
            }
            _ => self.ask_kind(method, params),
        }
    }

    /// Letting go of a store changes no byte, so to leave is what a kill would be.
    fn exit(&mut self, params: Params) -> Result<Value, Failure> {
        let when = params.get("when").map_err(|error| call_failure(error, true))?;
        self.ending = Some(when);
        Ok(json!({}))
    }

    fn initialize(&mut self, params: Params) -> Result<Value, Failure> {
        if self.max_answer_bytes.is_some() {
            return Err(failure(INVALID_REQUEST, "initialized before"));
        }
        let greeting: Greeting = params.read().map_err(|error| call_failure(error, true))?;
        if !(greeting.protocol.min..=greeting.protocol.max).contains(&PROTOCOL) {
            let message = format!("only protocol {PROTOCOL} is spoken");
            return Err(failure(NO_COMMON_VERSION, &message));
        }
        self.max_answer_bytes = Some(greeting.limits.max_line_bytes);
        let kinds: Map<String, Value> =
            self.kinds.iter().map(|kind| (kind.name().into(), json!(kind.claims()))).collect();
        Ok(json!({
            "protocol": PROTOCOL,
            "port": { "name": "starter-rust", "version": env!("CARGO_PKG_VERSION") },
            "kinds": kinds,
            "features": ["recipes", "exit"],
            "limits": { "maxLineBytes": wire::MAX_LINE_BYTES, "inFlight": CALLS_IN_FLIGHT },
        }))
    }

    fn drop_handle(&mut self, params: Params) -> Result<Value, Failure> {
        let Named { h } = params.read().map_err(|error| call_failure(error, true))?;
        // A name may be in use in several kinds: each forgets it.
        let dropped =
            self.kinds.iter_mut().filter_map(|kind| kind.drop_handle(h.as_str()).then_some(()));
        if dropped.count() == 0 {
            let error = StoreError::refused("no-handle", h.as_str());
            return Err(call_failure(CallError::Store(error), true));
        }
        Ok(json!({}))
    }

    /// An operation of a kind. A panic must not take the handles of other cases along.
    fn ask_kind(&mut self, method: &str, params: Params) -> Result<Value, Failure> {
        let served = method.split_once('/').and_then(|(name, op)| {
            let kind = self.kinds.iter_mut().find(|kind| kind.name() == name)?;
            kind.claims().ops.contains(&op).then_some((kind, op))
        });
        let Some((kind, op)) = served else {
            return Err(failure(METHOD_NOT_FOUND, "no such method"));
        };
        let changes_before = files::changes();
        match catch_unwind(AssertUnwindSafe(|| kind.call(op, params))) {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(error)) => Err(call_failure(error, files::changes() == changes_before)),
            Err(panic) => Err(store_failure("internal", false, &panic_text(panic.as_ref()))),
        }
    }

    /// An answer as a line, or one that says that it is longer than the harness accepts.
    fn encode(&self, answer: &Value) -> io::Result<Vec<u8>> {
        let line = wire::encode(answer)?;
        match self.max_answer_bytes {
            Some(limit) if line.len() > limit => {
                let too_long = failure(RESULT_TOO_LONG, "the result is too long");
                Ok(wire::encode(&failed(answer["id"].clone(), &too_long))?)
            }
            _ => Ok(line),
        }
    }
}

#[derive(Deserialize)]
struct Greeting {
    protocol: Versions,
    limits: Limits,
}

#[derive(Deserialize)]
struct Versions {
    min: u64,
    max: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Limits {
    max_line_bytes: usize,
}

#[derive(Deserialize)]
struct Named {
    h: Handle,
}

fn call_failure(error: CallError, definite: bool) -> Failure {
    match error {
        CallError::NoSuchOperation => failure(METHOD_NOT_FOUND, "no such method"),
        CallError::Params(message) => bad_params(&message),
        CallError::Store(error) => store_failure(&error.code(), definite, &error.to_string()),
    }
}

fn store_failure(code: &str, definite: bool, message: &str) -> Failure {
    Failure {
        code: STORE_ERROR,
        message: message.to_owned(),
        data: Some(json!({ "code": code, "definite": definite })),
    }
}

fn failure(code: i64, message: &str) -> Failure {
    let message = message.to_owned();
    Failure { code, message, data: None }
}

fn bad_params(message: &str) -> Failure {
    failure(INVALID_PARAMS, message)
}

fn no_message(why: &str) -> Value {
    failed(Value::Null, &failure(PARSE_ERROR, why))
}

fn not_a_request(id: Value) -> Value {
    failed(id, &failure(INVALID_REQUEST, "not a request"))
}

fn failed(id: Value, failure: &Failure) -> Value {
    let mut error = json!({ "code": failure.code, "message": failure.message });
    if let Some(data) = &failure.data {
        error["data"] = data.clone();
    }
    json!({ "jsonrpc": "2.0", "id": id, "error": error })
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".into())
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
