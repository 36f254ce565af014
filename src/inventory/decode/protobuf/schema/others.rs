//! `k8s.io/api`: the kinds that are read, except Pods.

use super::message::{Bool, Message, Msg, Skipped, Text, many, sent, some};
use super::meta::OBJECT_META;

pub(super) static SERVICE_ACCOUNT: Message = Message::new(
    "core.v1.ServiceAccount",
    &[sent(1, "metadata", Msg(&OBJECT_META)), sent(4, "automountServiceAccountToken", Bool)],
);

pub(super) static NODE: Message = Message::new(
    "core.v1.Node",
    &[sent(1, "metadata", Msg(&OBJECT_META)), sent(3, "status", Msg(&NODE_STATUS))],
);

static NODE_STATUS: Message =
    Message::new("core.v1.NodeStatus", &[sent(7, "nodeInfo", Msg(&NODE_INFO))]);

static NODE_INFO: Message = Message::new(
    "core.v1.NodeSystemInfo",
    &[
        sent(6, "containerRuntimeVersion", Text),
        sent(9, "operatingSystem", Text),
        sent(10, "architecture", Text),
    ],
);

pub(super) static ROLE: Message = Message::new(
    "rbac.v1.Role",
    &[sent(1, "metadata", Msg(&OBJECT_META)), many(2, "rules", Msg(&POLICY_RULE))],
);

pub(super) static CLUSTER_ROLE: Message = Message::new(
    "rbac.v1.ClusterRole",
    &[
        sent(1, "metadata", Msg(&OBJECT_META)),
        many(2, "rules", Msg(&POLICY_RULE)),
        sent(3, "aggregationRule", Skipped),
    ],
);

static POLICY_RULE: Message = Message::new(
    "rbac.v1.PolicyRule",
    &[
        many(1, "verbs", Text),
        many(2, "apiGroups", Text),
        many(3, "resources", Text),
        many(4, "resourceNames", Text),
        many(5, "nonResourceURLs", Text),
    ],
);

/// A `ClusterRoleBinding` has the same fields.
pub(super) static ROLE_BINDING: Message = Message::new(
    "rbac.v1.RoleBinding",
    &[
        sent(1, "metadata", Msg(&OBJECT_META)),
        many(2, "subjects", Msg(&SUBJECT)),
        sent(3, "roleRef", Msg(&ROLE_REF)),
    ],
);

static SUBJECT: Message = Message::new(
    "rbac.v1.Subject",
    &[sent(1, "kind", Text), sent(3, "name", Text), some(4, "namespace", Text)],
);

static ROLE_REF: Message =
    Message::new("rbac.v1.RoleRef", &[sent(2, "kind", Text), sent(3, "name", Text)]);
