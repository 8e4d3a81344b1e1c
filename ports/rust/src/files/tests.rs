use std::ffi::OsString;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use super::faults::{calls_of, with_fault, Fault};
use super::*;
use crate::error::StoreError;

fn scratch() -> (tempfile::TempDir, Dir) {
    let home = tempfile::tempdir().unwrap();
    let dir = Dir::new(home.path());
    (home, dir)
}

#[test]
fn bytes_are_read_as_written_and_counted() {
    let (_home, dir) = scratch();
    let before = changes();
    let file = dir.create("a").unwrap();
    file.write_all_at(b"hello", 3).unwrap();
    file.cut(7).unwrap();
    assert_eq!(changes() - before, 3);
    assert_eq!(file.read_range(2, 100).unwrap(), b"\0hell");
    assert_eq!(dir.stamp("a").unwrap(), Some(file.stamp().unwrap()));
    let mut seen = Vec::new();
    let keep = |chunk: &[u8]| {
        seen.extend_from_slice(chunk);
        Ok(())
    };
    file.each_chunk(4, 9, keep).unwrap();
    assert_eq!(seen, b"ell");
    file.sync().unwrap();
    dir.sync("").unwrap();
    dir.rename("a", "b").unwrap();
    dir.remove("b").unwrap();
    dir.remove("b").unwrap();
    assert_eq!(changes() - before, 5);
}

#[test]
fn a_failure_counts_as_a_change_unless_it_says_otherwise() {
    let counts = |errno: i32| {
        let before = changes();
        let failed = counted::<()>(Err(io::Error::from_raw_os_error(errno)));
        assert_eq!(failed.unwrap_err().raw_os_error(), Some(errno));
        changes() - before
    };
    assert_eq!([libc::EIO, libc::ENOENT, libc::ENOSPC].map(counts), [1, 0, 0]);
    // A full disk may have taken a part of a write.
    let (_home, dir) = scratch();
    let file = dir.create("a").unwrap();
    let before = changes();
    with_fault(0, Fault::Fails(libc::ENOSPC), || file.write_all_at(b"12", 0)).0.unwrap_err();
    assert_eq!(changes() - before, 1);
}

#[test]
fn nothing_but_regular_files_is_opened() {
    let (home, dir) = scratch();
    symlink("/etc/passwd", home.path().join("link")).unwrap();
    dir.make_directory("directory").unwrap();
    let _socket = UnixListener::bind(home.path().join("socket")).unwrap();
    let code = |name| dir.open(name).unwrap_err().code();
    assert_eq!(code("link"), "symlink_refused");
    assert_eq!(code("directory"), "not_a_file");
    assert_eq!(code("socket"), "not_a_file");
    assert_eq!(code("missing"), "io-enoent");
    assert_eq!(dir.create("link").unwrap_err().code(), "io-eexist");
    assert_eq!(dir.has_directory("link").unwrap_err().code(), "symlink_refused");
    assert_eq!(dir.has_directory("socket").unwrap_err().code(), "not_a_directory");
    assert!(dir.has_directory("directory").unwrap() && !dir.has_directory("missing").unwrap());
    assert_eq!(dir.node("link/below").unwrap(), Node::Missing);
    let names = ["directory", "link", "socket"].map(OsString::from);
    assert_eq!(dir.names("").unwrap(), names);
}

#[test]
fn what_was_made_is_taken_back() {
    let (home, dir) = scratch();
    let deep = Dir::new(home.path().join("x/y"));
    let refused = Undo::unless_done(|undo| {
        deep.make_root(undo)?;
        deep.create("file")?;
        undo.remove_file(&deep, "file");
        Err::<(), _>(StoreError::refused("no", ""))
    });
    assert_eq!(refused.unwrap_err().code(), "no");
    assert!(dir.names("").unwrap().is_empty());
    Undo::unless_done(|undo| deep.make_root(undo)).unwrap();
    assert_eq!(deep.node("").unwrap(), Node::Directory);
}

#[test]
fn a_fault_comes_when_it_is_asked_for() {
    let (_home, dir) = scratch();
    let work = || -> crate::error::Result<()> {
        let file = dir.create("a")?;
        file.write_all_at(b"1", 0)?;
        file.sync()?;
        dir.remove("a")
    };
    let (done, calls) = calls_of(work);
    done.unwrap();
    assert_eq!(calls, [Call::Create, Call::Write, Call::Sync, Call::Remove]);
    let (failed, _) = with_fault(2, Fault::Fails(libc::EIO), work);
    assert!(matches!(failed, Err(StoreError::SyncFailed(_))));
    dir.remove("a").unwrap();
    let (torn, _) =
        with_fault(1, Fault::Tears(libc::ENOSPC), || dir.create("torn")?.write_all_at(b"12345", 0));
    assert!(torn.unwrap_err().is_full());
    assert_eq!(dir.open("torn").unwrap().read_range(0, 9).unwrap(), b"123");
    let (died, calls) = with_fault(1, Fault::Dies, || (work(), dir.remove("a")));
    assert!(died.0.is_err() && died.1.is_err());
    assert_eq!(calls.len(), 3);
    assert_eq!(dir.stamp("a").unwrap().map(|stamp| stamp.bytes), Some(0));
}
