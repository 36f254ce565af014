//! Replaces a file by a whole new one: written beside it and renamed over it. Mode and owner of the
//! old one stay. What killed runs have left behind is removed.

use std::fs::{File, Metadata};
use std::io::{self, Seek, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// The names of files that are not whole yet begin with this.
const PREFIX: &str = ".podaudit-";
/// Letters that follow.
const RANDOM: usize = 6;
/// Tries of a file that another run takes for left behind before it is locked.
const TRIES: usize = 5;

/// Replaces the file, or makes it.
///
/// # Errors
/// Whatever the file system says; the old file is then still there.
pub(super) fn replace(
    path: &Path,
    render: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    remove_left_behind(folder);
    let old = path.symlink_metadata().ok();
    let mut new = create(folder, old.as_ref())?;
    render(new.as_file_mut())?;
    let is_like_old = match &old {
        Some(old) => take_over(new.as_file(), old)?,
        None => true,
    };
    if is_like_old {
        new.as_file().sync_all()?;
        new.persist(path)?;
        return Ok(());
    }
    // Another owner's file: it can only be filled anew.
    new.rewind()?;
    let mut file = std::fs::OpenOptions::new().write(true).truncate(true).open(path)?;
    io::copy(new.as_file_mut(), &mut file)?;
    file.sync_all()
}

/// A file beside, locked as long as it is open: nobody takes it for left behind then.
#[cfg_attr(not(unix), expect(unused_variables, reason = "files have no mode there"))]
fn create(folder: &Path, old: Option<&Metadata>) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).rand_bytes(RANDOM);
    #[cfg(unix)]
    builder.permissions(permissions(old));
    for _ in 0..TRIES {
        let file = builder.tempfile_in(folder)?;
        match file.as_file().lock() {
            Ok(()) if file.path().exists() => return Ok(file),
            Ok(()) => {}
            // Some file systems have no locks; a run that is killed leaves its file there.
            Err(_) => return Ok(file),
        }
    }
    Err(io::Error::other("another run removes the new file"))
}

/// Removes the files of runs that were killed: nobody holds their lock.
fn remove_left_behind(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let random = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        let is_ours = random.is_some_and(|random| {
            random.len() == RANDOM && random.chars().all(|c| c.is_ascii_alphanumeric())
        });
        if !is_ours || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        if let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            // Whoever removed it before has done the work.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Those of the old file from the beginning, or what the umask leaves, as for any new file.
#[cfg(unix)]
fn permissions(old: Option<&Metadata>) -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    let mode = old.map_or(0o666, |old| old.permissions().mode() & 0o777);
    std::fs::Permissions::from_mode(mode)
}

/// Gives the new file owner and mode of the old one; whether it has them.
#[cfg(unix)]
fn take_over(new: &File, old: &Metadata) -> io::Result<bool> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let is = new.metadata()?;
    let owner = (old.uid() != is.uid()).then_some(old.uid());
    let group = (old.gid() != is.gid()).then_some(old.gid());
    if (owner, group) != (None, None) && fchown(new, owner, group).is_err() {
        return Ok(false);
    }
    new.set_permissions(old.permissions())?;
    Ok(true)
}

#[cfg(not(unix))]
fn take_over(_: &File, _: &Metadata) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_report_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        replace(&path, |out| out.write_all(b"old")).unwrap();
        let failed = replace(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing left behind");
    }

    #[test]
    fn only_what_nobody_writes_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let names = [".podaudit-abc123", ".podaudit-notes.txt", "podaudit-abc123"];
        for name in names {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let other = create(folder.path(), None).unwrap();
        replace(&folder.path().join("new"), |out| out.write_all(b"new")).unwrap();
        let exists = |name: &str| folder.path().join(name).exists();
        assert_eq!(names.map(exists), [false, true, true]);
        assert!(other.path().exists(), "it is still written");
    }

    #[cfg(unix)]
    #[test]
    fn a_mode_stays() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        for mode in [0o600, 0o640, 0o666, 0o444] {
            std::fs::write(&path, "old").unwrap();
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&path, permissions).unwrap();
            replace(&path, |out| out.write_all(b"new")).unwrap();
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, mode);
            assert_eq!(std::fs::read(&path).unwrap(), b"new");
            std::fs::remove_file(&path).unwrap();
        }
    }
}
