//! What an API server says instead of a page.

use serde::Deserialize;

use super::paging::ListMeta;
use super::protobuf::{ProtobufObject, STATUS};
use super::wire::{Wire, envelope};

/// What the API server says instead of what was asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Status {
    /// In the server's own words.
    pub message: Option<String>,
    metadata: Option<ListMeta>,
}

impl Status {
    /// Reads as much as there is.
    #[must_use]
    pub fn read(wire: Option<Wire>, body: &[u8]) -> Self {
        let status = match wire {
            Some(Wire::Protobuf) => envelope(body)
                .ok()
                .and_then(|(_, raw)| Status::deserialize(ProtobufObject::new(raw, &STATUS)).ok()),
            _ => serde_json::from_slice(body).ok(),
        };
        status.unwrap_or_default()
    }

    /// The token that a 410 may offer.
    #[must_use]
    pub fn token(self) -> Option<String> {
        self.metadata.and_then(ListMeta::token)
    }
}
