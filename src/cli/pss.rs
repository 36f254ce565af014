//! `podaudit pss`: what each namespace enforces of the Pod Security Standards, and what it could.

use super::SubOutputArgs;
use super::run::{RunError, look, note_gaps, now};
use super::values::Output;
use crate::exit::Exit;
use crate::inventory::Inventory;
use crate::output;
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
    for Output { format, path } in &args.outputs {
        let look = look(args.color, path.is_none());
        output::write(path.as_deref(), |out| report.write(*format, look, out))?;
    }
    note_gaps(&report.coverage);
    Ok(if report.is_complete() { Exit::Done } else { Exit::Incomplete })
}
