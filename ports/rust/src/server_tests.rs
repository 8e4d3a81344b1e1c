//! The protocol, spoken with a kind that keeps no files.

use super::*;
use crate::handles::Handles;
use crate::kind::Claims;

/// Counts, echoes, and fails in every way that a store can.
#[derive(Default)]
struct Toy(Handles<u64>);

#[derive(Deserialize)]
struct Count {
    h: Handle,
    by: wire::U64,
}

impl Kind for Toy {
    fn name(&self) -> &'static str {
        "toy"
    }

    fn claims(&self) -> Claims {
        let ops = &["open", "count", "fail", "panic", "long", "unknown"];
        Claims { policy: "safe", profiles: &["core"], ops, holds: &["memory"] }
    }

    fn call(&mut self, op: &str, params: Params) -> Result<Value, CallError> {
        match op {
            "open" => {
                let Named { h } = params.read()?;
                self.0.open(&h, || Ok((0, ())))?;
                Ok(json!({}))
            }
            "count" => {
                let Count { h, by } = params.read()?;
                let sum = self.0.ask(&h, |sum| {
                    *sum += by.0;
                    Ok(*sum)
                })?;
                Ok(json!({ "sum": wire::U64(sum) }))
            }
            "fail" => Err(StoreError::refused("broken", "\u{e9}").into()),
            "panic" => panic!("a defect"),
            "long" => Ok(json!({ "text": "x".repeat(2_000) })),
            _ => Err(CallError::NoSuchOperation),
        }
    }

    fn drop_handle(&mut self, handle: &str) -> bool {
        self.0.forget(handle)
    }

    fn reset(&mut self) {
        self.0.forget_all();
    }
}

const HELLO: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocol":{"min":1,"max":3},"limits":{"maxLineBytes":1000}}}"#;

/// What the server answers to these lines.
fn asked(lines: &[&str]) -> Vec<Value> {
    let input = lines.join("\n") + "\n";
    let mut output = Vec::new();
    let mut server = Server::new(vec![Box::<Toy>::default()]);
    server.run(input.as_bytes(), &mut output).unwrap();
    assert!(output.is_ascii());
    let output = String::from_utf8(output).unwrap();
    output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A call to the toy with an id of 2.
fn call(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":2,"method":"{method}","params":{params}}}"#)
}

/// The code of the error that a call gets after the handshake.
fn code_of(line: &str) -> i64 {
    asked(&[HELLO, line])[1]["error"]["code"].as_i64().unwrap()
}

#[test]
fn shakes_hands_once() {
    let answers = asked(&[HELLO, HELLO]);
    let result = &answers[0]["result"];
    assert_eq!(result["protocol"], 1);
    assert_eq!(result["kinds"]["toy"]["policy"], "safe");
    assert_eq!(result["limits"]["maxLineBytes"], 8_388_608);
    assert_eq!(answers[1]["error"]["code"], INVALID_REQUEST);
}

#[test]
fn refuses_what_comes_before_the_handshake() {
    let ping = r#"{"jsonrpc":"2.0","id":5,"method":"ping"}"#;
    let answers = asked(&[ping, &call("toy/open", "{}"), &HELLO.replace("\"min\":1", "\"min\":2")]);
    assert_eq!(answers[0], json!({ "jsonrpc": "2.0", "id": 5, "result": {} }));
    assert_eq!(answers[1]["error"]["code"], NOT_INITIALIZED);
    assert_eq!(answers[2]["error"]["code"], NO_COMMON_VERSION);
}

#[test]
fn tells_what_is_wrong_with_a_call() {
    assert_eq!(code_of("{"), PARSE_ERROR);
    assert_eq!(code_of(&"[".repeat(100_000)), PARSE_ERROR);
    assert_eq!(code_of("[]"), INVALID_REQUEST);
    assert_eq!(code_of(r#"{"jsonrpc":"2.0","id":"x","method":"ping"}"#), INVALID_REQUEST);
    assert_eq!(code_of(r#"{"jsonrpc":"1.0","id":4,"method":"ping"}"#), INVALID_REQUEST);
    for method in ["toy/unclaimed", "toy/unknown", "other/open", "open"] {
        assert_eq!(code_of(&call(method, "{}")), METHOD_NOT_FOUND, "{method}");
    }
    assert_eq!(code_of(&call("toy/open", "[]")), INVALID_PARAMS);
    assert_eq!(code_of(&call("toy/count", r#"{"h":"a","by":1}"#)), INVALID_PARAMS);
    let long = format!("{HELLO}\n{}\n", " ".repeat(wire::MAX_LINE_BYTES + 1));
    assert_eq!(asked(&[&long])[1]["error"]["code"], PARSE_ERROR);
}

#[test]
fn ignores_blank_lines_notifications_and_half_a_line() {
    let note = r#"{"jsonrpc":"2.0","method":"toy/panic"}"#;
    assert_eq!(asked(&[HELLO, "", " \t\r", note]).len(), 1);
    let mut output = Vec::new();
    Server::new(Vec::new()).run(HELLO.as_bytes(), &mut output).unwrap();
    assert!(output.is_empty());
}

#[test]
fn tells_of_a_stores_failure_whether_the_disk_is_as_it_was() {
    let answers = asked(&[HELLO, &call("toy/fail", "{}"), &call("toy/panic", "{}")]);
    assert_eq!(answers[1]["error"]["data"], json!({ "code": "broken", "definite": true }));
    assert_eq!(answers[2]["error"]["data"], json!({ "code": "internal", "definite": false }));
}

#[test]
fn says_that_a_result_is_too_long() {
    assert_eq!(code_of(&call("toy/long", "{}")), RESULT_TOO_LONG);
}

#[test]
fn forgets_handles() {
    let (open, drop) = (call("toy/open", r#"{"h":"a"}"#), call("drop", r#"{"h":"a"}"#));
    let count = call("toy/count", r#"{"h":"a","by":"2","more":[]}"#);
    let (reset, shutdown) = (call("reset", "{}"), call("shutdown", "{}"));
    let answers = asked(&[
        HELLO, &open, &count, &count, &drop, &drop, &open, &reset, &count, &shutdown, &count,
    ]);
    assert_eq!(answers[3]["result"], json!({ "sum": "4" }));
    assert_eq!(answers[4]["result"], json!({}));
    for gone in [&answers[5], &answers[8]] {
        assert_eq!(gone["error"]["data"], json!({ "code": "no-handle", "definite": true }));
    }
    // Nothing is answered behind a shutdown.
    assert_eq!(answers.len(), 10);
}

#[test]
fn ends_where_it_is_told_to() {
    let exit = |when: &str| call("exit", &format!(r#"{{"when":"{when}"}}"#));
    let ping = call("ping", "{}");
    assert_eq!(asked(&[HELLO, &exit("before_reply"), &ping]).len(), 1);
    let answers = asked(&[HELLO, &exit("after_reply"), &ping]);
    assert_eq!((answers.len(), &answers[1]["result"]), (2, &json!({})));
    assert_eq!(code_of(&exit("later")), INVALID_PARAMS);
}
