//! One HTML file that needs nothing else: no network, no JavaScript to be read, and no string of
//! the cluster that a browser could take for markup.

mod advice;
mod entries;
mod escape;
mod first;
mod page;

use super::format_spec::FormatSpec;

pub(super) const FORMAT: FormatSpec = FormatSpec {
    name: "html",
    purpose: "one page to read and share",
    example: "demo.html",
    write: |report, _, out| page::write(report, out),
    write_clusters: None,
};
