//! What is asked for, as the API server reads it from a request.

/// One request.
///
/// Upstream: `authorizer.Attributes` of `k8s.io/apiserver/pkg/authorization/authorizer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes<'a> {
    /// For example `get`.
    pub verb: &'a str,
    /// The resource or the path.
    pub target: RequestTarget<'a>,
}

/// A resource, or a path that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestTarget<'a> {
    /// Objects.
    Resource {
        /// Empty for the core group.
        group: &'a str,
        /// For example `pods`.
        resource: &'a str,
        /// For example `exec`; empty for the object itself.
        subresource: &'a str,
        /// Empty for cluster-scoped kinds, and for all namespaces.
        namespace: &'a str,
        /// Empty where the request names none: most create, list, watch and deletecollection.
        name: &'a str,
    },
    /// For example `/metrics`.
    Path(&'a str),
}

impl<'a> RequestTarget<'a> {
    /// The namespace whose RoleBindings count; empty for none.
    #[must_use]
    pub fn namespace(self) -> &'a str {
        match self {
            Self::Resource { namespace, .. } => namespace,
            Self::Path(_) => "",
        }
    }
}
