//! Numbers as bincode 2 spells them in its standard configuration: one byte below 251, else a
//! byte that says how many little-endian bytes follow.

/// The first byte of a number in two bytes; the next two announce four and eight.
const TWO: u8 = 251;
const FOUR: u8 = 252;
const EIGHT: u8 = 253;

/// Appends a number in the shortest spelling, the only one that we write.
pub fn put(out: &mut Vec<u8>, value: u64) {
    if value < u64::from(TWO) {
        out.push(value as u8);
    } else if let Ok(short) = u16::try_from(value) {
        out.push(TWO);
        out.extend_from_slice(&short.to_le_bytes());
    } else if let Ok(middle) = u32::try_from(value) {
        out.push(FOUR);
        out.extend_from_slice(&middle.to_le_bytes());
    } else {
        out.push(EIGHT);
        out.extend_from_slice(&value.to_le_bytes());
    }
}

/// Takes numbers and bytes off the front of a payload. Everything answers `None` where the bytes
/// end early or mean no number of that size.
pub struct Reader<'a> {
    rest: &'a [u8],
    canonical: bool,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, canonical: true }
    }

    /// False once a number was spelled wider than need be, or while bytes are left.
    pub fn is_canonical(&self) -> bool {
        self.canonical && self.rest.is_empty()
    }

    pub fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(front)
    }

    pub fn u64(&mut self) -> Option<u64> {
        match self.bytes(1)?[0] {
            TWO => self.wide::<2>(u64::from(TWO)),
            FOUR => self.wide::<4>(1 << 16),
            EIGHT => self.wide::<8>(1 << 32),
            small if small < TWO => Some(u64::from(small)),
            _ => None,
        }
    }

    /// Bincode takes no spelling of a number that is wider than its type, whatever the value.
    pub fn u32(&mut self) -> Option<u32> {
        if self.rest.first() == Some(&EIGHT) {
            return None;
        }
        u32::try_from(self.u64()?).ok()
    }

    /// How many items follow. Each takes a byte at least, so that a count which the bytes cannot
    /// hold is refused before anybody makes room for it.
    pub fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.u64()?).ok()?;
        (count <= self.rest.len()).then_some(count)
    }

    fn wide<const BYTES: usize>(&mut self, least: u64) -> Option<u64> {
        let mut full = [0; 8];
        full[..BYTES].copy_from_slice(self.bytes(BYTES)?);
        let value = u64::from_le_bytes(full);
        self.canonical &= value >= least;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fast_segment::testing::hex;

    /// The vectors of the format page.
    const VECTORS: [(u64, &str); 9] = [
        (0, "00"),
        (1, "01"),
        (250, "fa"),
        (251, "fbfb00"),
        (65_535, "fbffff"),
        (65_536, "fc00000100"),
        (4_294_967_295, "fcffffffff"),
        (4_294_967_296, "fd0000000001000000"),
        (u64::MAX, "fdffffffffffffffff"),
    ];

    #[test]
    fn spells_and_reads_the_vectors() {
        for (value, spelled) in VECTORS {
            let mut out = Vec::new();
            put(&mut out, value);
            assert_eq!(out, hex(spelled), "{value}");
            let mut reader = Reader::new(&out);
            assert_eq!(reader.u64(), Some(value));
            assert!(reader.is_canonical());
        }
    }

    #[test]
    fn tells_a_number_that_is_wider_than_need_be() {
        for wide in ["fbfa00", "fcffff0000", "fdffffffff00000000"] {
            let bytes = hex(wide);
            let mut reader = Reader::new(&bytes);
            assert!(reader.u64().is_some());
            assert!(!reader.is_canonical(), "{wide}");
        }
    }

    #[test]
    fn refuses_what_is_no_number_or_is_cut_short() {
        for none in ["", "fb00", "fc000000", "fd00000000000000", "fe", "ff00"] {
            assert_eq!(Reader::new(&hex(none)).u64(), None, "{none}");
        }
        assert_eq!(Reader::new(&hex("fd0100000000000000")).u32(), None);
        assert_eq!(Reader::new(&hex("fcffffffff")).u32(), Some(u32::MAX));
    }

    #[test]
    fn refuses_a_count_that_the_bytes_cannot_hold() {
        assert_eq!(Reader::new(&hex("03aabb")).count(), None);
        assert_eq!(Reader::new(&hex("02aabb")).count(), Some(2));
        assert_eq!(Reader::new(&hex("fdffffffffffffffff")).count(), None);
    }
}
