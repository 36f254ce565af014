//! Where reports go: standard output, or a file that is either the old one or the whole new one.
//! What cannot be replaced (a pipe, a device, a descriptor of this process) is written in place.

mod replace;
mod target;

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use target::Target;

/// One `-o` target could not be written.
#[derive(Debug, thiserror::Error)]
#[error("unable to write {}", path.as_ref().map_or("standard output".into(), |p| p.display().to_string()))]
pub struct OutputError {
    path: Option<PathBuf>,
    source: io::Error,
}

impl OutputError {
    /// Whether the reader of a pipe has gone, which needs no message.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        self.source.kind() == io::ErrorKind::BrokenPipe
    }
}

/// Writes to the file, or to standard output.
///
/// # Errors
/// Whatever the file system says. A file that existed before is then still the old one.
pub fn write(
    path: Option<&Path>,
    render: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), OutputError> {
    let target = path.map_or(Ok(Target::Stdout), target::find);
    let written = target.and_then(|target| match target {
        Target::Stdout => to(&mut stdout()?, render),
        Target::Stderr => to(&mut io::stderr().lock(), render),
        Target::InPlace(path) => to(&mut open(&path)?, render),
        Target::File(path) => replace::replace(&path, |out| to(out, render)),
    });
    written.map_err(|source| OutputError { path: path.map(Path::to_owned), source })
}

/// Whether two outputs would overwrite each other: both go to standard output, or to one file or
/// pipe under whatever name. Devices take everything.
#[must_use]
pub fn is_same(one: Option<&Path>, other: Option<&Path>) -> bool {
    let find = |path: Option<&Path>| path.map_or(Ok(Target::Stdout), target::find);
    // Where there is no telling, writing will tell.
    let (Ok(one), Ok(other)) = (find(one), find(other)) else { return false };
    one.is_same(&other)
}

fn to(
    out: &mut dyn Write,
    render: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    render(&mut out)?;
    out.flush()
}

/// Appended, because a descriptor of this process stands behind what was written through it before.
fn open(path: &Path) -> io::Result<std::fs::File> {
    std::fs::OpenOptions::new().append(true).open(path)
}

/// Not the standard library's, which takes a descriptor that cannot be written for success.
#[cfg(unix)]
fn stdout() -> io::Result<std::fs::File> {
    use std::os::fd::AsFd;
    if startup::STDOUT_IS_CLOSED.load(std::sync::atomic::Ordering::Relaxed) {
        return Err(io::Error::other("it is closed"));
    }
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
fn stdout() -> io::Result<io::StdoutLock<'static>> {
    Ok(io::stdout().lock())
}

/// What is to be known before `main`: the runtime opens the null device for a standard output that
/// is closed, and nothing tells the two apart afterwards.
#[cfg(unix)]
mod startup {
    use std::os::fd::AsFd;
    use std::sync::atomic::{AtomicBool, Ordering};

    pub(super) static STDOUT_IS_CLOSED: AtomicBool = AtomicBool::new(false);

    #[ctor::ctor]
    fn look_at_stdout() {
        let is_closed = std::io::stdout().as_fd().try_clone_to_owned().is_err();
        STDOUT_IS_CLOSED.store(is_closed, Ordering::Relaxed);
    }
}
