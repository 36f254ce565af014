//! The cluster that attacks its reader, for every format that leaves a terminal.

use std::path::Path;

/// Its file.
pub(crate) fn path() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile.yaml");
    path.display().to_string()
}
