//! `--contexts` and `--all-contexts`: several clusters side by side. One that cannot be reached does
//! not spoil the others.

use futures::{FutureExt, StreamExt, stream};

use super::audit::{Context, Judged, exit, push};
use super::run::{RunError, look, note, note_gaps, now};
use super::{Output, OutputArgs};
use crate::baseline::{Clusters, Scope, Side};
use crate::exit::Exit;
use crate::inventory::coverage::Resource;
use crate::output;
use crate::policy::Policy;
use crate::report::{Cluster, ClustersReport, Scanned};
use crate::scan::{self, Source};

/// How many clusters are scanned at a time.
const AT_A_TIME: usize = 4;

/// What every cluster is asked.
pub(super) struct Asked<'a> {
    pub(super) policy: &'a Policy,
    pub(super) scope: &'a Scope,
    pub(super) audiences: Option<Vec<String>>,
    /// The older report, compared cluster by cluster.
    pub(super) baseline: Option<Clusters>,
}

/// Audits each; `stop` ends the reading of all of them.
pub(super) async fn audit(
    sources: &[(String, Source)],
    asked: &Asked<'_>,
    args: &OutputArgs,
    progress: impl Fn(Resource, u64),
    stop: impl Future<Output = String>,
) -> Result<Exit, RunError> {
    let sides = sides(sources, asked);
    let judged = judged(sources, &sides, asked, progress, stop).await;
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
        output::write(path.as_deref(), |out| format.write_clusters(&report, look, out))?;
    }
    let (mut exits, mut applied) = (Vec::new(), Ok(()));
    for (cluster, judged) in report.clusters.iter().zip(&judged) {
        match &cluster.report {
            Ok(report) => {
                note_gaps(&report.audit.coverage);
                push(report, args).await?;
                if let Ok(judged) = judged {
                    applied = applied.and(judged.apply(report, args).await);
                }
                exits.push(exit(report, args.fail_on));
            }
            Err(error) => note(&format!("{} was not scanned: {error}", cluster.name)),
        }
    }
    applied?;
    Ok(worst(&exits, report.clusters.len()))
}

/// What the baseline says of each, and a note on those that nobody looks at any more.
fn sides(sources: &[(String, Source)], asked: &Asked<'_>) -> Vec<Option<Side>> {
    let baseline = asked.baseline.as_ref();
    let is_asked = |name: &&str| sources.iter().any(|(asked, _)| asked == name);
    for name in baseline.into_iter().flat_map(Clusters::names).filter(|name| !is_asked(name)) {
        note(&format!("{name} is in the baseline and not among these contexts"));
    }
    sources.iter().map(|(name, _)| baseline.map(|baseline| baseline.side(name))).collect()
}

async fn judged<'a>(
    sources: &'a [(String, Source)],
    sides: &'a [Option<Side>],
    asked: &'a Asked<'_>,
    progress: impl Fn(Resource, u64),
    stop: impl Future<Output = String>,
) -> Vec<Result<Judged<'a>, String>> {
    let stop = stop.shared();
    let scans = sources.iter().zip(sides).map(async |((name, source), side)| {
        let read = scan::read(source, &progress, stop.clone()).await;
        let (mut inventory, cluster) = read.map_err(|error| told(&error))?;
        inventory.audiences.configured.clone_from(&asked.audiences);
        // Two contexts can name one cluster: the context tells them apart.
        let cluster = Cluster { name: name.clone(), ..cluster };
        let Asked { policy, scope, .. } = asked;
        let baseline = side.as_ref();
        let context = Context { cluster, policy, scope, baseline, source: source.cluster() };
        Ok(Judged::new(source.has_selector(), inventory, context))
    });
    stream::iter(scans).buffered(AT_A_TIME).collect().await
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
