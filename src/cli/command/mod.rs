//! The commands, a file each: what a valid run of it holds, and how it runs. They know nothing of
//! arguments but the values, and nothing of each other.

pub(super) mod audit;
pub(super) mod can;
pub(super) mod cluster_audit;
pub(super) mod clusters;
pub(super) mod config;
pub(super) mod diff;
pub(super) mod explain;
pub(super) mod help;
pub(super) mod merge;
pub(super) mod paths;
pub(super) mod pss;
pub(super) mod rules;
pub(super) mod shard;
