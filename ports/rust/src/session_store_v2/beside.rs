//! A look at a store in which somebody else may be at work.

use std::io::ErrorKind;

use crate::error::{Result, StoreError};
use crate::files::{Dir, Node};

use super::names::{INDEX, INTENT, LEDGER};
use super::survey::{survey, OnGap, Survey};

/// How often a store is looked at that does not come to rest.
const LOOKS_MAX: usize = 16;

/// Looks at a store as [`survey`] does. A rollback that is under way meanwhile is seen as if it had
/// not begun or was done; appends are seen up to some moment.
pub fn survey_beside_others(dir: &Dir) -> Result<Survey> {
    let mut odd_before = None;
    for _ in 0..LOOKS_MAX {
        let before = Traces::of(dir)?;
        let found = match survey(dir, OnGap::Refuse) {
            // A segment that was listed got another name.
            Err(StoreError::Io(error)) if error.kind() == ErrorKind::NotFound => continue,
            found => found?,
        };
        if Traces::of(dir)? != before {
            continue;
        }
        // Between two steps of a rollback its intent fits nothing. One that stays so is stale.
        let is_odd = found.refusals.iter().any(|refusal| refusal.code == "intent_stale");
        let odd = is_odd.then(|| (found.scan.log.len(), *found.scan.log.last_chain()));
        if odd.is_none() || odd == odd_before {
            return Ok(found);
        }
        odd_before = odd;
    }
    Err(StoreError::refused("store_changing", format!("still after {LOOKS_MAX} looks")))
}

/// Files of which no rollback leaves all as they are: it makes the intent and removes it, puts
/// another index in the place of the old one, and tells the ledger.
#[derive(PartialEq)]
struct Traces {
    intent: Node,
    index: Node,
    ledger: Node,
}

impl Traces {
    fn of(dir: &Dir) -> Result<Self> {
        let [intent, mut index, ledger] = [dir.node(INTENT)?, dir.node(INDEX)?, dir.node(LEDGER)?];
        // Rows are appended to the index all the time.
        if let Node::File(stamp) = &mut index {
            stamp.bytes = 0;
        }
        Ok(Traces { intent, index, ledger })
    }
}
