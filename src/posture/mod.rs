//! What is true of a running pod: facts computed once, each with what decided it. Pure: it reads
//! the inventory and judges nothing.
//!
//! ```text
//! Inventory -> PodPosture -> ContainerPosture -> Effective<fact>
//! ```

mod apparmor;
mod capabilities;
mod container;
mod credentials;
mod effective;
mod grant;
mod groups;
mod handlers;
mod host_paths;
mod identity;
mod image;
mod kernel;
mod mount_order;
mod node_capabilities;
mod platform;
mod pod;
mod privileges;
mod proc_mount;
mod running_image;
mod scope;
mod selinux;
mod token;
mod token_file;
mod volumes;

pub use apparmor::AppArmor;
pub use capabilities::CapSet;
pub use container::ContainerPosture;
pub use effective::{Effective, Gap};
pub use grant::Refusal;
pub use groups::SupplementalGroups;
pub use host_paths::{HOST_PATHS, HostPathSpec, KUBELET_LOGS, NodeAccess};
pub use identity::StartUser;
pub use image::ImageRef;
pub use node_capabilities::{CapabilityEscape, CapabilityReach, CapabilitySpec, NODE_CAPABILITIES};
pub use platform::{Os, Runtime};
pub use pod::{HostNamespace, PodPosture, ServiceAccountPosture};
pub use privileges::Capabilities;
pub use proc_mount::ProcMount;
pub use running_image::{DigestSort, RunningImage, RunningImages};
pub use scope::Role;
pub use token::{Credential, TokenAccess};
pub use volumes::{HostMount, is_inside};

#[cfg(test)]
mod tests;
