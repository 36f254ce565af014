//! A message as serde sees it: a map from JSON names to values.
//!
//! Go writes the fields of a message in their order and the items of a list side by side; a list
//! that is scattered, which protobuf allows and Go never does, is an error and never half a list.

use std::fmt::Display;

use serde::de::{
    self, DeserializeSeed, MapAccess, SeqAccess, Visitor, value::BorrowedStrDeserializer,
};
use serde::forward_to_deserialize_any;

use super::wire::{Malformed, Raw, field};
use crate::inventory::message::{Field, FieldKind, FieldPresence, Message};

impl de::Error for Malformed {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }

    // The value itself is left out: it can be anything, even a secret.
    fn invalid_type(_: de::Unexpected, expected: &dyn de::Expected) -> Self {
        Self(format!("expected {expected}"))
    }

    fn invalid_value(_: de::Unexpected, expected: &dyn de::Expected) -> Self {
        Self(format!("expected {expected}"))
    }
}

/// A message and what its numbers mean.
pub(in crate::inventory::decode) struct ProtobufObject<'de> {
    bytes: &'de [u8],
    message: &'static Message,
}

impl<'de> ProtobufObject<'de> {
    pub(in crate::inventory::decode) fn new(bytes: &'de [u8], message: &'static Message) -> Self {
        Self { bytes, message }
    }
}

impl<'de> de::Deserializer<'de> for ProtobufObject<'de> {
    type Error = Malformed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_map(Fields {
            rest: self.bytes,
            message: self.message,
            outer: None,
            value: None,
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A field that this build does not know, where its presence alone matters.
static UNKNOWN: Field = Field::new(0, "", FieldPresence::AsSent, FieldKind::Skipped);

struct Fields<'de> {
    rest: &'de [u8],
    message: &'static Message,
    /// Where to go on after a message whose fields JSON has among those of its parent.
    outer: Option<(&'de [u8], &'static Message)>,
    value: Option<(u64, &'static Field, Raw<'de>)>,
}

impl<'de> Fields<'de> {
    /// The next value if it belongs to the same list.
    fn another(&mut self, number: u64) -> Result<Option<Raw<'de>>, Malformed> {
        let mut rest = self.rest;
        if rest.is_empty() {
            return Ok(None);
        }
        let (next, raw) = field(&mut rest)?;
        if next != number {
            return Ok(None);
        }
        self.rest = rest;
        Ok(Some(raw))
    }
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Malformed;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Malformed> {
        loop {
            if self.rest.is_empty() {
                let Some((rest, message)) = self.outer.take() else { return Ok(None) };
                (self.rest, self.message) = (rest, message);
                continue;
            }
            let (number, raw) = field(&mut self.rest)?;
            let Some(field) = self.message.field(number) else {
                if self.message.keeps_unknown {
                    self.value = Some((number, &UNKNOWN, raw));
                    let name = format!("field {number}");
                    return seed.deserialize(de::value::StringDeserializer::new(name)).map(Some);
                }
                continue;
            };
            if let FieldKind::Inline(message) = &field.kind {
                self.outer = Some((self.rest, self.message));
                (self.rest, self.message) = (raw.bytes()?, message);
                continue;
            }
            if field.presence == FieldPresence::NonZero && raw.is_zero() {
                continue;
            }
            self.value = Some((number, field, raw));
            return seed.deserialize(BorrowedStrDeserializer::new(field.name)).map(Some);
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Malformed> {
        let (number, field, raw) =
            self.value.take().ok_or_else(|| Malformed("a value without a key".to_owned()))?;
        let message = self.message.name;
        let list = (field.presence == FieldPresence::Many).then_some((number, self));
        let value = seed.deserialize(Value { kind: &field.kind, raw, list });
        value.map_err(|error| error.within(message, field.name))
    }
}

/// One value, or the first of a list.
struct Value<'a, 'de> {
    kind: &'static FieldKind,
    raw: Raw<'de>,
    list: Option<(u64, &'a mut Fields<'de>)>,
}

impl<'de> de::Deserializer<'de> for Value<'_, 'de> {
    type Error = Malformed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        let Self { kind, raw, list } = self;
        if let Some((number, fields)) = list {
            let items = Items { number, kind, next: Some(raw), value: None, fields };
            return match kind {
                FieldKind::Map => visitor.visit_map(items),
                _ => visitor.visit_seq(items),
            };
        }
        match kind {
            FieldKind::Text => visitor.visit_borrowed_str(raw.text()?),
            FieldKind::Bool => visitor.visit_bool(raw.varint()? != 0),
            FieldKind::Int => visitor.visit_i64(raw.varint()?.cast_signed()),
            FieldKind::Time => visitor.visit_string(time(raw.bytes()?)?),
            FieldKind::Message(message) => {
                ProtobufObject::new(raw.bytes()?, message).deserialize_any(visitor)
            }
            FieldKind::Map | FieldKind::Inline(_) | FieldKind::Skipped => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_some(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

/// The items of a list, or the entries of a map, which are messages of a key and a value.
struct Items<'a, 'de> {
    number: u64,
    kind: &'static FieldKind,
    next: Option<Raw<'de>>,
    value: Option<Raw<'de>>,
    fields: &'a mut Fields<'de>,
}

impl<'de> Items<'_, 'de> {
    fn take(&mut self) -> Result<Option<Raw<'de>>, Malformed> {
        let Some(raw) = self.next.take() else { return Ok(None) };
        self.next = self.fields.another(self.number)?;
        Ok(Some(raw))
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Malformed;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Malformed> {
        let Some(raw) = self.take()? else { return Ok(None) };
        seed.deserialize(Value { kind: self.kind, raw, list: None }).map(Some)
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Malformed;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Malformed> {
        let Some(raw) = self.take()? else { return Ok(None) };
        let (mut key, mut value) = (Raw::Bytes(&[]), Raw::Bytes(&[]));
        for field in super::wire::fields(raw.bytes()?) {
            match field? {
                (1, raw) => key = raw,
                (2, raw) => value = raw,
                _ => {}
            }
        }
        self.value = Some(value);
        seed.deserialize(Value { kind: &FieldKind::Text, raw: key, list: None }).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Malformed> {
        let raw = self.value.take().ok_or_else(|| Malformed("a value without a key".to_owned()))?;
        seed.deserialize(Value { kind: &FieldKind::Text, raw, list: None })
    }
}

/// RFC 3339, as Go's JSON has it: to the second, in UTC.
fn time(bytes: &[u8]) -> Result<String, Malformed> {
    let mut seconds = 0;
    for field in super::wire::fields(bytes) {
        if let (1, raw) = field? {
            seconds = raw.varint()?.cast_signed();
        }
    }
    let time = jiff::Timestamp::from_second(seconds);
    time.map(|time| time.to_string()).map_err(|_| Malformed("a time out of range".to_owned()))
}
