//! The bytes of a segment: a header with the committed length, then frames of a length, a payload
//! and its BLAKE3.

use std::io::{self, ErrorKind, Read};

use super::entry::{Decoded, Entry};

/// How every segment begins: `IDB_FST` and a zero byte.
pub const MAGIC: [u8; 8] = *b"IDB_FST\0";
/// Where the committed length stands.
pub const COMMITTED_AT: u64 = 8;
/// Where the first frame begins, and the committed length of an empty segment.
pub const HEADER_BYTES: u64 = 16;
/// The bytes of a hash, with which every frame ends.
pub const HASH_BYTES: usize = 32;
/// The longest payload that is written or read.
pub const PAYLOAD_MOST: u64 = 64 << 20;

const LENGTH_BYTES: usize = 8;
/// What a frame has beside its payload.
const FIXED_BYTES: u64 = (LENGTH_BYTES + HASH_BYTES) as u64;

pub type Hash = [u8; HASH_BYTES];

/// A header that publishes everything before `committed`.
pub fn header(committed: u64) -> [u8; HEADER_BYTES as usize] {
    let mut bytes = [0; HEADER_BYTES as usize];
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..].copy_from_slice(&committed.to_le_bytes());
    bytes
}

/// Appends the frame of an entry; answers its hash, or `None` where the payload would be longer
/// than a reader takes.
pub fn put_frame(out: &mut Vec<u8>, entry: &Entry) -> Option<Hash> {
    let payload = entry.encode();
    if payload.len() as u64 > PAYLOAD_MOST {
        return None;
    }
    let hash = *blake3::hash(&payload).as_bytes();
    out.extend_from_slice(&(payload.len() as u64).to_le_bytes());
    out.extend_from_slice(&payload);
    out.extend_from_slice(&hash);
    Some(hash)
}

/// A frame that verifies and holds an entry.
pub struct Frame {
    /// Where it ends in its file.
    pub end: u64,
    pub decoded: Decoded,
}

/// Reads the frames of a segment one behind the other. Memory is bounded by the longest payload,
/// and by the bytes that the file has.
pub struct Frames<R> {
    source: R,
    size: u64,
    at: u64,
    payload: Vec<u8>,
}

impl<R: Read> Frames<R> {
    /// `source` stands behind the header of a file of `size` bytes.
    pub fn new(source: R, size: u64) -> Self {
        Self { source, size, at: HEADER_BYTES, payload: Vec::new() }
    }

    /// Where the last frame ended that verified.
    pub fn end(&self) -> u64 {
        self.at
    }

    /// The next frame; `None` where the bytes that follow are none, and at the end of the file.
    /// Is not to be asked again after that.
    pub fn next(&mut self) -> io::Result<Option<Frame>> {
        match self.read() {
            // The file lost bytes since its size was asked, so no frame stands there.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
            other => other,
        }
    }

    fn read(&mut self) -> io::Result<Option<Frame>> {
        let Some(left) = self.size.saturating_sub(self.at).checked_sub(FIXED_BYTES) else {
            return Ok(None);
        };
        let mut length = [0; LENGTH_BYTES];
        self.source.read_exact(&mut length)?;
        let length = u64::from_le_bytes(length);
        if length > left.min(PAYLOAD_MOST) {
            return Ok(None);
        }
        self.payload.resize(length as usize, 0);
        self.source.read_exact(&mut self.payload)?;
        let mut hash = Hash::default();
        self.source.read_exact(&mut hash)?;
        if blake3::hash(&self.payload) != hash {
            return Ok(None);
        }
        let Some(decoded) = Entry::decode(&self.payload) else {
            return Ok(None);
        };
        self.at += length + FIXED_BYTES;
        Ok(Some(Frame { end: self.at, decoded }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fast_segment::testing::{entry_a, entry_d, hex, sealed_file, vectors};

    fn read_all(file: &[u8]) -> (Vec<Entry>, u64) {
        let mut frames = Frames::new(&file[16..], file.len() as u64);
        let mut entries = Vec::new();
        while let Some(frame) = frames.next().expect("memory is always read") {
            entries.push(frame.decoded.entry);
        }
        (entries, frames.end())
    }

    #[test]
    fn writes_the_vectors() {
        assert_eq!(header(16).to_vec(), hex("4944425f465354001000000000000000"));
        let mut file = header(108).to_vec();
        put_frame(&mut file, &entry_a()).expect("short");
        put_frame(&mut file, &entry_d()).expect("short");
        assert_eq!(file, sealed_file());
        for (entry, _, hash) in vectors() {
            assert_eq!(put_frame(&mut Vec::new(), &entry).expect("short").to_vec(), hash);
        }
    }

    #[test]
    fn reads_the_vectors() {
        assert_eq!(read_all(&sealed_file()), (vec![entry_a(), entry_d()], 108));
        assert_eq!(read_all(&header(16)), (vec![], 16));
    }

    #[test]
    fn stops_at_the_first_frame_that_does_not_verify() {
        for at in 66..108 {
            let mut file = sealed_file();
            file[at] ^= 0x10;
            assert_eq!(read_all(&file), (vec![entry_a()], 66), "byte {at}");
        }
        for size in 66..108 {
            assert_eq!(read_all(&sealed_file()[..size]), (vec![entry_a()], 66), "{size} bytes");
        }
    }

    #[test]
    fn makes_no_room_for_a_length_that_the_file_does_not_have() {
        let mut file = header(16).to_vec();
        file.extend_from_slice(&u64::MAX.to_le_bytes());
        file.resize(200, 0);
        assert_eq!(read_all(&file), (vec![], 16));
    }

    #[test]
    fn reads_no_payload_above_the_limit() {
        struct Unread;
        impl Read for Unread {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                panic!("reads a payload that is too long");
            }
        }
        let length = (PAYLOAD_MOST + 1).to_le_bytes();
        let mut frames = Frames::new(length.chain(Unread), 1 << 40);
        assert!(frames.next().expect("memory is always read").is_none());
    }

    #[test]
    fn takes_no_payload_above_the_limit() {
        let data = vec![0; PAYLOAD_MOST as usize];
        let entry = Entry::Write { space: 1, coords: vec![], revision: 1, data };
        assert_eq!(put_frame(&mut Vec::new(), &entry), None);
    }

    #[test]
    fn a_frame_without_an_entry_ends_reading() {
        let mut file = header(16).to_vec();
        file.extend_from_slice(&[0; 8]);
        file.extend_from_slice(blake3::hash(b"").as_bytes());
        assert_eq!(read_all(&file), (vec![], 16));
    }
}
