//! Where a path leads: to a file that can be replaced, or to something that has to be written as it
//! is. Links are followed; descriptors of this process are known by whatever name.

use std::ffi::OsStr;
use std::fs::Metadata;
use std::io;
use std::path::{Component, Path, PathBuf};

/// Links that are followed, as the kernel does.
const MAX_LINKS: usize = 40;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    Stdout,
    Stderr,
    /// A pipe, a device, or another descriptor.
    InPlace(PathBuf),
    /// A file, or the place for one; no link.
    File(PathBuf),
}

impl Target {
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File(one), Self::File(other)) => one == other || is_one_file(one, other),
            (Self::InPlace(one), Self::InPlace(other)) => one == other && !is_device(one),
            _ => self == other,
        }
    }
}

/// Follows the path.
///
/// # Errors
/// A folder that is not there, a name that is none, links without end.
pub(super) fn find(path: &Path) -> io::Result<Target> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        // Of an absolute path the parent is there; of a relative one it may be empty.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize()?;
        let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_owned();
        let here = folder.join(&name);
        if is_descriptors(&folder) {
            return Ok(descriptor(here, &name));
        }
        match here.symlink_metadata() {
            Ok(meta) if meta.is_symlink() => path = folder.join(here.read_link()?),
            Ok(meta) if meta.is_file() => return Ok(Target::File(here)),
            Ok(_) => return Ok(Target::InPlace(here)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Target::File(here)),
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many links"))
}

/// Whether a folder holds descriptors: `/dev/fd`, and in `/proc` what leads to them.
fn is_descriptors(folder: &Path) -> bool {
    let mut parts = folder.components().filter_map(|part| match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    match (parts.next(), parts.next_back()) {
        (Some("proc"), Some("fd")) => true,
        (Some("dev"), Some("fd")) => parts.next().is_none(),
        _ => false,
    }
}

fn descriptor(path: PathBuf, name: &OsStr) -> Target {
    let process = std::process::id().to_string();
    let is_own = path.starts_with("/dev") || path.starts_with(Path::new("/proc").join(process));
    match name.to_str() {
        Some("1") if is_own => Target::Stdout,
        Some("2") if is_own => Target::Stderr,
        _ => Target::InPlace(path),
    }
}

#[cfg(unix)]
fn is_one_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let number = |meta: Metadata| (meta.dev(), meta.ino());
    let number = |path: &Path| path.metadata().ok().map(number);
    number(one).is_some_and(|found| number(other) == Some(found))
}

#[cfg(not(unix))]
fn is_one_file(_: &Path, _: &Path) -> bool {
    false
}

#[cfg(unix)]
fn is_device(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    path.metadata().is_ok_and(|meta: Metadata| meta.file_type().is_char_device())
}

#[cfg(not(unix))]
fn is_device(_: &Path) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_to_what_is_not_there_yet() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        symlink("b", folder.join("a")).unwrap();
        symlink("./c", folder.join("b")).unwrap();
        assert_eq!(find(&folder.join("a")).unwrap(), Target::File(folder.join("c")));
        assert_eq!(find(&folder.join("./c")).unwrap(), Target::File(folder.join("c")));
        symlink("round", folder.join("round")).unwrap();
        assert!(find(&folder.join("round")).is_err());
        assert!(find(&folder.join("no/folder")).is_err());
        assert!(find(Path::new("/")).is_err());
    }

    #[test]
    fn what_is_written_in_place() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(find(Path::new("/dev/null")).unwrap(), Target::InPlace("/dev/null".into()));
        assert_eq!(
            find(folder.path()).unwrap(),
            Target::InPlace(folder.path().canonicalize().unwrap())
        );
        let null = || Target::InPlace("/dev/null".into());
        assert!(!null().is_same(&null()), "it takes everything");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn descriptors_by_whatever_name() {
        for path in ["/dev/fd/1", "/dev/stdout", "/proc/self/fd/1", "/proc/thread-self/fd/1"] {
            assert_eq!(find(Path::new(path)).unwrap(), Target::Stdout, "{path}");
        }
        assert_eq!(find(Path::new("/dev/stderr")).unwrap(), Target::Stderr);
        let other = find(Path::new("/dev/fd/0")).unwrap();
        assert!(matches!(&other, Target::InPlace(path) if path.ends_with("fd/0")), "{other:?}");
    }

    #[test]
    fn one_file_under_two_names() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        std::fs::write(&one, "").unwrap();
        std::fs::hard_link(&one, &two).unwrap();
        assert!(find(&one).unwrap().is_same(&find(&two).unwrap()));
        assert!(!find(&one).unwrap().is_same(&find(&folder.path().join("new")).unwrap()));
    }
}
