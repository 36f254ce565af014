//! What every format of the audit is given: what was found, what to show of it, and with what it is
//! compared.

use jiff::Timestamp;

use crate::audit::Audit;
use crate::baseline::{ReportScope, ReportSnapshot};
use crate::diff::{ChangeState, Diff};
use crate::finding::{Finding, Severity, Verdict};
use crate::inventory::Coverage;
use crate::policy::Policy;
use crate::report::Cluster;
use crate::report::coverage::incomplete;
use crate::suppression::Exception;

/// What to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Findings with these verdicts.
    pub verdicts: Vec<Verdict>,
    /// At least this severe.
    pub min_severity: Severity,
    /// What a baseline had and is fixed, in formats that have a place for it.
    pub fixed: bool,
    /// Findings that an exception accepts.
    pub excepted: bool,
    /// Whether metrics tell workloads apart.
    pub workload_series: bool,
}

/// The scan compared with an older report.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// The older report.
    pub baseline: &'a ReportSnapshot,
    /// What changed.
    pub diff: &'a Diff,
}

/// An exception that no finding needs.
#[derive(Clone, Copy, Debug)]
pub struct UnusedException<'a> {
    /// As the file has it.
    pub exception: &'a Exception,
    /// File and line, or the annotation, of what accepts all that it matches; `None` if it matches
    /// nothing.
    pub covered_by: Option<&'a str>,
}

/// One scan, ready to be written in any format.
#[derive(Clone, Copy, Debug)]
pub struct AuditReport<'a> {
    /// The result.
    pub audit: &'a Audit,
    /// Of which cluster.
    pub cluster: &'a Cluster,
    /// When the scan ended.
    pub scanned_at: Timestamp,
    /// What to show of it.
    pub filter: &'a Filter,
    /// podaudit's own version.
    pub version: &'a str,
    /// By whose decisions.
    pub policy: &'a Policy,
    /// Where the scan looked.
    pub scope: &'a ReportScope,
    /// With what it is compared, if with anything.
    pub comparison: Option<Comparison<'a>>,
}

impl<'a> AuditReport<'a> {
    /// The findings to show, in the order of every report.
    pub fn shown(&self) -> impl Iterator<Item = &'a Finding> + use<'a> {
        let filter = self.filter;
        self.listed().filter(move |f| filter.excepted || !f.judgement.is_accepted())
    }

    /// The findings to show and those that exceptions accept, for formats that tell them apart.
    pub fn listed(&self) -> impl Iterator<Item = &'a Finding> + use<'a> {
        let filter = self.filter;
        self.audit.findings.iter().filter(move |finding| {
            filter.verdicts.contains(&finding.judgement.verdict)
                && finding.severity >= filter.min_severity
        })
    }

    /// How the finding stands to the baseline; `None` without one, and for what passes.
    #[must_use]
    pub fn baseline_state(&self, finding: &Finding) -> Option<ChangeState> {
        self.comparison.and_then(|comparison| comparison.diff.state(finding))
    }

    /// How many findings exceptions accept.
    #[must_use]
    pub fn excepted(&self) -> usize {
        self.audit.findings.iter().filter(|f| f.judgement.is_accepted()).count()
    }

    /// Exceptions of the file that no finding needs.
    pub fn unused(&self) -> impl Iterator<Item = UnusedException<'a>> + use<'a> {
        let audit = self.audit;
        self.policy.unused(&audit.findings).map(move |exception| UnusedException {
            exception,
            covered_by: audit.covered_exceptions.get(&exception.source).map(String::as_str),
        })
    }

    /// How many judgements have this verdict and, if given, this severity; shown or not, and not
    /// accepted by an exception.
    #[must_use]
    pub fn count(&self, verdict: Verdict, severity: Option<Severity>) -> usize {
        let counts = |f: &&Finding| {
            f.judgement.verdict == verdict
                && !f.judgement.is_accepted()
                && severity.is_none_or(|s| s == f.severity)
        };
        self.audit.findings.iter().filter(counts).count()
    }

    /// Each reason why something was not read, in one line.
    pub fn problems(&self) -> impl Iterator<Item = String> + use<'a> {
        incomplete(&self.audit.coverage).flat_map(Coverage::problems)
    }

    /// Pods that were judged.
    #[must_use]
    pub fn pods(&self) -> usize {
        self.audit.workloads.iter().map(|row| row.pods.len()).sum()
    }
}
