//! Sends metrics to a Pushgateway, each scope in a group of its own.
//!
//! A group is named by job and cluster, never by pod: the next night's run replaces it. What was
//! limited to namespaces or labels goes to another group than the whole cluster's.

use std::io::Cursor;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use http::uri::{Authority, Scheme};
use http::{Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::TokioExecutor;

/// How long a Pushgateway may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of an answer that are read, and characters that are shown.
const MAX_ANSWER: usize = 4096;

/// Where to push: an `http` or `https` address, which may have a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    scheme: Scheme,
    authority: Authority,
    path: String,
}

/// Why a text is not the address of a Pushgateway.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum GatewayError {
    /// Neither `http://…` nor `https://…`.
    #[error("not an address such as http://pushgateway:9091")]
    NotHttp,
    /// A command line is no place for a password.
    #[error("an address with credentials would show them in the list of processes")]
    Credentials,
    /// It would be lost, and shown by `podaudit config`.
    #[error("an address with a query")]
    Query,
}

impl std::str::FromStr for Gateway {
    type Err = GatewayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_| GatewayError::NotHttp)?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(GatewayError::NotHttp);
        };
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(GatewayError::NotHttp);
        }
        if authority.as_str().contains('@') {
            return Err(GatewayError::Credentials);
        }
        if parts.path_and_query.as_ref().is_some_and(|path| path.query().is_some()) {
            return Err(GatewayError::Query);
        }
        let path = parts.path_and_query.map(|p| p.path().trim_end_matches('/').to_owned());
        Ok(Self { scheme, authority, path: path.unwrap_or_default() })
    }
}

/// Which group of a Pushgateway.
#[derive(Clone, Copy, Debug)]
pub struct MetricsGroup<'a> {
    /// The cluster's name.
    pub cluster: &'a str,
    /// What the scan was limited to, if it was.
    pub scope: Option<&'a str>,
}

impl MetricsGroup<'_> {
    fn path(&self) -> String {
        let scope = self.scope.map(|scope| label("scope", scope)).unwrap_or_default();
        format!("/metrics/job/podaudit{}{scope}", label("cluster", self.cluster))
    }
}

/// A label of the group as part of the path; in base64, which has no character that a path gives a
/// meaning to, and where an empty value must not vanish between two slashes.
fn label(name: &str, value: &str) -> String {
    match value {
        "" => format!("/{name}@base64/="),
        _ => format!("/{name}@base64/{}", URL_SAFE.encode(value)),
    }
}

/// Metrics did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// No connection, or one that broke.
    #[error("unable to push metrics to {0}")]
    Send(String, #[source] Box<dyn std::error::Error + Send + Sync>),
    /// No answer in time.
    #[error("unable to push metrics to {0}: no answer in {1:?}")]
    Timeout(String, Duration),
    /// The Pushgateway does not want them.
    #[error("unable to push metrics to {0}: the answer is {1}: {2}")]
    Refused(String, StatusCode, String),
}

impl Gateway {
    /// Pushes metrics to the group. If they are `complete`, they replace it whole; if not, they
    /// replace the metrics of the same names, so that the time of the last success stays.
    ///
    /// # Errors
    /// The Pushgateway cannot be reached, or refuses.
    pub async fn push(
        &self,
        group: MetricsGroup<'_>,
        metrics: Vec<u8>,
        complete: bool,
    ) -> Result<(), PushError> {
        let Self { scheme, authority, path } = self;
        let shown = format!("{scheme}://{authority}{path}");
        let failed = |source| PushError::Send(shown.clone(), source);
        let request = Request::builder()
            .method(if complete { Method::PUT } else { Method::POST })
            .uri(format!("{shown}{}", group.path()))
            .header(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
            .body(Full::new(Cursor::new(metrics)))
            .map_err(|error| failed(error.into()))?;
        let answer = if *scheme == Scheme::HTTP {
            tokio::time::timeout(PATIENCE, send(HttpConnector::new(), request)).await
        } else {
            let tls = HttpsConnectorBuilder::new().try_with_platform_verifier();
            let tls = tls.map_err(|error| failed(error.into()))?.https_only().enable_http1();
            tokio::time::timeout(PATIENCE, send(tls.build(), request)).await
        };
        match answer.map_err(|_| PushError::Timeout(shown.clone(), PATIENCE))? {
            Err(error) => Err(failed(error.into())),
            Ok((status, _)) if status.is_success() => Ok(()),
            Ok((status, text)) => Err(PushError::Refused(shown, status, text)),
        }
    }
}

/// The status and the beginning of the answer.
async fn send(
    connector: impl Connect + Clone + Send + Sync + 'static,
    request: Request<Full<Cursor<Vec<u8>>>>,
) -> Result<(StatusCode, String), Error> {
    let answer = Client::builder(TokioExecutor::new()).build(connector).request(request).await?;
    let status = answer.status();
    let body = Limited::new(answer.into_body(), MAX_ANSWER).collect().await;
    let text = body.map(|body| String::from_utf8_lossy(&body.to_bytes()).trim().to_owned());
    Ok((status, text.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::{Gateway, GatewayError, MetricsGroup};

    #[test]
    fn an_address_is_http_and_holds_no_credentials() {
        let gateway: Gateway = "http://push:9091/base/".parse().unwrap();
        assert_eq!(gateway.path, "/base");
        assert_eq!("push:9091".parse::<Gateway>(), Err(GatewayError::NotHttp));
        assert_eq!("ftp://push".parse::<Gateway>(), Err(GatewayError::NotHttp));
        assert_eq!("http://me:secret@push".parse::<Gateway>(), Err(GatewayError::Credentials));
        assert_eq!("http://push/?key=secret".parse::<Gateway>(), Err(GatewayError::Query));
    }

    #[test]
    fn a_group_is_one_path_whatever_its_labels_hold() {
        let path = |cluster, scope| MetricsGroup { cluster, scope }.path();
        assert_eq!(path("prod", None), "/metrics/job/podaudit/cluster@base64/cHJvZA==");
        assert_eq!(
            path("a/b", Some("")),
            "/metrics/job/podaudit/cluster@base64/YS9i/scope@base64/="
        );
        assert_eq!(path("?>", None), "/metrics/job/podaudit/cluster@base64/Pz4=");
    }
}
