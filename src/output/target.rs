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
    if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        // Of an absolute path the parent is there; of a relative one it may be empty.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize()?;
        let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_owned();
        let here = folder.join(&name);
        if is_descriptors(&folder) {
            return descriptor(here, &name);
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

fn descriptor(path: PathBuf, name: &OsStr) -> io::Result<Target> {
    let process = std::process::id().to_string();
    let is_own = path.starts_with("/dev") || path.starts_with(Path::new("/proc").join(process));
    match name.to_str() {
        Some("1") if is_own => Ok(Target::Stdout),
        Some("2") if is_own => Ok(Target::Stderr),
        // Opened by its name, it could be written all the same.
        _ if is_only_read(&path) => Err(io::Error::other("it is open for reading only")),
        _ => Ok(Target::InPlace(path)),
    }
}

/// Whether a descriptor is open for reading only, where the kernel tells (`/proc/PID/fdinfo`).
fn is_only_read(path: &Path) -> bool {
    /// The last digit of the flags, in octal: 0 for reading, 1 for writing, 2 for both.
    const ACCESS: u32 = 0o3;
    let folder = path.parent().and_then(Path::parent);
    let info = folder.zip(path.file_name()).map(|(folder, name)| folder.join("fdinfo").join(name));
    let info = info.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & ACCESS == 0)
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
    use std::os::fd::AsRawFd;
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
        assert!(find(&folder.join("new/")).is_err());
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
        let folder = tempfile::tempdir().unwrap();
        let file = std::fs::File::create(folder.path().join("file")).unwrap();
        let by = |folder: &str| find(&Path::new(folder).join(file.as_raw_fd().to_string()));
        let other = by("/dev/fd").unwrap();
        assert!(matches!(&other, Target::InPlace(_)), "{other:?}");
        assert!(other.is_same(&by("/proc/self/fd").unwrap()));
        let file = std::fs::File::open(folder.path().join("file")).unwrap();
        assert!(find(&Path::new("/dev/fd").join(file.as_raw_fd().to_string())).is_err());
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
