//! Lines, values and parameters of the protocol.

use std::ffi::OsStr;
use std::io::{self, BufRead, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::ser::Formatter;
use serde_json::{Map, Value};

use crate::files::Dir;
use crate::kind::CallError;
use crate::recipe::Recipe;

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

/// The parameters of one call.
#[derive(Debug, Default)]
pub struct Params(Map<String, Value>);

impl Params {
    /// Parameters of these members.
    pub fn new(members: Map<String, Value>) -> Self {
        Params(members)
    }

    /// One parameter, as one of the types below.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T, CallError> {
        T::deserialize(self.0.get(name).unwrap_or(&Value::Null))
            .map_err(|error| CallError::Params(format!("{name}: {error}")))
    }

    /// One parameter that may be absent.
    pub fn get_or<T: DeserializeOwned>(&self, name: &str, absent: T) -> Result<T, CallError> {
        if self.0.contains_key(name) {
            self.get(name)
        } else {
            Ok(absent)
        }
    }

    /// The parameter `h`.
    pub fn handle(&self) -> Result<Handle, CallError> {
        self.get("h")
    }

    /// The parameter `dir`.
    pub fn dir(&self) -> Result<Dir, CallError> {
        self.get::<StoreDir>("dir").map(Dir::new)
    }

    /// The parameter `at` in microseconds since 1970.
    pub fn unix_micros(&self) -> Result<u64, CallError> {
        self.get::<Time>("at").map(|at| at.unix_micros())
    }

    /// One number of 64 bits.
    pub fn u64(&self, name: &str) -> Result<u64, CallError> {
        self.get::<U64>(name).map(|U64(number)| number)
    }

    /// One of a few words, the first of them where the parameter is absent.
    pub fn choice<'a>(&self, name: &str, words: &[&'a str]) -> Result<&'a str, CallError> {
        let given = self.get_or(name, words[0].to_owned())?;
        let known = words.iter().find(|word| **word == given);
        known.copied().ok_or_else(|| CallError::Params(format!("{name}: none of {words:?}")))
    }

    /// The parameters as a struct of the types below; members that it does not name are ignored.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, CallError> {
        serde_json::from_value(Value::Object(self.0))
            .map_err(|error| CallError::Params(error.to_string()))
    }
}

/// A number of 64 bits: a decimal string without sign and leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct U64(pub u64);

impl Serialize for U64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for U64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_canonical = text == "0" || text.starts_with(|c: char| ('1'..='9').contains(&c));
        match text.parse() {
            Ok(number) if is_canonical => Ok(U64(number)),
            _ => Err(D::Error::custom("a decimal string of 0 to 2^64-1 is expected")),
        }
    }
}

/// Bytes: base64 with padding, or a recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Given::deserialize(deserializer)? {
            Given::Text(text) => STANDARD.decode(text).map_err(D::Error::custom).map(Bytes),
            Given::Recipe(recipe) => recipe.bytes().map_err(D::Error::custom).map(Bytes),
        }
    }
}

/// A JSON document that a store keeps: its text, or a recipe for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonText(pub String);

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Given::deserialize(deserializer)? {
            Given::Text(text) => Ok(JsonText(text)),
            Given::Recipe(recipe) => recipe.json_text().map_err(D::Error::custom).map(JsonText),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a string or a recipe is expected")]
enum Given {
    Text(String),
    Recipe(Recipe),
}

/// The name of a handle: 1 to 64 of `A-Z a-z 0-9 _ . : -`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Handle(String);

impl Handle {
    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Handle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"_.:-".contains(&b);
        if (1..=64).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Handle(text))
        } else {
            Err(D::Error::custom("the name of a handle is expected"))
        }
    }
}

/// The directory of a store: an absolute path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreDir(PathBuf);

impl AsRef<Path> for StoreDir {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl<'de> Deserialize<'de> for StoreDir {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let path = PathBuf::from(String::deserialize(deserializer)?);
        if path.is_absolute() {
            Ok(StoreDir(path))
        } else {
            Err(D::Error::custom("an absolute path is expected"))
        }
    }
}

/// The time to write: ISO 8601 in UTC with three digits of the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time {
    text: String,
    unix_micros: u64,
}

impl Time {
    /// The time as the call gave it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Microseconds since 1970; 0 for any time before.
    pub fn unix_micros(&self) -> u64 {
        self.unix_micros
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match unix_micros_of(&text) {
            Some(unix_micros) => Ok(Time { text, unix_micros }),
            None => Err(D::Error::custom("a time such as 2026-01-01T00:00:00.000Z is expected")),
        }
    }
}

fn unix_micros_of(text: &str) -> Option<u64> {
    let fits = |(given, shape): (u8, u8)| match shape {
        b'0' => given.is_ascii_digit(),
        _ => given == shape,
    };
    let shape = b"0000-00-00T00:00:00.000Z";
    if text.len() != shape.len() || !text.bytes().zip(*shape).all(fits) {
        return None;
    }
    let part = |from: usize, to: usize| text[from..to].parse::<i64>().ok();
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    let is_real = (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_real || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(u64::try_from(seconds * 1_000_000 + part(20, 23)? * 1_000).unwrap_or(0))
}

/// Days in the Gregorian calendar. A year is counted from March, so that the leap day ends it.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// A file name for an answer: a byte that is no UTF-8 is written `\xNN`.
pub fn file_name(name: &OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
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

    #[test]
    fn numbers_are_canonical_decimal_strings() {
        let read = |value: Value| serde_json::from_value::<U64>(value).map(|n| n.0).ok();
        assert_eq!(read(json!("0")), Some(0));
        assert_eq!(read(json!("18446744073709551615")), Some(u64::MAX));
        for wrong in ["", "00", "+1", "-1", "1.0", "1e3", "18446744073709551616", " 1"] {
            assert_eq!(read(json!(wrong)), None, "{wrong}");
        }
        assert_eq!(read(json!(1)), None);
        assert_eq!(serde_json::to_value(U64(7)).unwrap(), json!("7"));
    }

    #[test]
    fn parameters_are_read_one_by_one() {
        let Value::Object(members) = json!({ "n": "7", "flag": false }) else { unreachable!() };
        let params = Params::new(members);
        assert_eq!(params.get::<U64>("n").unwrap(), U64(7));
        assert!(!params.get_or("flag", true).unwrap() && params.get_or("other", true).unwrap());
        assert_eq!(params.choice("other", &["a", "b"]).unwrap(), "a");
        assert!(params.choice("n", &["7", "b"]).is_ok() && params.choice("n", &["a"]).is_err());
        for (name, says) in [("flag", "flag: invalid type"), ("other", "other: invalid type")] {
            let Err(CallError::Params(text)) = params.get::<U64>(name) else { panic!("{name}") };
            assert!(text.starts_with(says), "{text}");
        }
    }

    #[test]
    fn times_are_counted_from_1970() {
        let read = |text: &str| {
            serde_json::from_value::<Time>(text.into()).map(|time| time.unix_micros()).ok()
        };
        assert_eq!(read("1970-01-01T00:00:00.001Z"), Some(1_000));
        assert_eq!(read("2023-11-14T22:13:20.000Z"), Some(1_700_000_000_000_000));
        assert_eq!(read("2024-03-01T00:00:00.000Z"), Some(1_709_251_200_000_000));
        assert_eq!(read("1969-12-31T23:59:59.999Z"), Some(0));
        for wrong in
            ["2026-13-01T00:00:00.000Z", "2026-01-01T00:00:00Z", "2026-01-01 00:00:00.000Z"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn handles_bytes_and_names_are_checked() {
        let fits = |text: &str| serde_json::from_value::<Handle>(text.into()).is_ok();
        assert!(fits("a.B:9_-") && fits(&"x".repeat(64)));
        assert!(!fits("") && !fits("a/b") && !fits(&"x".repeat(65)));
        let bytes = |text: &str| serde_json::from_value::<Bytes>(text.into()).ok();
        assert_eq!(bytes("AQID"), Some(Bytes(vec![1, 2, 3])));
        assert_eq!(bytes("AQI"), None);
        let recipe = json!({ "gen": "counter", "seed": "7", "bytes": "3" });
        let made = serde_json::from_value::<Bytes>(recipe.clone()).unwrap();
        assert_eq!(made, Bytes(vec![7, 8, 9]));
        assert_eq!(serde_json::from_value::<JsonText>(recipe).unwrap(), JsonText("\"H\"".into()));
        assert!(serde_json::from_value::<Bytes>(json!({ "gen": "zero", "bytes": 3 })).is_err());
        assert_eq!(file_name(OsStr::from_bytes(b"a\xff\xc3\xa9")), "a\\xff\u{e9}");
    }
}
