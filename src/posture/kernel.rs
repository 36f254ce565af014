//! What a pod changes of its kernel, and whose kernel that is.
//!
//! Sources: `pkg/kubelet/sysctl`, `pkg/kubelet/runtimeclass`, KEP-585 (`RuntimeClass`).

use std::collections::BTreeSet;

use crate::evidence::{Evidence, EvidenceSource};
use crate::inventory::Pod;

use super::Effective;

const SYSCTLS: &str = "securityContext.sysctls";

/// Names of the kernel parameters that the pod sets; values are not read. Only the pod has them.
pub(super) fn sysctls(pod: &Pod) -> Effective<BTreeSet<String>> {
    let path = pod.spec_path();
    let sysctls = &pod.spec.security_context.sysctls;
    if sysctls.is_empty() {
        return Effective::known(BTreeSet::new(), [Evidence::unset(path.field(SYSCTLS))]);
    }
    let names = sysctls.iter().map(|sysctl| sysctl.name.clone()).collect();
    let evidence = sysctls
        .iter()
        .map(|sysctl| Evidence::field(path.entry(SYSCTLS, &sysctl.name).into(), "set"));
    Effective::known(names, evidence)
}

/// The `RuntimeClass`, if the pod names one. Its handler may be a virtual machine or gVisor: then
/// what is true of the container is true of a kernel that is not the node's. The class itself is
/// not read, so a name is only likely to mean what it says.
pub(super) fn runtime_class(pod: &Pod) -> Effective<Option<String>> {
    let path = pod.spec_path().field("runtimeClassName");
    let Some(name) = pod.spec.runtime_class_name.as_ref().filter(|name| !name.is_empty()) else {
        let default = Evidence::new(EvidenceSource::Default, path, "the runtime's default handler");
        return Effective::known(None, [default]);
    };
    let handler = "handler not read: may be a virtual machine or a sandbox";
    let class = Evidence::new(EvidenceSource::Assumed, path.clone(), handler);
    Effective::known(Some(name.clone()), [Evidence::field(path, name), class])
}
