//! What was read of a cluster, in slim structures that hold only what verdicts need. No input or
//! output, no verdicts, and no field that could hold a secret.

mod aggregation;
mod answer;
mod class;
mod container;
pub mod coverage;
mod decode;
mod kinds;
mod meta;
mod owner;
pub mod page;
mod part;
mod pod;
mod pods;
mod protobuf;
mod roles;
mod runtime;
mod seen;
mod shard;
mod status;
mod store;
mod tokens;
mod volume;

pub use container::*;
pub(crate) use decode::{describe, name_of};
pub use kinds::*;
pub use meta::{
    APPARMOR_ANNOTATION_PREFIX, AUTOUPDATE_ANNOTATION, BOOTSTRAPPING_LABEL,
    EXCEPTION_ANNOTATION_PREFIX, MIRROR_ANNOTATION, ObjectMeta, OwnerReference,
    POD_SECURITY_LABEL_PREFIX, SECCOMP_ANNOTATION_PREFIX, SECCOMP_POD_ANNOTATION,
    TOKEN_ACCOUNT_ANNOTATION,
};
pub use owner::{Owners, TEMPLATE_KINDS, Workload};
pub use part::Part;
pub use pod::*;
pub use pods::{Alike, Classes, NodeId, PodId, PodNames};
pub use roles::*;
pub use runtime::Runtime;
pub use shard::{Shard, Sharded, Split};
pub use status::*;
pub use store::{Inventory, minor_version};
pub use tokens::{ApiAudiences, SecretKind};
pub use volume::*;
