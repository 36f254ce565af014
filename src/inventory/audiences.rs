//! For which audiences the API server accepts tokens, which no API shows.
//!
//! Source: `pkg/serviceaccount/jwt.go`.

use serde::{Deserialize, Serialize};

/// Audiences of which the API server accepts tokens: a flag of the server that no API shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(from = "Option<String>", into = "Option<String>")]
pub struct ApiAudiences {
    /// What the user says the server's `--api-audiences` is.
    pub configured: Option<Vec<String>>,
    /// The server's issuer, which is the default of that flag.
    pub issuer: Option<String>,
}

/// Of what a shard has read: the issuer. The flag is given to each command anew.
impl From<Option<String>> for ApiAudiences {
    fn from(issuer: Option<String>) -> Self {
        Self { configured: None, issuer }
    }
}

impl From<ApiAudiences> for Option<String> {
    fn from(audiences: ApiAudiences) -> Self {
        audiences.issuer
    }
}
