//! Messages around objects: the envelope, lists and errors.
//!
//! Source: `k8s.io/apimachinery`, `pkg/runtime` and `pkg/apis/meta/v1`.

use crate::inventory::message::{Int, Message, Msg, Text, sent, some};

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
