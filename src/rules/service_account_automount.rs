//! Whether a ServiceAccount hands its token to every pod that says nothing.

use super::{Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::ServiceAccountPosture;

pub(super) const RULE: Rule = Rule {
    id: "service-account-automount",
    summary: "The ServiceAccount hands its token to every pod that does not refuse it",
    severity: Severity::Low,
    judge: Judge::ServiceAccount(judge),
    reads: &[Resource::ServiceAccounts],
    page: include_str!("../../docs/rules/service-account-automount.md"),
};

fn judge(account: &ServiceAccountPosture) -> Judgement {
    let evidence = account.automount.decided_by.clone();
    if account.automount.is(|on| *on) {
        Judgement::fail("automountServiceAccountToken is not false", evidence)
    } else {
        Judgement::pass("automountServiceAccountToken is false", evidence)
    }
}
