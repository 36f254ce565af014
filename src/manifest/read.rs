//! Files, folders, standard input and the sample cluster as inventories.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::document::DocumentReader;
use super::options::Options;
use super::{built_in, template};
use crate::inventory::Inventory;

/// The sample cluster of `--demo`.
const DEMO: &str = include_str!("../../demo/cluster.yaml");

/// Bytes of a file that are read at once.
const BUFFER: usize = 64 << 10;

/// Why a path given by the user could not be read at all. What can be read and not understood is
/// recorded in the inventory's coverage instead.
#[derive(Debug, thiserror::Error)]
#[error("unable to read {path}")]
pub struct ReadError {
    path: String,
    source: std::io::Error,
}

/// Reads files and folders; `-` is standard input.
///
/// # Errors
/// A path that cannot be opened or listed. A file in a folder that cannot is recorded instead.
pub fn read(paths: &[PathBuf], options: &Options) -> Result<Inventory, ReadError> {
    let mut reader = DocumentReader::new(options);
    for path in paths {
        if path.as_os_str() == "-" {
            let name = "standard input";
            let read = reader.text(name, std::io::stdin().lock());
            read.map_err(|source| ReadError { path: name.to_owned(), source })?;
        } else {
            for file in files(path)? {
                let name = file.display().to_string();
                let content = File::open(&file).map(|file| BufReader::with_capacity(BUFFER, file));
                match content.and_then(|content| reader.text(&name, content)) {
                    Ok(()) => {}
                    // One of a folder does not spoil the others.
                    Err(error) if file != *path => reader.broken(&name, &error.to_string()),
                    Err(source) => return Err(ReadError { path: name, source }),
                }
            }
        }
    }
    let places: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    reader.expect_objects(&places.join(", "));
    Ok(finished(reader, options))
}

/// Reads the built-in sample cluster.
#[must_use]
pub fn demo(options: &Options) -> Inventory {
    parse("demo", DEMO, options)
}

/// Reads one text; `name` is what errors call it.
#[must_use]
pub fn parse(name: &str, text: &str, options: &Options) -> Inventory {
    let mut reader = DocumentReader::new(options);
    // A text in memory is always read to its end.
    let _ = reader.text(name, text.as_bytes());
    finished(reader, options)
}

/// The path itself, or the manifests in a folder as `kubectl -f` takes them, sorted.
fn files(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let error = |source| ReadError { path: path.display().to_string(), source };
    if !std::fs::metadata(path).map_err(error)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let is_manifest = |file: &PathBuf| {
        let extension = file.extension().and_then(|e| e.to_str());
        // A link that leads nowhere is no file, and is told.
        let is_file = std::fs::metadata(file).map_or(true, |meta| meta.is_file());
        is_file && matches!(extension, Some("json" | "yaml" | "yml"))
    };
    let entries = std::fs::read_dir(path).map_err(error)?;
    let mut files = Vec::new();
    for entry in entries {
        files.push(entry.map_err(error)?.path());
    }
    files.retain(is_manifest);
    files.sort();
    Ok(files)
}

/// Everything that was read, in order, without the templates whose pods were read themselves.
fn finished(reader: DocumentReader<'_>, options: &Options) -> Inventory {
    let mut inventory = reader.into_inventory();
    template::drop_running(&mut inventory);
    built_in::add(&mut inventory);
    inventory.aggregate();
    inventory.only.clone_from(&options.namespaces);
    inventory.finish();
    inventory
}
