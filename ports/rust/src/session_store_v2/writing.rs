//! Writes that leave a file as it was where they fail.

use crate::error::{Result, StoreError};
use crate::files::File;

/// Writes at the end of a file. Where that fails the file is cut back, durably; where not even that
/// works the error is as final as a failed sync.
pub fn write_or_take_back(file: &File, bytes: &[u8], end: u64) -> Result<()> {
    let Err(error) = file.write_all_at(bytes, end) else {
        return Ok(());
    };
    take_back(file, end).map_err(|_| beyond_repair(&error))?;
    Err(error)
}

/// Cuts a file back to where it ended, durably.
pub fn take_back(file: &File, end: u64) -> Result<()> {
    file.cut(end)?;
    file.sync()
}

/// The same cause, as an error behind which nobody knows what the file holds.
pub fn beyond_repair(error: &StoreError) -> StoreError {
    let cause = match error {
        StoreError::Io(cause) | StoreError::SyncFailed(cause) => match cause.raw_os_error() {
            Some(errno) => std::io::Error::from_raw_os_error(errno),
            None => std::io::Error::new(cause.kind(), cause.to_string()),
        },
        StoreError::Refused { .. } => std::io::Error::other(error.to_string()),
    };
    StoreError::SyncFailed(cause)
}
