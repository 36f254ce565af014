//! Whether a Secret holds a token of the API server, without reading it.
//!
//! Source: `pkg/serviceaccount/legacy.go`.

use super::coverage::CoverageState;
use super::kind::Secret;
use super::kind::meta::TOKEN_INVALID_LABEL;
use super::resource::Resource;
use super::store::Inventory;

/// What is known of a Secret without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind<'a> {
    /// A ServiceAccount token that the API server accepts.
    Token(&'a Secret),
    /// Something else, or a token that is refused by now.
    Other,
    /// Not known.
    Unknown,
}

impl Inventory {
    /// What is known of this Secret: from its own type, or from a list of all token Secrets.
    #[must_use]
    pub fn secret_kind(&self, namespace: &str, name: &str) -> SecretKind<'_> {
        const TOKEN: &str = "kubernetes.io/service-account-token";
        let record = self.coverage(Resource::Secrets);
        let all_listed = record.pages > 0 && record.state == CoverageState::Complete;
        match self.secrets.get(&(namespace.to_owned(), name.to_owned())) {
            // In a list of metadata the server has selected the type.
            Some(secret)
                if (all_listed || secret.r#type.as_deref() == Some(TOKEN))
                    && !secret.metadata.labels.contains_key(TOKEN_INVALID_LABEL) =>
            {
                SecretKind::Token(secret)
            }
            Some(_) => SecretKind::Other,
            None if all_listed => SecretKind::Other,
            None => SecretKind::Unknown,
        }
    }
}
