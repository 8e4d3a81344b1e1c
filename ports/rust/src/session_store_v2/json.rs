//! Reading and printing of records.
//!
//! Reading follows the common JSON rules of the format page, which are those of serde: any order of
//! members, unknown ones passed over, known ones at most once, integers as digits alone. One thing
//! is taken away: serde reads an array with all values in order as a struct, and a safe store must
//! not.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// Reads one record: a JSON object, with white space around it and nothing else.
pub fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    let text = std::str::from_utf8(bytes).ok()?;
    if !is_object(text) {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// The record on one line, ended by its LF.
pub fn line<T: Serialize>(record: &T) -> Vec<u8> {
    let mut bytes =
        serde_json::to_vec(record).expect("records hold nothing that cannot be printed");
    bytes.push(b'\n');
    bytes
}

/// The record with two spaces of indent and no newline at its end.
pub fn pretty<T: Serialize>(record: &T) -> Vec<u8> {
    serde_json::to_vec_pretty(record).expect("records hold nothing that cannot be printed")
}

fn is_object(text: &str) -> bool {
    text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('{')
}

/// An object inside of a record.
pub fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<T, D::Error> {
    let raw = Box::<RawValue>::deserialize(from)?;
    parse(raw.get().as_bytes()).ok_or_else(|| serde::de::Error::custom("not such an object"))
}

/// A list of objects inside of a record.
pub fn objects<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    from: D,
) -> Result<Vec<T>, D::Error> {
    let all = Vec::<Box<RawValue>>::deserialize(from)?;
    all.iter()
        .map(|raw| parse(raw.get().as_bytes()))
        .collect::<Option<_>>()
        .ok_or_else(|| serde::de::Error::custom("not a list of such objects"))
}

#[cfg(test)]
mod tests {
    use super::super::records::{Event, Row};
    use super::*;

    const ROW: &str = concat!(
        r#"{"schema":"pi.session_store_v2.offset_index.v1","entrySeq":1,"#,
        r#""entryId":"entry_00000001","segmentSeq":1,"frameSeq":1,"byteOffset":0,"#,
        r#""byteLength":297,"crc32c":"028058F5","state":"active"}"#,
        "\n"
    );

    fn row(text: &str) -> Option<Row> {
        parse(text.as_bytes())
    }

    #[test]
    fn what_is_written_is_read_and_written_again() {
        let read = row(ROW).expect("a row");
        assert_eq!(line(&read), ROW.as_bytes());
        let escaped = Row { entry_id: "\"\\\u{8}\u{1f}\u{7f}/\u{2028}\u{10000}".into(), ..read };
        let text = String::from_utf8(line(&escaped)).expect("text");
        assert!(text.contains("\"\\\"\\\\\\b\\u001f\u{7f}/\u{2028}\u{10000}\""), "{text}");
    }

    #[test]
    fn what_is_read_although_nobody_writes_it() {
        assert!(
            row(&ROW.replace("{\"schema\"", " {\t\"x\":[1,{}],\"x\":1e999,\"schema\"")).is_some()
        );
        assert!(row(&ROW.replace("entrySeq", "entry\\u0053eq")).is_some());
        assert!(row(&ROW.replace("\"active\"", "\"gone\"")).is_some());
        let event = r#"{"schema":"","migrationId":"","phase":"","at":"","sourcePath":"",
            "targetPath":"","sourceFormat":"","targetFormat":"","verification":{"entryCountMatch":true,
            "hashChainMatch":true,"indexConsistent":false},"outcome":"","errorClass":null,
            "correlationId":""}"#;
        let read: Event = parse(event.as_bytes()).expect("an event");
        assert_eq!(read.error_class, None);
        let array = event.replace("{\"entry", "[{\"entry").replace("false}", "false}]");
        assert!(parse::<Event>(array.as_bytes()).is_none());
        let positional = event.replace("{\"entryCountMatch\":true,", "[true,");
        let positional =
            positional.replace("\"hashChainMatch\":true,\"indexConsistent\":false}", "true,false]");
        assert!(parse::<Event>(positional.as_bytes()).is_none());
    }

    #[test]
    fn what_is_refused() {
        for (from, to) in [
            ("\"entrySeq\":1", "\"entrySeq\":1.0"),
            ("\"entrySeq\":1", "\"entrySeq\":1e0"),
            ("\"entrySeq\":1", "\"entrySeq\":-0"),
            ("\"entrySeq\":1", "\"entrySeq\":\"1\""),
            ("\"entrySeq\":1", "\"entrySeq\":01"),
            ("\"entrySeq\":1", "\"entrySeq\":18446744073709551616"),
            ("\"entrySeq\":1", "\"entrySeq\":1,\"entrySeq\":1"),
            ("\"entrySeq\":1,", ""),
            ("\"active\"", "null"),
            ("\"active\"}", "\"active\"}x"),
            ("{\"schema\"", "\u{feff}{\"schema\""),
            ("entry_00000001", "\\ud800"),
        ] {
            let changed = ROW.replacen(from, to, 1);
            assert_ne!(changed, ROW);
            assert_eq!(row(&changed), None, "{changed}");
        }
        let values = r#"["s",1,"e",1,1,0,297,"028058F5","active"]"#;
        assert!(serde_json::from_str::<Row>(values).is_ok(), "serde alone takes it");
        assert_eq!(row(values), None);
    }
}
