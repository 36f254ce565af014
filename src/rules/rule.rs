//! What a rule is, and what it judges. It knows no rule.

use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{
    ContainerCredentials, ContainerPosture, Os, PodAccount, PodPosture, RunningImages,
    ServiceAccountPosture,
};
use crate::rbac::{AccountPermissions, BindingFacts, PermissionIndex};
use crate::reach::{ClusterAdminPath, Reach};
use crate::standards::{NamespaceStandards, PodStandards};

use super::documentation::Documentation;

/// A question with a stable id.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Stable; reads well after "allow".
    pub id: &'static str,
    /// One line, without a full stop.
    pub summary: &'static str,
    /// Unless a judgement says otherwise.
    pub severity: Severity,
    /// The function that judges, by what it judges.
    pub judge: Judge,
    /// The kinds without which the question cannot be asked, or stays open.
    pub reads: &'static [Resource],
    /// The page `docs/rules/<id>.md`, front to back.
    pub page: &'static str,
}

/// The cluster as a whole, which decides what the credentials of a pod are worth.
#[derive(Clone, Copy)]
pub struct ClusterContext<'a> {
    /// What ServiceAccounts may do.
    pub accounts: &'a PermissionIndex<'a>,
    /// Where that leads.
    pub reach: &'a Reach<'a>,
}

/// The function of a rule, by what it judges.
#[derive(Clone, Copy, Debug)]
pub enum Judge {
    /// Each pod.
    Pod(fn(&PodPosture) -> Judgement),
    /// Each container of each pod.
    Container(fn(&PodPosture, &ContainerPosture) -> Judgement),
    /// Each container of each Linux pod; not applicable on Windows.
    LinuxContainer(fn(&PodPosture, &ContainerPosture) -> Judgement),
    /// Each container of each pod, by what its credentials allow in this cluster.
    Credentials(fn(&PodAccount, &ContainerCredentials, ClusterContext) -> Judgement),
    /// Each workload, by where an attacker gets who has compromised it.
    Workload(fn(&ClusterAdminPath) -> Judgement),
    /// What all pods of a workload run in the container of one name.
    Images(fn(&RunningImages) -> Judgement),
    /// Each ServiceAccount.
    ServiceAccount(fn(&ServiceAccountPosture) -> Judgement),
    /// Each ServiceAccount, by its permissions.
    AccountPermissions(fn(&AccountPermissions) -> Judgement),
    /// Each RoleBinding and ClusterRoleBinding; nothing where the question does not arise.
    Binding(fn(&BindingFacts) -> Option<Judgement>),
    /// Each pod, as Pod Security admission sees it.
    PodStandards(fn(&PodStandards) -> Judgement),
    /// Each Namespace.
    Namespace(fn(&NamespaceStandards) -> Judgement),
}

/// What a rule judges: the facts of one thing.
#[derive(Clone, Copy)]
pub enum RuleSubject<'a> {
    /// A pod.
    Pod(&'a PodPosture),
    /// A container.
    Container {
        /// The pod.
        pod: &'a PodPosture,
        /// One of its containers.
        container: &'a ContainerPosture,
    },
    /// The credentials of a container.
    Credentials {
        /// Whose they are, unless they say otherwise.
        pod: &'a PodAccount,
        /// One of its containers.
        container: &'a ContainerCredentials,
        /// What credentials allow.
        cluster: ClusterContext<'a>,
    },
    /// A workload, by its path to cluster-admin.
    Workload(&'a ClusterAdminPath<'a>),
    /// What all pods of a workload run in the container of one name.
    Images(&'a RunningImages),
    /// A ServiceAccount.
    ServiceAccount(&'a ServiceAccountPosture),
    /// A ServiceAccount, by its permissions.
    AccountPermissions(&'a AccountPermissions<'a>),
    /// A RoleBinding or ClusterRoleBinding.
    Binding(&'a BindingFacts<'a>),
    /// A pod, as Pod Security admission sees it.
    PodStandards(&'a PodStandards),
    /// A Namespace.
    Namespace(&'a NamespaceStandards),
}

impl Rule {
    /// What the rule says of this subject; none if it is not about such, or its question does not
    /// arise.
    #[must_use]
    pub fn judge(&self, subject: RuleSubject) -> Option<Judgement> {
        use RuleSubject as Subject;
        match (self.judge, subject) {
            (Judge::Pod(judge), Subject::Pod(pod)) => Some(judge(pod)),
            (Judge::Container(judge), Subject::Container { pod, container }) => {
                Some(judge(pod, container))
            }
            (Judge::LinuxContainer(judge), Subject::Container { pod, container }) => {
                Some(on_linux(pod, || judge(pod, container)))
            }
            (Judge::Credentials(judge), Subject::Credentials { pod, container, cluster }) => {
                Some(judge(pod, container, cluster))
            }
            (Judge::Workload(judge), Subject::Workload(path)) => Some(judge(path)),
            (Judge::Images(judge), Subject::Images(images)) => Some(judge(images)),
            (Judge::ServiceAccount(judge), Subject::ServiceAccount(account)) => {
                Some(judge(account))
            }
            (Judge::AccountPermissions(judge), Subject::AccountPermissions(permissions)) => {
                Some(judge(permissions))
            }
            (Judge::Binding(judge), Subject::Binding(binding)) => judge(binding),
            (Judge::PodStandards(judge), Subject::PodStandards(pod)) => Some(judge(pod)),
            (Judge::Namespace(judge), Subject::Namespace(namespace)) => Some(judge(namespace)),
            _ => None,
        }
    }

    /// The page, parsed.
    #[must_use]
    pub fn documentation(&self) -> Documentation {
        Documentation::parse(self.page)
    }
}

fn on_linux(pod: &PodPosture, judge: impl FnOnce() -> Judgement) -> Judgement {
    if pod.os.is(|os| *os == Os::Windows) {
        let evidence = pod.os.decided_by.clone();
        return Judgement::not_applicable("Windows has no such setting", evidence);
    }
    judge()
}
