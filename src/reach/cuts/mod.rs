//! Changes that cut attack paths: what each takes away, and which few free most workloads.

pub(super) mod change;
pub(super) mod greedy;
