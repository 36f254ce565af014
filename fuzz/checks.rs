//! What holds for any input, shared by the fuzz targets and `tests/it/fuzz_corpus.rs`: no panic, and
//! an error is one line. Each returns what it could show to a user.

#[path = "../tests/it/support/wire/bytes.rs"]
#[allow(dead_code, reason = "the checks write lists only")]
mod bytes;

use podaudit::inventory::decode::{self, PageError, Wire};
use podaudit::inventory::{Inventory, Resource};
use podaudit::manifest::{self, Options};
use podaudit::posture::{ImageRef, PodPosture};
use serde_json::value::RawValue;

/// One object of a page, as an API server sends it, read as each kind.
pub(crate) fn page(text: &str) -> String {
    let Ok(object) = serde_json::from_str::<&RawValue>(text) else { return String::new() };
    let mut inventory = Inventory::default();
    for resource in Resource::AUDIT {
        inventory.insert(resource, object, "default");
    }
    inventory.finish();
    judge(&inventory)
}

/// A page of each kind, as protobuf: the list's message, in the envelope that the API server puts
/// around it.
pub(crate) fn protobuf(list: &[u8]) -> String {
    let mut inventory = Inventory::default();
    for resource in Resource::AUDIT {
        let page = bytes::list_envelope(resource.kind(), list);
        let _ = decode::beginning(Wire::Protobuf, &page);
        if let Err(PageError::Other(error)) = inventory.insert_page(resource, Wire::Protobuf, &page)
        {
            assert!(!error.contains('\n'), "more than a line: {error:?}");
        }
    }
    inventory.finish();
    judge(&inventory)
}

/// A manifest, JSON or YAML.
pub(crate) fn yaml(text: &str) -> String {
    judge(&manifest::parse("input", text, &Options::default()))
}

/// An image reference: what is printed reads back as the same.
pub(crate) fn image_reference(text: &str) -> String {
    match ImageRef::parse(text) {
        Ok(image) => {
            let printed = image.to_string();
            assert_eq!(ImageRef::parse(&printed), Ok(image), "{text:?}");
            printed
        }
        Err(error) => {
            assert!(!error.contains('\n'), "{error}");
            error.to_owned()
        }
    }
}

fn judge(inventory: &Inventory) -> String {
    for coverage in inventory.coverages() {
        let errors = coverage.undecodable.iter().map(|bad| &bad.error).chain(&coverage.error);
        for error in errors {
            assert!(!error.contains('\n'), "more than a line: {error:?}");
        }
    }
    let facts: Vec<_> = inventory.pods().map(|pod| PodPosture::new(inventory, &pod)).collect();
    format!("{inventory:?} {facts:?}")
}
