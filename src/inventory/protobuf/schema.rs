//! What is read of the API's messages: numbers, JSON names, types, and which zero values JSON leaves
//! out. A test compares this table with upstream's `generated.proto` and `types.go`.

use crate::inventory::coverage::Resource;

/// A message, as far as it is read.
#[derive(Debug)]
pub(in crate::inventory) struct Message {
    /// Package and name, for example `core.v1.PodSpec`.
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
    /// Whether fields that are not in the table are told by their number.
    pub(super) keeps_unknown: bool,
}

impl Message {
    const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, fields, keeps_unknown: false }
    }

    pub(super) fn field(&self, number: u64) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.number == number)
    }
}

/// A field of a message.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) number: u64,
    /// In JSON.
    pub(super) name: &'static str,
    pub(super) presence: Presence,
    pub(super) kind: Kind,
    /// Whether it may be a pod's own, which the likeness decides.
    pub(super) may_be_own: bool,
}

impl Field {
    pub(super) const fn new(
        number: u64,
        name: &'static str,
        presence: Presence,
        kind: Kind,
    ) -> Self {
        Self { number, name, presence, kind, may_be_own: false }
    }
}

/// When a field is there. Go writes every field that is no pointer, whatever its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// If it was sent: a pointer or a message in Go, or a value that JSON always has.
    AsSent,
    /// If it is not zero: `omitempty` in Go.
    NonZero,
    /// A list or a map.
    Many,
}

#[derive(Debug)]
pub(super) enum Kind {
    Text,
    Bool,
    Int,
    /// Seconds since 1970; RFC 3339 in JSON.
    Time,
    /// Strings by strings.
    Map,
    Message(&'static Message),
    /// A message whose fields JSON has among those of its parent.
    Inline(&'static Message),
    /// Not looked into.
    Skipped,
}

/// Message, number, JSON name, presence, type, and the message that the type names.
pub(super) type Row = (&'static str, u64, &'static str, String, String, Option<&'static str>);

/// The table in words, for the test that compares it with upstream.
#[must_use]
pub fn rows() -> Vec<Row> {
    let mut messages: Vec<&Message> = Resource::AUDIT.into_iter().map(item_of).collect();
    messages.extend([&TYPE_META, &LIST_META, &STATUS]);
    let mut rows = Vec::new();
    let mut done = 0;
    while let Some(&message) = messages.get(done) {
        done += 1;
        for field in message.fields {
            let (kind, inner) = match field.kind {
                Kind::Message(inner) => ("Message".to_owned(), Some(inner)),
                Kind::Inline(inner) => ("Inline".to_owned(), Some(inner)),
                ref kind => (format!("{kind:?}"), None),
            };
            let presence = format!("{:?}", field.presence);
            let name = inner.map(|inner| inner.name);
            rows.push((message.name, field.number, field.name, presence, kind, name));
            messages.extend(inner.filter(|inner| messages.iter().all(|m| m.name != inner.name)));
        }
    }
    rows.sort();
    rows.dedup();
    rows
}

/// A value that JSON has only if it is not zero.
const fn some(number: u64, name: &'static str, kind: Kind) -> Field {
    Field::new(number, name, Presence::NonZero, kind)
}

/// A value that is there whenever it was sent.
const fn sent(number: u64, name: &'static str, kind: Kind) -> Field {
    Field::new(number, name, Presence::AsSent, kind)
}

const fn many(number: u64, name: &'static str, kind: Kind) -> Field {
    Field::new(number, name, Presence::Many, kind)
}

/// A field that tells replicas apart.
const fn own(field: Field) -> Field {
    Field { may_be_own: true, ..field }
}

use Kind::{Bool, Inline, Int, Map, Message as Msg, Skipped, Text, Time};

mod container;
mod core;
mod meta;
mod pod;
mod volume;

pub(in crate::inventory) use self::core::item_of;
pub(in crate::inventory) use self::meta::{LIST_META, OBJECT_META, STATUS, TYPE_META};
