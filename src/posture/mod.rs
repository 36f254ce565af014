//! What is true of a running pod: facts computed once, each with what decided it. Pure: it reads
//! the inventory and judges nothing.
//!
//! ```text
//! Inventory -> PodPosture -> ContainerPosture -> Effective<fact>
//! ```

mod apparmor;
mod capabilities;
mod container;
mod credential;
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
mod pod_credentials;
mod privileges;
mod proc_mount;
mod running_image;
mod running_images;
mod scope;
mod selinux;
mod token;
mod token_file;
mod volumes;

pub use apparmor::AppArmor;
pub use capabilities::CapSet;
pub use container::ContainerPosture;
pub use credential::{Credential, TokenAccess};
pub use effective::{Effective, Gap};
pub use grant::Refusal;
pub use groups::SupplementalGroups;
pub use host_paths::{HOST_PATHS, HostPathSpec, KUBELET_LOGS, NodeAccess};
pub use identity::StartUser;
pub use image::ImageRef;
pub use node_capabilities::{CapabilityEscape, CapabilityReach, CapabilitySpec, NODE_CAPABILITIES};
pub use platform::{Os, Runtime};
pub use pod::{HostNamespace, PodPosture, ServiceAccountPosture};
pub use pod_credentials::{ContainerCredentials, MountedToken, PodAccount};
pub use privileges::CapabilitySets;
pub use proc_mount::ProcMount;
pub use running_image::{DigestSort, RunningImage};
pub use running_images::RunningImages;
pub use scope::ContainerRole;
pub use volumes::{HostMount, is_inside};

#[cfg(test)]
mod tests;
