//! How dangerous a right is: where it leads. Which rights are, is in the table of rights.

/// Where a right leads, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Danger {
    /// To everything.
    Cluster,
    /// To what other identities may do, or to their credentials.
    Identities,
    /// Into containers that run.
    Code,
    /// Around what guards the cluster.
    Guards,
}

impl Danger {
    /// All, the worst first.
    pub const ALL: [Self; 4] = [Self::Cluster, Self::Identities, Self::Code, Self::Guards];

    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Identities => "identities",
            Self::Code => "code",
            Self::Guards => "guards",
        }
    }

    /// A heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Cluster => "Can lead to the whole cluster",
            Self::Identities => "Can lead to other identities or their credentials",
            Self::Code => "Can lead into running containers",
            Self::Guards => "Can weaken what guards the cluster",
        }
    }
}

/// Verbs on resources that lead to more than they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dangerous {
    /// API group; `*` only where the right is to everything.
    pub(super) group: &'static str,
    /// As in rules of roles; `/*` stands for any subresource.
    pub(super) resources: Vec<&'static str>,
    /// Any of these.
    pub(super) verbs: Vec<&'static str>,
    /// What an attacker does with it, without a subject.
    pub(super) why: &'static str,
    /// Granted in the whole cluster.
    pub(super) in_cluster: Danger,
    /// Granted in one namespace; `None` where that grants nothing, as the kind is cluster-scoped.
    pub(super) in_namespace: Option<Danger>,
}
