//! Objects in JSON, one by one: a malformed object never costs its neighbours.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::structure::{StructureVisitor, visit_structure};
use crate::inventory::collection::Collection;
use crate::inventory::resource::Resource;
use crate::inventory::store::Inventory;
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

struct JsonObject<'a> {
    inventory: &'a mut Inventory,
    json: &'a str,
    default_namespace: &'a str,
}

impl StructureVisitor for JsonObject<'_> {
    type Output = Result<(), serde_json::Error>;

    fn visit<T: DeserializeOwned, C: Collection<T>>(
        self,
        collection: fn(&mut Inventory) -> &mut C,
    ) -> Self::Output {
        let object: T = serde_json::from_str(self.json)?;
        collection(self.inventory).store(object, self.default_namespace);
        Ok(())
    }
}

impl Inventory {
    /// Decodes one object and stores it, or records it as undecodable.
    pub fn insert(&mut self, resource: Resource, object: &RawValue, default_namespace: &str) {
        self.coverage_mut(resource).list_one();
        let json = object.get();
        let visitor = JsonObject { inventory: self, json, default_namespace };
        let stored = visit_structure(resource, visitor);
        let stored = match resource {
            Resource::ClusterRoles => stored.and_then(|()| self.aggregation.note(json)),
            _ => stored,
        };
        match stored {
            Ok(()) => self.coverage_mut(resource).decoded += 1,
            Err(error) => {
                let namespace = resource.is_namespaced().then_some(default_namespace);
                let object = name_of(resource.kind(), json, namespace);
                self.coverage_mut(resource).undecodable(object, describe(&error));
            }
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
    use crate::inventory::coverage::CoverageState;

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
        assert_eq!(inventory.coverage(Resource::Pods).state, CoverageState::Complete);
    }

    #[test]
    fn a_bad_object_is_recorded_by_name() {
        let inventory =
            insert(r#"{"metadata":{"name":"p","namespace":"n"},"spec":{"hostPID":"yes"}}"#);
        let record = inventory.coverage(Resource::Pods);
        assert_eq!((record.listed, record.decoded), (1, 0));
        assert_eq!(record.state, CoverageState::Incomplete);
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
