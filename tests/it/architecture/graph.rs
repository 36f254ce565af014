//! Which file uses which, computed from the paths of the code: `use` declarations, `crate::…`,
//! `super::…`, and paths that begin with a module or an imported name. A path leads to the file
//! that defines what it names, through re-exports; a declaration (`mod x;`) and a re-export
//! (`pub use`) are no use.

use std::collections::{BTreeMap, BTreeSet};

use super::source::Source;

/// Names of one module.
#[derive(Default)]
struct Names {
    /// Its file.
    file: String,
    /// What it defines at its top level.
    defined: BTreeSet<String>,
    /// What it imports or re-exports: name, and the path that it stands for.
    imported: BTreeMap<String, Vec<String>>,
    /// Modules of which it imports or re-exports everything.
    globs: Vec<Vec<String>>,
}

/// Modules by their paths.
type Modules = BTreeMap<Vec<String>, Names>;

/// An import: the file that imports, and the file that has what it names.
pub(super) type Import = (String, String);

/// Every import between two files of one room.
pub(super) fn imports(sources: &[Source]) -> BTreeSet<Import> {
    let rust: Vec<_> =
        sources.iter().filter(|source| source.is_rust() && source.path != "main.rs").collect();
    let modules: Modules =
        rust.iter().map(|source| (source.module.clone(), names(source))).collect();
    let mut imports = BTreeSet::new();
    for source in rust {
        let used =
            declarations(&source.code).into_iter().filter(|u| !u.is_public).flat_map(|u| u.paths);
        let used = used.map(|(_, path)| path).chain(paths(&source.code));
        for path in used {
            let Some(file) = resolve(&modules, &source.module, &path, 0) else { continue };
            let same_room = source.path.split(['/', '.']).next() == file.split(['/', '.']).next();
            if same_room && file != source.path {
                imports.insert((source.path.clone(), file));
            }
        }
    }
    imports
}

/// The shortest circle that this import closes, as the files on it; none if it closes none.
pub(super) fn circle(imports: &BTreeSet<Import>, (from, to): &Import) -> Option<Vec<String>> {
    let mut reached: BTreeMap<&str, &str> = BTreeMap::new();
    let mut border = vec![to.as_str()];
    while !border.is_empty() && !reached.contains_key(from.as_str()) {
        let mut next = Vec::new();
        for file in border {
            for (_, other) in imports.iter().filter(|(importer, _)| importer == file) {
                if other != to && !reached.contains_key(other.as_str()) {
                    reached.insert(other, file);
                    next.push(other.as_str());
                }
            }
        }
        border = next;
    }
    let mut files = vec![from.clone()];
    let mut file = from.as_str();
    while file != to {
        file = reached.get(file)?;
        files.push(file.to_owned());
    }
    files.push(from.clone());
    files.reverse();
    Some(files)
}

fn names(source: &Source) -> Names {
    let mut names = Names { file: source.path.clone(), ..Names::default() };
    for line in source.code.lines() {
        let words: Vec<_> = line
            .split(|c: char| !(c.is_alphanumeric() || "_'".contains(c)))
            .filter(|word| !word.is_empty())
            .collect();
        let indented = line.starts_with(' ');
        for pair in words.windows(2) {
            // Functions and constants only at the top level: the others are of an `impl`.
            let is_type = ["struct", "enum", "trait", "union"].contains(&pair[0]);
            let is_other = ["fn", "const", "static", "type", "macro_rules"].contains(&pair[0]);
            if is_type || is_other && !indented {
                names.defined.insert(pair[1].to_owned());
            }
        }
    }
    for declaration in declarations(&source.code) {
        for (name, path) in declaration.paths {
            if name == "*" {
                names.globs.push(path);
            } else {
                names.imported.insert(name, path);
            }
        }
    }
    names
}

/// A `use` declaration: the names that it brings, with their paths.
struct Use {
    is_public: bool,
    paths: Vec<(String, Vec<String>)>,
}

fn declarations(code: &str) -> Vec<Use> {
    let mut all = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find("use ") {
        let before = &rest[..at];
        let line = before.rsplit('\n').next().unwrap_or_default().trim();
        rest = &rest[at + 4..];
        if !(line.is_empty() || line == "pub" || line.starts_with("pub(") && line.ends_with(')')) {
            continue;
        }
        let Some(end) = rest.find(';') else { break };
        let tree: String = rest[..end].split_whitespace().collect::<Vec<_>>().join(" ");
        let mut paths = Vec::new();
        expand(&tree, &[], &mut paths);
        all.push(Use { is_public: line.starts_with("pub"), paths });
        rest = &rest[end..];
    }
    all
}

/// The paths of a tree like `a::{b, c as d, e::*}`.
fn expand(tree: &str, prefix: &[String], paths: &mut Vec<(String, Vec<String>)>) {
    let tree = tree.trim();
    let mut path = prefix.to_vec();
    if let Some((head, group)) = tree.split_once('{') {
        path.extend(segments(head));
        let group = group.strip_suffix('}').unwrap_or(group);
        let (mut depth, mut begin) = (0, 0);
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    expand(&group[begin..at], &path, paths);
                    begin = at + 1;
                }
                _ => {}
            }
        }
        if !group[begin..].trim().is_empty() {
            expand(&group[begin..], &path, paths);
        }
        return;
    }
    let (named, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
    path.extend(segments(named));
    match path.last().map(String::as_str) {
        Some("self") => {
            path.pop();
        }
        Some("*") => {
            path.pop();
            paths.push(("*".to_owned(), path));
            return;
        }
        _ => {}
    }
    let name =
        if alias.is_empty() { path.last().cloned().unwrap_or_default() } else { alias.to_owned() };
    paths.push((name, path));
}

fn segments(path: &str) -> Vec<String> {
    path.split("::").map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
}

/// Paths of two segments or more outside `use` declarations.
fn paths(code: &str) -> Vec<Vec<String>> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for line in code.lines() {
        let line = line.trim_start();
        if line.starts_with("use ") || line.starts_with("pub") && line.contains(" use ") {
            continue;
        }
        let mut rest = line;
        while let Some(at) = rest.find("::") {
            let begin = rest[..at]
                .rfind(|c| !is_name(c))
                .map_or(0, |end| end + rest[end..].chars().next().map_or(0, char::len_utf8));
            let tail =
                rest[at..].find(|c| !is_name(c) && c != ':').map_or(rest.len(), |end| at + end);
            let path = segments(&rest[begin..tail]);
            if path.len() > 1 && begin < at {
                found.push(path);
            }
            rest = &rest[tail.max(at + 2)..];
        }
    }
    found
}

/// The file that defines what a path in this module names; none if it is of another crate.
fn resolve(modules: &Modules, module: &[String], path: &[String], depth: usize) -> Option<String> {
    // Names that stand for each other do not compile; globs can.
    if depth > 8 {
        return None;
    }
    let mut at = module.to_vec();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => {
            at.clear();
            rest = &path[1..];
        }
        "self" => rest = &path[1..],
        "super" => {
            while rest.first().is_some_and(|segment| segment == "super") {
                at.pop()?;
                rest = &rest[1..];
            }
        }
        _ => {}
    }
    let mut walked = rest.len() < path.len();
    while let Some((segment, behind)) = rest.split_first() {
        let names = modules.get(&at)?;
        let child: Vec<_> = at.iter().cloned().chain([segment.clone()]).collect();
        if modules.contains_key(&child) {
            at = child;
            rest = behind;
            walked = true;
            continue;
        }
        if names.defined.contains(segment) {
            return Some(names.file.clone());
        }
        if let Some(target) = names.imported.get(segment) {
            let whole: Vec<_> = target.iter().chain(behind).cloned().collect();
            // A name that a path begins with may be imported under itself: `use anyhow;`.
            return (whole != path).then(|| resolve(modules, &at, &whole, depth + 1)).flatten();
        }
        return names.globs.iter().find_map(|glob| {
            let whole: Vec<_> = glob.iter().chain(rest).cloned().collect();
            resolve(modules, &at, &whole, depth + 1)
        });
    }
    // A module itself: its file, unless the name was never found.
    walked.then(|| modules.get(&at).map(|names| names.file.clone())).flatten()
}
