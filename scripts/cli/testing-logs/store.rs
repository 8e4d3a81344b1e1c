//! The log of a port that `tearproof init --lang rust` made, written: what its driver serves.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

#[derive(Debug)]
#[allow(dead_code)]
pub enum Error {
    Refused(&'static str),
    Io(io::Error),
    Todo { line: u32, hint: &'static str },
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Error::Io(error)
    }
}

pub struct Log {
    file: File,
    end: u64,
    durable: bool,
}

fn hash(bytes: &[u8]) -> u32 {
    let mut c = !0u32;
    for b in bytes {
        c ^= u32::from(*b);
        for _ in 0..8 {
            c = (c >> 1) ^ (if c & 1 == 1 { 0xedb8_8320 } else { 0 });
        }
    }
    !c
}

fn frame(payload: &[u8]) -> Vec<u8> {
    let mut body = (payload.len() as u32).to_le_bytes().to_vec();
    body.extend_from_slice(payload);
    let mut framed = hash(&body).to_le_bytes().to_vec();
    framed.append(&mut body);
    framed
}

impl Log {
    pub fn open(directory: &Path, each_append_is_durable: bool) -> Result<Log, Error> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .custom_flags(0o400000)
            .open(directory.join("log"))?;
        let mut log = Log {
            file,
            end: 0,
            durable: each_append_is_durable,
        };
        log.end = log.read()?.iter().map(|entry| 8 + entry.len() as u64).sum();
        log.file.set_len(log.end)?;
        Ok(log)
    }
    pub fn append(&mut self, payload: &[u8]) -> Result<(), Error> {
        let framed = frame(payload);
        self.file.write_all_at(&framed, self.end)?;
        self.end += framed.len() as u64;
        if self.durable {
            self.sync()?;
        }
        Ok(())
    }
    pub fn sync(&mut self) -> Result<(), Error> {
        Ok(self.file.sync_all()?)
    }
    pub fn read(&mut self) -> Result<Vec<Vec<u8>>, Error> {
        let mut data = vec![0; self.file.metadata()?.len() as usize];
        self.file.read_exact_at(&mut data, 0)?;
        let (mut entries, mut at) = (Vec::new(), 0usize);
        while at + 8 <= data.len() {
            let length = u32::from_le_bytes(data[at + 4..at + 8].try_into().unwrap()) as usize;
            let Some(framed) = data.get(at..at + 8 + length) else {
                break;
            };
            if frame(&framed[8..]) != framed {
                break;
            }
            entries.push(framed[8..].to_vec());
            at += 8 + length;
        }
        Ok(entries)
    }
    pub fn close(self) -> Result<(), Error> {
        Ok(())
    }
    pub fn abandon(self) {}
}
