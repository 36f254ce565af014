//! From JSON text to the inventory, object by object: one bad object never costs its neighbours.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::coverage::Resource;
use super::{Inventory, Node, Partial, Pod, Role, RoleBinding, Secret, ServiceAccount};
use crate::object::ObjectRef;

/// What is read of an object before its kind is known.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Head {
    metadata: Option<HeadMeta>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct HeadMeta {
    name: Option<String>,
    namespace: Option<String>,
}

impl Inventory {
    /// Decodes one object and keeps it, or records it as undecodable.
    pub fn insert(&mut self, resource: Resource, object: &RawValue, default_namespace: &str) {
        self.coverage_mut(resource).list_one();
        match self.decode(resource, object.get(), default_namespace) {
            Ok(()) => self.coverage_mut(resource).decoded += 1,
            Err(error) => {
                let namespace = resource.is_namespaced().then_some(default_namespace);
                let object = name_of(resource.kind(), object.get(), namespace);
                self.coverage_mut(resource).undecodable(object, describe(&error));
            }
        }
    }

    fn decode(
        &mut self,
        resource: Resource,
        json: &str,
        default_namespace: &str,
    ) -> Result<(), serde_json::Error> {
        match resource {
            Resource::Pods => {
                let mut pod: Pod = serde_json::from_str(json)?;
                place(&mut pod.metadata.namespace, default_namespace);
                if pod.metadata.name.is_empty() {
                    pod.metadata.name = pod.metadata.generate_name.take().unwrap_or_default();
                }
                self.add_pod(pod);
            }
            Resource::ServiceAccounts => {
                let mut account: ServiceAccount = serde_json::from_str(json)?;
                let namespace = place(&mut account.metadata.namespace, default_namespace);
                let key = (namespace.to_owned(), account.metadata.name.clone());
                self.service_accounts.insert(key, account);
            }
            Resource::Secrets => {
                let mut secret: Secret = serde_json::from_str(json)?;
                let namespace = place(&mut secret.metadata.namespace, default_namespace);
                let key = (namespace.to_owned(), secret.metadata.name.clone());
                self.secrets.insert(key, secret);
            }
            Resource::Namespaces => {
                let namespace: Partial = serde_json::from_str(json)?;
                self.namespaces.insert(namespace.metadata.name.clone(), namespace.metadata);
            }
            Resource::Nodes => {
                let node: Node = serde_json::from_str(json)?;
                self.nodes.insert(node.metadata.name.clone(), node);
            }
            Resource::Roles => {
                let mut role: Role = serde_json::from_str(json)?;
                let namespace = place(&mut role.metadata.namespace, default_namespace);
                let key = (namespace.to_owned(), role.metadata.name.clone());
                self.roles.insert(key, role);
            }
            Resource::ClusterRoles => {
                let mut role: Role = serde_json::from_str(json)?;
                role.metadata.namespace = None;
                self.aggregation.note(json)?;
                self.cluster_roles.insert(role.metadata.name.clone(), role);
            }
            Resource::RoleBindings => {
                let mut binding: RoleBinding = serde_json::from_str(json)?;
                let namespace = place(&mut binding.metadata.namespace, default_namespace);
                let key = (namespace.to_owned(), binding.metadata.name.clone());
                self.role_bindings.insert(key, binding);
            }
            Resource::ClusterRoleBindings => {
                let mut binding: RoleBinding = serde_json::from_str(json)?;
                // As the API server stores it: the kind alone says that it is for the cluster.
                binding.metadata.namespace = None;
                self.cluster_role_bindings.insert(binding.metadata.name.clone(), binding);
            }
            Resource::ReplicaSets | Resource::Jobs => {
                let mut owner: Partial = serde_json::from_str(json)?;
                place(&mut owner.metadata.namespace, default_namespace);
                self.owners.insert(resource, &owner.metadata);
            }
        }
        Ok(())
    }
}

/// The error without the offending string, which may be anything, even a secret.
pub(crate) fn describe(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match (text.find("string \""), text.rfind("\", expected")) {
        (Some(start), Some(end)) if start < end => {
            format!("{}a string{}", &text[..start], &text[end + 1..])
        }
        _ => text,
    }
}

/// An object without a namespace is in the default one, as `kubectl apply` would have it.
fn place<'a>(namespace: &'a mut Option<String>, default_namespace: &str) -> &'a str {
    namespace.take_if(|name| name.is_empty());
    namespace.get_or_insert_with(|| default_namespace.to_owned())
}

/// What to call an object that could not be decoded, as far as its name can be read. Without a
/// `default_namespace` the kind is cluster-scoped.
pub(crate) fn name_of(kind: &str, json: &str, default_namespace: Option<&str>) -> ObjectRef {
    let meta = serde_json::from_str::<Head>(json).unwrap_or_default().metadata.unwrap_or_default();
    let in_namespace = |default: &str| meta.namespace.unwrap_or_else(|| default.to_owned());
    ObjectRef {
        kind: kind.to_owned(),
        namespace: default_namespace.map(in_namespace),
        name: meta.name.unwrap_or_else(|| "(unnamed)".to_owned()),
        uid: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::coverage::State;

    fn insert(json: &str) -> Inventory {
        let mut inventory = Inventory::default();
        let raw = RawValue::from_string(json.to_owned()).unwrap();
        inventory.insert(Resource::Pods, &raw, "default");
        inventory
    }

    #[test]
    fn null_and_unknown_fields_are_tolerated() {
        let inventory = insert(
            r#"{"metadata":{"name":"p","labels":null,"ownerReferences":null},"future":[1],
                "spec":{"containers":null,"volumes":null,"hostNetwork":null,"securityContext":null},
                "status":{"phase":null,"containerStatuses":null}}"#,
        );
        assert_eq!(inventory.pods().next().unwrap().metadata.name, "p");
        assert_eq!(inventory.coverage(Resource::Pods).state, State::Complete);
    }

    #[test]
    fn a_bad_object_is_recorded_by_name() {
        let inventory =
            insert(r#"{"metadata":{"name":"p","namespace":"n"},"spec":{"hostPID":"yes"}}"#);
        let record = inventory.coverage(Resource::Pods);
        assert_eq!((record.listed, record.decoded), (1, 0));
        assert_eq!(record.state, State::Incomplete);
        assert_eq!(record.undecodable[0].object.to_string(), "Pod n/p");
        let error = &record.undecodable[0].error;
        assert!(error.contains("a string, expected a boolean"), "{error}");
    }

    #[test]
    fn env_values_are_never_decoded() {
        let inventory = insert(
            r#"{"metadata":{"name":"p"},"spec":{"containers":[
                {"name":"c","env":[{"name":"PASSWORD","value":"hunter2"}]}]}}"#,
        );
        assert!(!format!("{inventory:?}").contains("hunter2"));
    }
}
