//! Bytes of the format: headers, frames and the names of files. All numbers are big-endian.

use blake3::Hash;

/// What a segment begins with.
const MAGIC: [u8; 4] = *b"AEDB";
/// The only version there is.
pub const VERSION: u16 = 1;
/// Bytes of a header.
pub const HEADER_BYTES: u64 = 64;
/// Bytes of a frame's length, which does not count itself.
pub const LENGTH_BYTES: u64 = 4;
/// The least that a length says: sequence, time, type and checksum.
pub const LENGTH_LEAST: u64 = 21;
/// The most that a reader takes.
pub const LENGTH_MOST: u64 = 64 << 20;
/// Bytes of a frame before its payload.
pub const FRAME_HEAD_BYTES: usize = 21;
/// Stands in the header of a segment that none comes before.
pub const NO_HASH: Hash = Hash::from_bytes([0; 32]);

/// Whether a replay applies frames of this type.
pub fn is_applied(payload_type: u8) -> bool {
    matches!(payload_type, 1 | 2 | 4)
}

/// What a segment begins with, whatever it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    magic: [u8; 4],
    /// Version of the format.
    pub version: u16,
    /// Nothing, in every header that a writer made.
    pub reserved: u16,
    /// Whose log it is.
    pub instance: u64,
    /// The number of the segment.
    pub segment: u64,
    /// When it was made, in microseconds since 1970.
    pub created_at_micros: u64,
    /// The hash of the whole segment before.
    pub previous: Hash,
}

impl Header {
    /// The header of a segment that is made now.
    pub fn new(instance: u64, segment: u64, created_at_micros: u64, previous: Hash) -> Self {
        let (magic, version, reserved) = (MAGIC, VERSION, 0);
        Header { magic, version, reserved, instance, segment, created_at_micros, previous }
    }

    /// What these bytes say; `None` where they are fewer than a header has.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        Some(Header {
            magic: array_at(bytes, 0)?,
            version: u16::from_be_bytes(array_at(bytes, 4)?),
            reserved: u16::from_be_bytes(array_at(bytes, 6)?),
            instance: u64_at(bytes, 8)?,
            segment: u64_at(bytes, 16)?,
            created_at_micros: u64_at(bytes, 24)?,
            previous: Hash::from_bytes(array_at(bytes, 32)?),
        })
    }

    /// The bytes of a header.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES as usize);
        bytes.extend(self.magic);
        bytes.extend(self.version.to_be_bytes());
        bytes.extend(self.reserved.to_be_bytes());
        bytes.extend(self.instance.to_be_bytes());
        bytes.extend(self.segment.to_be_bytes());
        bytes.extend(self.created_at_micros.to_be_bytes());
        bytes.extend(self.previous.as_bytes());
        bytes
    }

    /// Whether it begins as every segment does.
    pub fn has_magic(&self) -> bool {
        self.magic == MAGIC
    }

    /// Whether nothing stands behind the version: as much of a header as a torn write leaves.
    pub fn is_bare(&self) -> bool {
        let numbers = self.instance | self.segment | self.created_at_micros;
        self.reserved == 0 && numbers == 0 && self.previous == NO_HASH
    }

    /// Whether its hash is the beginning of `due` with zeros behind it: a write that was cut short.
    pub fn holds_beginning_of(&self, due: Hash) -> bool {
        let (held, due) = (self.previous.as_bytes(), due.as_bytes());
        let same = held.iter().zip(due).take_while(|(a, b)| a == b).count();
        held[same..].iter().all(|byte| *byte == 0)
    }
}

/// One commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The commit sequence, which rises over the whole log.
    pub seq: u64,
    /// The caller's time, in microseconds since 1970.
    pub at_micros: u64,
    /// What the payload is, to the log's user.
    pub payload_type: u8,
    /// Opaque to the log.
    pub payload: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Whether these bytes are one whole frame, length and checksum included.
    pub fn verifies(bytes: &[u8]) -> bool {
        let Some(length) = array_at(bytes, 0).map(u32::from_be_bytes).map(u64::from) else {
            return false;
        };
        let (covered, sum) = bytes.split_at(bytes.len() - 4);
        let is_whole = length >= LENGTH_LEAST && length + LENGTH_BYTES == bytes.len() as u64;
        is_whole && crc32c::crc32c(covered).to_be_bytes() == sum
    }

    /// What bytes say that verify as a frame.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        Some(Frame {
            seq: u64_at(bytes, 4)?,
            at_micros: u64_at(bytes, 12)?,
            payload_type: *bytes.get(20)?,
            payload: bytes.get(FRAME_HEAD_BYTES..bytes.len().checked_sub(4)?)?,
        })
    }

    /// What the frame's length says: all bytes behind it.
    pub fn length(&self) -> u64 {
        LENGTH_LEAST + self.payload.len() as u64
    }

    /// Adds the frame's bytes. Its length must not be above [`LENGTH_MOST`].
    pub fn encode_to(&self, bytes: &mut Vec<u8>) {
        let start = bytes.len();
        bytes.extend((self.length() as u32).to_be_bytes());
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(self.at_micros.to_be_bytes());
        bytes.push(self.payload_type);
        bytes.extend(self.payload);
        let sum = crc32c::crc32c(&bytes[start..]);
        bytes.extend(sum.to_be_bytes());
    }
}

/// The file of a segment.
pub fn segment_name(number: u64) -> String {
    format!("segment_{number:016}.aedbwal")
}

/// The number that a program may take a file's name for, also in another spelling than
/// [`segment_name`]'s; `None` for a name that is no segment's.
pub fn segment_number(name: &str) -> Option<u64> {
    let (prefix, suffix) = ("segment_", ".aedbwal");
    let is_named = name.starts_with(prefix) && name.ends_with(suffix);
    let digits = name.trim_start_matches(prefix).trim_end_matches(suffix);
    // `parse` takes a plus sign too, as the original does.
    is_named.then(|| digits.parse().ok()).flatten()
}

fn array_at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    array_at(bytes, at).map(u64::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hexadecimal digits as bytes.
    fn bytes_of(hex: &str) -> Vec<u8> {
        let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (0..hex.len()).step_by(2).map(byte).collect()
    }

    /// The vectors of the format page.
    const FRAMES: [(u64, u64, u8, &[u8], &str); 3] = [
        (11, 111, 1, b"first", "0000001a000000000000000b000000000000006f01666972737471a8611b"),
        (12, 222, 2, b"second", "0000001b000000000000000c00000000000000de027365636f6e64810948cf"),
        (1, 1, 1, b"", "00000015000000000000000100000000000000010120982877"),
    ];
    const HEADER_1: &str = "41454442000100000000000000000009000000000000000100060a24181e4000\
        0000000000000000000000000000000000000000000000000000000000000000";
    const HEADER_2: &str = "41454442000100000000000000000009000000000000000200060a24182d8240\
        cea36a568403ad1a4450d405bb5a1fbcef1f50b3ebecb40c3a29e8f4d38da6ad";

    #[test]
    fn frames_are_those_of_the_format_page() {
        for (seq, at_micros, payload_type, payload, hex) in FRAMES {
            let frame = Frame { seq, at_micros, payload_type, payload };
            let mut bytes = Vec::new();
            frame.encode_to(&mut bytes);
            assert_eq!(bytes, bytes_of(hex));
            assert!(Frame::verifies(&bytes) && !Frame::verifies(&bytes[..bytes.len() - 1]));
            assert_eq!(Frame::parse(&bytes), Some(frame));
            for at in 0..bytes.len() {
                let mut other = bytes.clone();
                other[at] ^= 0x10;
                assert!(!Frame::verifies(&other), "{at}");
            }
        }
        assert!(!Frame::verifies(&[]) && !Frame::verifies(&[0; 4]));
    }

    #[test]
    fn headers_are_those_of_the_format_page() {
        let mut segment = bytes_of(HEADER_1);
        segment.extend(bytes_of(FRAMES[0].4));
        segment.extend(bytes_of(FRAMES[1].4));
        let hash = blake3::hash(&segment);
        let first = Header::new(9, 1, 1_700_000_000_000_000, NO_HASH);
        let second = Header::new(9, 2, 1_700_000_001_000_000, hash);
        for (header, hex) in [(first, HEADER_1), (second, HEADER_2)] {
            assert_eq!(header.encode(), bytes_of(hex));
            assert_eq!(Header::decode(&bytes_of(hex)), Some(header));
        }
        assert_eq!(segment.len(), 125);
        let alone = "d7c43bee6ca1f9faa1fde01b69776f0e4d8029f69489a2c55844e7e2a295bae3";
        assert_eq!(blake3::hash(&bytes_of(HEADER_1)).to_hex().as_str(), alone);
        assert_eq!(Header::decode(&segment[..63]), None);
    }

    #[test]
    fn pieces_of_headers_are_told_from_damage() {
        let due = blake3::hash(b"before");
        let with = |hash: [u8; 32]| Header::new(1, 2, 3, Hash::from_bytes(hash));
        let mut cut = *due.as_bytes();
        cut[9..].fill(0);
        assert!(with(cut).holds_beginning_of(due) && with([0; 32]).holds_beginning_of(due));
        cut[31] = 1;
        assert!(!with(cut).holds_beginning_of(due));
        assert!(Header::decode(&[0; 64]).unwrap().is_bare() && !with([0; 32]).is_bare());
    }

    #[test]
    fn names_are_known_in_every_spelling() {
        assert_eq!(segment_name(7), "segment_0000000000000007.aedbwal");
        assert_eq!(segment_name(u64::MAX), "segment_18446744073709551615.aedbwal");
        for name in [
            "segment_0000000000000007.aedbwal",
            "segment_7.aedbwal",
            "segment_+7.aedbwal",
            "segment_segment_7.aedbwal.aedbwal",
        ] {
            assert_eq!(segment_number(name), Some(7), "{name}");
        }
        for name in [
            "segment_.aedbwal",
            "segment_x.aedbwal",
            "segment_-7.aedbwal",
            "segment_18446744073709551616.aedbwal",
            "segment_7",
            "7.aedbwal",
        ] {
            assert_eq!(segment_number(name), None, "{name}");
        }
    }
}
