//! Whole logs, on real directories.

mod damage;
mod faults;
mod life;
mod power;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::format::{segment_name, Frame};
use super::log::{Log, Opened, Options};
use super::read::{replay, Replay};
use crate::error::Result;
use crate::files::faults::scratch;
use crate::files::Dir;

const NOW: u64 = 1_767_225_600_000_000;

/// A log in a directory that goes away with it.
struct Site {
    home: tempfile::TempDir,
}

impl Site {
    fn new() -> Self {
        Site { home: scratch() }
    }

    /// Two closed segments of two frames each, and an open third one of two: sequences 1 to 6.
    fn with_log() -> Self {
        let site = Site::new();
        let (mut log, _) = site.open().unwrap();
        for seq in 1..=6 {
            append(&mut log, &[seq], true).unwrap();
            if seq == 2 || seq == 4 {
                log.rotate(NOW).unwrap();
            }
        }
        site
    }

    fn dir(&self) -> Dir {
        Dir::new(self.home.path().join("log"))
    }

    fn open(&self) -> Result<(Log, Opened)> {
        Log::open(self.dir(), Options::new(9), NOW)
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir().path(name)
    }

    fn segment(&self, number: u64) -> Vec<u8> {
        fs::read(self.path(&segment_name(number))).unwrap()
    }

    fn put(&self, number: u64, bytes: &[u8]) {
        fs::write(self.path(&segment_name(number)), bytes).unwrap();
    }

    /// The sequences of a strict replay.
    fn seqs(&self) -> Result<Vec<u64>> {
        self.replayed(true)
    }

    fn replayed(&self, strict: bool) -> Result<Vec<u64>> {
        let mut seqs = Vec::new();
        let options = Replay { after: 0, strict, chain: true };
        replay(&self.dir(), options, |frame| seqs.push(frame.seq)).map(|()| seqs)
    }

    /// Every file with its bytes, and every directory.
    fn image(&self) -> BTreeMap<String, Option<Vec<u8>>> {
        let mut image = BTreeMap::new();
        read_into(&mut image, self.home.path(), "");
        image
    }
}

fn read_into(image: &mut BTreeMap<String, Option<Vec<u8>>>, path: &Path, name: &str) {
    for entry in fs::read_dir(path).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{name}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            image.insert(name.clone(), None);
            read_into(image, &entry.path(), &name);
        } else {
            image.insert(name, Some(fs::read(entry.path()).unwrap()));
        }
    }
}

fn append(log: &mut Log, seqs: &[u64], sync: bool) -> Result<()> {
    let payloads: Vec<String> = seqs.iter().map(|seq| format!("payload {seq}")).collect();
    let frame = |(seq, payload): (&u64, &'_ String)| (*seq, payload.clone());
    let owned: Vec<(u64, String)> = seqs.iter().zip(&payloads).map(frame).collect();
    let frames: Vec<Frame<'_>> = owned
        .iter()
        .map(|(seq, payload)| Frame {
            seq: *seq,
            at_micros: NOW,
            payload_type: 1,
            payload: payload.as_bytes(),
        })
        .collect();
    log.append(&frames, sync)
}

/// The bytes of a frame with that sequence.
fn frame_bytes(seq: u64, payload_type: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    Frame { seq, at_micros: NOW, payload_type, payload: b"raw" }.encode_to(&mut bytes);
    bytes
}

/// The code of a refusal.
fn code<T>(outcome: Result<T>) -> String {
    match outcome {
        Ok(_) => "ok".into(),
        Err(error) => error.code().into_owned(),
    }
}
