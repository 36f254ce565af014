//! Whether a takeover of the workload ends in everything: token by token, container by container.

use super::{Judge, Rule};
use crate::evidence::Confidence;
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::reach::{Certainty, ClusterAdminPath};

pub(super) const RULE: Rule = Rule {
    id: "path-to-cluster-admin",
    summary: "A takeover of the workload leads to cluster-admin",
    severity: Severity::Critical,
    judge: Judge::Workload(judge),
    reads: &[
        Resource::Pods,
        Resource::Namespaces,
        Resource::Nodes,
        Resource::Roles,
        Resource::ClusterRoles,
        Resource::RoleBindings,
        Resource::ClusterRoleBindings,
    ],
    page: include_str!("../../docs/rules/path-to-cluster-admin.md"),
};

fn judge(found: &ClusterAdminPath) -> Judgement {
    if found.mirror {
        return Judgement::not_applicable("a static pod is part of its node", []);
    }
    if let Some(path) = &found.path {
        let judgement = Judgement::fail(path.on_a_line(), []).steps(path.finding_steps());
        return match path.certainty {
            Certainty::Certain => judgement,
            Certainty::Possible => judgement.severity(Severity::High).at_most(Confidence::Possible),
        };
    }
    match &found.gap {
        _ if found.sealed => Judgement::pass("no token, and no way out to the node", []),
        _ if found.no_bindings => Judgement::not_applicable("no bindings in the input", []),
        Some(gap) => Judgement::unknown(&gap.reason, &gap.resolve, []),
        None => Judgement::pass("no path to cluster-admin", []),
    }
}
