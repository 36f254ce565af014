//! The pods as attack paths see them: variants that do not differ in what leads on, and what lets a
//! container out to its node.

pub(super) mod escape;
pub(super) mod variant;
