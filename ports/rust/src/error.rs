//! Errors of stores, each with a stable code.

use std::borrow::Cow;
use std::io;

use thiserror::Error;

/// What the functions of a store answer.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Why an operation of a store failed.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The store refuses, under a code of its format page; `detail` is for people.
    #[error("{code}: {detail}")]
    Refused {
        /// The code, as the format page has it.
        code: &'static str,
        /// What was found, and where.
        detail: String,
    },
    /// The file system refused a call.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A sync failed: what was not durable yet may be lost, and a later sync proves nothing.
    #[error("a sync failed: {0}")]
    SyncFailed(io::Error),
}

impl StoreError {
    /// A refusal under a code of the format page.
    pub fn refused(code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        StoreError::Refused { code, detail }
    }

    /// The stable name of the error: the store's own, or `io-` and the name of the errno. Too many
    /// links is what the system says of a link that is not to be followed.
    pub fn code(&self) -> Cow<'static, str> {
        match self {
            StoreError::Refused { code, .. } => Cow::Borrowed(code),
            StoreError::Io(error) | StoreError::SyncFailed(error) => match error.raw_os_error() {
                Some(libc::ELOOP) => Cow::Borrowed("symlink_refused"),
                _ => format!("io-{}", errno_name(error)).into(),
            },
        }
    }

    /// True where the disk, or the share of it that this user may fill, is full.
    pub fn is_full(&self) -> bool {
        match self {
            StoreError::Refused { .. } => false,
            StoreError::Io(error) | StoreError::SyncFailed(error) => {
                matches!(error.raw_os_error(), Some(libc::ENOSPC | libc::EDQUOT))
            }
        }
    }
}

/// The name of an error's errno in lower case; `eio` where the system gave none.
fn errno_name(error: &io::Error) -> Cow<'static, str> {
    let Some(errno) = error.raw_os_error() else {
        return Cow::Borrowed("eio");
    };
    match ERRNO_NAMES.iter().find(|(known, _)| *known == errno) {
        Some((_, name)) => Cow::Borrowed(name),
        None => format!("errno-{errno}").into(),
    }
}

/// What calls on files, directories and descriptors are known to fail with.
const ERRNO_NAMES: &[(i32, &str)] = &[
    (libc::EACCES, "eacces"),
    (libc::EAGAIN, "eagain"),
    (libc::EBADF, "ebadf"),
    (libc::EBUSY, "ebusy"),
    (libc::EDQUOT, "edquot"),
    (libc::EEXIST, "eexist"),
    (libc::EFAULT, "efault"),
    (libc::EFBIG, "efbig"),
    (libc::EINTR, "eintr"),
    (libc::EINVAL, "einval"),
    (libc::EIO, "eio"),
    (libc::EISDIR, "eisdir"),
    (libc::EMFILE, "emfile"),
    (libc::EMLINK, "emlink"),
    (libc::ENAMETOOLONG, "enametoolong"),
    (libc::ENFILE, "enfile"),
    (libc::ENODEV, "enodev"),
    (libc::ENOENT, "enoent"),
    (libc::ENOLCK, "enolck"),
    (libc::ENOMEM, "enomem"),
    (libc::ENOSPC, "enospc"),
    (libc::ENOSYS, "enosys"),
    (libc::ENOTDIR, "enotdir"),
    (libc::ENOTEMPTY, "enotempty"),
    (libc::ENOTSUP, "enotsup"),
    (libc::ENXIO, "enxio"),
    (libc::EOVERFLOW, "eoverflow"),
    (libc::EPERM, "eperm"),
    (libc::EPIPE, "epipe"),
    (libc::EROFS, "erofs"),
    (libc::ESPIPE, "espipe"),
    (libc::ESTALE, "estale"),
    (libc::ETIMEDOUT, "etimedout"),
    (libc::ETXTBSY, "etxtbsy"),
    (libc::EXDEV, "exdev"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_name_their_cause() {
        let io = |errno| StoreError::from(io::Error::from_raw_os_error(errno));
        assert_eq!(io(libc::ENOSPC).code(), "io-enospc");
        assert_eq!(io(libc::ELOOP).code(), "symlink_refused");
        assert_eq!(io(4095).code(), "io-errno-4095");
        assert_eq!(StoreError::from(io::Error::from(io::ErrorKind::WriteZero)).code(), "io-eio");
        assert_eq!(StoreError::refused("poisoned", "").code(), "poisoned");
        assert!(io(libc::EDQUOT).is_full() && !io(libc::EIO).is_full());
    }
}
