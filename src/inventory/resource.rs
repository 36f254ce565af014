//! The kinds that podaudit reads, in one table: what is listed, how it is decoded and where it is
//! stored, what the coverage record and the shards hold, and what the roles under `deploy` grant.
//! Reads nothing itself.

use serde::{Deserialize, Serialize};

use crate::object::path_segment;

/// The table: one row a kind, in the order in which an audit reads them. `$rows` is a macro that
/// takes the rows and makes of them what one file needs; this one makes [`Resource`].
///
/// - `fields`: `All`, or `Metadata` if verdicts need no more of this kind
/// - `structure`: what one object is decoded into, from [`super::kind`]
/// - `message`: the fields that are read of it in protobuf, from [`super::kind`] too
/// - `collection`: the field of [`super::Inventory`] that stores it
macro_rules! resource_table {
    ($rows:ident) => {
        $rows! {
            /// Their labels.
            Namespaces { kind: "Namespace", api_version: "v1", plural: "namespaces", scope: Cluster, fields: Metadata,
                structure: PartialObjectMetadata, message: PARTIAL_OBJECT_METADATA, collection: namespaces }
            /// Runtime and operating system.
            Nodes { kind: "Node", api_version: "v1", plural: "nodes", scope: Cluster, fields: All,
                structure: Node, message: NODE, collection: nodes }
            /// Judged, and decide what admission mounts.
            ServiceAccounts { kind: "ServiceAccount", api_version: "v1", plural: "serviceaccounts", scope: Namespaced, fields: All,
                structure: ServiceAccount, message: SERVICE_ACCOUNT, collection: service_accounts }
            /// Between a Deployment and its pods.
            ReplicaSets { kind: "ReplicaSet", api_version: "apps/v1", plural: "replicasets", scope: Namespaced, fields: Metadata,
                structure: PartialObjectMetadata, message: PARTIAL_OBJECT_METADATA, collection: owners }
            /// Between a CronJob and its pods.
            Jobs { kind: "Job", api_version: "batch/v1", plural: "jobs", scope: Namespaced, fields: Metadata,
                structure: PartialObjectMetadata, message: PARTIAL_OBJECT_METADATA, collection: owners }
            /// What may be done in one namespace.
            Roles { kind: "Role", api_version: "rbac.authorization.k8s.io/v1", plural: "roles", scope: Namespaced, fields: All,
                structure: Role, message: ROLE, collection: roles }
            /// What may be done, in every namespace or where a RoleBinding says.
            ClusterRoles { kind: "ClusterRole", api_version: "rbac.authorization.k8s.io/v1", plural: "clusterroles", scope: Cluster, fields: All,
                structure: Role, message: CLUSTER_ROLE, collection: cluster_roles }
            /// Who may do it, in one namespace.
            RoleBindings { kind: "RoleBinding", api_version: "rbac.authorization.k8s.io/v1", plural: "rolebindings", scope: Namespaced, fields: All,
                structure: RoleBinding, message: ROLE_BINDING, collection: role_bindings }
            /// Who may do it in the whole cluster.
            ClusterRoleBindings { kind: "ClusterRoleBinding", api_version: "rbac.authorization.k8s.io/v1", plural: "clusterrolebindings", scope: Cluster, fields: All,
                structure: RoleBinding, message: ROLE_BINDING, collection: cluster_role_bindings }
            /// Judged.
            Pods { kind: "Pod", api_version: "v1", plural: "pods", scope: Namespaced, fields: All,
                structure: Pod, message: POD, collection: pods }
            /// Only on request, and therefore the last row: names of ServiceAccount token Secrets,
            /// never their data.
            Secrets { kind: "Secret", api_version: "v1", plural: "secrets", scope: Namespaced, fields: Metadata,
                structure: Secret, message: PARTIAL_OBJECT_METADATA, collection: secrets }
        }
    };
}

macro_rules! resource_enum {
    ($($(#[$doc:meta])* $variant:ident {
        kind: $kind:literal, api_version: $api_version:literal, plural: $plural:literal, scope: $scope:ident,
        fields: $fields:ident, structure: $structure:ident, message: $message:ident, collection: $collection:ident
    })*) => {
        /// A kind that podaudit reads.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
        #[serde(rename_all = "lowercase")]
        pub enum Resource {
            $($(#[$doc])* $variant,)*
        }

        /// Every kind, in the order of the table.
        const ALL: &[Resource] = &[$(Resource::$variant),*];

        impl Resource {
            const fn row(self) -> Row {
                match self {
                    $(Self::$variant => Row {
                        kind: $kind,
                        api_version: $api_version,
                        plural: $plural,
                        scope: ResourceScope::$scope,
                        fields: FieldsRead::$fields,
                    },)*
                }
            }
        }
    };
}

/// The columns of the table that are values; the others are types and fields.
struct Row {
    kind: &'static str,
    api_version: &'static str,
    plural: &'static str,
    scope: ResourceScope,
    fields: FieldsRead,
}

/// Where objects of a kind live.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ResourceScope {
    Namespaced,
    Cluster,
}

/// How much of an object is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FieldsRead {
    All,
    Metadata,
}

resource_table!(resource_enum);
pub(super) use resource_table;

impl Resource {
    /// What an audit reads, in this order; other commands read some of it.
    pub const AUDIT: [Self; ALL.len() - 1] = {
        let mut audit = [Self::Pods; ALL.len() - 1];
        let mut row = 0;
        while row < audit.len() {
            audit[row] = ALL[row];
            row += 1;
        }
        audit
    };

    /// Group and version, for example `apps/v1`; the core group has no name.
    #[must_use]
    pub fn api_version(self) -> &'static str {
        self.row().api_version
    }

    /// Group in RBAC rules, for example `apps`; empty for the core group.
    #[must_use]
    pub fn group(self) -> &'static str {
        self.api_version().split_once('/').map_or("", |(group, _)| group)
    }

    /// Kind of one object.
    #[must_use]
    pub fn kind(self) -> &'static str {
        self.row().kind
    }

    /// Name in URLs and RBAC rules.
    #[must_use]
    pub fn plural(self) -> &'static str {
        self.row().plural
    }

    /// Whether objects of this kind live in a namespace.
    #[must_use]
    pub fn is_namespaced(self) -> bool {
        self.row().scope == ResourceScope::Namespaced
    }

    /// Whether the metadata is all that verdicts need of this kind.
    #[must_use]
    pub fn is_metadata_only(self) -> bool {
        self.row().fields == FieldsRead::Metadata
    }

    /// The path of its list, of all namespaces or of one.
    #[must_use]
    pub fn list_path(self, namespace: Option<&str>) -> String {
        let root = if self.group().is_empty() { "api" } else { "apis" };
        let (version, plural) = (self.api_version(), self.plural());
        match namespace {
            Some(name) => {
                format!("/{root}/{version}/namespaces/{}/{plural}", path_segment(name))
            }
            None => format!("/{root}/{version}/{plural}"),
        }
    }

    /// The resource with this kind and group.
    #[must_use]
    pub fn from_kind(api_version: &str, kind: &str) -> Option<Self> {
        let mut known = ALL.iter().copied();
        known.find(|row| row.kind() == kind && row.api_version() == api_version)
    }
}
