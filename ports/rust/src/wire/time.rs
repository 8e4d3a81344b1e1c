//! Times of the protocol.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
