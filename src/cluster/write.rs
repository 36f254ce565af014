//! Objects of podaudit's own in the cluster: applied, listed by a label, deleted. Every request can
//! be repeated without harm, and is, as often as one that reads.

use form_urlencoded::Serializer;
use http::Request;
use http::header::{ACCEPT, CONTENT_TYPE};
use kube::client::Body;
use serde::Deserialize;
use serde_json::Value;

use super::connect::Connection;
use super::error::ClusterError;
use super::request::Want;
use super::retry::{TRIES, pause};
use crate::inventory::ObjectMeta;

/// Who owns the fields, for the API server.
const MANAGER: &str = "podaudit";
/// Objects a page; only their metadata travels, but the server reads them whole.
const PAGE_SIZE: &str = "500";
/// Far more than the pages of any cluster.
const MAX_PAGES: usize = 1000;

impl Connection {
    /// Makes the object what the JSON says, whoever changed it before (server-side apply).
    ///
    /// # Errors
    /// The server cannot be reached, or refuses.
    pub async fn apply(&self, path: &str, object: &[u8]) -> Result<(), ClusterError> {
        let uri = format!("{path}?fieldManager={MANAGER}&force=true");
        let accept = Want::Metadata.accept(true);
        self.persist(async || {
            let request = Request::patch(&uri)
                .header(ACCEPT, &accept)
                .header(CONTENT_TYPE, "application/apply-patch+yaml");
            let answer = self.exchange(request, Body::from(object.to_vec())).await?;
            self.object(&answer)
        })
        .await
    }

    /// Deletes the object, unless another one has its name by now.
    ///
    /// # Errors
    /// The server cannot be reached, or refuses; an object that is gone is no error.
    pub async fn delete(&self, path: &str, uid: &str) -> Result<(), ClusterError> {
        let only = serde_json::json!({"preconditions": {"uid": uid}}).to_string().into_bytes();
        let accept = Want::Json.accept(true);
        let answer = self.persist(async || {
            let request = Request::delete(path)
                .header(ACCEPT, &accept)
                .header(CONTENT_TYPE, "application/json");
            let answer = self.exchange(request, Body::from(only.clone())).await?;
            self.done(&answer)
        });
        match answer.await {
            Ok(()) | Err(ClusterError::Status { code: 404 | 409, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The metadata of all objects with this label.
    ///
    /// # Errors
    /// The server cannot be reached, or refuses.
    pub async fn labelled(
        &self,
        path: &str,
        (label, value): (&str, &str),
    ) -> Result<Vec<ObjectMeta>, ClusterError> {
        let mut found = Vec::new();
        let mut token = None;
        for _ in 0..MAX_PAGES {
            let mut query = Serializer::for_suffix(format!("{path}?"), path.len() + 1);
            query.append_pair("limit", PAGE_SIZE);
            query.append_pair("labelSelector", &format!("{label}={value}"));
            query.extend_pairs(token.iter().map(|token: &String| ("continue", token)));
            let uri = query.finish();
            let accept = Want::MetadataList.accept(true);
            let page = self.persist(async || {
                let request = Request::get(&uri).header(ACCEPT, &accept);
                let body = self.exchange(request, Body::empty()).await?;
                self.refuse_status(&body)?;
                let page: Page = self.parse(&body)?;
                match page.kind.strip_suffix("List") {
                    Some(_) => Ok(page),
                    None => Err(self.something_else("something else")),
                }
            });
            let page = page.await?;
            found.extend(page.items.into_iter().flatten().map(|item| item.metadata));
            token = page.metadata.next.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(found);
            }
        }
        Err(ClusterError::Endless("too many pages"))
    }

    /// The answer to an object that was written is that object.
    fn object(&self, answer: &[u8]) -> Result<(), ClusterError> {
        self.refuse_status(answer)?;
        let Answer { kind, .. } = self.parse(answer)?;
        if kind.is_empty() {
            return Err(self.something_else("an object without a kind"));
        }
        Ok(())
    }

    /// The answer to a deletion is the object, or a Status that says so.
    fn done(&self, answer: &[u8]) -> Result<(), ClusterError> {
        let Answer { kind, status, .. } = self.parse(answer)?;
        match status {
            Some(Value::String(status)) if kind == "Status" && status == "Success" => Ok(()),
            _ => self.object(answer),
        }
    }

    /// A Status is a refusal, whatever the code of the answer that brings it.
    fn refuse_status(&self, answer: &[u8]) -> Result<(), ClusterError> {
        let Answer { kind, code, message, .. } = self.parse(answer)?;
        if kind != "Status" {
            return Ok(());
        }
        let message = self.without_credential(message.unwrap_or_default());
        Err(ClusterError::Status {
            code: code.unwrap_or(200),
            message: format!("{} answered 200 with a Status: {message}", self.server),
            continue_token: None,
            retry_after: None,
        })
    }

    fn parse<'a, T: Deserialize<'a>>(&self, body: &'a [u8]) -> Result<T, ClusterError> {
        serde_json::from_slice(body).map_err(|error| {
            self.something_else(&format!("broken JSON ({})", crate::inventory::describe(&error)))
        })
    }

    fn something_else(&self, what: &str) -> ClusterError {
        ClusterError::NotKubernetes { server: self.server.clone(), what: what.to_owned() }
    }

    /// Tries again while that may help.
    async fn persist<T>(
        &self,
        send: impl AsyncFn() -> Result<T, ClusterError>,
    ) -> Result<T, ClusterError> {
        let mut renewed = false;
        let mut tried = 1;
        loop {
            match send().await {
                Err(ClusterError::Unauthorized { .. }) if !renewed && self.renew().await => {
                    renewed = true;
                }
                Err(error) if error.is_passing() && tried < TRIES => {
                    pause(&error, tried).await;
                    tried += 1;
                }
                answer => return answer,
            }
        }
    }

    /// One request and its whole answer.
    async fn exchange(
        &self,
        request: http::request::Builder,
        body: Body,
    ) -> Result<Vec<u8>, ClusterError> {
        let _permit = self.in_flight.acquire().await;
        let whole = async { Ok(self.send(request, body).await?.finish().await?.1) };
        self.within(self.options().request_timeout, whole).await
    }
}

/// What tells an object from a Status.
#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    kind: String,
    /// A word in a Status, anything in an object.
    status: Option<Value>,
    code: Option<u16>,
    message: Option<String>,
}

/// A page of a list, as far as it matters here.
#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    metadata: ListMeta,
    /// Null if there are none.
    items: Option<Vec<Item>>,
}

#[derive(Default, Deserialize)]
struct ListMeta {
    #[serde(rename = "continue")]
    next: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    metadata: ObjectMeta,
}
