//! One answer of the API server: a page of a list, in JSON or in protobuf. All of it is understood
//! before any of it is kept, save objects that are malformed by themselves.

use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Inventory;
use super::coverage::Resource;
use super::decode::{HeadMeta, Keep, Reader, describe, read};
use super::protobuf::{self, LIST_META, Likeness, Malformed, OBJECT_META, Object, Raw, TYPE_META};

mod paging;

pub use super::answer::Status;
#[doc(hidden)]
pub use super::protobuf::rows as protobuf_rows;
pub(super) use paging::ListMeta;
pub use paging::Paging;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// `application/json`
    Json,
    /// `application/vnd.kubernetes.protobuf`
    Protobuf,
}

/// Why an answer is no page.
#[derive(Debug, PartialEq, Eq)]
pub enum PageError {
    /// It ends too early.
    CutOff,
    /// It is something else; the words never quote it.
    Other(String),
}

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
            let meta = ListMeta::deserialize(Object::new(meta, &LIST_META)).unwrap_or_default();
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
    /// Keeps a page's objects and returns what it tells of the list.
    ///
    /// # Errors
    /// The answer is no page of this kind; then nothing of it is kept.
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
            && let Ok(paging) = read(resource, WholePage(self, resource, text))
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
                (1, raw) => meta = ListMeta::deserialize(Object::new(raw.bytes()?, &LIST_META))?,
                (2, raw) => items.push(raw.bytes()?),
                _ => {}
            }
        }
        read(resource, Messages(self, resource, &items));
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

/// A list of metadata is a list of the kind: the server may have been asked for it, or not.
fn is_list(resource: Resource, kind: &str) -> Result<(), PageError> {
    let is_list = kind.strip_suffix("List");
    if is_list.is_some_and(|item| item == resource.kind() || item == "PartialObjectMetadata") {
        return Ok(());
    }
    // A kind is short and without blanks; anything else is not repeated.
    let what = kind.chars().all(|c| c.is_ascii_alphanumeric()) && (1..64).contains(&kind.len());
    let what = if what { format!("a {kind}") } else { "an object without a kind".to_owned() };
    Err(PageError::Other(what))
}

struct WholePage<'a>(&'a mut Inventory, Resource, &'a str);

impl Reader for WholePage<'_> {
    type Output = Result<Result<Paging, PageError>, serde_json::Error>;

    fn read<T: Keep>(self) -> Self::Output {
        let Self(inventory, resource, body) = self;
        let page: JsonPage<T> = serde_json::from_str(body)?;
        if let Err(error) = is_list(resource, &page.kind) {
            return Ok(Err(error));
        }
        for item in page.items.unwrap_or_default() {
            inventory.count(resource);
            item.keep(inventory, resource, "");
        }
        Ok(Ok(page.metadata.paging()))
    }
}

struct Messages<'a>(&'a mut Inventory, Resource, &'a [&'a [u8]]);

impl Reader for Messages<'_> {
    type Output = ();

    fn read<T: Keep>(self) {
        let Self(inventory, resource, items) = self;
        let message = protobuf::item_of(resource);
        let mut scratch = Vec::new();
        for item in items {
            let pod = resource == Resource::Pods;
            let likeness = pod.then(|| Likeness::of(item, std::mem::take(&mut scratch))).flatten();
            let known = likeness.as_ref().map(|likeness| inventory.pods.add_alike(likeness));
            if let Some(Ok(())) = known {
                inventory.count(resource);
                scratch = likeness.map(|likeness| likeness.shared).unwrap_or_default();
                continue;
            }
            match T::deserialize(Object::new(item, message)) {
                Ok(object) => {
                    inventory.count(resource);
                    object.keep(inventory, resource, "");
                    if let (Some(Err(key)), Some(likeness)) = (known, likeness) {
                        inventory.pods.remember(key, likeness.injected.is_some());
                    }
                }
                Err(error) => {
                    let meta = protobuf::fields(item).next().and_then(Result::ok);
                    let meta = meta.and_then(|(_, raw)| raw.bytes().ok()).unwrap_or_default();
                    let meta = HeadMeta::deserialize(Object::new(meta, &OBJECT_META));
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

impl From<Malformed> for PageError {
    fn from(error: Malformed) -> Self {
        if error.is_cut_off() {
            return Self::CutOff;
        }
        Self::Other(format!("broken protobuf ({error})"))
    }
}

/// The kind, and the bytes of the object itself.
pub(super) fn envelope(body: &[u8]) -> Result<(String, &[u8]), PageError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct TypeMeta {
        kind: String,
    }
    let unknown = body.strip_prefix(b"k8s\0");
    let unknown = unknown.ok_or_else(|| PageError::Other("broken protobuf (no prefix)".into()))?;
    let (mut kind, mut raw) = (String::new(), &[][..]);
    for field in protobuf::fields(unknown) {
        match field? {
            (1, meta) => kind = TypeMeta::deserialize(Object::new(meta.bytes()?, &TYPE_META))?.kind,
            (2, Raw::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    Ok((kind, raw))
}
