//! Lines of a file of any size, read in bounded memory.

use crate::error::Result;

/// The longest line that a reader takes, its LF included.
pub const LINE_BYTES_MAX: u64 = 104_857_600;

/// The size of one read, and of the buffer until a line is longer.
const CHUNK_BYTES: usize = 1 << 16;

/// Where lines come from.
pub trait Source {
    /// Fills the beginning of `buffer` with what stands at `offset`; 0 at the end of the file.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize>;
}

impl Source for [u8] {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize> {
        let from = usize::try_from(offset).map_or(self.len(), |at| at.min(self.len()));
        let count = buffer.len().min(self.len() - from);
        buffer[..count].copy_from_slice(&self[from..from + count]);
        Ok(count)
    }
}

/// One line of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    pub from: u64,
    /// Behind the LF, where there is one. Of a line that is too long, how far it was read.
    pub to: u64,
    /// False for the bytes behind the last LF of a file, and for a line that is too long.
    pub terminated: bool,
    /// The bytes without the LF; `None` where the line is longer than any reader takes. Whether and
    /// where it ends is not known by then: only who asks for the next line pays for that.
    pub text: Option<&'a [u8]>,
}

impl Line<'_> {
    /// Whether an LF ends the line and nothing but Unicode white space stands in it.
    pub fn is_blank(&self) -> bool {
        self.terminated && self.holds_only_white_space()
    }

    /// Whether nothing but Unicode white space stands in the line.
    pub fn holds_only_white_space(&self) -> bool {
        self.text
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .is_some_and(|text| text.chars().all(char::is_whitespace))
    }
}

/// Hands out the lines of the first `size` bytes of a source, one after the other.
pub struct Lines<'s, S: ?Sized> {
    source: &'s S,
    size: u64,
    /// No longer line is taken into memory, nor more than it needs.
    line_bytes_max: u64,
    buffer: Vec<u8>,
    /// The bytes of the buffer that are read and not handed out yet.
    begin: usize,
    end: usize,
    /// Where in the file `begin` is.
    offset: u64,
    /// The rest of a line that is too long is still to be passed over.
    is_in_long_line: bool,
}

impl<'s, S: Source + ?Sized> Lines<'s, S> {
    pub fn new(source: &'s S, size: u64) -> Self {
        Lines {
            source,
            size,
            line_bytes_max: LINE_BYTES_MAX,
            buffer: Vec::new(),
            begin: 0,
            end: 0,
            offset: 0,
            is_in_long_line: false,
        }
    }

    /// The next line; `None` behind the last. (Not an iterator: a line borrows the buffer.)
    pub fn next(&mut self) -> Result<Option<Line<'_>>> {
        if std::mem::take(&mut self.is_in_long_line) {
            self.pass_line()?;
        }
        let from = self.offset;
        let mut searched = self.begin;
        loop {
            if let Some(at) = find_lf(&self.buffer[searched..self.end]) {
                let text = self.begin..searched + at;
                self.begin = searched + at + 1;
                self.offset = from + text.len() as u64 + 1;
                return Ok(Some(Line {
                    from,
                    to: self.offset,
                    terminated: true,
                    text: Some(&self.buffer[text]),
                }));
            }
            searched = self.end;
            if (self.end - self.begin) as u64 >= self.line_bytes_max {
                self.is_in_long_line = true;
                let to = from + (self.end - self.begin) as u64;
                return Ok(Some(Line { from, to, terminated: false, text: None }));
            }
            let text_begin = self.begin;
            if !self.fill()? {
                let text = self.begin..self.end;
                self.begin = self.end;
                self.offset = from + text.len() as u64;
                let line = Line {
                    from,
                    to: self.offset,
                    terminated: false,
                    text: Some(&self.buffer[text.clone()]),
                };
                return Ok((!text.is_empty()).then_some(line));
            }
            // Filling may move what is there to the front of the buffer.
            searched -= text_begin - self.begin;
        }
    }

    /// Reads more behind what is there; false at the end.
    fn fill(&mut self) -> Result<bool> {
        self.buffer.copy_within(self.begin..self.end, 0);
        self.end -= self.begin;
        self.begin = 0;
        let at = self.offset + self.end as u64;
        let left = self.size.saturating_sub(at);
        if left == 0 {
            return Ok(false);
        }
        self.make_room(left);
        let wanted =
            (self.buffer.len() - self.end).min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = self.source.read_at(&mut self.buffer[self.end..self.end + wanted], at)?;
        self.end += count;
        Ok(count > 0)
    }

    /// Doubles a full buffer, but never beyond the longest line or what is left of the file.
    fn make_room(&mut self, left: u64) {
        if self.end < self.buffer.len() {
            return;
        }
        let wanted = (self.end * 2).max(CHUNK_BYTES) as u64;
        let bound = (self.end as u64 + left).min(self.line_bytes_max);
        let bytes = usize::try_from(wanted.min(bound)).unwrap_or(usize::MAX);
        self.buffer.reserve_exact(bytes.saturating_sub(self.buffer.len()));
        self.buffer.resize(bytes, 0);
    }

    /// Passes over a line, or the rest of one. That takes as long as the file is.
    fn pass_line(&mut self) -> Result<()> {
        loop {
            if self.begin == self.end && !self.fill()? {
                return Ok(());
            }
            let unread = &self.buffer[self.begin..self.end];
            let lf = find_lf(unread);
            let passed = lf.map_or(unread.len(), |at| at + 1);
            self.begin += passed;
            self.offset += passed as u64;
            if lf.is_some() {
                return Ok(());
            }
        }
    }
}

fn find_lf(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|b| *b == b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<(u64, u64, bool, Option<Vec<u8>>)> {
        let mut lines = Lines::new(bytes, bytes.len() as u64);
        let mut found = Vec::new();
        while let Some(line) = lines.next().expect("memory can be read") {
            found.push((line.from, line.to, line.terminated, line.text.map(<[u8]>::to_vec)));
        }
        found
    }

    #[test]
    fn only_lf_ends_a_line() {
        assert_eq!(all(b""), []);
        assert_eq!(
            all("a\r\n\u{2028}b\n\nc".as_bytes()),
            [
                (0, 3, true, Some(b"a\r".to_vec())),
                (3, 8, true, Some("\u{2028}b".into())),
                (8, 9, true, Some(vec![])),
                (9, 10, false, Some(b"c".to_vec())),
            ]
        );
    }

    #[test]
    fn lines_around_the_size_of_a_chunk() {
        for length in [CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
            let mut bytes = vec![b'x'; length];
            bytes.extend(b"\nab\n");
            bytes.extend(vec![b'y'; length]);
            let lines = all(&bytes);
            assert_eq!(lines.len(), 3, "{length}");
            assert_eq!(lines[0].3.as_ref().map(Vec::len), Some(length));
            assert_eq!(lines[1].3.as_deref(), Some(&b"ab"[..]));
            assert_eq!((lines[2].2, lines[2].3.as_ref().map(Vec::len)), (false, Some(length)));
        }
    }

    /// A file of x, with LF at the given places.
    struct Sparse(Vec<u64>, u64);

    impl Source for Sparse {
        fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize> {
            let count = (buffer.len() as u64).min(self.1 - offset) as usize;
            buffer[..count].fill(b'x');
            for lf in &self.0 {
                if (offset..offset + count as u64).contains(lf) {
                    buffer[(lf - offset) as usize] = b'\n';
                }
            }
            Ok(count)
        }
    }

    #[test]
    fn a_line_beyond_the_limit_is_passed_in_bounded_memory() {
        let max = 3 * CHUNK_BYTES as u64 + 5;
        let places = vec![max - 1, 2 * max, 2 * max + 2];
        let sparse = Sparse(places, 4 * max + 10);
        let mut lines = Lines::new(&sparse, sparse.1);
        lines.line_bytes_max = max;
        let mut found = Vec::new();
        while let Some(line) = lines.next().expect("can be read") {
            found.push((line.from, line.to, line.terminated, line.text.map(<[u8]>::len)));
        }
        let (first, second) = (max, 2 * max + 1);
        assert_eq!(
            found,
            [
                (0, first, true, Some(max as usize - 1)),
                (first, first + max, false, None),
                (second, second + 2, true, Some(1)),
                (second + 2, second + 2 + max, false, None),
            ]
        );
        assert!(lines.buffer.capacity() as u64 <= max);
    }

    #[test]
    fn blank_is_unicode_white_space_and_valid_utf8() {
        let blank = |bytes: &[u8]| {
            let mut lines = Lines::new(bytes, bytes.len() as u64);
            lines.next().expect("can be read").is_some_and(|line| line.is_blank())
        };
        assert!(blank("\n".as_bytes()) && blank(" \t\r\u{85}\u{a0}\u{2028}\u{3000}\n".as_bytes()));
        assert!(!blank(b" ") && !blank(b"\0\n") && !blank(b"\xff\n"));
        assert!(!blank("\u{200b}\n".as_bytes()) && !blank("\u{feff}\n".as_bytes()));
    }
}
