//! An open file.

use std::fs;
use std::io;
use std::os::unix::fs::FileExt;

use super::{changed, counted, gate, portion, synced, Call, Stamp};
use crate::error::{Result, StoreError};

const CHUNK_BYTES: u64 = 1 << 20;

/// A regular file that is open. Everything is read and written at an offset.
#[derive(Debug)]
pub struct File(pub(super) fs::File);

impl File {
    /// Which file this is, and how long it is now.
    pub fn stamp(&self) -> Result<Stamp> {
        gate(Call::Look)?;
        Ok(Stamp::of(&self.0.metadata()?))
    }

    /// The bytes [from, to), fewer where the file ends before. The caller bounds the range by the
    /// length of the file.
    pub fn read_range(&self, from: u64, to: u64) -> Result<Vec<u8>> {
        let length = usize::try_from(to.saturating_sub(from)).map_err(io::Error::other)?;
        let mut bytes = vec![0; length];
        let filled = self.fill(&mut bytes, from)?;
        bytes.truncate(filled);
        Ok(bytes)
    }

    /// Reads as many bytes at an offset as `buffer` takes, fewer only where the file ends.
    pub fn fill(&self, buffer: &mut [u8], from: u64) -> Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            gate(Call::Read)?;
            match self.0.read_at(&mut buffer[filled..], from + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(filled)
    }

    /// Hands out the bytes [from, to) in order and in bounded memory, fewer where the file ends.
    pub fn each_chunk(
        &self,
        from: u64,
        to: u64,
        mut visit: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut buffer = vec![0; to.saturating_sub(from).min(CHUNK_BYTES) as usize];
        let mut at = from;
        while at < to {
            let wanted = (to - at).min(CHUNK_BYTES) as usize;
            let filled = self.fill(&mut buffer[..wanted], at)?;
            visit(&buffer[..filled])?;
            if filled < wanted {
                break;
            }
            at += filled as u64;
        }
        Ok(())
    }

    /// Writes all bytes at an offset; after a failure some of them may be there.
    pub fn write_all_at(&self, bytes: &[u8], offset: u64) -> Result<()> {
        let mut written = 0;
        while written < bytes.len() {
            // Whatever the error says, a part may have been written, on a full disk too.
            changed();
            gate(Call::Write)?;
            let to = written + portion(bytes.len() - written);
            match self.0.write_at(&bytes[written..to], offset + written as u64) {
                Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                Ok(count) => written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Cuts the file at a length; durable only behind a sync.
    pub fn cut(&self, length: u64) -> Result<()> {
        gate(Call::Cut)?;
        Ok(counted(self.0.set_len(length))?)
    }

    /// Makes the bytes and the length of the file durable.
    pub fn sync(&self) -> Result<()> {
        gate(Call::Sync)
            .and_then(|()| self.0.sync_all())
            .and_then(|()| synced(&self.0))
            .map_err(StoreError::SyncFailed)
    }
}
