//! What is true of a running pod: facts computed once, each with what decided it. Pure: it reads
//! the inventory and judges nothing.
//!
//! ```text
//! Inventory -> PodPosture -> ContainerPosture -> Effective<fact>
//! ```

mod capabilities;
mod container;
mod credentials;
mod effective;
mod grant;
mod identity;
mod image;
mod platform;
mod pod;
mod privileges;
mod scope;
mod token;
mod token_file;
mod volumes;

pub use capabilities::CapSet;
pub use container::ContainerPosture;
pub use effective::{Effective, Gap, confidence};
pub use grant::Refusal;
pub use identity::StartUser;
pub use image::{ImageRef, running_digest};
pub use platform::{Os, Runtime};
pub use pod::{HostNamespace, PodPosture, ServiceAccountPosture};
pub use privileges::Capabilities;
pub use scope::Role;
pub use token::{Credential, TokenAccess};
pub use volumes::HostMount;
