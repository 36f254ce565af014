//! What no path shows, because the API does not: said once a report, never silently left out.

use super::analysis::Reach;
use crate::inventory::Resource;

/// What holds for every cluster.
pub const LIMITS: &[&str] = &[
    "Certain steps take for granted that no other admission control, such as a webhook, refuses them.",
    "Authorizers other than RBAC may allow more, and do not show in the API.",
    "Exemptions from Pod Security admission do not show in the API.",
    "Whether NodeRestriction is on does not show: without it a kubelet's credentials do more.",
    "Roles of the cloud that pods or nodes have, and what can be reached over the network, are not followed.",
    "What two identities can do only together is not followed.",
];

/// What holds for this one beside them.
#[must_use]
pub fn limits(reach: &Reach) -> Vec<&'static str> {
    let mut all = LIMITS.to_vec();
    let record = reach.inventory.coverage(Resource::Secrets);
    if record.pages == 0 {
        all.push(
            "Secrets were not listed: that some hold tokens is possible at most, and tokens that \
             are mounted from Secrets are not followed; --with-secret-metadata settles both.",
        );
    }
    if reach.attack_graph.cluster.control_plane.is_empty() {
        all.push("No node shows that it has a control plane.");
    }
    all
}
