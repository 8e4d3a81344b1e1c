//! The directory of a store, and what can be done to the names in it.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::{counted, gate, made, synced, Call, File, Node, Stamp, Undo};
use crate::error::{Result, StoreError};

// A pipe under the name of a file must not make an open wait for somebody who writes to it.
const ALWAYS: i32 = libc::O_NOFOLLOW | libc::O_NONBLOCK;

/// One directory. Names are relative to it, with `/`; the empty name is the directory itself.
#[derive(Debug, Clone)]
pub struct Dir {
    root: PathBuf,
}

impl Dir {
    /// The directory of that path, which need not exist.
    pub fn new(root: impl AsRef<Path>) -> Self {
        Dir { root: root.as_ref().to_owned() }
    }

    /// The path of a name.
    pub fn path(&self, name: &str) -> PathBuf {
        if name.is_empty() {
            self.root.clone()
        } else {
            self.root.join(name)
        }
    }

    /// What stands under a name. Only the directory itself may be reached through a link.
    pub fn node(&self, name: &str) -> Result<Node> {
        gate(Call::Look)?;
        let path = self.path(name);
        let found = if name.is_empty() { fs::metadata(path) } else { fs::symlink_metadata(path) };
        let found = match found {
            Ok(found) => found,
            Err(error) if is_missing(&error) => return Ok(Node::Missing),
            Err(error) => return Err(error.into()),
        };
        let kind = found.file_type();
        Ok(if kind.is_file() {
            Node::File(Stamp::of(&found))
        } else if kind.is_dir() {
            Node::Directory
        } else if kind.is_symlink() {
            Node::Link
        } else {
            Node::Other
        })
    }

    /// Whether a directory stands under a name; anything else that stands there is refused.
    pub fn has_directory(&self, name: &str) -> Result<bool> {
        match self.node(name)? {
            Node::Missing => Ok(false),
            Node::Directory => Ok(true),
            Node::Link => Err(StoreError::refused("symlink_refused", name)),
            Node::File(_) | Node::Other => Err(StoreError::refused("not_a_directory", name)),
        }
    }

    /// The regular file under a name; `None` where nothing is there, and anything else is refused.
    pub fn stamp(&self, name: &str) -> Result<Option<Stamp>> {
        match self.node(name)? {
            Node::Missing => Ok(None),
            Node::File(stamp) => Ok(Some(stamp)),
            Node::Link => Err(StoreError::refused("symlink_refused", name)),
            Node::Directory | Node::Other => Err(StoreError::refused("not_a_file", name)),
        }
    }

    /// The names in a directory, sorted; none where there is no directory.
    pub fn names(&self, name: &str) -> Result<Vec<OsString>> {
        gate(Call::List)?;
        let entries = match fs::read_dir(self.path(name)) {
            Ok(entries) => entries,
            Err(error) if is_missing(&error) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let mut names = entries
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }

    /// Opens a file to read it.
    pub fn open(&self, name: &str) -> Result<File> {
        self.open_with(name, fs::OpenOptions::new().read(true))
    }

    /// Opens a file that is there to read and write it.
    pub fn open_to_write(&self, name: &str) -> Result<File> {
        self.open_with(name, fs::OpenOptions::new().read(true).write(true))
    }

    /// Makes a file where nothing stands, open to read and write. Its name is durable only behind
    /// [`Dir::sync`] of the directory that holds it.
    pub fn create(&self, name: &str) -> Result<File> {
        gate(Call::Create)?;
        let mut options = fs::OpenOptions::new();
        options.read(true).write(true).create_new(true).mode(0o600).custom_flags(ALWAYS);
        let path = self.path(name);
        let file = counted(options.open(&path))?;
        made(&path)?;
        Ok(File(file))
    }

    /// Makes a directory whose parent exists. Its name is durable only behind [`Dir::sync`] of the
    /// parent.
    pub fn make_directory(&self, name: &str) -> Result<()> {
        make_directory(&self.path(name))
    }

    /// Makes the directory itself, and what is missing above it, durably; `undo` learns of each.
    pub fn make_root(&self, undo: &mut Undo) -> Result<()> {
        let mut missing = Vec::new();
        let mut above = self.root.as_path();
        while let Err(error) = fs::metadata(above) {
            if !is_missing(&error) {
                return Err(error.into());
            }
            missing.push(above);
            match above.parent() {
                Some(parent) => above = parent,
                None => break,
            }
        }
        for path in missing.into_iter().rev() {
            make_directory(path)?;
            undo.remove_directory(path);
            sync_directory(path.parent().unwrap_or(path))?;
        }
        Ok(())
    }

    /// Makes the names in a directory durable.
    pub fn sync(&self, name: &str) -> Result<()> {
        sync_directory(&self.path(name))
    }

    /// Makes the name of the directory itself durable. Where what is above may not be read, its
    /// owner answers for the names in it.
    pub fn sync_parent(&self) -> Result<()> {
        match sync_directory(self.root.parent().unwrap_or(&self.root)) {
            Err(StoreError::Io(error)) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
            outcome => outcome,
        }
    }

    /// Takes the name of a file away, if it is there; durable only behind [`Dir::sync`].
    pub fn remove(&self, name: &str) -> Result<()> {
        gate(Call::Remove)?;
        removed(fs::remove_file(self.path(name)))
    }

    /// Takes an empty directory away, if it is there; durable only behind [`Dir::sync`].
    pub fn remove_directory(&self, name: &str) -> Result<()> {
        gate(Call::Remove)?;
        removed(fs::remove_dir(self.path(name)))
    }

    /// Gives a file another name, in place of what has it; durable only behind [`Dir::sync`].
    pub fn rename(&self, from: &str, to: &str) -> Result<()> {
        gate(Call::Rename)?;
        Ok(counted(fs::rename(self.path(from), self.path(to)))?)
    }

    fn open_with(&self, name: &str, options: &mut fs::OpenOptions) -> Result<File> {
        let path = self.path(name);
        // Opening can be an event of its own for a device, so that is looked at before.
        match self.node(name)? {
            Node::File(_) => {}
            Node::Missing => return Err(io::Error::from_raw_os_error(libc::ENOENT).into()),
            Node::Link => return Err(StoreError::refused("symlink_refused", name)),
            Node::Directory | Node::Other => return Err(StoreError::refused("not_a_file", name)),
        }
        gate(Call::Open)?;
        let file = match options.custom_flags(ALWAYS).open(path) {
            Err(error) if error.raw_os_error() == Some(libc::ELOOP) => {
                return Err(StoreError::refused("symlink_refused", name));
            }
            opened => opened?,
        };
        if !file.metadata()?.is_file() {
            return Err(StoreError::refused("not_a_file", name));
        }
        Ok(File(file))
    }
}

/// True where a path leads to nothing, also because what should be a directory is none.
fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn make_directory(path: &Path) -> Result<()> {
    gate(Call::MakeDirectory)?;
    counted(fs::DirBuilder::new().mode(0o700).create(path))?;
    Ok(made(path)?)
}

fn removed(outcome: io::Result<()>) -> Result<()> {
    match counted(outcome) {
        Err(error) if is_missing(&error) => Ok(()),
        outcome => Ok(outcome?),
    }
}

fn sync_directory(path: &Path) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    let opened = options.read(true).custom_flags(libc::O_DIRECTORY).open(path)?;
    gate(Call::SyncDirectory)
        .and_then(|()| opened.sync_all())
        .and_then(|()| synced(&opened))
        .map_err(StoreError::SyncFailed)
}
