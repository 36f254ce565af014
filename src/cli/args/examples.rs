//! Help that teaches by example: one table feeds `--help`, the man page and the README.

use crate::exit::Exit;
use crate::report::Format;

/// A command line, and what it is for.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// As it is typed.
    pub line: &'static str,
    /// What it does, in a few words.
    pub purpose: &'static str,
}

const fn example(line: &'static str, purpose: &'static str) -> Example {
    Example { line, purpose }
}

/// Every example, in the order of the help text.
pub const EXAMPLES: &[Example] = &[
    example("podaudit", "the current kubeconfig context, or the pod's own cluster"),
    example("podaudit --context prod -n shop", "one namespace"),
    example("podaudit --contexts prod,test", "several clusters side by side, in one report"),
    example("podaudit -o html=report.html -o table", "a page to share, and a table to read"),
    example("podaudit -o json=night.json", "a report to keep"),
    example("podaudit --baseline night.json", "and what changed since"),
    example("podaudit --exceptions accepted.yaml", "without what you accept"),
    example("podaudit -o sarif=podaudit.sarif", "for code scanning"),
    example("podaudit --apply", "the failures as PolicyReports in the cluster"),
    example("podaudit --fail-on high", "as a gate; new:high with --baseline"),
    example("podaudit -f deploy/", "manifests, judged by what admission would make of them"),
    example("kubectl get pods,sa,ns -A -o json | podaudit -f -", "a dump"),
    example("podaudit explain deploy/web -n shop", "what is true of it, and what decided it"),
    example("podaudit pss", "what each namespace enforces, and could enforce"),
    example("podaudit can shop/cart", "what a ServiceAccount may do, and what grants it"),
    example("podaudit paths", "where a takeover of each workload leads, step by step"),
    example("podaudit paths --cuts", "what to change first, and what that frees"),
    example("podaudit diff old.json new.json", "what changed between two reports"),
    example("podaudit config", "every option and rule, and where its value comes from"),
    example("podaudit rules runs-as-root", "what a rule means"),
];

/// Lines from here on have no room for what they are for.
const LONG_LINE: usize = 40;

/// The examples as lines that a shell can run.
#[must_use]
pub fn examples() -> String {
    let lengths = EXAMPLES.iter().map(|example| example.line.len());
    let width = lengths.filter(|length| *length < LONG_LINE).max().unwrap_or_default();
    let lines = EXAMPLES.iter().map(|Example { line, purpose }| match line.len() {
        length if length > width => format!("{line}\n"),
        _ => format!("{line:<width$}  # {purpose}\n"),
    });
    lines.collect::<Vec<_>>().concat()
}

/// What `--help` prints below the options, for a program that is called by this name.
pub(super) fn after_help(program: &str) -> String {
    let code = |exit: Exit| format!("\n  {}  {}", exit.code(), exit.meaning());
    let codes = Exit::ALL.map(code).concat();
    let formats = Format::ALL.map(|f| format!("\n  {:<12} {}", f.as_str(), f.purpose())).concat();
    let line = |line: &str| match line.strip_prefix("podaudit") {
        Some(arguments) => format!("\n  {program}{arguments}"),
        None => format!("\n  {}", line.replace("| podaudit ", &format!("| {program} "))),
    };
    let examples: String = examples().lines().map(line).collect();
    format!("Formats:{formats}\n\nExit codes:{codes}\n\nExamples:{examples}")
}
