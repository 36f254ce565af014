//! `podaudit pss`: what each namespace enforces of the Pod Security Standards, and what it could.

use clap::Args;

use super::run::{RunError, look, note_gaps, now};
use super::{Color, Output};
use crate::exit::Exit;
use crate::inventory::coverage::Resource;
use crate::output;
use crate::report::{StandardsFormat, StandardsReport};
use crate::scan::{self, Source};
use crate::standards;

/// Where the report goes.
#[derive(Debug, Args)]
pub(super) struct PssArgs {
    /// Format, and a file if it is not for standard output: table, json; repeatable
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", default_value = "table")]
    pub(super) outputs: Vec<Output<StandardsFormat>>,
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

pub(super) async fn pss(
    source: &Source,
    args: &PssArgs,
    progress: impl Fn(Resource, u64),
) -> Result<Exit, RunError> {
    let (inventory, cluster) = scan::read(source, progress).await?;
    let namespaces = standards::namespaces(&inventory, source.has_selector());
    let report = StandardsReport {
        namespaces: &namespaces,
        coverage: StandardsReport::READS.map(|kind| inventory.coverage(kind)).to_vec(),
        cluster: &cluster,
        scanned_at: now()?,
        version: env!("CARGO_PKG_VERSION"),
    };
    for Output { format, path } in &args.outputs {
        let look = look(args.color, path.is_none());
        output::write(path.as_deref(), |out| format.write(&report, look, out))?;
    }
    note_gaps(&report.coverage);
    Ok(if report.is_complete() { Exit::Done } else { Exit::Incomplete })
}
