//! `podaudit diff` and `--baseline`: what changed, and the gate on it.

use std::path::PathBuf;
use std::str::FromStr;

use super::SubOutputArgs;
use super::run::{RunError, finish};
use crate::baseline;
use crate::diff::{self, Change, Diff};
use crate::exit::Exit;
use crate::finding::Severity;
use crate::report::DiffReport;

/// When findings fail a run: `high`, or only those that a baseline has not: `new:high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FailOn {
    /// Only what is new or became this bad since the baseline.
    pub(super) only_new: bool,
    /// At least this severe.
    pub(super) severity: Severity,
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (only_new, word) = match text.strip_prefix("new:") {
            Some(word) => (true, word),
            None => (false, text),
        };
        let severity = Severity::parse(word).ok_or_else(|| {
            let words = Severity::WORST_FIRST.map(Severity::as_str);
            format!("one of {}, or new: before one of them", words.join(", "))
        })?;
        Ok(Self { only_new, severity })
    }
}

impl FailOn {
    /// How a run ends for this comparison; `None` if the gate lets it pass.
    pub(super) fn exit(self, diff: &Diff) -> Option<Exit> {
        let any = |test: &dyn Fn(&Change) -> bool| diff.changes.iter().any(test);
        let fails = |change: &Change| {
            let fails = change.now().is_some_and(|now| now.fails_at(self.severity));
            if self.only_new { change.is_new_at(self.severity) } else { fails }
        };
        if any(&fails) {
            return Some(Exit::Findings);
        }
        // Not a pass: what cannot be compared may be new.
        any(&|change| change.may_be_new_at(self.severity)).then_some(Exit::Incomplete)
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct DiffArgs {
    /// The older JSON report
    #[arg(value_name = "OLD.json")]
    old: PathBuf,
    /// The newer JSON report
    #[arg(value_name = "NEW.json")]
    new: PathBuf,
    /// Exit with 1 if a finding is new and this severe or worse; new: may stand before it
    #[arg(long, value_name = "[new:]SEVERITY")]
    fail_on: Option<FailOn>,
    #[command(flatten)]
    pub(super) output: SubOutputArgs,
}

pub(super) fn diff(args: &DiffArgs) -> Result<Exit, RunError> {
    let (old, new) = (baseline::read(&args.old)?, baseline::read(&args.new)?);
    let diff = diff::compare(&old, &new);
    let report =
        DiffReport { old: &old, new: &new, diff: &diff, version: env!("CARGO_PKG_VERSION") };
    let output = (&args.output.outputs[..], args.output.color);
    let done = finish(output, &[], true, |format, look, out| report.write(format, look, out))?;
    Ok(args.fail_on.and_then(|gate| gate.exit(&diff)).unwrap_or(done))
}
