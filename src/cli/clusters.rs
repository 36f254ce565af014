//! `--contexts` and `--all-contexts`: several clusters side by side. One that cannot be reached does
//! not spoil the others.

use futures::StreamExt;
use futures::stream;

use super::run::{Context, Judged, RunError, exit, look, note, now};
use super::{Output, OutputArgs, SourceArgs};
use crate::baseline::Scope;
use crate::exit::Exit;
use crate::inventory::coverage::Resource;
use crate::output;
use crate::policy::Policy;
use crate::report::{Cluster, ClustersReport, Scanned};
use crate::scan::{self, Source};

/// How many clusters are scanned at a time.
const AT_A_TIME: usize = 4;

impl SourceArgs {
    /// The contexts to audit side by side, if that is asked for; none named are all.
    pub(super) fn several(&self) -> Option<Vec<String>> {
        (self.all_contexts || !self.contexts.is_empty()).then(|| self.contexts.clone())
    }

    /// Where the scan looks, for the report.
    pub(super) fn scope(&self) -> Scope {
        let mut namespaces = self.namespaces.clone();
        namespaces.sort();
        namespaces.dedup();
        Scope { namespaces, selector: self.selector.clone() }
    }
}

pub(super) async fn audit(
    sources: &[(String, Source)],
    policy: &Policy,
    scope: &Scope,
    audiences: Option<&Vec<String>>,
    args: &OutputArgs,
    progress: impl Fn(Resource, u64),
) -> Result<Exit, RunError> {
    let progress = &progress;
    let scans = sources.iter().map(async |(name, source)| {
        let (mut inventory, cluster) = scan::read(source, progress).await.map_err(|e| told(&e))?;
        inventory.audiences.configured = audiences.cloned();
        // Two contexts can name one cluster: the context tells them apart.
        let cluster = Cluster { name: name.clone(), ..cluster };
        let context = Context { cluster, policy, scope, baseline: None };
        Ok(Judged::new(source, &inventory, context))
    });
    let judged: Vec<Result<Judged, String>> =
        stream::iter(scans).buffered(AT_A_TIME).collect().await;
    let filter = args.filter();
    let scanned_at = now()?;
    let clusters = sources.iter().zip(&judged).map(|((name, _), judged)| Scanned {
        name,
        report: match judged {
            Ok(judged) => Ok(judged.report(&filter, scanned_at)),
            Err(error) => Err(error.clone()),
        },
    });
    let version = env!("CARGO_PKG_VERSION");
    let report = ClustersReport { clusters: clusters.collect(), scanned_at, version };
    for Output { format, path } in &args.outputs {
        let look = look(args.color, path.is_none());
        output::write(path.as_deref(), |out| report.write(*format, look, out))?;
    }
    let mut exits = Vec::new();
    for cluster in &report.clusters {
        match &cluster.report {
            Ok(report) => {
                super::run::note_gaps(&report.audit.coverage);
                exits.push(exit(report, args.fail_on));
            }
            Err(error) => note(&format!("{} was not scanned: {error}", cluster.name)),
        }
    }
    Ok(worst(&exits, report.clusters.len()))
}

/// Findings decide first, as with one cluster; one that is missing makes the rest incomplete.
fn worst(exits: &[Exit], clusters: usize) -> Exit {
    if exits.contains(&Exit::Findings) {
        return Exit::Findings;
    }
    match exits {
        [] => Exit::RuntimeError,
        _ if exits.len() < clusters || exits.contains(&Exit::Incomplete) => Exit::Incomplete,
        _ => Exit::Done,
    }
}

/// The error with its causes, in one line.
fn told(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !line.contains(&cause_text) {
            line = format!("{line}: {cause_text}");
        }
        source = cause.source();
    }
    line.replace('\n', " ")
}
