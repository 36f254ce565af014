//! Input that cannot be used, or only in part: said in one line, with what and where, and never
//! taken for a clean cluster.

mod connection;
mod files;

use libtest_mimic::Trial;

/// All of them; none needs a control plane.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = connection::trials();
    trials.extend(files::trials());
    trials
}
