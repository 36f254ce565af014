//! Where the objects of a kind are stored: by name, or by namespace and name.

use std::collections::BTreeMap;

use super::kind::PartialObjectMetadata;
use super::kind::meta::{HasMetadata, ObjectMeta};

/// A place for objects that are decoded as `T`.
pub(super) trait Collection<T> {
    /// Stores an object; a later one of the same name replaces it. `default_namespace` is for a
    /// manifest that has none.
    fn store(&mut self, object: T, default_namespace: &str);
}

impl<T: HasMetadata> Collection<T> for BTreeMap<String, T> {
    fn store(&mut self, mut object: T, _: &str) {
        let metadata = object.metadata_mut();
        // As the API server stores it: the kind alone says that it is in no namespace.
        metadata.namespace = None;
        self.insert(metadata.name.clone(), object);
    }
}

impl<T: HasMetadata> Collection<T> for BTreeMap<(String, String), T> {
    fn store(&mut self, mut object: T, default_namespace: &str) {
        let metadata = object.metadata_mut();
        let namespace = in_namespace(metadata, default_namespace).to_owned();
        self.insert((namespace, metadata.name.clone()), object);
    }
}

impl Collection<PartialObjectMetadata> for BTreeMap<String, ObjectMeta> {
    fn store(&mut self, object: PartialObjectMetadata, default_namespace: &str) {
        self.store(object.metadata, default_namespace);
    }
}

/// The namespace of an object; one without any is in the default one, as `kubectl apply` would have
/// it.
pub(super) fn in_namespace<'a>(metadata: &'a mut ObjectMeta, default_namespace: &str) -> &'a str {
    metadata.namespace.take_if(|name| name.is_empty());
    metadata.namespace.get_or_insert_with(|| default_namespace.to_owned())
}

/// A collection as the list of its objects, which have their names themselves.
pub(super) mod objects {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Collection;

    pub(in crate::inventory) fn serialize<K, T: Serialize, S: Serializer>(
        objects: &BTreeMap<K, T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(objects.values())
    }

    pub(in crate::inventory) fn deserialize<'de, K, T, D>(
        deserializer: D,
    ) -> Result<BTreeMap<K, T>, D::Error>
    where
        T: Deserialize<'de>,
        D: Deserializer<'de>,
        BTreeMap<K, T>: Collection<T>,
    {
        let mut objects = BTreeMap::new();
        for object in Vec::<T>::deserialize(deserializer)? {
            objects.store(object, "");
        }
        Ok(objects)
    }
}
