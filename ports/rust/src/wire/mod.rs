//! Lines, values and parameters of the protocol.

mod lines;
mod time;
mod values;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::files::Dir;
use crate::kind::CallError;

pub use lines::{encode, read_line, write_line, Line, MAX_LINE_BYTES};
pub use time::Time;
pub use values::{file_name, Bytes, Handle, JsonText, StoreDir, U64};

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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
}
