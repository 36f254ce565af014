//! The message of each kind.

use super::message::Message;
use super::meta::PARTIAL_OBJECT_METADATA;
use super::others::{CLUSTER_ROLE, NODE, ROLE, ROLE_BINDING, SERVICE_ACCOUNT};
use super::pod::POD;
use crate::inventory::resource::{Resource, resource_table};

macro_rules! messages {
    ($($(#[$doc:meta])* $variant:ident {
        kind: $kind:literal, api_version: $api_version:literal, plural: $plural:literal, scope: $scope:ident,
        fields: $fields:ident, structure: $structure:ident, message: $message:ident, collection: $collection:ident
    })*) => {
        /// The message of one object of this kind.
        pub(in crate::inventory::decode) fn message_of(resource: Resource) -> &'static Message {
            match resource {
                $(Resource::$variant => &$message,)*
            }
        }
    };
}

resource_table!(messages);
