//! Attack paths: what they begin and end with, the shortest of them step by step, what allows each
//! step and what would cut it, and how far the damage goes.

pub(super) mod attack_path;
pub(super) mod blast_radius;
pub(super) mod describe;
pub(super) mod endpoint;
pub(super) mod explanation;
pub(super) mod grant_explanation;
pub(super) mod node;
pub(super) mod reason;
pub(super) mod self_grant_explanation;
pub(super) mod shortest;
pub(super) mod thing_explanation;
pub(super) mod to_cluster_admin;
