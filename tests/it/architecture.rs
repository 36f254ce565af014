//! Holds the code to docs/architecture.md: who may import whom, what may print or exit, and how
//! long a file may grow.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use libtest_mimic::Trial;

use crate::{Outcome, trial};

/// Lines of one file without its tests.
const MAX_LINES: usize = 500;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("architecture::imports", imports),
        trial("architecture::file_sizes", file_sizes),
        trial("architecture::exit_codes", exit_codes),
        trial("architecture::formats", formats),
    ]
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file, with the module of the crate that it belongs to.
fn sources() -> anyhow::Result<Vec<(String, PathBuf)>> {
    let mut folders = vec![root().join("src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative = path.strip_prefix(root().join("src"))?;
                let first = relative.components().next().context("a file in src")?;
                let module = first.as_os_str().to_string_lossy().replace(".rs", "");
                files.push((module, path));
            }
        }
    }
    ensure!(files.len() > 30, "only {} source files found", files.len());
    Ok(files)
}

/// The table under `| module | may import |`.
fn table() -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let page = std::fs::read_to_string(root().join("docs/architecture.md"))?;
    let (_, rows) = page.split_once("| module | may import |\n|---|---|\n").context("no table")?;
    let rows = rows.lines().take_while(|line| line.starts_with('|'));
    let table: BTreeMap<_, Vec<_>> = rows
        .filter_map(|row| {
            let (module, imports) = row.trim_matches('|').split_once('|')?;
            let imports = imports.split(',').map(|name| name.trim().to_owned());
            Some((module.trim().to_owned(), imports.collect()))
        })
        .collect();
    Ok(table)
}

fn imports() -> Outcome {
    let table = table()?;
    for (module, path) in sources()? {
        // Unit tests may ask any module.
        if module == "lib" || path.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let allowed =
            table.get(&module).with_context(|| format!("{module} is not in the table"))?;
        for line in code(&path)?.lines() {
            for (_, rest) in
                line.match_indices("crate::").map(|(at, word)| line.split_at(at + word.len()))
            {
                let name: String =
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                let known = name == module || !table.contains_key(&name) || allowed.contains(&name);
                ensure!(known, "{}: {module} may not import {name}", path.display());
            }
            let is_client = ["kube::", "k8s_openapi::"].iter().any(|name| line.contains(name));
            ensure!(!is_client || module == "cluster", "{}: {line}", path.display());
        }
    }
    Ok(())
}

/// The file without its unit tests.
fn code(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path)?;
    Ok(text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned())
}

fn file_sizes() -> Outcome {
    for (_, path) in sources()? {
        let text = code(&path)?;
        let lines = text.lines().count();
        ensure!(lines <= MAX_LINES, "{} has {lines} lines", path.display());
        let comment = match path.extension().and_then(|extension| extension.to_str()) {
            Some("css") => "/*",
            Some("html") => "{#-",
            Some("js") => "//",
            Some("yaml") => "#",
            _ => "//!",
        };
        ensure!(text.starts_with(comment), "{} does not say what it owns", path.display());
    }
    Ok(())
}

/// The README's table of exit codes is the code's.
fn exit_codes() -> Outcome {
    let readme = std::fs::read_to_string(root().join("README.md"))?;
    for exit in podaudit::exit::Exit::ALL {
        let row = format!("| {} | {} |", exit.code(), exit.meaning());
        ensure!(readme.contains(&row), "README.md lacks {row}");
    }
    Ok(())
}

/// The README's table of formats is the code's.
fn formats() -> Outcome {
    let readme = std::fs::read_to_string(root().join("README.md"))?;
    for format in podaudit::report::Format::ALL {
        let row = format!("| `{}` | {} |", format.as_str(), format.purpose());
        ensure!(readme.contains(&row), "README.md lacks {row}");
    }
    Ok(())
}
