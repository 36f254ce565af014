//! `k8s.io/apimachinery`: metadata, lists, errors.

use super::message::{Bool, Int, Map, Message, Msg, Text, Time, many, own, sent, some};

pub(in crate::inventory::decode) static TYPE_META: Message =
    Message::new("runtime.TypeMeta", &[some(1, "apiVersion", Text), some(2, "kind", Text)]);

pub(in crate::inventory::decode) static LIST_META: Message = Message::new(
    "meta.v1.ListMeta",
    &[
        some(2, "resourceVersion", Text),
        some(3, "continue", Text),
        sent(4, "remainingItemCount", Int),
        sent(5, "shardInfo", Msg(&SHARD_INFO)),
    ],
);

static SHARD_INFO: Message = Message::new("meta.v1.ShardInfo", &[sent(1, "selector", Text)]);

pub(in crate::inventory::decode) static STATUS: Message = Message::new(
    "meta.v1.Status",
    &[sent(1, "metadata", Msg(&LIST_META)), some(3, "message", Text)],
);

pub(in crate::inventory::decode) static OBJECT_META: Message = Message::new(
    "meta.v1.ObjectMeta",
    &[
        own(some(1, "name", Text)),
        own(some(2, "generateName", Text)),
        some(3, "namespace", Text),
        own(some(5, "uid", Text)),
        own(some(8, "creationTimestamp", Time)),
        many(11, "labels", Map),
        many(12, "annotations", Map),
        many(13, "ownerReferences", Msg(&OWNER_REFERENCE)),
    ],
);

static OWNER_REFERENCE: Message = Message::new(
    "meta.v1.OwnerReference",
    &[
        own(sent(1, "kind", Text)),
        sent(3, "name", Text),
        sent(4, "uid", Text),
        sent(6, "controller", Bool),
    ],
);

/// Every kind has its metadata first, so that a server may also send the whole object.
pub(super) static PARTIAL_OBJECT_METADATA: Message =
    Message::new("meta.v1.PartialObjectMetadata", &[sent(1, "metadata", Msg(&OBJECT_META))]);
