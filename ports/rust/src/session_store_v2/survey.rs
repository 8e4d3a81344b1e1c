//! A store looked at as a whole, before anything is changed: what it holds, every reason not to
//! open it, and what its witnesses say.

use serde::Deserialize;

use crate::error::Result;
use crate::files::{Dir, Node};
use crate::report::Notice;

use super::fragments::FRAGMENT_BYTES_MAX;
use super::index::{self, IndexLook};
use super::intent::{self, Pending};
use super::ledger::{self, LedgerLook};
use super::names::{self, DIRECTORIES, INDEX, INTENT, LEDGER, MANIFEST, QUARANTINE};
use super::refusal::Refusal;
use super::segments::{self, Class, Hole, Listing, Scan};
use super::witnesses;

/// What to do with good frames behind a gap in the last segment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnGap {
    /// Somebody else must decide.
    #[default]
    Refuse,
    /// They go, with a copy.
    KeepPrefix,
}

/// Everything that was found.
#[derive(Debug)]
pub struct Survey {
    pub has_root: bool,
    /// Of the five directories.
    pub missing: Vec<&'static str>,
    pub scan: Scan,
    pub index: IndexLook,
    pub ledger: LedgerLook,
    /// A rollback that has begun and fits the entries.
    pub pending: Option<Pending>,
    pub notices: Vec<Notice>,
    /// Why the store must not be opened to be written to.
    pub refusals: Vec<Refusal>,
}

impl Survey {
    /// How many of the verified entries are shown. A rollback that has begun counts, unless
    /// something else speaks against finishing it: then nobody knows what will become of the store.
    pub fn kept(&self) -> usize {
        match &self.pending {
            Some(pending) if self.refusals.is_empty() => pending.kept,
            _ => self.scan.log.len(),
        }
    }
}

/// Looks at everything and changes nothing.
pub fn survey(dir: &Dir, on_gap: OnGap) -> Result<Survey> {
    let mut refusals = Vec::new();
    let tree = Tree::look(dir, &mut refusals)?;
    let Listing { segments, refusals: misnamed, .. } =
        if tree.has("segments") { segments::list(dir)? } else { Listing::default() };
    refusals.extend(misnamed);
    let scan = segments::scan(dir, &segments)?;
    refuse_entries(&scan, on_gap, &mut refusals);
    let pending = match intent::look(dir, &scan.log, tree.has_file(INTENT))? {
        Some(Ok(pending)) => Some(pending),
        Some(Err(refusal)) => {
            refusals.push(refusal);
            None
        }
        None => None,
    };
    let kept = pending.as_ref().map_or(scan.log.len(), |pending| pending.kept);

    let ledger = if tree.has_file(LEDGER) { ledger::look(dir)? } else { LedgerLook::default() };
    let is_explained = ledger.has_rollback || pending.is_some();
    let mut notices: Vec<Notice> = Vec::new();
    for seq in &scan.non_canonical {
        let is_kept = scan.log.entries()[..kept].iter().any(|entry| entry.segment == *seq);
        if is_kept {
            notices.push(Refusal::of("non_canonical", &names::segment(*seq)).notice());
        }
    }
    // While a rollback is unfinished the index is between two states, and is written anew anyway.
    let mut index = IndexLook::default();
    if pending.is_none() && tree.can_have(INDEX) {
        index = index::look(dir, &scan.log)?;
        notices.append(&mut index.notices);
    }
    if tree.can_have(MANIFEST) {
        let testimony =
            witnesses::hear(dir, &scan.log, kept, is_explained, tree.has("checkpoints"))?;
        notices.extend(testimony.notices);
        refusals.extend(testimony.refusals);
    }
    if ledger.is_unreadable {
        notices.push(Refusal::of("ledger_unreadable", LEDGER).notice());
    }
    let Tree { has_root, missing, .. } = tree;
    Ok(Survey { has_root, missing, scan, index, ledger, pending, notices, refusals })
}

/// Which of the names that every store has are there, and are what they should be.
struct Tree {
    has_root: bool,
    missing: Vec<&'static str>,
    /// Names that stand for something else than they should.
    wrong: Vec<&'static str>,
    files: Vec<&'static str>,
}

impl Tree {
    fn look(dir: &Dir, refusals: &mut Vec<Refusal>) -> Result<Self> {
        let mut tree = Tree { has_root: true, missing: vec![], wrong: vec![], files: vec![] };
        match dir.node("")? {
            Node::Directory => {}
            Node::Missing => {
                tree.has_root = false;
                tree.missing.extend(DIRECTORIES);
                return Ok(tree);
            }
            Node::File(_) | Node::Link | Node::Other => {
                refusals.push(Refusal::of("not_a_directory", "."));
                tree.wrong.extend(DIRECTORIES);
                tree.wrong.push(MANIFEST);
                return Ok(tree);
            }
        }
        for name in DIRECTORIES.into_iter().chain([QUARANTINE]) {
            match dir.node(name)? {
                Node::Directory => {}
                Node::Missing if name == QUARANTINE => {}
                Node::Missing => tree.missing.push(name),
                Node::Link => tree.refuse("symlink_refused", name, refusals),
                Node::File(_) | Node::Other => tree.refuse("not_a_directory", name, refusals),
            }
        }
        for name in [INDEX, LEDGER, MANIFEST, INTENT] {
            if tree.is_below_wrong(name) {
                continue;
            }
            match dir.node(name)? {
                Node::Missing => {}
                Node::File(_) => tree.files.push(name),
                Node::Link => tree.refuse("symlink_refused", name, refusals),
                Node::Directory | Node::Other => tree.refuse("not_a_file", name, refusals),
            }
        }
        Ok(tree)
    }

    fn refuse(&mut self, code: &'static str, name: &'static str, refusals: &mut Vec<Refusal>) {
        self.wrong.push(name);
        refusals.push(Refusal::of(code, name));
    }

    fn is_below_wrong(&self, name: &str) -> bool {
        let parent = name.split_once('/').map_or("", |(parent, _)| parent);
        self.wrong.contains(&parent)
    }

    /// Whether a directory is there.
    fn has(&self, name: &str) -> bool {
        !self.missing.contains(&name) && !self.wrong.contains(&name)
    }

    /// Whether a regular file is there.
    fn has_file(&self, name: &str) -> bool {
        self.files.contains(&name)
    }

    /// Whether nothing stands in the way of a file.
    fn can_have(&self, name: &str) -> bool {
        !self.wrong.contains(&name) && !self.is_below_wrong(name)
    }
}

/// Why the entries themselves are a reason not to open the store.
fn refuse_entries(scan: &Scan, on_gap: OnGap, refusals: &mut Vec<Refusal>) {
    if scan.is_too_long {
        refusals.push(Refusal::of("too_many_entries", "segments"));
    }
    if let Some(hole) = &scan.hole {
        let Hole { segment, from, code, .. } = hole;
        let file = names::segment(segment.seq);
        let is_cut = match hole.class {
            Class::Torn => true,
            Class::Corrupt => false,
            Class::Ambiguous => on_gap == OnGap::KeepPrefix,
        };
        if !is_cut {
            let detail = format!("the line at byte {from} does not verify");
            refusals.push(Refusal::with(code, &file, detail));
        } else if segment.bytes - from > FRAGMENT_BYTES_MAX {
            let detail = format!("{} bytes from byte {from} on", segment.bytes - from);
            refusals.push(Refusal::with("tail_too_large", &file, detail));
        }
    }
    if let Some((code, at)) = scan.log.broken_rule() {
        let entry = &scan.log.entries()[at];
        let detail = format!("entry {}, at byte {}", at + 1, entry.offset);
        refusals.push(Refusal::with(code, &names::segment(entry.segment), detail));
    }
}
