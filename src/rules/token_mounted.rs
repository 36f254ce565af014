//! Whether the container can read an API credential: by its volumes and mounts, not by what is
//! declared.

use super::{Rule, Scope};
use crate::evidence::Confidence;
use crate::finding::{Judgement, Severity};
use crate::inventory::coverage::Resource;
use crate::posture::{ContainerPosture, PodPosture, TokenAccess};

pub(super) const RULE: Rule = Rule {
    id: "token-mounted",
    summary: "A ServiceAccount token is mounted into the container",
    severity: Severity::Medium,
    scope: Scope::Container(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/token-mounted.md"),
};

fn judge(pod: &PodPosture, container: &ContainerPosture) -> Judgement {
    let evidence = container.token.decided_by.clone();
    let account = pod.service_account.get().map_or("?", String::as_str);
    match &container.token.value {
        Err(gap) => Judgement::unknown(&gap.reason, &gap.resolve, evidence),
        Ok(TokenAccess::None) => Judgement::pass("no API token", evidence),
        Ok(TokenAccess::Mounted) => {
            let mut credentials = container.credentials.iter();
            let found = credentials.find(|c| c.access.is(|a| *a == TokenAccess::Mounted));
            let place = found.map_or("?", |c| c.place.as_str());
            let account = found.and_then(|c| c.account.as_deref()).unwrap_or(account);
            Judgement::fail(format!("token of ServiceAccount {account} at {place}"), evidence)
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
