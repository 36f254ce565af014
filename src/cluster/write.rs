//! Objects of podaudit's own in the cluster: applied, listed by a label, deleted. Every request can
//! be repeated without harm, and is, as often as one that reads.

use form_urlencoded::Serializer;
use http::Request;
use http::header::{ACCEPT, CONTENT_TYPE};
use kube::client::Body;
use serde::Deserialize;

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
            self.exchange(request, Body::from(object.to_vec())).await
        })
        .await
        .map(drop)
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
            self.exchange(request, Body::from(only.clone())).await
        });
        match answer.await {
            Ok(_) | Err(ClusterError::Status { code: 404 | 409, .. }) => Ok(()),
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
            let body = self.persist(async || {
                self.exchange(Request::get(&uri).header(ACCEPT, &accept), Body::empty()).await
            });
            let page: Page = serde_json::from_slice(&body.await?).map_err(|error| {
                let what = format!("broken JSON ({})", crate::inventory::describe(&error));
                ClusterError::NotKubernetes { server: self.server.clone(), what }
            })?;
            found.extend(page.items.into_iter().flatten().map(|item| item.metadata));
            token = page.metadata.next.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(found);
            }
        }
        Err(ClusterError::Endless("too many pages"))
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

/// A page of a list, as far as it matters here.
#[derive(Deserialize)]
struct Page {
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
