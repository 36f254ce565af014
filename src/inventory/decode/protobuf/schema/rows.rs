//! The table of messages in words, for what compares it with upstream and for what writes messages.

use super::by_kind::message_of;
use super::envelope::{LIST_META, STATUS, TYPE_META};
use crate::inventory::message::{FieldKind, Message};
use crate::inventory::resource::Resource;

/// A field of a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldRow {
    /// Package and name of the message, for example `core.v1.PodSpec`.
    pub message: &'static str,
    /// The field's number.
    pub number: u64,
    /// Its name in JSON.
    pub name: &'static str,
    /// When it is there: `AsSent`, `NonZero` or `Many`.
    pub presence: String,
    /// Its type: `Text`, `Bool`, `Int`, `Time`, `Map`, `Message`, `Inline` or `Skipped`.
    pub kind: String,
    /// The message that the type names.
    pub inner: Option<&'static str>,
}

/// The rows of all messages, sorted.
#[must_use]
pub fn field_rows() -> Vec<FieldRow> {
    let mut messages: Vec<&Message> = Resource::AUDIT.into_iter().map(message_of).collect();
    messages.extend([&TYPE_META, &LIST_META, &STATUS]);
    let mut rows = Vec::new();
    let mut done = 0;
    while let Some(&message) = messages.get(done) {
        done += 1;
        for field in message.fields {
            let (kind, inner) = match field.kind {
                FieldKind::Message(inner) => ("Message".to_owned(), Some(inner)),
                FieldKind::Inline(inner) => ("Inline".to_owned(), Some(inner)),
                ref kind => (format!("{kind:?}"), None),
            };
            rows.push(FieldRow {
                message: message.name,
                number: field.number,
                name: field.name,
                presence: format!("{:?}", field.presence),
                kind,
                inner: inner.map(|inner| inner.name),
            });
            messages.extend(inner.filter(|inner| messages.iter().all(|m| m.name != inner.name)));
        }
    }
    rows.sort();
    rows.dedup();
    rows
}
