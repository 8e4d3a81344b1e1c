//! Large data that a call describes instead of holding it.

use serde::Deserialize;

use crate::wire::U64;

/// The most bytes that a recipe asks for.
const BYTES_MOST: u64 = 128 << 20;

/// Which bytes, and how many.
#[derive(Debug, Clone, Deserialize)]
pub struct Recipe {
    gen: Generator,
    #[serde(default = "one")]
    seed: U64,
    bytes: U64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Generator {
    Zero,
    Counter,
    Xorshift32le,
}

fn one() -> U64 {
    U64(1)
}

impl Recipe {
    /// The bytes themselves; an error says what does not fit.
    pub fn bytes(&self) -> Result<Vec<u8>, &'static str> {
        if self.bytes.0 > BYTES_MOST {
            return Err("bytes: at most 134217728");
        }
        self.generated(self.bytes.0 as usize)
    }

    /// A JSON string of so many characters, quotation marks included.
    pub fn json_text(&self) -> Result<String, &'static str> {
        const ALPHABET: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        if !(2..=BYTES_MOST).contains(&self.bytes.0) {
            return Err("bytes: 2 to 134217728");
        }
        let bytes = self.generated(self.bytes.0 as usize - 2)?;
        let letters = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 64)]));
        Ok(['"'].into_iter().chain(letters).chain(['"']).collect())
    }

    fn generated(&self, length: usize) -> Result<Vec<u8>, &'static str> {
        let low = self.seed.0 as u32;
        Ok(match self.gen {
            Generator::Zero => vec![0; length],
            Generator::Counter => {
                (0..length).map(|at| (low as u8).wrapping_add(at as u8)).collect()
            }
            Generator::Xorshift32le if low == 0 => return Err("seed: its low 32 bits are 0"),
            Generator::Xorshift32le => {
                xorshift(low).flat_map(u32::to_le_bytes).take(length).collect()
            }
        })
    }
}

fn xorshift(seed: u32) -> impl Iterator<Item = u32> {
    let next = |x: &u32| {
        let x = x ^ (x << 13);
        let x = x ^ (x >> 17);
        Some(x ^ (x << 5))
    };
    std::iter::successors(Some(seed), next).skip(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, Value};

    fn recipe(gen: &str, seed: &str, bytes: &str) -> Recipe {
        serde_json::from_value(json!({ "gen": gen, "seed": seed, "bytes": bytes })).unwrap()
    }

    #[test]
    fn bytes_are_those_of_the_page() {
        let bytes = |gen| recipe(gen, "250", "8").bytes().unwrap();
        assert_eq!(bytes("zero"), [0; 8]);
        assert_eq!(bytes("counter"), [0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff, 0, 1]);
        assert_eq!(bytes("xorshift32le"), [0x55, 0x5e, 0xf7, 0x03, 0x2b, 0xc3, 0x8c, 0xef]);
        let short: Recipe =
            serde_json::from_value(json!({ "gen": "counter", "bytes": "3" })).unwrap();
        assert_eq!(short.bytes().unwrap(), [1, 2, 3]);
    }

    #[test]
    fn text_is_a_json_string() {
        let text = recipe("counter", "62", "6").json_text().unwrap();
        assert_eq!(text, "\"-_AB\"");
        assert!(serde_json::from_str::<Value>(&text).is_ok());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(recipe("zero", "1", "134217729").bytes().is_err());
        assert!(recipe("xorshift32le", "4294967296", "1").bytes().is_err());
        assert!(recipe("zero", "1", "1").json_text().is_err());
        assert!(serde_json::from_value::<Recipe>(json!({ "gen": "ones", "bytes": "1" })).is_err());
    }
}
