//! A second reading of stored pods, over raw JSON and without a line of podaudit's: which
//! container can read a token that the API server accepts.
//!
//! Sources: `plugin/pkg/admission/serviceaccount/admission.go`, `pkg/serviceaccount/jwt.go`.

use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::Value;

/// Whether a container has a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Certain,
    /// For an audience that the API server may or may not accept.
    Foreign,
    None,
}

impl Token {
    /// What `token-mounted` should say.
    pub(super) fn mounted(self) -> &'static str {
        match self {
            Self::Certain => "fail",
            Self::Foreign => "unknown",
            Self::None => "pass",
        }
    }

    /// What `token-declared-not-actual` should say.
    pub(super) fn differs_from(self, declared: bool) -> &'static str {
        match (self, declared) {
            (Self::Foreign, _) => "unknown",
            (Self::Certain, true) | (Self::None, false) => "pass",
            (Self::Certain, false) | (Self::None, true) => "fail",
        }
    }
}

/// Name and token of each container of a stored pod.
pub(super) fn tokens(pod: &Value) -> anyhow::Result<Vec<(String, Token)>> {
    let spec = &pod["spec"];
    let mut volumes = BTreeMap::new();
    for volume in list(&spec["volumes"]) {
        volumes.insert(volume["name"].as_str().context("a volume without name")?, volume);
    }
    let mut tokens = Vec::new();
    for container in list(&spec["initContainers"]).chain(list(&spec["containers"])) {
        let name = container["name"].as_str().context("a container without name")?;
        tokens.push((name.to_owned(), of_container(container, &volumes)?));
    }
    Ok(tokens)
}

fn of_container(container: &Value, volumes: &BTreeMap<&str, &Value>) -> anyhow::Result<Token> {
    let mut found = Token::None;
    for mount in list(&container["volumeMounts"]) {
        let name = mount["name"].as_str().context("a mount without name")?;
        let volume = volumes.get(name).context("a mount without volume")?;
        for source in list(&volume["projected"]["sources"]) {
            let token = &source["serviceAccountToken"];
            let Some(file) = token["path"].as_str() else { continue };
            let sub_path = mount["subPath"].as_str().unwrap_or_default();
            let is_visible = sub_path.is_empty()
                || file == sub_path
                || file.starts_with(&format!("{sub_path}/"));
            let is_for_api = token["audience"].as_str().unwrap_or_default().is_empty();
            match (is_visible, is_for_api) {
                (true, true) => return Ok(Token::Certain),
                (true, false) => found = Token::Foreign,
                (false, _) => {}
            }
        }
    }
    Ok(found)
}

/// What is declared by now: the pod's word, the ServiceAccount's as it is today, or true.
pub(super) fn declared(pod: &Value, account: &Value) -> bool {
    let word = |object: &Value| object["automountServiceAccountToken"].as_bool();
    word(&pod["spec"]).or(word(account)).unwrap_or(true)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
