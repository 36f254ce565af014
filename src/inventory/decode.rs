//! What is kept of each kind, object by object: one bad object never costs its neighbours.

use serde::Deserialize;
use serde::de::DeserializeOwned;
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
pub(super) struct HeadMeta {
    pub(super) name: Option<String>,
    pub(super) namespace: Option<String>,
}

/// A structure of the inventory, and its place there.
pub(super) trait Keep: DeserializeOwned {
    fn keep(self, inventory: &mut Inventory, resource: Resource, default_namespace: &str);
}

/// Something that reads objects of a kind that is known at run time.
pub(super) trait Reader {
    type Output;
    fn read<T: Keep>(self) -> Self::Output;
}

/// Reads with the structure of this kind.
pub(super) fn read<R: Reader>(resource: Resource, reader: R) -> R::Output {
    match resource {
        Resource::Pods => reader.read::<Pod>(),
        Resource::ServiceAccounts => reader.read::<ServiceAccount>(),
        Resource::Secrets => reader.read::<Secret>(),
        Resource::Nodes => reader.read::<Node>(),
        Resource::Roles | Resource::ClusterRoles => reader.read::<Role>(),
        Resource::RoleBindings | Resource::ClusterRoleBindings => reader.read::<RoleBinding>(),
        Resource::Namespaces | Resource::ReplicaSets | Resource::Jobs => reader.read::<Partial>(),
    }
}

struct JsonObject<'a>(&'a mut Inventory, Resource, &'a str, &'a str);

impl Reader for JsonObject<'_> {
    type Output = Result<(), serde_json::Error>;

    fn read<T: Keep>(self) -> Self::Output {
        let Self(inventory, resource, json, default_namespace) = self;
        serde_json::from_str::<T>(json)?.keep(inventory, resource, default_namespace);
        Ok(())
    }
}

impl Inventory {
    /// Decodes one object and keeps it, or records it as undecodable.
    pub fn insert(&mut self, resource: Resource, object: &RawValue, default_namespace: &str) {
        self.coverage_mut(resource).list_one();
        let json = object.get();
        let kept = read(resource, JsonObject(self, resource, json, default_namespace));
        let noted = match resource {
            Resource::ClusterRoles => kept.and_then(|()| self.aggregation.note(json)),
            _ => kept,
        };
        match noted {
            Ok(()) => self.coverage_mut(resource).decoded += 1,
            Err(error) => {
                let namespace = resource.is_namespaced().then_some(default_namespace);
                let object = name_of(resource.kind(), json, namespace);
                self.coverage_mut(resource).undecodable(object, describe(&error));
            }
        }
    }
}

impl Keep for Pod {
    fn keep(mut self, inventory: &mut Inventory, _: Resource, default_namespace: &str) {
        place(&mut self.metadata.namespace, default_namespace);
        if self.metadata.name.is_empty() {
            self.metadata.name = self.metadata.generate_name.take().unwrap_or_default();
        }
        inventory.add_pod(self);
    }
}

impl Keep for ServiceAccount {
    fn keep(mut self, inventory: &mut Inventory, _: Resource, default_namespace: &str) {
        let namespace = place(&mut self.metadata.namespace, default_namespace);
        let key = (namespace.to_owned(), self.metadata.name.clone());
        inventory.service_accounts.insert(key, self);
    }
}

impl Keep for Secret {
    fn keep(mut self, inventory: &mut Inventory, _: Resource, default_namespace: &str) {
        let namespace = place(&mut self.metadata.namespace, default_namespace);
        let key = (namespace.to_owned(), self.metadata.name.clone());
        inventory.secrets.insert(key, self);
    }
}

impl Keep for Node {
    fn keep(self, inventory: &mut Inventory, _: Resource, _: &str) {
        inventory.nodes.insert(self.metadata.name.clone(), self);
    }
}

impl Keep for Partial {
    fn keep(mut self, inventory: &mut Inventory, resource: Resource, default_namespace: &str) {
        if resource == Resource::Namespaces {
            inventory.namespaces.insert(self.metadata.name.clone(), self.metadata);
        } else {
            place(&mut self.metadata.namespace, default_namespace);
            inventory.owners.insert(resource, &self.metadata);
        }
    }
}

impl Keep for Role {
    fn keep(mut self, inventory: &mut Inventory, resource: Resource, default_namespace: &str) {
        if resource == Resource::ClusterRoles {
            self.metadata.namespace = None;
            inventory.cluster_roles.insert(self.metadata.name.clone(), self);
        } else {
            let namespace = place(&mut self.metadata.namespace, default_namespace);
            let key = (namespace.to_owned(), self.metadata.name.clone());
            inventory.roles.insert(key, self);
        }
    }
}

impl Keep for RoleBinding {
    fn keep(mut self, inventory: &mut Inventory, resource: Resource, default_namespace: &str) {
        if resource == Resource::ClusterRoleBindings {
            // As the API server stores it: the kind alone says that it is for the cluster.
            self.metadata.namespace = None;
            inventory.cluster_role_bindings.insert(self.metadata.name.clone(), self);
        } else {
            let namespace = place(&mut self.metadata.namespace, default_namespace);
            let key = (namespace.to_owned(), self.metadata.name.clone());
            inventory.role_bindings.insert(key, self);
        }
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
    meta.reference(kind, default_namespace)
}

impl HeadMeta {
    pub(super) fn reference(self, kind: &str, default_namespace: Option<&str>) -> ObjectRef {
        let in_namespace = |default: &str| self.namespace.unwrap_or_else(|| default.to_owned());
        ObjectRef {
            kind: kind.to_owned(),
            namespace: default_namespace.map(in_namespace),
            name: self.name.unwrap_or_else(|| "(unnamed)".to_owned()),
            uid: None,
        }
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
