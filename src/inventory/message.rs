//! What a message and a field are: number, JSON name, type, and whether JSON leaves zero values out.

pub(super) use FieldKind::{Bool, Inline, Int, Map, Message as Msg, Skipped, Text, Time};

/// A message, as far as it is read.
#[derive(Debug)]
pub(super) struct Message {
    /// Package and name, for example `core.v1.PodSpec`.
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
    /// Whether fields that are not in the table are told by their number.
    pub(super) keeps_unknown: bool,
}

impl Message {
    pub(super) const fn new(name: &'static str, fields: &'static [Field]) -> Self {
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
    pub(super) presence: FieldPresence,
    pub(super) kind: FieldKind,
    /// Whether it may tell replicas apart, which the replica key decides.
    pub(super) may_be_own: bool,
}

impl Field {
    pub(super) const fn new(
        number: u64,
        name: &'static str,
        presence: FieldPresence,
        kind: FieldKind,
    ) -> Self {
        Self { number, name, presence, kind, may_be_own: false }
    }
}

/// When a field is there. Go writes every field that is no pointer, whatever its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldPresence {
    /// If it was sent: a pointer or a message in Go, or a value that JSON always has.
    AsSent,
    /// If it is not zero: `omitempty` in Go.
    NonZero,
    /// A list or a map.
    Many,
}

#[derive(Debug)]
pub(super) enum FieldKind {
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

/// A value that JSON has only if it is not zero.
pub(super) const fn some(number: u64, name: &'static str, kind: FieldKind) -> Field {
    Field::new(number, name, FieldPresence::NonZero, kind)
}

/// A value that is there whenever it was sent.
pub(super) const fn sent(number: u64, name: &'static str, kind: FieldKind) -> Field {
    Field::new(number, name, FieldPresence::AsSent, kind)
}

pub(super) const fn many(number: u64, name: &'static str, kind: FieldKind) -> Field {
    Field::new(number, name, FieldPresence::Many, kind)
}

/// A field that tells replicas apart.
pub(super) const fn own(field: Field) -> Field {
    Field { may_be_own: true, ..field }
}
