//! One HTML file that needs nothing else: no network, no JavaScript to be read, and no string of
//! the cluster that a browser could take for markup.

mod advice;
mod entries;
mod escape;
mod first;
mod page;

pub(super) use page::write;
