//! `podaudit pss`: what each namespace enforces of the Pod Security Standards, and what it could.

use super::SubOutputArgs;
use super::run::{RunError, finish, now};
use crate::exit::Exit;
use crate::inventory::Inventory;
use crate::report::{Cluster, StandardsReport};
use crate::scan::Source;
use crate::standards;

pub(super) fn pss(
    source: &Source,
    inventory: &Inventory,
    cluster: &Cluster,
    args: &SubOutputArgs,
) -> Result<Exit, RunError> {
    let namespaces = standards::namespaces(inventory, source.has_selector());
    let report = StandardsReport {
        namespaces: &namespaces,
        coverage: StandardsReport::READS.map(|kind| inventory.coverage(kind)).to_vec(),
        cluster,
        scanned_at: now()?,
        version: env!("CARGO_PKG_VERSION"),
    };
    finish(
        (&args.outputs, args.color),
        &report.coverage,
        report.is_complete(),
        |format, look, out| report.write(format, look, out),
    )
}
