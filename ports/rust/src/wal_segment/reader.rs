//! One segment, read from its beginning in bounded memory.

use blake3::Hasher;

use super::format::{
    Frame, Header, FRAME_HEAD_BYTES, HEADER_BYTES, LENGTH_BYTES, LENGTH_LEAST, LENGTH_MOST,
};
use crate::error::Result;
use crate::files::{File, Stamp};

const WINDOW_BYTES: u64 = 1 << 20;

/// Goes over the frames of a segment and hashes what has verified.
#[derive(Debug)]
pub struct SegmentReader {
    file: File,
    stamp: Stamp,
    /// Bytes of the file from `window_at` on.
    window: Vec<u8>,
    window_at: u64,
    end: u64,
    hasher: Hasher,
}

impl SegmentReader {
    /// Begins to read a segment of the length that it has now.
    pub fn new(file: File) -> Result<Self> {
        let stamp = file.stamp()?;
        let (window, hasher) = (Vec::new(), Hasher::new());
        Ok(SegmentReader { file, stamp, window, window_at: 0, end: 0, hasher })
    }

    /// Which file it is, as long as it was when reading began.
    pub fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Where the bytes end that have verified.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// A hash over the bytes that have verified, to go on with.
    pub fn hasher(&self) -> &Hasher {
        &self.hasher
    }

    /// What the first bytes say; `None` where they are fewer than a header has.
    pub fn header(&mut self) -> Result<Option<Header>> {
        Ok(Header::decode(self.hold(0, HEADER_BYTES)?))
    }

    /// The header has verified: frames begin behind it.
    pub fn accept_header(&mut self) -> Result<()> {
        self.hold(0, HEADER_BYTES)?;
        self.accept(HEADER_BYTES);
        Ok(())
    }

    /// The next frame; `None` at the end of the file, and where the bytes are none.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>> {
        let Some(bytes) = self.frame_bytes()? else { return Ok(None) };
        if !Frame::verifies(self.next_bytes(bytes)) {
            return Ok(None);
        }
        let start = (self.end - self.window_at) as usize;
        self.accept(bytes);
        Ok(Frame::parse(&self.window[start..start + bytes as usize]))
    }

    /// How long the next frame is by its own word, once all of it is in the window. No length is
    /// believed that is above what a reader takes or what the file still has.
    fn frame_bytes(&mut self) -> Result<Option<u64>> {
        let Ok(length) = <[u8; 4]>::try_from(self.hold(self.end, LENGTH_BYTES)?) else {
            return Ok(None);
        };
        let length = u64::from(u32::from_be_bytes(length));
        if !(LENGTH_LEAST..=LENGTH_MOST).contains(&length) {
            return Ok(None);
        }
        let wanted = LENGTH_BYTES + length;
        Ok((self.hold(self.end, wanted)?.len() as u64 == wanted).then_some(wanted))
    }

    /// Whether all bytes from `from` on are zeros.
    pub fn is_zero_from(&self, from: u64) -> Result<bool> {
        let mut is_zero = true;
        self.file.each_chunk(from, self.stamp.bytes, |chunk| {
            is_zero &= chunk.iter().all(|byte| *byte == 0);
            Ok(())
        })?;
        Ok(is_zero)
    }

    /// Whether a frame that a replay would apply may begin at `from` or behind it: one that
    /// verifies, of a known type, with a sequence above `last_seq`. True also where telling would
    /// take too long.
    pub fn may_hold_frame_from(&mut self, from: u64, last_seq: u64) -> Result<bool> {
        let size = self.stamp.bytes;
        // Bytes made so that they look like many long frames must not cost the square of their
        // number.
        let mut work = size.saturating_sub(from).saturating_mul(64).saturating_add(1 << 20);
        let mut at = from;
        while at + LENGTH_BYTES + LENGTH_LEAST <= size {
            self.hold(at, WINDOW_BYTES.min(size - at))?;
            let chunk = &self.window[(at - self.window_at) as usize..];
            for (head, start) in chunk.windows(FRAME_HEAD_BYTES).zip(at..) {
                let Some(length) = candidate(head, last_seq) else { continue };
                if start + length > size {
                    continue;
                }
                if length > work || self.verifies(start, length)? {
                    return Ok(true);
                }
                work -= length;
            }
            match chunk.len().checked_sub(FRAME_HEAD_BYTES - 1) {
                Some(looked_at) if looked_at > 0 => at += looked_at as u64,
                // Somebody cut the file while it was read.
                _ => break,
            }
        }
        Ok(false)
    }

    fn verifies(&self, from: u64, length: u64) -> Result<bool> {
        let covered = from + length - 4;
        let mut sum = 0;
        self.file.each_chunk(from, covered, |chunk| {
            sum = crc32c::crc32c_append(sum, chunk);
            Ok(())
        })?;
        Ok(self.file.read_range(covered, from + length)? == sum.to_be_bytes())
    }

    /// The next `bytes` behind what has verified have verified as well; they are in the window.
    fn accept(&mut self, bytes: u64) {
        let start = (self.end - self.window_at) as usize;
        self.hasher.update(&self.window[start..start + bytes as usize]);
        self.end += bytes;
    }

    /// The next `bytes` behind what has verified, which are in the window.
    fn next_bytes(&self, bytes: u64) -> &[u8] {
        let start = (self.end - self.window_at) as usize;
        &self.window[start..start + bytes as usize]
    }

    /// Brings the bytes [at, at + count) into the window; fewer where the file ends.
    fn hold(&mut self, at: u64, count: u64) -> Result<&[u8]> {
        let end = (at + count).min(self.stamp.bytes).max(at);
        let held_to = self.window_at + self.window.len() as u64;
        if at < self.window_at || end > held_to {
            let to = end.max(at + WINDOW_BYTES).min(self.stamp.bytes);
            self.window = self.file.read_range(at, to)?;
            self.window_at = at;
        }
        let start = (at - self.window_at) as usize;
        let held = (end - at) as usize;
        Ok(&self.window[start..self.window.len().min(start + held)])
    }
}

/// The bytes of the frame that may begin with these; `None` where none does that a replay applies.
fn candidate(head: &[u8], last_seq: u64) -> Option<u64> {
    // No length that a reader takes begins with a higher byte.
    if head[0] > 4 {
        return None;
    }
    let length = u64::from(u32::from_be_bytes(head[..4].try_into().ok()?));
    let seq = u64::from_be_bytes(head[4..12].try_into().ok()?);
    let is_frame = (LENGTH_LEAST..=LENGTH_MOST).contains(&length);
    let is_wanted = seq > last_seq && super::format::is_applied(head[20]);
    (is_frame && is_wanted).then_some(LENGTH_BYTES + length)
}
