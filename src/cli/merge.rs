//! `--shard` and `podaudit merge`: a scan in parts, and the parts as one.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use super::OutputArgs;
use super::audit::{Context, Judged, audit};
use super::run::{RunError, note, now};
use super::values::Output;
use crate::baseline::{Scope, Side};
use crate::exit::Exit;
use crate::inventory::coverage::State;
use crate::inventory::{Inventory, Shard};
use crate::output;
use crate::policy::Policy;
use crate::report::{Cluster, Format, is_complete};
use crate::shards::{self, Head};

/// What the shards of one scan have in common.
pub(super) struct Asked {
    pub(super) shard: Shard,
    pub(super) scope: Scope,
}

/// A usage error: a shard is no report.
pub(super) fn conflict(outputs: &[Output<Format>]) -> Option<&'static str> {
    let is_json = matches!(outputs, [Output { format: Format::Json, .. }]);
    (!is_json).then_some("--shard writes a file for podaudit merge: -o json or -o json=PATH")
}

/// A usage error of the options of a merge.
pub(super) fn cannot(args: &OutputArgs) -> Option<&'static str> {
    let apply = "--apply is for the cluster that is scanned, and merge reads files";
    let apply = args.apply.map(|_| apply);
    super::output::conflict(&args.outputs).or(apply).or_else(|| args.lacks_baseline())
}

/// Writes what was read of a shard.
pub(super) fn write(
    asked: Asked,
    mut inventory: Inventory,
    cluster: Cluster,
    to: &Output<Format>,
) -> Result<Exit, RunError> {
    let Asked { shard, scope: Scope { namespaces, selector } } = asked;
    // Files hold all pods; a cluster was asked for those of the shard.
    let sharded = inventory.sharded.take().unwrap_or_else(|| inventory.keep_shard(shard));
    let coverage: Vec<_> =
        inventory.coverages().filter(|record| record.state != State::Absent).collect();
    let head = Head {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        shard,
        sharded,
        cluster: cluster.name,
        kubernetes_version: cluster.kubernetes_version,
        namespaces,
        selector,
        scanned_at: now()?.to_string(),
    };
    output::write(to.path.as_deref(), |out| shards::write(head, inventory, out))?;
    super::run::note_gaps(&coverage);
    Ok(if is_complete(&coverage) { Exit::Done } else { Exit::Incomplete })
}

/// What shards were written to.
pub(super) struct Files<'a> {
    pub(super) files: &'a [PathBuf],
    /// What is older is of an earlier scan.
    pub(super) max_age: Option<Duration>,
}

/// Audits all shards as one scan.
pub(super) async fn merge(
    Files { files, max_age }: Files<'_>,
    audiences: Option<Vec<String>>,
    (policy, baseline): (&Policy, Option<&Side>),
    args: &OutputArgs,
) -> Result<Exit, RunError> {
    let now = now()?;
    // An age that leads out of time leaves nothing out.
    let since = max_age.map(|age| now.checked_sub(age).unwrap_or(Timestamp::MIN));
    let mut merged = shards::merge(files, since)?;
    merged.left_out.iter().for_each(|problem| note(problem));
    merged.inventory.audiences.configured = audiences;
    let (namespaces, selector) = (merged.head.namespaces.clone(), merged.head.selector.clone());
    let selected = !selector.is_empty();
    let scope = Scope { namespaces, selector };
    let context =
        Context { cluster: merged.cluster(), policy, scope: &scope, baseline, source: None };
    audit(&Judged::new(selected, merged.inventory, context), args, merged.scanned_at).await
}
