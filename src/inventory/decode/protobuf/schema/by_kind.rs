//! The message of each kind.

use crate::inventory::kind;
use crate::inventory::message::Message;
use crate::inventory::resource::{Resource, resource_table};

macro_rules! messages {
    ($($(#[$doc:meta])* $variant:ident {
        kind: $kind:literal, api_version: $api_version:literal, plural: $plural:literal, scope: $scope:ident,
        fields: $fields:ident, structure: $structure:ident, message: $message:ident, collection: $collection:ident
    })*) => {
        /// The message of one object of this kind.
        pub(in crate::inventory::decode) fn message_of(resource: Resource) -> &'static Message {
            match resource {
                $(Resource::$variant => &kind::$message,)*
            }
        }
    };
}

resource_table!(messages);
