//! Messages as lines of ASCII.

use std::io::{self, BufRead, Read, Write};

use serde::Serialize;
use serde_json::ser::Formatter;
use serde_json::Value;

/// The longest line that this port accepts, without its LF.
pub const MAX_LINE_BYTES: usize = 8_388_608;

/// What one look for a line gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// A line without its LF.
    Whole(Vec<u8>),
    /// A line above the limit; it was read away.
    TooLong,
    /// The end of the input; what stood before it without an LF was never sent.
    End,
}

/// The next line of at most `limit` bytes.
pub fn read_line(input: &mut impl BufRead, limit: usize) -> io::Result<Line> {
    let mut line = Vec::new();
    input.take(limit as u64 + 1).read_until(b'\n', &mut line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
        return Ok(Line::Whole(line));
    }
    if line.len() <= limit {
        return Ok(Line::End);
    }
    while !line.ends_with(b"\n") {
        line.clear();
        if input.take(1 << 16).read_until(b'\n', &mut line)? == 0 {
            return Ok(Line::End);
        }
    }
    Ok(Line::TooLong)
}

/// Writes a line and flushes it: whoever waits for it must not wait for a full buffer.
pub fn write_line(output: &mut impl Write, line: &[u8]) -> io::Result<()> {
    output.write_all(line)?;
    output.write_all(b"\n")?;
    output.flush()
}

/// A message as a line without its LF, in ASCII.
pub fn encode(message: &Value) -> serde_json::Result<Vec<u8>> {
    let mut line = Vec::new();
    message.serialize(&mut serde_json::Serializer::with_formatter(&mut line, Ascii))?;
    Ok(line)
}

/// JSON without a byte above 0x7F.
struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        let mut rest = fragment;
        while let Some(at) = rest.find(|c: char| !c.is_ascii()) {
            let (plain, odd) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let end = odd.find(|c: char| c.is_ascii()).unwrap_or(odd.len());
            for unit in odd[..end].encode_utf16() {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &odd[end..];
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lines_end_at_lf_and_have_a_limit() {
        let mut input: &[u8] = b"one\nfive!\nsixty6\n\xe2\x80\xa8\nhalf";
        let mut next = || read_line(&mut input, 5).unwrap();
        assert_eq!(next(), Line::Whole(b"one".to_vec()));
        assert_eq!(next(), Line::Whole(b"five!".to_vec()));
        assert_eq!(next(), Line::TooLong);
        assert_eq!(next(), Line::Whole("\u{2028}".into()));
        assert_eq!(next(), Line::End);
    }

    #[test]
    fn answers_are_ascii() {
        let line = encode(&json!({ "text": "a\u{e9}\"\u{2028}\u{1f600}z" })).unwrap();
        let text = String::from_utf8(line).unwrap();
        assert_eq!(text, r#"{"text":"a\u00e9\"\u2028\ud83d\ude00z"}"#);
    }
}
