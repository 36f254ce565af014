//! House rules that a program can check: size, first lines, names and comments.

use std::collections::{BTreeMap, BTreeSet};

use super::exceptions::{COMMENTS, TYPE_NAMES};
use super::source::Source;
use crate::support::{Outcome, ensure};

/// Lines of one file without its tests. About 110 are typical.
const MAX_LINES: usize = 500;

pub(super) fn file_sizes() -> Outcome {
    for source in Source::all() {
        let lines = source.text.lines().count();
        ensure!(lines <= MAX_LINES, "src/{} has {lines} lines, more than {MAX_LINES}", source.path);
    }
    Ok(())
}

/// Every file opens with what it owns.
pub(super) fn first_lines() -> Outcome {
    for source in Source::all() {
        let comment = match source.path.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "css" => "/*",
            "html" => "{#-",
            "js" => "//",
            "yaml" => "#",
            _ => "//!",
        };
        ensure!(
            source.text.starts_with(comment),
            "src/{} does not open with {comment} and what it owns",
            source.path
        );
    }
    Ok(())
}

/// Each file is declared by a line `mod name;`: rustfmt does not see what a macro declares.
pub(super) fn modules_are_declared_plainly() -> Outcome {
    let sources = Source::all();
    let mut declared = BTreeSet::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        for line in source.code.lines() {
            let words: Vec<_> = line.split_whitespace().collect();
            let [.., "mod", name] = words[..] else { continue };
            let is_plain = !line.starts_with(' ');
            if let Some(name) = name.strip_suffix(';').filter(|_| is_plain) {
                declared.insert([&source.module[..], &[name.to_owned()]].concat());
            }
        }
    }
    for source in sources.iter().filter(|source| source.is_rust()) {
        let is_root = source.module.is_empty() || source.path == "main.rs";
        ensure!(
            is_root || declared.contains(&source.module),
            "src/{} is not declared by a plain `mod {};`",
            source.path,
            source.module.join("::")
        );
    }
    Ok(())
}

/// A type that more than its file can see has a name of its own.
pub(super) fn type_names_are_unique() -> Outcome {
    let sources = Source::all();
    let mut files: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for source in &sources {
        for name in source.visible_types() {
            files.entry(name).or_default().push(&source.path);
        }
    }
    ensure!(files.len() > 100, "only {} types found", files.len());
    for (name, files) in &files {
        let is_listed = TYPE_NAMES.iter().any(|(listed, _)| listed == name);
        ensure!(
            is_listed || files.len() == 1,
            "{} types are called {name}: {}",
            files.len(),
            files.join(", ")
        );
    }
    for (name, _) in TYPE_NAMES {
        let count = files.get(name).map_or(0, Vec::len);
        ensure!(count > 1, "exceptions.rs: {count} types are called {name}; take the name off");
    }
    Ok(())
}

/// A comment that says "The same" or "Which." means nothing without its neighbours.
pub(super) fn comments_stand_alone() -> Outcome {
    let mut bad = BTreeMap::new();
    for source in Source::all().iter().filter(|source| source.is_rust()) {
        let mut in_block = false;
        for (number, line) in source.text.lines().enumerate() {
            let comment = line.trim_start().strip_prefix("///").map(str::trim);
            let first = comment.filter(|_| !in_block);
            in_block = comment.is_some_and(|text| !text.is_empty());
            if first.is_some_and(|text| !stands_alone(text)) {
                bad.entry(source.path.clone()).or_insert((number + 1, line.trim().to_owned()));
            }
        }
    }
    for (file, (number, line)) in &bad {
        let is_listed = COMMENTS.iter().any(|(listed, _)| listed == file);
        ensure!(is_listed, "src/{file}:{number}: {line:?} needs its neighbours to be understood");
    }
    for (file, _) in COMMENTS {
        ensure!(bad.contains_key(*file), "exceptions.rs: src/{file} is good now; take it off");
    }
    Ok(())
}

fn stands_alone(first: &str) -> bool {
    let question = first.strip_suffix('.').unwrap_or(first);
    let bare = ["Which", "Why", "Where", "When", "How", "Who", "Whose", "What"];
    !bare.contains(&question) && !first.starts_with("The same") && !first.starts_with("Same ")
}
