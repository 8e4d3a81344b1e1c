//! Payloads are JSON text: looked at, never made into a value.

use serde_json::value::RawValue;

/// The payload as it is stored: the text without the JSON white space outside of strings, all else
/// as it stands. `None` where the text is not exactly one JSON value.
pub fn stored(text: &str) -> Option<Box<RawValue>> {
    // Only the syntax is checked, to any depth: doubles of members, numbers of any size and halves
    // of surrogate pairs spelt as escapes all stay.
    let value: &RawValue = serde_json::from_str(text).ok()?;
    let text = value.get();
    let mut kept = String::with_capacity(text.len());
    let (mut in_string, mut escaped, mut copied) = (false, false, 0);
    for (at, byte) in text.bytes().enumerate() {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            kept.push_str(&text[copied..at]);
            copied = at + 1;
        } else {
            in_string = byte == b'"';
        }
    }
    kept.push_str(&text[copied..]);
    RawValue::from_string(kept).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(given: &str) -> Option<String> {
        stored(given).map(|raw| raw.get().to_owned())
    }

    #[test]
    fn white_space_goes_and_everything_else_stays() {
        for (given, kept) in [
            (" [1.0, 9007199254740993]\n", "[1.0,9007199254740993]"),
            ("{ \"b\" : 1 ,\t\"a\":1,\"a\" : 2}", "{\"b\":1,\"a\":1,\"a\":2}"),
            ("\" a \\\" b \\\\\" ", "\" a \\\" b \\\\\""),
            ("\"\\ud800\"", "\"\\ud800\""),
            ("-0.0e+0", "-0.0e+0"),
            ("1e999", "1e999"),
            ("\"\u{a0} \u{2028}\"", "\"\u{a0} \u{2028}\""),
        ] {
            assert_eq!(text(given).as_deref(), Some(kept));
        }
    }

    #[test]
    fn depth_has_no_limit() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(text(&deep), Some(deep));
    }

    #[test]
    fn what_is_no_value() {
        for none in
            ["", " ", "1 2", "{", "[1,]", "01", "+1", "NaN", "'a'", "\"\n\"", "\u{a0}1", "tru"]
        {
            assert_eq!(text(none), None, "{none:?}");
        }
    }
}
