//! All facts about one pod, and about one ServiceAccount.

use std::collections::BTreeSet;

use crate::evidence::{Evidence, EvidenceSource};
use crate::inventory::{Inventory, Pod, ServiceAccount, Workload};
use crate::object::{FieldPath, ObjectRef, Parent};

use super::Effective;
use super::container::ContainerPosture;
use super::credential::TokenAccess;
use super::kernel;
use super::platform::{self, Os};
use super::scope::{ContainerRole, ContainerScope};
use super::token;

/// One pod as it runs.
#[derive(Clone, Debug)]
pub struct PodPosture {
    /// The pod, or the workload whose template it is.
    pub object: ObjectRef,
    /// What a person edits to change it.
    pub workload: Workload,
    /// Whether an API server has stored it; if not, admission's part is predicted.
    pub admitted: bool,
    /// Whether it is the mirror of a static pod, which has no ServiceAccount.
    pub mirror: bool,
    /// Operating system.
    pub os: Effective<Os>,
    /// Whether it shares the host's user namespace.
    pub host_users: Effective<bool>,
    /// The `RuntimeClass` that it names; its handler may give it a kernel of its own.
    pub runtime_class: Effective<Option<String>>,
    /// Names of the kernel parameters that it sets.
    pub sysctls: Effective<BTreeSet<String>>,
    /// Namespaces of the node that it uses.
    pub host_namespaces: Vec<HostNamespace>,
    /// The ServiceAccount that it runs as.
    pub service_account: Effective<String>,
    /// What `automountServiceAccountToken` asks for.
    pub automount: Effective<bool>,
    /// Init, sidecar, main and ephemeral containers, in the order in which they start.
    pub containers: Vec<ContainerPosture>,
}

/// A namespace of the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostNamespace {
    /// The pod's field, for example `hostPID`.
    pub field: &'static str,
    /// Its value.
    pub evidence: Evidence,
}

impl PodPosture {
    /// Computes the facts of one pod of this inventory.
    #[must_use]
    pub fn new(inventory: &Inventory, pod: &Pod) -> Self {
        let os = platform::os(inventory, pod);
        let spec = pod.spec_path();
        let any = ContainerScope::all(inventory, pod).next();
        let automount = any.as_ref().map_or_else(
            || Effective::known(false, [Evidence::field(spec.field("containers"), "none")]),
            token::declared,
        );
        let host_users = platform::host_users(pod);
        let mut containers: Vec<_> = ContainerScope::all(inventory, pod)
            .map(|scope| {
                let runtime = platform::runtime(&scope);
                ContainerPosture::new(&scope, &os, &runtime, &automount, &host_users)
            })
            .collect();
        if pod.spec.share_process_namespace == Some(true) {
            share_tokens(&mut containers, &spec);
        }
        Self {
            object: pod.reference(),
            workload: inventory.owners.workload(pod),
            admitted: pod.is_admitted(),
            mirror: pod.is_mirror(),
            os,
            host_users,
            runtime_class: kernel::runtime_class(pod),
            sysctls: kernel::sysctls(pod),
            host_namespaces: host_namespaces(pod, &spec),
            service_account: service_account(pod, any.as_ref(), &spec),
            automount,
            containers,
        }
    }
}

fn service_account(pod: &Pod, any: Option<&ContainerScope>, spec: &Parent) -> Effective<String> {
    let name = any.map_or("default", token::service_account_name);
    let path = spec.field("serviceAccountName");
    let evidence = if pod.spec.service_account_name.is_empty() {
        Evidence::new(EvidenceSource::Default, path, name.to_owned())
    } else {
        Evidence::field(path, name.to_owned())
    };
    Effective::known(name.to_owned(), [evidence])
}

fn host_namespaces(pod: &Pod, spec: &Parent) -> Vec<HostNamespace> {
    let fields = [
        ("hostNetwork", pod.spec.host_network),
        ("hostPID", pod.spec.host_pid),
        ("hostIPC", pod.spec.host_ipc),
    ];
    fields
        .into_iter()
        .filter(|(_, used)| *used)
        .map(|(field, used)| HostNamespace {
            field,
            evidence: Evidence::field(spec.field(field), used),
        })
        .collect()
}

/// With one process namespace, `/proc/<pid>/root` of a container that has a token is in reach of
/// the others: given the same uid, or `CAP_SYS_PTRACE`. Init containers have ended by then.
fn share_tokens(containers: &mut [ContainerPosture], spec: &Parent) {
    let Some((owner, basis)) = containers
        .iter()
        .find(|c| c.role != ContainerRole::Init && c.token.is(|t| *t == TokenAccess::Mounted))
        .map(|c| (c.name.clone(), c.token.decided_by.clone()))
    else {
        return;
    };
    let shared = Evidence::field(spec.field("shareProcessNamespace"), "true");
    for container in containers.iter_mut().filter(|c| c.role != ContainerRole::Init) {
        if container.token.is(|t| matches!(t, TokenAccess::None | TokenAccess::Unreadable)) {
            let evidence = std::iter::once(shared.clone()).chain(basis.clone());
            container.token = Effective::known(TokenAccess::Shared(owner.clone()), evidence);
        }
    }
}

/// One ServiceAccount.
#[derive(Clone, Debug)]
pub struct ServiceAccountPosture {
    /// The ServiceAccount.
    pub object: ObjectRef,
    /// Whether pods that say nothing get its token.
    pub automount: Effective<bool>,
}

impl ServiceAccountPosture {
    /// Computes the facts of one ServiceAccount.
    #[must_use]
    pub fn new(account: &ServiceAccount) -> Self {
        let path = FieldPath::new("automountServiceAccountToken");
        let automount = match account.automount_service_account_token {
            Some(value) => Effective::known(value, [Evidence::field(path, value)]),
            None => Effective::known(true, [Evidence::new(EvidenceSource::Default, path, "true")]),
        };
        Self { object: account.reference(), automount }
    }
}
