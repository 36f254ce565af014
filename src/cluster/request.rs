//! One GET request: deadline, size limit, errors told apart, passing faults tried again.

use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use kube::client::Body;
use serde::Deserialize;

use super::connect::{Connection, unreachable};
use super::error::ClusterError;

/// More than any page of 500 objects: etcd holds at most 1.5 MiB an object.
const MAX_PAGE_BYTES: usize = 256 << 20;
/// Tries of one request.
const TRIES: u32 = 5;
/// The longest wait that a server can ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(1);

/// The body of a `Status` object.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    message: Option<String>,
    metadata: StatusMeta,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct StatusMeta {
    r#continue: Option<String>,
}

impl Connection {
    /// The body of a JSON answer.
    ///
    /// # Errors
    /// Whatever is left after the tries.
    pub(super) async fn get(
        &self,
        path: &str,
        accept: &str,
        retries: &mut u64,
    ) -> Result<Vec<u8>, ClusterError> {
        let mut tried = 1;
        loop {
            match self.try_get(path, accept).await {
                Err(error) if error.is_passing() && tried < TRIES => {
                    tracing::debug!(path, %error, tried, "trying again");
                    tokio::time::sleep(pause(&error, tried)).await;
                    tried += 1;
                    *retries += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn try_get(&self, path: &str, accept: &str) -> Result<Vec<u8>, ClusterError> {
        let limit = self.request_timeout.unwrap_or(Duration::MAX);
        let answer = tokio::time::timeout(limit, async {
            let request = Request::get(path).header(ACCEPT, accept).body(Body::empty());
            let request =
                request.map_err(|e| unreachable(&self.server, kube::Error::HttpError(e)))?;
            let response =
                self.client.send(request).await.map_err(|e| unreachable(&self.server, e))?;
            self.body(response).await
        });
        let timeout = || ClusterError::Timeout { server: self.server.clone(), after: limit };
        answer.await.map_err(|_| timeout())?
    }

    async fn body(&self, response: Response<Body>) -> Result<Vec<u8>, ClusterError> {
        let (head, body) = response.into_parts();
        let header =
            |name| head.headers.get(name).and_then(|v: &http::HeaderValue| v.to_str().ok());
        let bytes = Limited::new(body, MAX_PAGE_BYTES).collect().await.map_err(|error| {
            if error.is::<http_body_util::LengthLimitError>() {
                ClusterError::TooLarge(MAX_PAGE_BYTES)
            } else {
                unreachable(&self.server, kube::Error::Service(error))
            }
        })?;
        let bytes: Vec<u8> = bytes.to_bytes().into();
        let is_json = header(CONTENT_TYPE).is_some_and(|t| t.starts_with("application/json"));
        if !head.status.is_success() {
            let status: Status = serde_json::from_slice(&bytes).unwrap_or_default();
            let reason = head.status.canonical_reason().unwrap_or("error");
            if head.status == http::StatusCode::UNAUTHORIZED {
                return Err(ClusterError::Unauthorized {
                    server: self.server.clone(),
                    message: status.message.unwrap_or_else(|| reason.to_owned()),
                });
            }
            return Err(ClusterError::Status {
                code: head.status.as_u16(),
                message: status.message.unwrap_or_else(|| {
                    format!("{} answered {} {reason}", self.server, head.status.as_u16())
                }),
                continue_token: status.metadata.r#continue.filter(|token| !token.is_empty()),
                retry_after: header(RETRY_AFTER).and_then(|seconds| seconds.parse().ok()),
            });
        }
        if !is_json {
            let what = header(CONTENT_TYPE).unwrap_or("no content type").to_owned();
            return Err(ClusterError::NotKubernetes { server: self.server.clone(), what });
        }
        Ok(bytes)
    }
}

/// What the server asked for, or twice as long each time.
fn pause(error: &ClusterError, tried: u32) -> Duration {
    match error {
        ClusterError::Status { retry_after: Some(seconds), .. } => {
            Duration::from_secs(*seconds).min(MAX_RETRY_AFTER)
        }
        _ => Duration::from_millis(100) * 2u32.pow(tried),
    }
}
