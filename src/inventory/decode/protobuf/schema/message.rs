//! What a message and a field are: number, JSON name, type, and whether JSON leaves zero values out.

pub(super) use FieldKind::{Bool, Inline, Int, Map, Message as Msg, Skipped, Text, Time};

/// A message, as far as it is read.
#[derive(Debug)]
pub(in crate::inventory::decode) struct Message {
    /// Package and name, for example `core.v1.PodSpec`.
    pub(in crate::inventory::decode::protobuf) name: &'static str,
    pub(in crate::inventory::decode::protobuf) fields: &'static [Field],
    /// Whether fields that are not in the table are told by their number.
    pub(in crate::inventory::decode::protobuf) keeps_unknown: bool,
}

impl Message {
    pub(in crate::inventory::decode::protobuf) const fn new(
        name: &'static str,
        fields: &'static [Field],
    ) -> Self {
        Self { name, fields, keeps_unknown: false }
    }

    pub(in crate::inventory::decode::protobuf) fn field(
        &self,
        number: u64,
    ) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.number == number)
    }
}

/// A field of a message.
#[derive(Debug)]
pub(in crate::inventory::decode::protobuf) struct Field {
    pub(in crate::inventory::decode::protobuf) number: u64,
    /// In JSON.
    pub(in crate::inventory::decode::protobuf) name: &'static str,
    pub(in crate::inventory::decode::protobuf) presence: FieldPresence,
    pub(in crate::inventory::decode::protobuf) kind: FieldKind,
    /// Whether it may tell replicas apart, which the replica key decides.
    pub(in crate::inventory::decode::protobuf) may_be_own: bool,
}

impl Field {
    pub(in crate::inventory::decode::protobuf) const fn new(
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
pub(in crate::inventory::decode::protobuf) enum FieldPresence {
    /// If it was sent: a pointer or a message in Go, or a value that JSON always has.
    AsSent,
    /// If it is not zero: `omitempty` in Go.
    NonZero,
    /// A list or a map.
    Many,
}

#[derive(Debug)]
pub(in crate::inventory::decode::protobuf) enum FieldKind {
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
pub(in crate::inventory::decode::protobuf) const fn some(
    number: u64,
    name: &'static str,
    kind: FieldKind,
) -> Field {
    Field::new(number, name, FieldPresence::NonZero, kind)
}

/// A value that is there whenever it was sent.
pub(in crate::inventory::decode::protobuf) const fn sent(
    number: u64,
    name: &'static str,
    kind: FieldKind,
) -> Field {
    Field::new(number, name, FieldPresence::AsSent, kind)
}

pub(in crate::inventory::decode::protobuf) const fn many(
    number: u64,
    name: &'static str,
    kind: FieldKind,
) -> Field {
    Field::new(number, name, FieldPresence::Many, kind)
}

/// A field that tells replicas apart.
pub(in crate::inventory::decode::protobuf) const fn own(field: Field) -> Field {
    Field { may_be_own: true, ..field }
}
