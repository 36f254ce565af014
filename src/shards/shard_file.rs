//! The file of a shard: who it is, and what it has read. It holds no secret, because the structures
//! of the inventory do not.

use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::ShardError;
use crate::inventory::{Inventory, Shard, ShardContent, Sharded, describe};

/// What a shard says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShardHeader {
    /// podaudit's own version: another one may write other fields.
    pub version: String,
    /// Which shard of how many.
    pub shard: Shard,
    /// How its pods were chosen, and of which cluster.
    pub sharded: Sharded,
    /// Name of the cluster.
    pub cluster: String,
    /// The API server's version.
    pub kubernetes_version: Option<String>,
    /// Only these namespaces; empty for all.
    pub namespaces: Vec<String>,
    /// Label selector of the pods; empty for all.
    pub selector: String,
    /// When it was read, RFC 3339.
    pub scanned_at: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShardFile {
    #[serde(rename = "podauditShard")]
    pub(super) header: ShardHeader,
    #[serde(rename = "part")]
    pub(super) content: ShardContent,
}

/// Writes a shard down.
///
/// # Errors
/// Whatever the writer says.
pub fn write(header: ShardHeader, inventory: Inventory, out: &mut dyn Write) -> io::Result<()> {
    let content = ShardContent::new(header.shard, inventory);
    serde_json::to_writer(&mut *out, &ShardFile { header, content })?;
    writeln!(out)
}

/// Reads a shard.
pub(super) fn read(path: &Path) -> Result<ShardFile, ShardError> {
    let name = path.display().to_string();
    // As text, like an answer of the API server: one decoder of the structures instead of two.
    let text = std::fs::read_to_string(path)
        .map_err(|source| ShardError::Read { path: name.clone(), source })?;
    serde_json::from_str(&text).map_err(|error| {
        let own = env!("CARGO_PKG_VERSION");
        let why = match version(&text) {
            Some(version) if version != own => {
                format!("podaudit {version} wrote it, this is {own}")
            }
            _ => describe(&error),
        };
        ShardError::Other { path: name, why }
    })
}

/// The version of podaudit that wrote it, whatever else it wrote.
fn version(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Any {
        podaudit_shard: Version,
    }
    #[derive(Deserialize)]
    struct Version {
        version: String,
    }
    serde_json::from_str(text).ok().map(|any: Any| any.podaudit_shard.version)
}
