//! Which objects of a manifest are taken.

use crate::inventory::LabelSelector;

/// What to read and how to look at it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only these namespaces; empty for all. An object without a namespace is put in the first.
    pub namespaces: Vec<String>,
    /// Only pods with these labels.
    pub selector: LabelSelector,
}
