//! What README.md and docs/architecture.md say of the code is so.

use anyhow::Context;

use super::source::{Source, root};
use crate::support::{Outcome, ensure};

/// The glossary is sorted, and a word's type is declared in the room that it names.
pub(super) fn glossary() -> Outcome {
    let page = std::fs::read_to_string(root().join("docs/architecture.md"))?;
    let header = "| word | meaning | type in the code |\n|---|---|---|\n";
    let (_, rows) = page.split_once(header).context("docs/architecture.md has no glossary")?;
    let sources = Source::all();
    let mut last = String::new();
    for row in rows.lines().take_while(|line| line.starts_with('|')) {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [word, _, path] = cells[..] else { anyhow::bail!("not three cells: {row}") };
        ensure!(last < word.to_lowercase(), "{word:?} is not after {last:?}");
        last = word.to_lowercase();
        let (room, name) = path.trim_matches('`').split_once("::").context(row.to_owned())?;
        let declared = sources
            .iter()
            .filter(|source| source.room() == Some(room))
            .flat_map(Source::visible_types)
            .any(|declared| declared == name);
        ensure!(declared, "glossary, {word}: src/{room} declares no type {name}");
    }
    ensure!(!last.is_empty(), "the glossary is empty");
    Ok(())
}

/// The README's table of exit codes is the code's.
pub(super) fn exit_codes() -> Outcome {
    let readme = std::fs::read_to_string(root().join("README.md"))?;
    for exit in podaudit::exit::Exit::ALL {
        let row = format!("| {} | {} |", exit.code(), exit.meaning());
        ensure!(readme.contains(&row), "README.md lacks {row}");
    }
    Ok(())
}

/// The README's table of formats is the code's.
pub(super) fn formats() -> Outcome {
    let readme = std::fs::read_to_string(root().join("README.md"))?;
    for format in podaudit::report::Format::ALL {
        let row = format!("| `{}` | {} |", format.as_str(), format.purpose());
        ensure!(readme.contains(&row), "README.md lacks {row}");
    }
    Ok(())
}
