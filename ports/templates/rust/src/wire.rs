//! Parameters, errors and bytes as the protocol spells them.

use serde_json::{json, Value};

use crate::store::Error;

/// Why a call is not answered by a result.
pub enum Failure {
    /// The call is wrong, not the log.
    Call(i32, String),
    Store(Error),
    Panic,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Store(error)
    }
}

/// A call that does not fit, under a code of JSON-RPC.
pub fn wrong(code: i32, message: impl Into<String>) -> Failure {
    Failure::Call(code, message.into())
}

/// A parameter that must be given.
pub fn member<'a>(params: &'a Value, name: &str) -> Result<&'a Value, Failure> {
    params
        .get(name)
        .ok_or_else(|| wrong(-32602, format!("{name}: not given")))
}

/// A parameter that is a string.
pub fn text<'a>(params: &'a Value, name: &str) -> Result<&'a str, Failure> {
    let value = member(params, name)?.as_str();
    value.ok_or_else(|| wrong(-32602, format!("{name}: a string is expected")))
}

/// Whether the second of two words is given; the first where the parameter is absent.
pub fn flag(params: &Value, name: &str, words: [&str; 2]) -> Result<bool, Failure> {
    match params.get(name).map(Value::as_str) {
        None => Ok(false),
        Some(Some(word)) if words.contains(&word) => Ok(word == words[1]),
        Some(_) => Err(wrong(
            -32602,
            format!("{name}: one of {words:?} is expected"),
        )),
    }
}

/// The name that the harness gave a handle.
pub fn handle(params: &Value) -> Result<&str, Failure> {
    let name = text(params, "h")?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte);
    if (1..=64).contains(&name.len()) && name.bytes().all(fits) {
        return Ok(name);
    }
    Err(wrong(-32602, "h: not the name of a handle"))
}

/// An answer that is an error. `definite` says that nothing was changed; false is always allowed.
pub fn failed(id: Value, failure: Failure, operation: &str) -> Value {
    let (code, definite, message) = match failure {
        Failure::Call(code, message) => {
            let error = json!({ "code": code, "message": message });
            return json!({ "jsonrpc": "2.0", "id": id, "error": error });
        }
        Failure::Store(Error::Refused(code)) => (code.to_string(), true, code.to_string()),
        Failure::Store(Error::Todo { line, hint }) => {
            let message = format!("implement {operation} in src/store.rs, line {line}: {hint}");
            eprintln!("{message}");
            ("not_supported".to_string(), true, message)
        }
        Failure::Store(Error::Io(error)) => (errno(&error), false, error.to_string()),
        Failure::Panic => (
            "internal".to_string(),
            false,
            format!("{operation} panicked"),
        ),
    };
    let data = json!({ "code": code, "definite": definite });
    let error = json!({ "code": 1, "message": message, "data": data });
    json!({ "jsonrpc": "2.0", "id": id, "error": error })
}

/// `io-` and the errno in lower case, as on Linux.
fn errno(error: &std::io::Error) -> String {
    let name = match error.raw_os_error() {
        Some(1) => "eperm",
        Some(2) => "enoent",
        Some(5) => "eio",
        Some(13) => "eacces",
        Some(17) => "eexist",
        Some(20) => "enotdir",
        Some(21) => "eisdir",
        Some(24) => "emfile",
        Some(27) => "efbig",
        Some(28) => "enospc",
        Some(30) => "erofs",
        Some(40) => "eloop",
        Some(122) => "edquot",
        Some(other) => return format!("io-{other}"),
        None => "other",
    };
    format!("io-{name}")
}

/// One message without its LF, in ASCII whatever is in it.
pub fn ascii(message: &Value) -> String {
    let mut out = String::new();
    for c in message.to_string().chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            let mut units = [0; 2];
            c.encode_utf16(&mut units)
                .iter()
                .for_each(|unit| out += &format!("\\u{unit:04x}"));
        }
    }
    out
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes as base64 with padding.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let [a, b, c] = [0, 1, 2].map(|i| u32::from(group.get(i).copied().unwrap_or(0)));
        let all = a << 16 | b << 8 | c;
        for i in 0..4 {
            let digit = DIGITS[(all >> (18 - 6 * i)) as usize & 63] as char;
            out.push(if i <= group.len() { digit } else { '=' });
        }
    }
    out
}

/// The bytes of base64 with padding.
pub fn decode(text: &str) -> Result<Vec<u8>, Failure> {
    let not_base64 = || wrong(-32602, "not base64");
    let plain = text.trim_end_matches('=');
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut all, mut bits) = (0u32, 0);
    for digit in plain.bytes() {
        let value = DIGITS
            .iter()
            .position(|known| *known == digit)
            .ok_or_else(not_base64)?;
        all = (all << 6 | value as u32) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((all >> bits) as u8);
        }
    }
    // Told by its own encoding: padding, and bits that belong to no byte, are right there.
    if encode(&out) == text {
        Ok(out)
    } else {
        Err(not_base64())
    }
}
