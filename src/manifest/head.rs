//! What is read of an object before its kind is known, and what the options select by.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::inventory::nullable;

/// What tells where an object belongs.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ObjectHead<'a> {
    #[serde(default)]
    pub(super) api_version: Option<String>,
    #[serde(default)]
    pub(super) kind: Option<String>,
    #[serde(borrow, default)]
    pub(super) metadata: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) items: Option<Vec<&'a RawValue>>,
}

/// What the options filter by.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SelectedMeta {
    pub(super) name: Option<String>,
    pub(super) namespace: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub(super) labels: BTreeMap<String, Option<String>>,
}
