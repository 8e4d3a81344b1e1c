//! Tests of the store as a whole, on real directories.

mod beside;
mod faults;
mod operations;
mod power;
mod recovery;
mod refusals;
mod vectors;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::reading::Which;
use super::store::{Durability, Opened, Options, Store};
use super::survey::OnGap;
use crate::error::Result;
use crate::files::faults::scratch;
use crate::files::Dir;
use crate::report::{Notice, Repair};

pub const AT: &str = "2026-01-01T00:00:00.000Z";

/// A directory for one store, gone with the value.
pub struct Site(tempfile::TempDir);

/// Everything in a directory: the bytes of files, `None` for directories.
pub type Tree = BTreeMap<String, Option<Vec<u8>>>;

impl Site {
    pub fn new() -> Self {
        Site(scratch())
    }

    pub fn dir(&self) -> Dir {
        Dir::new(self.0.path().join("store"))
    }

    pub fn open_with(&self, options: Options) -> Result<(Store, Opened)> {
        Store::create(self.dir(), options)
    }

    pub fn open(&self) -> Result<(Store, Opened)> {
        self.open_with(options())
    }

    /// Opens what is expected to open.
    pub fn store(&self) -> Store {
        self.open().unwrap().0
    }

    /// The code with which opening refuses.
    pub fn refusal(&self) -> String {
        self.open().map(|_| ()).unwrap_err().code().into_owned()
    }

    pub fn inspect(&self) -> (Store, Opened) {
        Store::inspect(self.dir(), 700).unwrap()
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.dir().path(name)).unwrap()
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.dir().path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Writes a file anew from what it holds.
    pub fn edit(&self, name: &str, edit: impl FnOnce(String) -> String) {
        let text = String::from_utf8(self.read(name)).unwrap();
        self.write(name, edit(text));
    }

    pub fn tree(&self) -> Tree {
        let mut tree = Tree::new();
        let root = self.dir().path("");
        if root.exists() {
            look(&root, &root, &mut tree);
        }
        tree
    }

    /// Puts back what a tree holds.
    pub fn lay(&self, tree: &Tree) {
        let root = self.dir().path("");
        let _ = fs::remove_dir_all(&root);
        if !tree.is_empty() {
            fs::create_dir(&root).unwrap();
        }
        for (name, bytes) in tree {
            match bytes {
                None => fs::create_dir(root.join(name)).unwrap(),
                Some(bytes) => fs::write(root.join(name), bytes).unwrap(),
            }
        }
    }
}

fn look(root: &Path, path: &Path, tree: &mut Tree) {
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            tree.insert(name, None);
            look(root, &path, tree);
        } else {
            tree.insert(name, Some(fs::read(&path).unwrap()));
        }
    }
}

/// Two or three entries fit into a segment.
pub fn options() -> Options {
    Options { max_segment_bytes: 700, durability: Durability::Entry, on_gap: OnGap::Refuse }
}

/// Appends an entry behind the last one.
pub fn add(store: &mut Store, id: &str) -> Result<()> {
    let parent = store.log().last().map(|last| last.id.to_string());
    store.append((id, parent.as_deref()), "message", "{\"n\":1}", AT).map(drop)
}

/// The ids that a store shows, each read from its file.
pub fn ids(store: &Store) -> Vec<String> {
    store.read(Which::From(1), |frame| frame.entry_id.to_string()).unwrap()
}

/// A store of entries e1, e2 and so on, let go of without a close.
pub fn site_of(count: usize) -> Site {
    let site = Site::new();
    let mut store = site.store();
    for n in 1..=count {
        add(&mut store, &format!("e{n}")).unwrap();
    }
    site
}

/// What repairs say, in short.
pub fn done(repairs: &[Repair]) -> Vec<(String, String, u64, u64, &'static str, bool)> {
    let short = |r: &Repair| {
        let did = format!("{:?}", r.did);
        (did, r.file.clone(), r.from.0, r.to.0, r.why, r.kept_in.is_some())
    };
    repairs.iter().map(short).collect()
}

/// Codes and files of notices.
pub fn told(notices: &[Notice]) -> Vec<(&'static str, &str)> {
    notices.iter().map(|n| (n.code, n.file.as_deref().unwrap_or(""))).collect()
}

pub const SEGMENT_1: &str = "segments/0000000000000001.seg";
pub const SEGMENT_2: &str = "segments/0000000000000002.seg";
pub const INDEX: &str = super::names::INDEX;
