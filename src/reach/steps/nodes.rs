//! What hubs include, and what nodes lead to.

use crate::evidence::Certainty;
use crate::rbac::well_known::{MASTERS, NODES, node_user};
use crate::reach::cluster::index::ClusterIndex;
use crate::reach::cluster::place::index;
use crate::reach::graph::vertex::{Hub, Vertex};
use crate::reach::steps::builder::GraphBuilder;
use crate::reach::steps::kind::StepKind;

/// Adds what stands for any of several things, and what whoever has everything has.
pub(super) fn add_hubs(cluster: &ClusterIndex, graph: &mut GraphBuilder) {
    let all_secrets = Vertex::All(Hub::Secrets);
    for to in [Vertex::AnyNode, all_secrets] {
        graph.step(Vertex::ClusterAdmin, StepKind::Everything, to, Certainty::Certain);
    }
    graph.includes(Vertex::AnySubject, Vertex::AnyUser);
    graph.includes(Vertex::AnySubject, Vertex::All(Hub::Accounts));
    graph.includes(Vertex::AnySubject, Vertex::AnyNodeIdentity);
    for user in 0..index(cluster.rbac.users.len()) {
        graph.includes(Vertex::AnyUser, Vertex::User(user));
    }
    for (group, number) in cluster.rbac.groups.iter().zip(0..) {
        // The API server signs nothing for this one.
        if group != MASTERS {
            graph.includes(Vertex::AnySubject, Vertex::Group(number));
        }
    }
    for namespace in 0..index(cluster.namespaces.len()) {
        for hub in Hub::ALL {
            graph.includes(Vertex::All(hub), Vertex::In(hub, namespace));
        }
        if !cluster.secrets_listed {
            let (tokens, accounts) =
                (Vertex::In(Hub::SecretTokens, namespace), Vertex::In(Hub::Accounts, namespace));
            graph.step(tokens, StepKind::Includes, accounts, Certainty::Possible);
        }
    }
    for (account, number) in cluster.accounts.iter().zip(0..) {
        graph.includes(Vertex::In(Hub::Accounts, account.namespace), Vertex::Account(number));
    }
    for secret in &cluster.token_secrets {
        let tokens = Vertex::In(Hub::SecretTokens, secret.namespace);
        graph.includes(tokens, Vertex::Account(secret.account));
    }
}

/// Adds what is on a node, what its kubelet may do, and the keys of a control plane.
pub(super) fn add_nodes(cluster: &ClusterIndex, graph: &mut GraphBuilder) {
    let kubelets = cluster.rbac.group(NODES).map(Vertex::Group);
    if let Some(group) = kubelets {
        graph.includes(Vertex::AnyNodeIdentity, group);
    }
    for (name, node) in cluster.nodes.iter().zip(0..) {
        let identity = Vertex::NodeIdentity(node);
        graph.includes(Vertex::AnyNode, Vertex::Node(node));
        graph.includes(Vertex::AnyNodeIdentity, identity);
        graph.includes(Vertex::Node(node), identity);
        graph.includes(identity, Vertex::TokensOnNode(node));
        graph.includes(Vertex::OnNode(node), Vertex::TokensOnNode(node));
        if let Some(group) = kubelets {
            graph.includes(identity, group);
        }
        if let Some(user) = cluster.rbac.user(&node_user(name)) {
            graph.includes(identity, Vertex::User(user));
        }
    }
    for node in &cluster.control_plane {
        let (from, admin) = (Vertex::Node(*node), Vertex::ClusterAdmin);
        graph.step(from, StepKind::ControlPlane, admin, Certainty::Certain);
    }
}
