//! Files that a reader never sees half written.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

static TURN: AtomicU64 = AtomicU64::new(0);

/// Files that are being written beside those that they will replace.
static BEGUN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn begun() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    BEGUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what is begun and not in its place: the program ends before it can be.
pub fn abandon() {
    for beside in std::mem::take(&mut *begun()) {
        // It may be in its place by now.
        let _ = fs::remove_file(beside);
    }
}

/// Writes a file as a whole: beside it first, then in its place. A failure leaves what was there; a device is written to as it is.
///
/// # Errors
/// When the folder cannot be written to.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_atomically_with(path, |mut file| file.write_all(bytes))
}

/// The same for what is written piece by piece.
///
/// # Errors
/// When the folder cannot be written to, or what `write` answers.
pub fn write_atomically_with(path: &Path, write: impl FnOnce(File) -> io::Result<()>) -> io::Result<()> {
    // A link stays one: what it leads to is replaced.
    let resolved = fs::canonicalize(path);
    let path = resolved.as_deref().unwrap_or(path);
    let before = fs::metadata(path).ok();
    if before.as_ref().is_some_and(|of| !of.is_file() && !of.is_dir()) {
        // A device or a pipe is written to, never replaced.
        return write(OpenOptions::new().write(true).open(path)?);
    }
    let name = path.file_name().ok_or_else(|| io::Error::other("the path names no file"))?;
    let mut beside = OsString::from(".");
    beside.push(name);
    // Two writers at once, in two processes or two threads, must not share this name.
    let turn = TURN.fetch_add(1, Ordering::Relaxed);
    beside.push(format!(".{}-{turn}.part", std::process::id()));
    let beside = path.with_file_name(beside);
    begun().insert(beside.clone());
    // Whoever seals a file reads it once more.
    let created = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&beside);
    let written = created.and_then(|file| {
        // What only its owner could read stays so.
        if let Some(before) = &before {
            file.set_permissions(before.permissions())?;
        }
        write(file.try_clone()?)?;
        file.sync_all()
    });
    let placed = written.and_then(|()| fs::rename(&beside, path));
    if placed.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    begun().remove(&beside);
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("prices.toml");
        write_atomically(&file, b"one").expect("written");
        write_atomically(&file, b"two").expect("written");
        assert_eq!(fs::read(&file).expect("a file"), b"two");
        assert!(write_atomically(&folder.path().join("no/such.toml"), b"x").is_err());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_what_is_private_stays_private() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, b"one").expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("set");
        symlink(&file, &link).expect("a link");
        write_atomically(&link, b"two").expect("written");
        assert!(fs::symlink_metadata(&link).expect("a link").file_type().is_symlink());
        assert_eq!(fs::read(&file).expect("a file"), b"two");
        assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    }
}
