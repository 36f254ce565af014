//! One answer of the API server: a page of a list, in JSON or in protobuf. All of it is understood
//! before any of it is stored, save objects that are malformed by themselves.

use serde::Deserialize;
use serde::de::{self, DeserializeOwned, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::json::{HeadMeta, describe};
use super::paging::{ListMeta, Paging};
use super::protobuf::{self, LIST_META, ProtobufObject, ReplicaKey};
use super::structure::{StructureVisitor, visit_structure};
use super::wire::{PageError, Wire, envelope};
use crate::inventory::collection::Collection;
use crate::inventory::kind::meta::OBJECT_META;
use crate::inventory::resource::Resource;
use crate::inventory::store::Inventory;

/// What the first bytes of a page tell.
#[derive(Debug, PartialEq, Eq)]
pub enum Beginning {
    /// More bytes are needed.
    Open,
    /// All that a page tells of its list.
    Known(Paging),
}

/// Looks for what a page tells of its list: `metadata` comes before the items.
#[must_use]
pub fn beginning(wire: Wire, start: &[u8]) -> Beginning {
    match wire {
        Wire::Json => {
            let mut found = Beginning::Open;
            let mut json = serde_json::Deserializer::from_slice(start);
            let _ = de::Deserializer::deserialize_map(&mut json, UntilMetadata(&mut found));
            found
        }
        Wire::Protobuf => protobuf::list_start(start).map_or(Beginning::Open, |meta| {
            let meta =
                ListMeta::deserialize(ProtobufObject::new(meta, &LIST_META)).unwrap_or_default();
            Beginning::Known(meta.paging())
        }),
    }
}

/// Reads a list up to its `metadata`, and then stops with an error.
struct UntilMetadata<'a>(&'a mut Beginning);

impl<'de> Visitor<'de> for UntilMetadata<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "metadata" => {
                    *self.0 = Beginning::Known(map.next_value::<ListMeta>()?.paging());
                    break;
                }
                "items" => {
                    *self.0 = Beginning::Known(Paging::default());
                    break;
                }
                _ => drop(map.next_value::<de::IgnoredAny>()?),
            }
        }
        Err(de::Error::custom("enough"))
    }
}

impl Inventory {
    /// Stores a page's objects and returns what it tells of the list.
    ///
    /// # Errors
    /// The answer is no page of this kind; then nothing of it is stored.
    pub fn insert_page(
        &mut self,
        resource: Resource,
        wire: Wire,
        body: &[u8],
    ) -> Result<Paging, PageError> {
        let paging = match wire {
            Wire::Json => self.json_page(resource, body)?,
            Wire::Protobuf => self.protobuf_page(resource, body)?,
        };
        self.coverage_mut(resource).page(paging.resource_version.as_deref());
        Ok(paging)
    }

    fn json_page(&mut self, resource: Resource, body: &[u8]) -> Result<Paging, PageError> {
        // All at once is a third faster than object by object.
        if let Ok(text) = str::from_utf8(body)
            && let Ok(paging) =
                visit_structure(resource, WholePage { inventory: self, resource, text })
        {
            return paging;
        }
        let page: JsonPage<&RawValue> = serde_json::from_slice(body).map_err(|error| {
            let what = || PageError::Other(format!("broken JSON ({})", describe(&error)));
            if error.is_eof() { PageError::CutOff } else { what() }
        })?;
        is_list(resource, &page.kind)?;
        for item in page.items.unwrap_or_default() {
            self.insert(resource, item, "");
        }
        Ok(page.metadata.paging())
    }

    fn protobuf_page(&mut self, resource: Resource, body: &[u8]) -> Result<Paging, PageError> {
        let (kind, raw) = envelope(body)?;
        is_list(resource, &kind)?;
        let mut meta = ListMeta::default();
        let mut items = Vec::new();
        for field in protobuf::fields(raw) {
            match field? {
                (1, raw) => {
                    let message = ProtobufObject::new(raw.bytes()?, &LIST_META);
                    meta = ListMeta::deserialize(message)?;
                }
                (2, raw) => items.push(raw.bytes()?),
                _ => {}
            }
        }
        visit_structure(resource, Messages { inventory: self, resource, items: &items });
        Ok(meta.paging())
    }
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
struct JsonPage<T> {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    metadata: ListMeta,
    #[serde(default = "Option::default")]
    items: Option<Vec<T>>,
}

/// A list of metadata is a list of the kind where it was asked for: elsewhere it would be a list of
/// objects that have nothing in them.
fn is_list(resource: Resource, kind: &str) -> Result<(), PageError> {
    let is_list = kind.strip_suffix("List");
    let is_metadata = |item| resource.is_metadata_only() && item == "PartialObjectMetadata";
    if is_list.is_some_and(|item| item == resource.kind() || is_metadata(item)) {
        return Ok(());
    }
    // A kind is short and without blanks; anything else is not repeated.
    let what = kind.chars().all(|c| c.is_ascii_alphanumeric()) && (1..64).contains(&kind.len());
    let what = if what { format!("a {kind}") } else { "an object without a kind".to_owned() };
    Err(PageError::Other(what))
}

struct WholePage<'a> {
    inventory: &'a mut Inventory,
    resource: Resource,
    text: &'a str,
}

impl StructureVisitor for WholePage<'_> {
    type Output = Result<Result<Paging, PageError>, serde_json::Error>;

    fn visit<T: DeserializeOwned, C: Collection<T>>(
        self,
        collection: fn(&mut Inventory) -> &mut C,
    ) -> Self::Output {
        let Self { inventory, resource, text } = self;
        let page: JsonPage<T> = serde_json::from_str(text)?;
        if let Err(error) = is_list(resource, &page.kind) {
            return Ok(Err(error));
        }
        for item in page.items.unwrap_or_default() {
            inventory.count(resource);
            collection(inventory).store(item, "");
        }
        Ok(Ok(page.metadata.paging()))
    }
}

struct Messages<'a> {
    inventory: &'a mut Inventory,
    resource: Resource,
    items: &'a [&'a [u8]],
}

impl StructureVisitor for Messages<'_> {
    type Output = ();

    fn visit<T: DeserializeOwned, C: Collection<T>>(
        self,
        collection: fn(&mut Inventory) -> &mut C,
    ) {
        let Self { inventory, resource, items } = self;
        let message = protobuf::message_of(resource);
        let is_pod = resource == Resource::Pods;
        let mut scratch = Vec::new();
        for item in items {
            let key =
                is_pod.then(|| ReplicaKey::read(item, std::mem::take(&mut scratch))).flatten();
            let added = key.as_ref().map(|key| inventory.pods.add_replica(key));
            if let Some(Ok(())) = added {
                inventory.count(resource);
                scratch = key.map(|key| key.common).unwrap_or_default();
                continue;
            }
            match T::deserialize(ProtobufObject::new(item, message)) {
                Ok(object) => {
                    inventory.count(resource);
                    collection(inventory).store(object, "");
                    if let (Some(Err(digest)), Some(key)) = (added, key) {
                        inventory.pods.cache_last(digest, key.injected.is_some());
                    }
                }
                Err(error) => {
                    let meta = protobuf::fields(item).next().and_then(Result::ok);
                    let meta = meta.and_then(|(_, raw)| raw.bytes().ok()).unwrap_or_default();
                    let meta = HeadMeta::deserialize(ProtobufObject::new(meta, &OBJECT_META));
                    let namespace = resource.is_namespaced().then_some("");
                    let object = meta.unwrap_or_default().reference(resource.kind(), namespace);
                    let record = inventory.coverage_mut(resource);
                    record.list_one();
                    record.undecodable(object, error.to_string());
                }
            }
        }
    }
}

impl Inventory {
    fn count(&mut self, resource: Resource) {
        let record = self.coverage_mut(resource);
        record.list_one();
        record.decoded += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_alone_is_a_list_only_where_it_was_asked_for() {
        let page = |resource, kind: &str| {
            let body = format!(r#"{{"kind": "{kind}", "metadata": {{}}, "items": []}}"#);
            Inventory::default().insert_page(resource, Wire::Json, body.as_bytes())
        };
        for resource in Resource::AUDIT {
            let metadata = page(resource, "PartialObjectMetadataList");
            assert_eq!(metadata.is_ok(), resource.is_metadata_only(), "{resource:?}");
            // A server may know no other.
            assert!(page(resource, &format!("{}List", resource.kind())).is_ok());
        }
    }
}
