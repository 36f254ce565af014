//! Every conflict, and what is none.

use std::collections::BTreeSet;
use std::ffi::OsString;

use super::*;
use crate::cli::args;
use crate::cli::layers::layered;
use crate::config::Config;

/// The definition without the environment of whoever runs the tests.
fn definition() -> Command {
    let without = |command: Command| command.mut_args(|arg| arg.env(None::<&str>));
    without(args::definition("podaudit")).mut_subcommands(without)
}

/// The conflict of these arguments, if they are well-formed; `None` if they can be run.
fn conflict(arguments: &[&str]) -> Option<Conflict> {
    let arguments: Vec<OsString> =
        ["podaudit"].iter().chain(arguments).map(OsString::from).collect();
    let matches = definition().try_get_matches_from(&arguments).unwrap();
    if let Err(conflict) = placement(&definition(), &matches) {
        return Some(conflict);
    }
    invocation(layered(definition(), &matches, &arguments, Config::default()).unwrap()).err()
}

/// An option of the tables as it is typed, of the audit or else of `paths`.
fn typed(id: &str) -> String {
    let definition = definition();
    let paths = definition.find_subcommand("paths").unwrap();
    let mut all = definition.get_arguments().chain(paths.get_arguments());
    let arg = all.find(|arg| arg.get_id() == id).unwrap_or_else(|| panic!("no option {id}"));
    let value = match id {
        "fail_on" | "min_severity" => "high",
        "show" => "all",
        "push_gateway" => "http://push:9091",
        "shard" => "1/2",
        "apply" => "policyreport",
        "to" => "node",
        _ => "x",
    };
    let long = arg.get_long().unwrap();
    let takes_value = arg.get_action().takes_values();
    if takes_value { format!("--{long}={value}") } else { format!("--{long}") }
}

#[test]
fn every_row_of_the_tables_is_refused_and_says_why() {
    for Exclusive { option, others } in EXCLUSIVE {
        for other in *others {
            let (option, other) = (typed(option), typed(other));
            let command = if option == "--cuts" { &["paths"][..] } else { &[] };
            let json = if option.starts_with("--shard") { &["-o", "json"][..] } else { &[] };
            let found = conflict(&[command, &[&option, &other], json].concat());
            let found = found.unwrap_or_else(|| panic!("{option} {other} is no conflict"));
            let name = |typed: &str| typed.split('=').next().unwrap_or_default().to_owned();
            let message = format!("{} cannot be used with {}", name(&option), name(&other));
            assert_eq!(found.to_string(), message);
        }
    }
    for Requires { option, needs, .. } in REQUIRES {
        let found = conflict(&[&typed(option)]).map(|conflict| conflict.to_string());
        assert_eq!(found.as_deref(), Some("--as-group needs --as"));
        assert_eq!(conflict(&[&typed(option), &typed(needs)]), None);
    }
}

#[test]
fn every_other_conflict_is_refused_and_says_why() {
    let table: [(&[&str], &str); 23] = [
        (&["-n", "a", "rules"], "--namespace cannot be used with the command rules"),
        (&["--context", "a", "diff", "a", "b"], "--context cannot be used with the command diff"),
        (&["-f", "a", "config"], "--filename cannot be used with the command config"),
        (&["--demo", "man"], "--demo cannot be used with the command man"),
        (&["-l", "a", "can", "a/b"], "--selector cannot be used with the command can"),
        (
            &["--with-secret-metadata", "pss"],
            "--with-secret-metadata cannot be used with the command pss",
        ),
        (&["-n", "a", "merge", "a"], "--namespace cannot be used with the command merge"),
        (&["--shard", "1/2", "pss"], "--shard cannot be used with the command pss"),
        (&["--all-contexts", "pss"], "--all-contexts cannot be used with the command pss"),
        (&["--show", "all", "pss"], "--show cannot be used with the command pss"),
        (
            &["-o", "json", "pss"],
            "--output is an option of the output, and goes behind the command pss",
        ),
        (
            &["--since-last", "a", "merge", "a"],
            "--since-last is an option of the output, and goes behind the command merge",
        ),
        (
            &["-o", "json", "-o", "table"],
            "only one -o can go to standard output; give the others a path",
        ),
        (
            &["paths", "-o", "json", "-o", "dot"],
            "only one -o can go to standard output; give the others a path",
        ),
        (
            &["config", "-o", "json", "-o", "table"],
            "only one -o can go to standard output; give the others a path",
        ),
        (
            &["-o", "json=no-such", "-o", "html=./no-such"],
            "two -o go to the same file; give each a path of its own",
        ),
        (&["--fail-on", "new:high"], "--fail-on new: needs --baseline or --since-last"),
        (
            &["merge", "a", "--fail-on", "new:high"],
            "--fail-on new: needs --baseline or --since-last",
        ),
        (&["--shard", "1/2"], "--shard writes a file for podaudit merge: -o json or -o json=PATH"),
        (&["--contexts", "a", "-o", "html"], "html holds one cluster; use --context"),
        (&["--apply", "-l", "a"], "--apply needs all pods of a namespace: not with -l"),
        (
            &["--apply", "--demo"],
            "--apply is for the cluster that is scanned: not with -f or --demo",
        ),
        (
            &["merge", "a", "--apply"],
            "--apply is for the cluster that is scanned, and merge reads files",
        ),
    ];
    let mut variants = BTreeSet::new();
    for (arguments, message) in table {
        let found = conflict(arguments).unwrap_or_else(|| panic!("{arguments:?} can be run"));
        assert_eq!(found.to_string(), message, "{arguments:?}");
        variants.insert(format!("{found:?}").split([' ', '(']).next().unwrap().to_owned());
    }
    // With those of the tables: a new conflict has its line here too.
    let source = include_str!("../validate.rs");
    let (_, variants_of) = source.split_once("enum Conflict {").unwrap();
    let (variants_of, _) = variants_of.split_once("\n}").unwrap();
    let defined = variants_of.lines().filter(|line| line.trim().starts_with("#[error")).count();
    assert_eq!(variants.len() + 2, defined, "a conflict that is not tried: {variants:?}");
}

#[test]
fn an_option_before_a_command_is_as_good_as_one_behind_it() {
    for arguments in [
        &["-n", "shop", "explain", "deploy/web"][..],
        &["explain", "deploy/web", "-n", "shop"],
        &["--min-severity", "high", "config"],
        &["--api-audiences", "a", "merge", "a.json"],
        &["--demo", "paths", "--cuts"],
    ] {
        assert_eq!(conflict(arguments), None, "{arguments:?}");
    }
    let found = conflict(&["--demo", "explain", "deploy/web", "-f", "x"]).unwrap();
    assert_eq!(found.to_string(), "--demo cannot be used with --filename");
}
