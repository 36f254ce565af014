//! The pod as a check sees it: its fields as written, and where each of them is.

use crate::evidence::Evidence;
use crate::inventory::{Container, Pod, PodSecurityContext, PodSpec};
use crate::object::{FieldPath, Parent};

/// A pod under evaluation.
#[derive(Clone, Copy)]
pub(super) struct CheckedPod<'a> {
    pub(super) pod: &'a Pod,
}

/// A container of the pod and the list that holds it.
#[derive(Clone, Copy)]
pub(super) struct CheckedContainer<'a> {
    pub(super) container: &'a Container,
    pod: &'a Pod,
    list: &'static str,
}

impl<'a> CheckedPod<'a> {
    pub(super) fn spec(self) -> &'a PodSpec {
        &self.pod.spec
    }

    pub(super) fn security_context(self) -> &'a PodSecurityContext {
        &self.pod.spec.security_context
    }

    /// The field of the pod's spec.
    pub(super) fn path(self, field: &'static str) -> FieldPath {
        self.parent().field(field)
    }

    /// Where the pod's spec is.
    pub(super) fn parent(self) -> Parent {
        self.pod.spec_path()
    }

    /// The annotation with that key, as evidence.
    pub(super) fn annotation(self, key: &str, value: &str) -> Evidence {
        Evidence::field(self.pod.annotation_path(key), value.to_owned())
    }

    /// Init, regular and ephemeral containers, in this order.
    ///
    /// Source: `policy/visitor.go`, `visitContainers`.
    pub(super) fn containers(self) -> impl Iterator<Item = CheckedContainer<'a>> + use<'a> {
        let pod = self.pod;
        let spec = &pod.spec;
        [
            ("initContainers", &spec.init_containers),
            ("containers", &spec.containers),
            ("ephemeralContainers", &spec.ephemeral_containers),
        ]
        .into_iter()
        .flat_map(move |(list, containers)| {
            containers.iter().map(move |container| CheckedContainer { container, pod, list })
        })
    }

    /// Whether the pod declares Windows, by its exact name.
    pub(super) fn is_windows(self) -> bool {
        self.spec().os.as_ref().is_some_and(|os| os.name == "windows")
    }

    /// Whether the pod asks for a user namespace of its own.
    ///
    /// Source: `policy/helpers.go`, `relaxPolicyForUserNamespacePod`.
    pub(super) fn has_user_namespace(self) -> bool {
        self.spec().host_users == Some(false)
    }
}

impl<'a> CheckedContainer<'a> {
    pub(super) fn name(&self) -> &'a str {
        &self.container.name
    }

    /// The field of the container.
    pub(super) fn path(&self, field: &'static str) -> FieldPath {
        self.parent().field(field)
    }

    /// Where the container is.
    pub(super) fn parent(&self) -> Parent {
        self.pod.spec_path().entry(self.list, self.name())
    }
}
