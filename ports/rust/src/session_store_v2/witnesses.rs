//! What the manifest and the checkpoints know of the store that was found.

use crate::error::Result;
use crate::files::{Dir, Node};
use crate::report::Notice;

use super::digest::chain_text;
use super::documents::{witness, Witness};
use super::log::Log;
use super::names::{self, MANIFEST};
use super::records::{Checkpoint, Manifest};
use super::refusal::Refusal;

/// What they say, and links that stand in their place.
#[derive(Debug, Default)]
pub struct Testimony {
    pub notices: Vec<Notice>,
    pub refusals: Vec<Refusal>,
}

/// Hears manifest and checkpoints against the first `count` entries. Where a rollback explains it,
/// a head beyond them is no news.
pub fn hear(
    dir: &Dir,
    log: &Log,
    count: usize,
    is_explained: bool,
    has_checkpoints: bool,
) -> Result<Testimony> {
    let mut testimony = Testimony::default();
    let ahead = |seq: u64| seq > count as u64 && !is_explained;
    match witness::<Manifest>(dir, MANIFEST)? {
        Witness::Unreadable => testimony.tell("witness_unreadable", MANIFEST, None),
        Witness::Says(manifest) if ahead(manifest.head.entry_seq) => {
            let detail = beyond(count, manifest.head.entry_seq);
            testimony.tell("witness_ahead", MANIFEST, Some(detail));
        }
        Witness::Missing | Witness::Says(_) => {}
    }
    let names = if has_checkpoints { dir.names("checkpoints")? } else { Vec::new() };
    for name in names {
        let Some(seq) = name.to_str().and_then(names::read_checkpoint_name) else {
            continue;
        };
        let file = names::checkpoint(seq);
        if dir.node(&file)? == Node::Link {
            testimony.refusals.push(Refusal::of("symlink_refused", &file));
            continue;
        }
        match witness::<Checkpoint>(dir, &file)? {
            Witness::Missing => {}
            Witness::Unreadable => testimony.tell("witness_unreadable", &file, None),
            Witness::Says(checkpoint) if ahead(checkpoint.head_entry_seq) => {
                let detail = beyond(count, checkpoint.head_entry_seq);
                testimony.tell("witness_ahead", &file, Some(detail));
            }
            Witness::Says(checkpoint) => {
                let is_within = checkpoint.head_entry_seq <= count as u64;
                if is_within && !holds(&checkpoint, log) {
                    let chain = log.chain(checkpoint.head_entry_seq).map_or("", chain_text);
                    let said = checkpoint.chain_hash.chars().take(64).collect::<String>();
                    let detail = format!("says chain {said}, the entries give {chain}");
                    testimony.tell("witness_disagrees", &file, Some(detail));
                }
            }
        }
    }
    Ok(testimony)
}

/// Whether the head of a checkpoint is one of this log: number, id and chain.
pub fn holds(checkpoint: &Checkpoint, log: &Log) -> bool {
    let seq = checkpoint.head_entry_seq;
    let id = if seq == 0 { Some("") } else { log.entry(seq).map(|entry| entry.id.as_ref()) };
    let chain = log.chain(seq).map(chain_text);
    id == Some(&checkpoint.head_entry_id) && chain == Some(&checkpoint.chain_hash)
}

impl Testimony {
    fn tell(&mut self, code: &'static str, file: &str, detail: Option<String>) {
        self.notices.push(Notice { code, file: Some(file.to_owned()), detail });
    }
}

fn beyond(count: usize, said: u64) -> String {
    format!("{count} entries verify, the head is entry {said}")
}
