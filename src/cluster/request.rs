//! One request: what it asks for, its deadlines and size limit, and its errors told apart.

use std::sync::atomic::Ordering;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, Request, Response, StatusCode, request};
use http_body_util::BodyExt;
use kube::client::Body;
use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, timeout};

use super::connect::{Connection, unreachable};
use super::error::ClusterError;
use crate::inventory::decode::{Beginning, Paging, Status, Wire, beginning};

/// More than any page of 500 objects, unpacked: etcd holds at most 1.5 MiB an object.
const MAX_BYTES: usize = 256 << 20;
/// A server that sends nothing for this long is taken for gone.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// The `metadata` of a list is at its beginning, or not worth waiting for.
const START: usize = 64 << 10;

const JSON: &str = "application/json";
const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

/// What an answer should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// JSON and nothing else.
    Json,
    /// One object's metadata, as JSON.
    Metadata,
    /// A list, in the best format there is.
    List,
    /// A list of metadata only, in the best format there is.
    MetadataList,
}

impl Want {
    pub(super) fn accept(self, json_only: bool) -> String {
        let partial = |what| format!(";as=PartialObjectMetadata{what};g=meta.k8s.io;v=v1");
        let (what, both) = match self {
            Self::Json => (String::new(), false),
            Self::Metadata => (partial(""), false),
            Self::List => (String::new(), !json_only),
            Self::MetadataList => (partial("List"), !json_only),
        };
        if both { format!("{PROTOBUF}{what},{JSON}{what}") } else { format!("{JSON}{what}") }
    }
}

/// An answer that has begun well.
pub(super) struct Opened<'c> {
    connection: &'c Connection,
    body: Option<Body>,
    bytes: Vec<u8>,
    wire: Wire,
    /// What the request may still take; `None` for any time.
    left: Option<Duration>,
    permit: Option<SemaphorePermit<'c>>,
    /// Of a page, if its beginning tells.
    pub(super) paging: Option<Paging>,
}

impl Connection {
    /// A whole answer.
    pub(super) async fn get(&self, path: &str, want: Want) -> Result<Vec<u8>, ClusterError> {
        Ok(self.open(path, want).await?.finish().await?.1)
    }

    /// Asks, and reads until it is clear what comes and how it goes on.
    pub(super) async fn open(&self, path: &str, want: Want) -> Result<Opened<'_>, ClusterError> {
        let permit = self.in_flight.acquire().await.ok();
        let limit = self.options().request_timeout;
        let begin = Instant::now();
        let answer = self.within(limit, self.answer(path, want)).await?;
        let mut opened = Opened { left: limit, permit, ..answer };
        opened.spend(begin);
        Ok(opened)
    }

    async fn answer(&self, path: &str, want: Want) -> Result<Opened<'_>, ClusterError> {
        let json_only = self.json_only.load(Ordering::Relaxed);
        match self.ask(path, &want.accept(json_only)).await {
            // What stands between does not know protobuf: JSON from now on.
            Err(ClusterError::Status { code: 406 | 415, .. }) if !json_only => {
                self.json_only.store(true, Ordering::Relaxed);
                self.ask(path, &want.accept(true)).await
            }
            answer => answer,
        }
    }

    async fn ask(&self, path: &str, accept: &str) -> Result<Opened<'_>, ClusterError> {
        self.send(Request::get(path).header(ACCEPT, accept), Body::empty()).await
    }

    pub(super) async fn send(
        &self,
        request: request::Builder,
        body: Body,
    ) -> Result<Opened<'_>, ClusterError> {
        let request = request.body(body);
        let mut request =
            request.map_err(|e| unreachable(&self.server, kube::Error::HttpError(e)))?;
        let (client, authorization) = self.access().await;
        request.headers_mut().extend(authorization.map(|value| (AUTHORIZATION, value)));
        let response = self.within(Some(READ_TIMEOUT), async {
            client.send(request).await.map_err(|e| unreachable(&self.server, e))
        });
        self.begun(response.await?).await
    }

    async fn begun(&self, response: Response<Body>) -> Result<Opened<'_>, ClusterError> {
        let (head, body) = response.into_parts();
        let content_type = text(&head.headers, CONTENT_TYPE).unwrap_or("no content type");
        let wire = wire(content_type);
        let length = text(&head.headers, CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let mut opened = Opened {
            connection: self,
            body: Some(body),
            bytes: self.room(),
            wire: wire.unwrap_or(Wire::Json),
            left: None,
            permit: None,
            paging: None,
        };
        opened.bytes.reserve(length.unwrap_or(0).min(MAX_BYTES >> 3));
        if !head.status.is_success() {
            while opened.read().await? {}
            return Err(self.refusal(head.status, &head.headers, wire, &opened.bytes));
        }
        if wire.is_none() {
            let what = self.without_credential(content_type.to_owned());
            return Err(ClusterError::NotKubernetes { server: self.server.clone(), what });
        }
        while opened.bytes.len() < START && opened.read().await? {
            if let Beginning::Known(paging) = beginning(opened.wire, &opened.bytes) {
                opened.paging = Some(paging);
                break;
            }
        }
        Ok(opened)
    }

    fn refusal(
        &self,
        code: StatusCode,
        headers: &HeaderMap,
        wire: Option<Wire>,
        body: &[u8],
    ) -> ClusterError {
        let mut status = Status::read(wire, body);
        status.message = status.message.map(|message| self.without_credential(message));
        let server = self.server.clone();
        let reason = code.canonical_reason().unwrap_or("error");
        if code == StatusCode::UNAUTHORIZED {
            let message = status.message.unwrap_or_else(|| reason.to_owned());
            return ClusterError::Unauthorized { server, message };
        }
        let own_words = || format!("{server} answered {} {reason}", code.as_u16());
        ClusterError::Status {
            code: code.as_u16(),
            message: status.message.clone().unwrap_or_else(own_words),
            continue_token: status.token(),
            retry_after: text(headers, RETRY_AFTER).and_then(|seconds| seconds.parse().ok()),
        }
    }

    pub(super) async fn within<T>(
        &self,
        limit: Option<Duration>,
        work: impl Future<Output = Result<T, ClusterError>>,
    ) -> Result<T, ClusterError> {
        let after = limit.unwrap_or(Duration::MAX);
        let late = |_| ClusterError::Timeout { server: self.server.clone(), after };
        timeout(after, work).await.map_err(late)?
    }
}

impl Opened<'_> {
    /// The rest of the answer. Time that passed between is not counted: it was not the server's.
    pub(super) async fn finish(mut self) -> Result<(Wire, Vec<u8>), ClusterError> {
        let (connection, left) = (self.connection, self.left);
        let rest = async {
            while self.read().await? {}
            Ok(())
        };
        connection.within(left, rest).await?;
        drop(self.permit);
        Ok((self.wire, self.bytes))
    }

    /// Reads some more; whether there may be more yet.
    async fn read(&mut self) -> Result<bool, ClusterError> {
        let Some(body) = &mut self.body else { return Ok(false) };
        let frame = self.connection.within(Some(READ_TIMEOUT), async { Ok(body.frame().await) });
        match frame.await? {
            None => {
                self.body = None;
                Ok(false)
            }
            Some(Err(error)) => Err(unreachable(&self.connection.server, error)),
            Some(Ok(frame)) => {
                let data = frame.into_data().unwrap_or_default();
                if self.bytes.len() + data.len() > MAX_BYTES {
                    return Err(ClusterError::TooLarge(MAX_BYTES));
                }
                self.bytes.extend_from_slice(&data);
                Ok(true)
            }
        }
    }

    fn spend(&mut self, begin: Instant) {
        self.left = self.left.map(|left| left.saturating_sub(begin.elapsed()));
    }
}

/// How an answer of this media type is written. Upper and lower case are the same, and parameters
/// say nothing of it.
fn wire(content_type: &str) -> Option<Wire> {
    let media = content_type.split(';').next().unwrap_or_default().trim();
    let is = |name: &str| media.eq_ignore_ascii_case(name);
    if is(PROTOBUF) {
        return Some(Wire::Protobuf);
    }
    is(JSON).then_some(Wire::Json)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_has_no_case() {
        assert_eq!(wire("Application/JSON;Charset=UTF-8"), Some(Wire::Json));
        assert_eq!(wire(" application/VND.kubernetes.protobuf ; x=y"), Some(Wire::Protobuf));
        assert_eq!(wire("application/jsonp"), None);
        assert_eq!(wire(""), None);
    }
}
