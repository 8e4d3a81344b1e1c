//! What one line of a segment is, judged without looking at what stands before it.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::digest::sha256_hex;
use super::lines::{Line, LINE_BYTES_MAX};
use super::records::{self, Frame, FRAME_SCHEMA};

/// What a line is that is no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFrame {
    /// Skipped by every reader.
    Blank,
    /// It does not verify.
    Bad,
    /// No reader takes it.
    TooLong,
}

/// A self-verifying frame, whose hash and length are those of its payload: a writer wrote it, here
/// or elsewhere.
#[derive(Debug)]
pub struct Seen<'a> {
    pub frame: Frame<'a>,
    /// False where a writer would have written other bytes. A missing LF does not count.
    pub is_canonical: bool,
    /// Of the line with its LF, also where that is missing.
    pub crc: u32,
    /// Of the line with its LF, also where that is missing.
    pub length: u64,
}

/// Judges one line.
pub fn judge<'a>(line: &Line<'a>) -> Result<Seen<'a>, NoFrame> {
    let text = line.text.ok_or(NoFrame::TooLong)?;
    let length = text.len() as u64 + 1;
    if length > LINE_BYTES_MAX {
        return Err(NoFrame::TooLong);
    }
    let Some(frame) = parse(text) else {
        return Err(if line.is_blank() { NoFrame::Blank } else { NoFrame::Bad });
    };
    let written = records::line(&Frame { schema: FRAME_SCHEMA.into(), ..frame.clone() });
    Ok(Seen {
        is_canonical: written.strip_suffix(b"\n") == Some(text),
        crc: crc32c::crc32c_append(crc32c::crc32c(text), b"\n"),
        length,
        frame,
    })
}

/// The frame of a line, where hash and length of its payload fit.
pub fn parse(text: &[u8]) -> Option<Frame<'_>> {
    let frame: Frame = records::parse(text)?;
    let payload = frame.payload.get().as_bytes();
    let fits =
        frame.payload_bytes == payload.len() as u64 && frame.payload_sha256 == sha256_hex(payload);
    fits.then_some(frame)
}

/// What a caller wants to be kept. The payload is in the form in which it is stored.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub id: &'a str,
    pub parent: Option<&'a str>,
    pub entry_type: &'a str,
    pub payload: &'a RawValue,
    pub at: &'a str,
}

/// The frame of an entry at its place, without the numbers of the place.
pub fn draft<'a>(wanted: &Wanted<'a>) -> Frame<'a> {
    let payload = wanted.payload.get().as_bytes();
    Frame {
        schema: FRAME_SCHEMA.into(),
        segment_seq: 0,
        frame_seq: 0,
        entry_seq: 0,
        entry_id: wanted.id.into(),
        parent_entry_id: wanted.parent.map(Cow::from),
        entry_type: wanted.entry_type.into(),
        timestamp: wanted.at.into(),
        payload_sha256: sha256_hex(payload).into(),
        payload_bytes: payload.len() as u64,
        payload: wanted.payload,
    }
}

#[cfg(test)]
mod tests {
    use super::super::payload;
    use super::*;

    const FIRST: &str = concat!(
        r#"{"schema":"pi.session_store_v2.segment_frame.v1","segmentSeq":1,"frameSeq":1,"entrySeq":1,"#,
        r#""entryId":"entry_00000001","entryType":"message","timestamp":"2026-01-01T00:00:00.001Z","#,
        r#""payloadSha256":"2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd","#,
        r#""payloadBytes":7,"payload":{"n":1}}"#
    );

    fn line(text: &str, terminated: bool) -> Line<'_> {
        let to = text.len() as u64 + u64::from(terminated);
        Line { from: 0, to, terminated, text: Some(text.as_bytes()) }
    }

    #[test]
    fn the_vector_is_read_and_written() {
        let seen = judge(&line(FIRST, true)).expect("a frame");
        assert!(seen.is_canonical);
        assert_eq!((seen.crc, seen.length), (0x0280_58F5, 297));
        let stored = payload::stored("{\"n\":1}").expect("JSON");
        let wanted = Wanted {
            id: "entry_00000001",
            parent: None,
            entry_type: "message",
            payload: &stored,
            at: "2026-01-01T00:00:00.001Z",
        };
        let frame = Frame { segment_seq: 1, frame_seq: 1, entry_seq: 1, ..draft(&wanted) };
        assert_eq!(records::line(&frame), format!("{FIRST}\n").as_bytes());
    }

    #[test]
    fn cr_and_white_space_are_read_and_not_canonical() {
        for (text, crc) in [(format!("{FIRST}\r"), Some(0x856F_491D)), (format!(" {FIRST}"), None)]
        {
            let seen = judge(&line(&text, true)).expect("a frame");
            assert!(!seen.is_canonical);
            assert!(crc.is_none_or(|crc| crc == seen.crc));
        }
        let spaced = FIRST.replace("{\"n\":1}}", " {\"n\":1} }");
        assert!(judge(&line(&spaced, true)).is_ok_and(|seen| !seen.is_canonical));
    }

    #[test]
    fn a_frame_without_its_lf_counts_as_if_it_had_it() {
        let judged = judge(&line(FIRST, false));
        assert!(judged.is_ok_and(|seen| seen.is_canonical && seen.length == 297));
    }

    #[test]
    fn what_does_not_verify() {
        for (from, to) in [
            ("{\"n\":1}", "{\"n\":2}"),
            ("{\"n\":1}", "{\"n\": 1}"),
            ("\"payloadBytes\":7", "\"payloadBytes\":8"),
            ("2bfd14f4", "2BFD14F4"),
            ("\"entryType\":\"message\",", ""),
        ] {
            assert_eq!(
                judge(&line(&FIRST.replace(from, to), true)).err(),
                Some(NoFrame::Bad),
                "{to}"
            );
        }
        assert_eq!(judge(&line("  ", true)).err(), Some(NoFrame::Blank));
        assert_eq!(judge(&line("  ", false)).err(), Some(NoFrame::Bad));
        let long = Line { text: None, ..line("", true) };
        assert_eq!(judge(&long).err(), Some(NoFrame::TooLong));
    }
}
