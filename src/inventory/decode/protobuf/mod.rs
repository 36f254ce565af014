//! The wire format of protobuf as a serde source, so that one set of structures reads both it and
//! JSON. Each structure has its [`crate::inventory::message::Message`] beside it, which
//! says what the numbers mean.
//!
//! Source: <https://protobuf.dev/programming-guides/encoding/>, and `k8s.io/apimachinery/pkg/
//! runtime/serializer/protobuf` for the envelope.

mod de;
mod replica_key;
mod schema;
mod wire;

pub(super) use de::ProtobufObject;
pub(in crate::inventory) use replica_key::ReplicaKey;
pub use schema::{FieldRow, field_rows};
pub(super) use schema::{LIST_META, STATUS, TYPE_META, message_of};
pub(super) use wire::{Malformed, Raw, fields, list_start};
