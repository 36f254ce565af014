//! Holds the code to docs/architecture.md and to the house rules: the glossary, who may import
//! whom, names, documentation, how long a file may grow, and the README's tables.

mod exceptions;
mod graph;
mod pages;
mod source;
mod style;

use std::collections::BTreeMap;

use anyhow::Context;
use libtest_mimic::Trial;

use crate::support::{Outcome, ensure, trial};
use exceptions::CIRCLES;
use source::{Source, root};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(imports),
        trial(circles),
        trial(pages::glossary),
        trial(pages::exit_codes),
        trial(pages::formats),
        trial(style::file_sizes),
        trial(style::first_lines),
        trial(style::modules_are_declared_plainly),
        trial(style::type_names_are_unique),
        trial(style::comments_stand_alone),
    ]
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

/// Rooms import each other as the table says.
fn imports() -> Outcome {
    let table = table()?;
    for source in Source::all() {
        let Some(room) = source.room().filter(|_| source.is_rust()) else { continue };
        let allowed = table.get(room).with_context(|| format!("{room} is not in the table"))?;
        for line in source.code.lines() {
            for (_, rest) in
                line.match_indices("crate::").map(|(at, word)| line.split_at(at + word.len()))
            {
                let name: String =
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                let known = name == room || !table.contains_key(&name) || allowed.contains(&name);
                ensure!(known, "{}: {room} may not import {name}", source.path);
            }
            let is_client = ["kube::", "k8s_openapi::"].iter().any(|name| line.contains(name));
            ensure!(
                !is_client || room == "cluster",
                "{}: only cluster uses the Kubernetes client: {line}",
                source.path
            );
        }
    }
    Ok(())
}

/// No two files of a room import each other, directly or through others.
fn circles() -> Outcome {
    let all = graph::imports(&Source::all());
    ensure!(all.len() > 300, "only {} imports found", all.len());
    let mut imports = all.clone();
    for (from, to, _) in CIRCLES {
        let import = ((*from).to_owned(), (*to).to_owned());
        ensure!(imports.remove(&import), "exceptions.rs: {from} does not import {to} any more");
    }
    let mut found: Vec<_> = imports.iter().filter_map(|i| graph::circle(&imports, i)).collect();
    found.sort_by_key(Vec::len);
    if let Some(shortest) = found.first() {
        let circle = shortest.join("\n  imports ");
        anyhow::bail!("files import each other in a circle ({} imports):\n  {circle}", found.len());
    }
    for (from, to, _) in CIRCLES {
        let import = ((*from).to_owned(), (*to).to_owned());
        ensure!(
            graph::circle(&imports, &import).is_some(),
            "exceptions.rs: that {from} imports {to} closes no circle any more"
        );
    }
    Ok(())
}
