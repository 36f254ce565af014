//! UIDs in less memory.

use uuid::Uuid;

/// A UID; nearly all of them are 16 bytes in disguise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Uid {
    None,
    Uuid(Uuid),
    Other(Box<str>),
}

impl Uid {
    pub(super) fn new(text: Option<&str>) -> Self {
        let Some(text) = text else { return Self::None };
        match Uuid::try_parse(text) {
            Ok(uuid) if uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text => {
                Self::Uuid(uuid)
            }
            _ => Self::Other(text.into()),
        }
    }

    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Uuid(uuid) => Some(uuid.hyphenated().to_string()),
            Self::Other(text) => Some(text.to_string()),
        }
    }
}
