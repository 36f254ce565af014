//! podaudit tells the truth about every Pod and ServiceAccount of a Kubernetes cluster.
//!
//! ```text
//! cluster | manifest -> inventory -> posture -> rules -> report
//!   (read)               (what was    (what is   (what is  (tables, JSON,
//!                          read)        true)      wrong)    SARIF)
//! ```
//!
//! Data flows one way; `docs/architecture.md` says which module may import which, and a test
//! holds the code to it.

pub mod apply;
pub mod audit;
pub mod baseline;
pub mod cli;
pub mod cluster;
pub mod config;
pub mod diff;
pub mod error;
pub mod evidence;
pub mod exit;
pub mod explain;
pub mod finding;
pub mod inventory;
pub mod manifest;
pub mod object;
pub mod output;
pub mod policy;
pub mod posture;
pub mod pss;
pub mod push;
pub mod rbac;
pub mod reach;
pub mod report;
pub mod rules;
pub mod scan;
pub mod shards;
pub mod standards;
pub mod suppression;

// The tests' own code names the crate as its users do.
#[cfg(test)]
extern crate self as podaudit;
#[cfg(test)]
#[path = "../tests/it/support/wire/mod.rs"]
#[allow(dead_code, reason = "unit tests need less of it than benchmarks")]
mod wire;
