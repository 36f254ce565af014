//! What was read of a cluster, in slim structures that hold only what verdicts need. No input or
//! output, no verdicts, and no field that could hold a secret.

mod aggregation;
mod audiences;
mod collection;
mod coverage;
pub mod decode;
mod kind;
mod labels;
mod message;
mod owner;
mod pods;
mod resource;
mod runtime;
mod secret_kind;
mod shard;
mod store;

pub use audiences::ApiAudiences;
pub use coverage::{Coverage, CoverageState, Undecodable};
pub(crate) use decode::{describe, name_of};
pub(crate) use kind::meta::nullable;
pub use kind::meta::{
    APPARMOR_ANNOTATION_PREFIX, AUTOUPDATE_ANNOTATION, BOOTSTRAPPING_LABEL,
    EXCEPTION_ANNOTATION_PREFIX, MIRROR_ANNOTATION, ObjectMeta, OwnerReference,
    POD_SECURITY_LABEL_PREFIX, SECCOMP_ANNOTATION_PREFIX, SECCOMP_POD_ANNOTATION,
    TOKEN_ACCOUNT_ANNOTATION,
};
pub use kind::*;
pub use labels::{LabelSelector, LabelSelectorError};
pub use owner::{Owners, TEMPLATE_KINDS, Workload};
pub use pods::{NodeId, PodGroup, PodId, PodNames, PodTemplates};
pub use resource::Resource;
pub use runtime::Runtime;
pub use secret_kind::SecretKind;
pub use shard::{Shard, ShardContent, Sharded, Split};
pub use store::{Inventory, minor_version};
