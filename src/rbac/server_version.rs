//! Which rights an API server of some version honours. It knows rights that changed, and nothing
//! of what is granted.

use super::right::Right;
use crate::evidence::Certainty;

/// The first minor version that opens no stream into a container for `get` alone.
const STREAMS_NEED_CREATE: u32 = 35;
/// The first minor version that may know constrained impersonation (KEP-5284): by default from 36.
const CONSTRAINED_IMPERSONATION: u32 = 35;

/// The version of an API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerVersion {
    /// For example 37; `None` where nobody said, as in files.
    pub minor: Option<u32>,
}

impl ServerVersion {
    /// Whether the right does there what it did when it was new; `None` if it does not.
    #[must_use]
    pub fn honours(self, right: Right) -> Option<Certainty> {
        let is_before = |minor| self.minor.map(|own| own < minor);
        match right {
            Right::ExecGet | Right::AttachGet | Right::PortForwardGet => {
                match is_before(STREAMS_NEED_CREATE) {
                    Some(true) => Some(Certainty::Certain),
                    Some(false) => None,
                    None => Some(Certainty::Possible),
                }
            }
            Right::ConstrainedAccount
            | Right::ConstrainedUser
            | Right::ConstrainedNode
            | Right::ImpersonateOnAccount
            | Right::ImpersonateOnUser
            | Right::ImpersonateOnNode => match is_before(CONSTRAINED_IMPERSONATION) {
                Some(true) => None,
                Some(false) | None => Some(Certainty::Possible),
            },
            _ => Some(Certainty::Certain),
        }
    }
}
