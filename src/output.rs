//! Where reports go: standard output, or a file that is either the old one or the whole new one.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

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
    let written = match path {
        None => to_stdout(render),
        // Renaming over a device or a pipe would replace it.
        Some(path) if path.exists() && !path.is_file() => in_place(path, render),
        Some(path) => atomically(path, render),
    };
    written.map_err(|source| OutputError { path: path.map(Path::to_owned), source })
}

fn to_stdout(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    render(&mut out)?;
    out.flush()
}

fn in_place(path: &Path, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(std::fs::OpenOptions::new().write(true).open(path)?);
    render(&mut out)?;
    out.flush()
}

fn atomically(
    path: &Path,
    render: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the umask leaves of it, as for any new file.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut out = BufWriter::new(builder.prefix(".podaudit-").tempfile_in(folder)?);
    render(&mut out)?;
    out.flush()?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_report_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        write(Some(&path), |out| out.write_all(b"old")).unwrap();
        let failed = write(Some(&path), |out| {
            out.write_all(b"half")?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        });
        assert!(failed.unwrap_err().to_string().contains("report.json"));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing left behind");
    }
}
