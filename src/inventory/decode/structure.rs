//! The structure of each kind, for what decodes objects of a kind that is known at run time only.

use serde::de::DeserializeOwned;

use crate::inventory::collection::Collection;
use crate::inventory::kind;
use crate::inventory::resource::{Resource, resource_table};
use crate::inventory::store::Inventory;

/// Decodes objects, once the structure is known and the collection that stores them.
pub(super) trait StructureVisitor {
    type Output;

    fn visit<T: DeserializeOwned, C: Collection<T>>(
        self,
        collection: fn(&mut Inventory) -> &mut C,
    ) -> Self::Output;
}

macro_rules! structures {
    ($($(#[$doc:meta])* $variant:ident {
        kind: $kind:literal, api_version: $api_version:literal, plural: $plural:literal, scope: $scope:ident,
        fields: $fields:ident, structure: $structure:ident, message: $message:ident, collection: $collection:ident
    })*) => {
        /// Visits with the structure and the collection of this kind.
        pub(super) fn visit_structure<V: StructureVisitor>(resource: Resource, visitor: V) -> V::Output {
            match resource {
                $(Resource::$variant => visitor.visit::<kind::$structure, _>(|inventory| &mut inventory.$collection),)*
            }
        }
    };
}

resource_table!(structures);
