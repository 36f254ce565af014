//! Help that teaches by example: one table feeds `--help`, the man page and the README.

use clap::CommandFactory;
use clap_complete::Shell;

use super::Cli;
use super::run::RunError;
use crate::exit::Exit;
use crate::output;
use crate::report::Format;

/// A command line, and what it is for.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("podaudit", "the current kubeconfig context, or the pod's own cluster"),
    ("podaudit --context prod -n shop", "one namespace"),
    ("podaudit --contexts prod,test", "several clusters side by side, in one report"),
    ("podaudit -o html=report.html -o table", "a page to share, and a table to read"),
    ("podaudit -o json=night.json", "a report to keep"),
    ("podaudit --baseline night.json", "and what changed since"),
    ("podaudit --exceptions accepted.yaml", "without what you accept"),
    ("podaudit -o sarif=podaudit.sarif", "for code scanning"),
    ("podaudit --apply", "the failures as PolicyReports in the cluster"),
    ("podaudit --fail-on high", "as a gate; new:high with --baseline"),
    ("podaudit -f deploy/", "manifests, judged by what admission would make of them"),
    ("kubectl get pods,sa,ns -A -o json | podaudit -f -", "a dump"),
    ("podaudit explain deploy/web -n shop", "what is true of it, and what decided it"),
    ("podaudit pss", "what each namespace enforces, and could enforce"),
    ("podaudit can shop/cart", "what a ServiceAccount may do, and what grants it"),
    ("podaudit paths", "where a takeover of each workload leads, step by step"),
    ("podaudit paths --cuts", "what to change first, and what that frees"),
    ("podaudit diff old.json new.json", "what changed between two reports"),
    ("podaudit config", "every option and rule, and where its value comes from"),
    ("podaudit rules runs-as-root", "what a rule means"),
];

/// The examples as lines that a shell can run.
#[must_use]
pub fn examples() -> String {
    let width = EXAMPLES.iter().map(|(line, _)| line.len()).filter(|n| *n < 40).max();
    let width = width.unwrap_or_default();
    let lines = EXAMPLES.iter().map(|(line, what)| match line.len() {
        n if n > width => format!("{line}\n"),
        _ => format!("{line:<width$}  # {what}\n"),
    });
    lines.collect::<Vec<_>>().concat()
}

pub(super) fn after_help() -> String {
    let usage = (2, "usage error");
    let mut codes: Vec<_> = Exit::ALL.iter().map(|e| (e.code(), e.meaning())).collect();
    codes.push(usage);
    codes.sort_unstable();
    let codes: Vec<_> = codes.iter().map(|(code, text)| format!("\n  {code}  {text}")).collect();
    let codes = codes.concat();
    let formats = Format::ALL.map(|f| format!("\n  {:<12} {}", f.as_str(), f.purpose())).concat();
    let examples = examples().replace('\n', "\n  ");
    let examples = examples.trim_end();
    format!("Formats:{formats}\n\nExit codes:{codes}\n\nExamples:\n  {examples}")
}

/// `podaudit completions`
pub(super) fn completions(shell: Shell) -> Result<Exit, RunError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "podaudit", &mut script);
    output::write(None, |out| out.write_all(&script))?;
    Ok(Exit::Done)
}

/// `podaudit man`
pub(super) fn man() -> Result<Exit, RunError> {
    output::write(None, |out| clap_mangen::Man::new(Cli::command()).render(out))?;
    Ok(Exit::Done)
}
