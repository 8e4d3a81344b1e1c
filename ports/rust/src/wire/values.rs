//! Values of the protocol as types, which are read from parameters and written into answers.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::recipe::Recipe;

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
    use serde_json::{json, Value};

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
