//! `podaudit rules`: the catalogue, and the page of one rule.

use crate::cli::error::RunError;
use crate::exit::Exit;
use crate::output;
use crate::rules;

/// Lists every rule.
pub(crate) fn list() -> Result<Exit, RunError> {
    output::write(None, |out| {
        let width = rules::ALL.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
        for rule in rules::ALL {
            writeln!(out, "{:<width$}  {:<8}  {}", rule.id, rule.severity.as_str(), rule.summary)?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

/// Prints the page of one rule.
pub(crate) fn page(id: &str) -> Result<Exit, RunError> {
    let rule = rules::find(id).ok_or_else(|| RunError::NoSuchRule(id.to_owned()))?;
    let page = rule.documentation();
    output::write(None, |out| {
        writeln!(out, "{} ({})\n{}\n\n{}", rule.id, rule.severity.as_str(), page.title, page.prose)
    })?;
    Ok(Exit::Done)
}
