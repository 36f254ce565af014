//! Whether the first process is root: three-valued, because the image may decide.

use super::{Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{ContainerPosture, PodPosture, StartUser};

pub(super) const RULE: Rule = Rule {
    id: "runs-as-root",
    summary: "The container's first process runs as root",
    severity: Severity::Medium,
    judge: Judge::Container(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/runs-as-root.md"),
};

fn judge(pod: &PodPosture, container: &ContainerPosture) -> Judgement {
    let mut evidence = container.user.decided_by.clone();
    match &container.user.value {
        Err(gap) => Judgement::unknown(&gap.reason, &gap.resolve, evidence),
        Ok(StartUser::Refused) => {
            Judgement::pass("the kubelet refuses to start it as root", evidence)
        }
        Ok(StartUser::NonRoot) => {
            Judgement::pass("the kubelet starts it only as another user than root", evidence)
        }
        Ok(StartUser::Uid(uid)) if *uid != 0 => {
            Judgement::pass(format!("runs as uid {uid}"), evidence)
        }
        Ok(StartUser::Windows(name)) if !container.user.is(StartUser::is_root) => {
            Judgement::pass(format!("runs as {name}"), evidence)
        }
        Ok(StartUser::Windows(name)) => Judgement::fail(format!("runs as {name}"), evidence),
        Ok(StartUser::Uid(_)) if pod.host_users.is(|host| !host) => {
            evidence.extend(pod.host_users.decided_by.iter().cloned());
            Judgement::fail("runs as root of its own user namespace only", evidence)
                .severity(Severity::Low)
        }
        Ok(StartUser::Uid(_)) => Judgement::fail("runs as root (uid 0)", evidence),
    }
}
