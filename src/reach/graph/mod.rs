//! The graph: what can be had as numbered vertices, steps between them, and searches backwards from
//! what an attacker wants. It knows no kind of step but the one that costs nothing.

pub(super) mod edges;
pub(super) mod namespaces;
pub(super) mod search;
pub(super) mod vertex;
