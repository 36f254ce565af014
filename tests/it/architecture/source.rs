//! The source files as the architecture tests see them: where each is in the tree of modules, and
//! its code without comments, string literals and unit tests.

use std::path::{Path, PathBuf};

/// One file below `src`.
pub(super) struct Source {
    /// From `src` on, for example `reach/graph.rs`.
    pub(super) path: String,
    /// The module that the file is, below the crate: `["reach", "graph"]`; empty for `lib.rs`.
    pub(super) module: Vec<String>,
    /// Everything but unit tests.
    pub(super) text: String,
    /// The text with spaces for comments and for what is between quotes.
    pub(super) code: String,
}

impl Source {
    /// Every file below `src` but those of unit tests, sorted; Rust and templates alike.
    pub(super) fn all() -> Vec<Self> {
        let src = root().join("src");
        let mut folders = vec![src.clone()];
        let mut all = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("src can be read") {
                let path = entry.expect("src can be read").path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path
                    .components()
                    .any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
                {
                    all.push(Self::read(&src, &path));
                }
            }
        }
        assert!(all.len() > 30, "only {} source files found", all.len());
        all.sort_by(|a, b| a.path.cmp(&b.path));
        all
    }

    fn read(src: &Path, path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a source file is text");
        let text = text.split("\nmod tests {").next().unwrap_or_default().to_owned();
        let path = path.strip_prefix(src).expect("a file below src");
        let path = path.to_str().expect("a name in UTF-8").replace('\\', "/");
        let stem = path.strip_suffix(".rs").unwrap_or(&path);
        let stem = stem.strip_suffix("/mod").unwrap_or(stem);
        let module = if stem == "lib" { "" } else { stem };
        let module = module.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let code = if is_rust(&path) { code(&text) } else { String::new() };
        Self { path, module, text, code }
    }

    /// Whether it is Rust.
    pub(super) fn is_rust(&self) -> bool {
        is_rust(&self.path)
    }

    /// The types that more than this file can see.
    pub(super) fn visible_types(&self) -> impl Iterator<Item = &str> {
        self.code.lines().filter_map(|line| {
            let mut words = line.split_whitespace();
            words.next().filter(|word| word.starts_with("pub"))?;
            let mut words = words.skip_while(|word| word.ends_with(')'));
            words
                .next()
                .filter(|word| ["struct", "enum", "trait", "type", "union"].contains(word))?;
            let name = words.next()?;
            name.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()
        })
    }

    /// The first module below the crate; none for `lib.rs`.
    pub(super) fn room(&self) -> Option<&str> {
        self.module.first().map(String::as_str)
    }
}

fn is_rust(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "rs")
}

/// The repository.
pub(super) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The text with spaces for comments and for what is between quotes; lines stay lines.
fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let blank = |out: &mut Vec<u8>, from: usize, to: usize| {
        for byte in &mut out[from..to.min(bytes.len())] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    };
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text.as_bytes()[at..];
        let end = if rest.starts_with(b"//") {
            at + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())
        } else if let Some(hashes) = raw_string(rest) {
            let close = format!("\"{}", "#".repeat(hashes));
            let begin = at + 2 + hashes;
            text[begin..].find(&close).map_or(bytes.len(), |end| begin + end + close.len())
        } else if rest[0] == b'"' {
            let mut end = at + 1;
            while end < bytes.len() && bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            end + 1
        } else if rest.starts_with(b"'\"'") || rest.starts_with(b"'\\") {
            // A character that would begin a string, or an escaped one.
            let skip = if rest[1] == b'\\' { 3 } else { 2 };
            at + skip + rest[skip..].iter().position(|b| *b == b'\'').unwrap_or(0) + 1
        } else {
            at += 1;
            continue;
        };
        blank(&mut out, at, end);
        at = end;
    }
    String::from_utf8(out).expect("only whole characters were replaced")
}

/// The number of `#` of a raw string that begins here.
fn raw_string(rest: &[u8]) -> Option<usize> {
    let after = rest.strip_prefix(b"r")?;
    let hashes = after.iter().take_while(|byte| **byte == b'#').count();
    (after.get(hashes) == Some(&b'"')).then_some(hashes)
}
