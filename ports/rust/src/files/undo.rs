//! What an operation made, so that it can be taken back where the rest of it fails.

use std::path::Path;

use super::Dir;
use crate::error::Result;

/// Steps that take back what was made, the last first.
#[derive(Debug, Default)]
pub struct Undo(Vec<Step>);

#[derive(Debug)]
enum Step {
    RemoveFile(Dir, String),
    RemoveDirectory(Dir),
}

impl Undo {
    /// Runs steps that tell what they made; where they fail, all of that is taken back as far as
    /// the disk allows, and the answer is why they failed.
    pub fn unless_done<T>(steps: impl FnOnce(&mut Undo) -> Result<T>) -> Result<T> {
        let mut undo = Undo::default();
        let outcome = steps(&mut undo);
        if outcome.is_err() {
            undo.run();
        }
        outcome
    }

    /// A file was made.
    pub fn remove_file(&mut self, dir: &Dir, name: &str) {
        self.0.push(Step::RemoveFile(dir.clone(), name.to_owned()));
    }

    /// A directory was made.
    pub fn remove_directory(&mut self, path: &Path) {
        self.0.push(Step::RemoveDirectory(Dir::new(path)));
    }

    /// What was made is to stay, whatever comes.
    pub fn forget(&mut self) {
        self.0.clear();
    }

    fn run(self) {
        for step in self.0.into_iter().rev() {
            // What cannot be removed stays, and is no reason to keep the rest.
            let _ = match step {
                Step::RemoveFile(dir, name) => dir.remove(&name),
                Step::RemoveDirectory(dir) => dir.remove_directory(""),
            };
        }
    }
}
