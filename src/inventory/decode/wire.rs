//! How an answer is written, and the envelope that the API server puts around protobuf.

use serde::Deserialize;

use super::protobuf::{self, Malformed, ProtobufObject, Raw, TYPE_META};

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// `application/json`
    Json,
    /// `application/vnd.kubernetes.protobuf`
    Protobuf,
}

/// Why an answer is no page.
#[derive(Debug, PartialEq, Eq)]
pub enum PageError {
    /// It ends too early.
    CutOff,
    /// It is something else; the words never quote it.
    Other(String),
}

impl From<Malformed> for PageError {
    fn from(error: Malformed) -> Self {
        if error.is_cut_off() {
            return Self::CutOff;
        }
        Self::Other(format!("broken protobuf ({error})"))
    }
}

/// The kind, and the bytes of the object itself.
pub(super) fn envelope(body: &[u8]) -> Result<(String, &[u8]), PageError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct TypeMeta {
        kind: String,
    }
    let unknown = body.strip_prefix(b"k8s\0");
    let unknown = unknown.ok_or_else(|| PageError::Other("broken protobuf (no prefix)".into()))?;
    let (mut kind, mut raw) = (String::new(), &[][..]);
    for field in protobuf::fields(unknown) {
        match field? {
            (1, meta) => {
                let message = ProtobufObject::new(meta.bytes()?, &TYPE_META);
                kind = TypeMeta::deserialize(message)?.kind;
            }
            (2, Raw::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    Ok((kind, raw))
}
