//! Whether the container can read an API credential: by its volumes and mounts, not by what is
//! declared; and how much its ServiceAccount may do with it.

use super::permissions::{evidence as granted_by, in_words, severity};
use super::{ClusterContext, Judge, Rule};
use crate::evidence::{Confidence, Evidence};
use crate::finding::{Judgement, Radius, Severity};
use crate::inventory::Resource;
use crate::posture::{ContainerCredentials, PodAccount, TokenAccess};
use crate::rbac::PermissionIndex;
use crate::reach::PathSource;

pub(super) const RULE: Rule = Rule {
    id: "token-mounted",
    summary: "A ServiceAccount token is mounted into the container",
    severity: Severity::Medium,
    judge: Judge::Credentials(judge),
    reads: &[
        Resource::Pods,
        Resource::Roles,
        Resource::ClusterRoles,
        Resource::RoleBindings,
        Resource::ClusterRoleBindings,
    ],
    page: include_str!("../../docs/rules/token-mounted.md"),
};

fn judge(pod: &PodAccount, container: &ContainerCredentials, cluster: ClusterContext) -> Judgement {
    let evidence = container.token.decided_by.clone();
    let account = pod.service_account.as_deref().unwrap_or("?");
    match &container.token.value {
        Err(gap) => Judgement::unknown(&gap.reason, &gap.resolve, evidence),
        Ok(TokenAccess::None) => Judgement::pass("no API token", evidence),
        Ok(TokenAccess::Mounted) => {
            let worth = owners(pod, container).into_iter().map(|a| worth(pod, a, cluster));
            // The first of those that are as bad, in the order of the mounts.
            let worst = worth.reduce(|a, b| if b.severity > a.severity { b } else { a });
            let Some(Worth { account, severity, why, granted_by }) = worst else {
                return Judgement::fail(format!("token of ServiceAccount {account}"), evidence);
            };
            let mut mounted = container.mounted.iter();
            let of_account =
                |name: Option<&str>| name.or(pod.service_account.as_deref()) == Some(account);
            let place = mounted.find(|token| of_account(token.account.as_deref()));
            let place = place.map_or("?", |token| token.place.as_str());
            let message = format!("token of ServiceAccount {account} at {place}, {why}");
            let evidence: Vec<_> = evidence.into_iter().chain(granted_by).collect();
            Judgement::fail(message, evidence).severity(severity)
        }
        Ok(TokenAccess::Unreadable) => {
            let message = format!("token of ServiceAccount {account}, not readable by its user");
            Judgement::fail(message, evidence).severity(Severity::Low)
        }
        Ok(TokenAccess::Shared(through)) => {
            let message = format!(
                "token of ServiceAccount {account} through the processes of container {through}"
            );
            Judgement::fail(message, evidence).severity(Severity::Low).at_most(Confidence::Possible)
        }
    }
}

/// The ServiceAccounts whose tokens the container can read, in the order of the mounts.
pub(super) fn owners<'p>(pod: &'p PodAccount, container: &'p ContainerCredentials) -> Vec<&'p str> {
    let mut owners = Vec::new();
    for token in &container.mounted {
        let owner = token.account.as_deref().or(pod.service_account.as_deref()).unwrap_or("?");
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    owners
}

/// How bad it is to have the token of one ServiceAccount.
struct Worth<'p> {
    account: &'p str,
    severity: Severity,
    /// Reads well behind a comma.
    why: String,
    granted_by: Vec<Evidence>,
}

fn worth<'p>(pod: &PodAccount, account: &'p str, cluster: ClusterContext) -> Worth<'p> {
    let namespace = pod.namespace.as_str();
    let own = by_permissions(namespace, account, cluster.accounts);
    // Where the permissions lead counts for more than what they say.
    let blast =
        cluster.reach.blast_radius(&PathSource::Account(namespace.to_owned(), account.to_owned()));
    let (severity, leads) = match (blast.certain, blast.at_most) {
        (Radius::Cluster, _) => (Severity::Critical, "leads to cluster-admin"),
        (_, Radius::Cluster) => (Severity::High, "possibly leads to cluster-admin"),
        (Radius::Node, _) => (Severity::High, "leads to a node"),
        _ => return own,
    };
    let why = format!("which {leads}: it {}", own.why.trim_start_matches("which "));
    Worth { severity: severity.max(own.severity), why, ..own }
}

/// By what the ServiceAccount itself may do.
fn by_permissions<'p>(namespace: &str, account: &'p str, accounts: &PermissionIndex) -> Worth<'p> {
    let own = accounts.of_account(namespace, account);
    let new = |severity, why, granted_by| Worth { account, severity, why, granted_by };
    if let Some(worst) = own.worst() {
        let why = format!("which may {}", in_words(&[worst]));
        return new(severity(worst).max(RULE.severity), why, granted_by(worst).into());
    }
    match (&own.gap, own.permissions.is_empty()) {
        (Some(gap), _) => {
            let why = format!("whose rights are not known: {}", gap.reason);
            new(RULE.severity, why, Vec::new())
        }
        (None, true) => {
            new(Severity::Low, "which has no rights beyond discovery".to_owned(), Vec::new())
        }
        (None, false) => {
            new(RULE.severity, "which has rights, none of them dangerous".to_owned(), Vec::new())
        }
    }
}
