//! One file a kind: the structures that objects are decoded into, and beside them their messages in
//! protobuf. No field could hold a secret. [`super::resource`] says which kinds there are.

mod container;
pub(super) mod meta;
mod node;
mod partial;
mod pod;
mod role;
mod role_binding;
mod secret;
mod service_account;
mod status;
mod volume;

pub use container::*;
pub use node::*;
pub use partial::*;
pub use pod::*;
pub use role::*;
pub use role_binding::*;
pub use secret::*;
pub use service_account::*;
pub use status::*;
pub use volume::*;
