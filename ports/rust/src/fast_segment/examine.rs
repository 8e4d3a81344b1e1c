//! What the bytes of a segment are: sound, torn in a way that can be set right, or damaged.

use std::io::{self, Read};

use super::frame::{header, Frames, COMMITTED_AT, HEADER_BYTES, MAGIC};
use crate::report::Did;

/// A segment that can be opened.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// What the header should publish: a place where a frame ends.
    pub committed: u64,
    /// Where committed frames end, ascending.
    pub ends: Vec<u64>,
    /// How many payloads are spelled as no writer of ours spells them.
    pub odd: usize,
    /// What must be set right before anything is appended.
    pub flaw: Option<Flaw>,
}

/// What a crash can leave behind; none of it was ever committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The header of a new segment was not written whole.
    TornHeader,
    /// The committed length is a mixture of the one before and the one that was to be.
    TornLength,
    /// Bytes stand behind the committed length.
    Tail,
}

/// What no crash of a store leaves behind, so that nobody can tell what was committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    Header,
    Frame,
    LengthBeyondEnd,
    LengthMisplaced,
}

/// Judges a file of `size` bytes from its first to the last that matters.
pub fn examine(mut file: impl Read, size: u64) -> io::Result<Result<Found, Damage>> {
    let mut start = [0; HEADER_BYTES as usize];
    let start = &mut start[..size.min(HEADER_BYTES) as usize];
    file.read_exact(start)?;
    if is_torn_header(start, size) {
        let (ends, odd, flaw) = (Vec::new(), 0, Some(Flaw::TornHeader));
        return Ok(Ok(Found { committed: HEADER_BYTES, ends, odd, flaw }));
    }
    let Some(committed) = committed_in(start) else {
        return Ok(Err(Damage::Header));
    };
    if committed > size {
        return Ok(Err(Damage::LengthBeyondEnd));
    }
    examine_frames(Frames::new(file, size), committed, size)
}

/// What the header publishes; `None` where this is no header.
fn committed_in(start: &[u8]) -> Option<u64> {
    let length = start.strip_prefix(&MAGIC)?;
    Some(u64::from_le_bytes(length.try_into().ok()?))
}

/// Sixteen bytes at most, each zero or as in an empty segment, but not an empty segment: before
/// its header is durable nothing is written behind it, so nothing was ever in there.
fn is_torn_header(start: &[u8], size: u64) -> bool {
    let empty = header(HEADER_BYTES);
    size <= HEADER_BYTES
        && start != empty
        && start.iter().zip(empty).all(|(byte, whole)| *byte == 0 || *byte == whole)
}

fn examine_frames(
    mut frames: Frames<impl Read>,
    committed: u64,
    size: u64,
) -> io::Result<Result<Found, Damage>> {
    let mut ends = Vec::new();
    let mut odd = 0;
    // A length that no frame ends at is judged by all the frames there are, also those behind it.
    while frames.end() != committed {
        let Some(frame) = frames.next()? else { break };
        odd += usize::from(!frame.decoded.canonical);
        ends.push(frame.end);
    }
    let end = frames.end();
    Ok(if end == committed {
        let flaw = (committed < size).then_some(Flaw::Tail);
        Ok(Found { committed, ends, odd, flaw })
    } else if end == size && is_mixture(committed, size, &ends) {
        Ok(Found { committed: size, ends, odd, flaw: Some(Flaw::TornLength) })
    } else if end < committed {
        Err(Damage::Frame)
    } else {
        Err(Damage::LengthMisplaced)
    })
}

/// True where each byte of a length is that of `aim`, or else that of one length before it: what
/// is left of a write that was cut short. `aim` itself was durable before the header was written.
fn is_mixture(length: u64, aim: u64, ends: &[u64]) -> bool {
    let foreign = (length ^ aim).to_le_bytes().map(|differs| if differs == 0 { 0 } else { 0xff });
    let foreign = u64::from_le_bytes(foreign);
    let is_left_of = |before: &u64| (length ^ before) & foreign == 0;
    is_left_of(&HEADER_BYTES) || ends.iter().any(is_left_of)
}

impl Flaw {
    /// The `why` of the repair, as the format page names it.
    pub fn why(self) -> &'static str {
        match self {
            Flaw::TornHeader => "torn_header",
            Flaw::TornLength => "torn_committed_length",
            Flaw::Tail => "uncommitted_tail",
        }
    }

    /// What the repair does: behind a commit record bytes go, a header is written anew.
    pub fn did(self) -> Did {
        match self {
            Flaw::Tail => Did::Cut,
            Flaw::TornHeader | Flaw::TornLength => Did::Rebuilt,
        }
    }

    /// The bytes that the repair concerns, in a file of `size` bytes as it was found.
    pub fn range(self, committed: u64, size: u64) -> (u64, u64) {
        match self {
            Flaw::TornHeader => (0, size),
            Flaw::TornLength => (COMMITTED_AT, HEADER_BYTES),
            Flaw::Tail => (committed, size),
        }
    }
}

impl Damage {
    /// The code of the refusal.
    pub fn code(self) -> &'static str {
        match self {
            Damage::Header => "header_damaged",
            Damage::Frame => "corrupt_frame",
            Damage::LengthBeyondEnd => "committed_beyond_end",
            Damage::LengthMisplaced => "committed_misplaced",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fast_segment::frame::put_frame;
    use crate::fast_segment::testing::{entry_d, sealed_file, torn_length};

    fn judge(file: &[u8]) -> Result<Found, Damage> {
        examine(file, file.len() as u64).expect("memory is always read")
    }

    fn flaw(file: &[u8]) -> Result<Option<Flaw>, Damage> {
        judge(file).map(|found| found.flaw)
    }

    /// The page's segment with another committed length.
    fn publishing(committed: u64) -> Vec<u8> {
        let mut file = sealed_file();
        file[8..16].copy_from_slice(&committed.to_le_bytes());
        file
    }

    #[test]
    fn finds_a_sound_segment() {
        let sound = Found { committed: 108, ends: vec![66, 108], odd: 0, flaw: None };
        assert_eq!(judge(&sealed_file()), Ok(sound));
        let empty = Found { committed: 16, ends: vec![], odd: 0, flaw: None };
        assert_eq!(judge(&header(16)), Ok(empty));
    }

    #[test]
    fn takes_every_beginning_of_an_empty_segment_for_torn() {
        for size in 0..16 {
            assert_eq!(flaw(&header(16)[..size]), Ok(Some(Flaw::TornHeader)), "{size} bytes");
            assert_eq!(flaw(&vec![0; size]), Ok(Some(Flaw::TornHeader)), "{size} zeros");
        }
        assert_eq!(flaw(&[0; 16]), Ok(Some(Flaw::TornHeader)));
        assert_eq!(flaw(&header(0)), Ok(Some(Flaw::TornHeader)));
        assert_eq!(flaw(&[0; 17]), Err(Damage::Header));
        assert_eq!(flaw(b"IDB_FSX"), Err(Damage::Header));
        assert_eq!(flaw(&[&header(0)[..], &[0]].concat()), Err(Damage::LengthMisplaced));
    }

    #[test]
    fn finds_the_tail_and_looks_at_none_of_it() {
        for (committed, ends) in [(16, vec![]), (66, vec![66])] {
            let tail = Found { committed, ends, odd: 0, flaw: Some(Flaw::Tail) };
            assert_eq!(judge(&publishing(committed)), Ok(tail));
        }
        let garbage = [&sealed_file()[..], &[0xee; 99]].concat();
        assert_eq!(flaw(&garbage), Ok(Some(Flaw::Tail)));
    }

    #[test]
    fn refuses_a_length_that_nothing_explains() {
        assert_eq!(flaw(&publishing(109)), Err(Damage::LengthBeyondEnd));
        assert_eq!(flaw(&publishing(u64::MAX)), Err(Damage::LengthBeyondEnd));
        // One byte of it is neither of 108 nor of a length before.
        for committed in [1, 15, 17, 65, 67, 107] {
            assert_eq!(flaw(&publishing(committed)), Err(Damage::LengthMisplaced), "{committed}");
        }
    }

    #[test]
    fn refuses_committed_frames_that_do_not_verify() {
        for at in 16..108 {
            let mut file = sealed_file();
            file[at] ^= 1;
            assert_eq!(flaw(&file), Err(Damage::Frame), "byte {at}");
        }
    }

    #[test]
    fn sets_a_torn_length_right_where_sound_frames_reach_the_end() {
        let (whole, mut file) = torn_length();
        assert_eq!(flaw(&whole), Ok(None));
        let found = judge(&file).expect("torn");
        assert_eq!(found.flaw, Some(Flaw::TornLength));
        assert_eq!(found.committed, 0x10a);
        // A tail without frames, and nobody knows what was committed.
        file.push(0);
        assert_eq!(flaw(&file), Err(Damage::LengthMisplaced));
    }

    #[test]
    fn mixes_with_one_length_only() {
        assert!(is_mixture(0x0003, 0x0203, &[0x0110, 0x0203]), "over that of an empty segment");
        assert!(is_mixture(0x0210, 0x0203, &[0x0110, 0x0203]));
        assert!(is_mixture(0x0103, 0x0203, &[0x0110, 0x0203]));
        assert!(!is_mixture(0x0142, 0x0203, &[0x0110, 0x0242, 0x0203]));
    }

    #[test]
    fn tells_odd_payloads() {
        let mut file = header(16).to_vec();
        put_frame(&mut file, &entry_d()).expect("short");
        let payload = [0x03, 0xfb, 0x07, 0x00];
        file.extend_from_slice(&4_u64.to_le_bytes());
        file.extend_from_slice(&payload);
        file.extend_from_slice(blake3::hash(&payload).as_bytes());
        let size = file.len() as u64;
        file[8..16].copy_from_slice(&size.to_le_bytes());
        assert_eq!(judge(&file).expect("sound").odd, 1);
    }
}
