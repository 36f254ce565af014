//! From kubectl's options to a client. Kubeconfig first, then the pod's own service account.

use std::net::IpAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use kube::{Client, Config};
use tokio::sync::{OnceCell, Semaphore};
use tokio::time::Instant;

use super::address;
use super::credentials::{self, Credentials};
use super::error::ClusterError;
use super::kubeconfig;
use super::options::{ConnectOptions, Gzip};

/// A client and what to call its cluster.
pub struct Connection {
    access: Mutex<Access>,
    options: ConnectOptions,
    renewed: OnceCell<bool>,
    /// Held by the one who reads credentials anew that have come to their end.
    renewing: tokio::sync::Mutex<()>,
    /// Whether the server has refused protobuf, or is not to be asked for it.
    pub(super) json_only: AtomicBool,
    /// Holds back all but so many requests.
    pub(super) in_flight: Semaphore,
    /// Memory of answers that were read, for those to come: new memory costs half as much as reading.
    spare: Mutex<Vec<Vec<u8>>>,
    pub(super) server: String,
    /// Whether nobody verifies the server's certificate, because the kubeconfig says so.
    pub(super) unverified: bool,
    /// The kubeconfig's name for the cluster, or `in-cluster`.
    pub name: String,
}

/// How to send a request, and as whom.
#[derive(Clone)]
struct Access {
    client: Client,
    authorization: Option<HeaderValue>,
    renew_at: Option<Instant>,
}

/// What the configuration comes down to.
struct Reached {
    access: Access,
    /// Without a user and a query.
    server: String,
    name: String,
    context: Option<String>,
    unverified: bool,
}

/// Requests in flight.
const IN_FLIGHT: usize = 2;
/// More than a page of pods has; what a larger answer took is given back at once.
const MOST_SPARE: usize = 16 << 20;
/// The next try after credentials could not be read anew.
const RENEW_AGAIN: Duration = Duration::from_secs(10);
/// A shorter credential is more likely part of a word.
const LEAST_SECRET: usize = 8;
const USER_AGENT: &str = concat!("podaudit/", env!("CARGO_PKG_VERSION"));

/// Reads the configuration and prepares a client; sends nothing yet.
///
/// # Errors
/// A configuration that is missing, malformed or incomplete; credentials that cannot be read.
pub async fn connect(options: &ConnectOptions) -> Result<Connection, ClusterError> {
    let Reached { access, server, name, context, unverified } = reach(options).await?;
    // Whatever the file says later, the scan stays in this context.
    let options = ConnectOptions { context, ..options.clone() };
    let connection = Connection::new(access.client.clone(), server, name, &options);
    Ok(Connection { access: Mutex::new(access), unverified, ..connection })
}

impl Connection {
    pub(super) fn new(
        client: Client,
        server: String,
        name: String,
        options: &ConnectOptions,
    ) -> Self {
        Self {
            access: Mutex::new(Access { client, authorization: None, renew_at: None }),
            options: options.clone(),
            renewed: OnceCell::new(),
            renewing: tokio::sync::Mutex::default(),
            json_only: AtomicBool::new(options.json_only),
            in_flight: Semaphore::new(IN_FLIGHT),
            spare: Mutex::default(),
            server,
            unverified: false,
            name,
        }
    }

    /// The client, and the header that says who asks; read anew if they have come to their end.
    pub(super) async fn access(&self) -> (Client, Option<HeaderValue>) {
        if self.is_due() {
            let _turn = self.renewing.lock().await;
            if self.is_due() && !Box::pin(self.read_again()).await {
                // The old ones may do for a while; the server will tell.
                self.lock().renew_at = Some(Instant::now() + RENEW_AGAIN);
            }
        }
        let Access { client, authorization, .. } = self.lock().clone();
        (client, authorization)
    }

    fn lock(&self) -> MutexGuard<'_, Access> {
        self.access.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_due(&self) -> bool {
        self.lock().renew_at.is_some_and(|time| time <= Instant::now())
    }

    /// What the server says, without our credential: some servers repeat it.
    pub(super) fn without_credential(&self, text: String) -> String {
        let access = self.lock();
        let value = access.authorization.as_ref().and_then(|value| value.to_str().ok());
        let secret = value.and_then(|value| value.split_once(' ')).map(|(_, secret)| secret);
        match secret.filter(|secret| secret.len() >= LEAST_SECRET) {
            Some(secret) => text.replace(secret, "***"),
            None => text,
        }
    }

    /// Room for an answer.
    pub(super) fn room(&self) -> Vec<u8> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Takes back the memory of an answer that is done with.
    pub(super) fn reuse(&self, mut body: Vec<u8>) {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < IN_FLIGHT && body.capacity() <= MOST_SPARE {
            body.clear();
            spare.push(body);
        }
    }

    pub(super) fn options(&self) -> &ConnectOptions {
        &self.options
    }

    /// Reads the credentials anew, once in a scan: a token may have expired, and its file or plugin
    /// may have another by now. Whether there is a new client.
    pub(super) async fn renew(&self) -> bool {
        *self.renewed.get_or_init(|| Box::pin(self.read_again())).await
    }

    /// Whether the configuration still leads to this server, and gives credentials.
    async fn read_again(&self) -> bool {
        match reach(&self.options).await {
            Ok(reached) if reached.server == self.server => {
                *self.lock() = reached.access;
                true
            }
            _ => false,
        }
    }
}

async fn reach(options: &ConnectOptions) -> Result<Reached, ClusterError> {
    let (mut config, name, context) = match kubeconfig::read(options)? {
        Some(kubeconfig) => {
            let chosen = kubeconfig::choose(kubeconfig, options).await?;
            (chosen.config, chosen.cluster, chosen.context)
        }
        None => (in_cluster()?, "in-cluster".to_owned(), None),
    };
    let is_inside = context.is_none();
    // Own retries and timeouts: the client's cannot be bounded, and would multiply ours.
    config.default_retry = false;
    config.read_timeout = None;
    let refused = |why: String| ClusterError::Address(why);
    let user = &config.auth_info;
    let has_certificate =
        user.client_certificate.is_some() || user.client_certificate_data.is_some();
    let has_tls = config.root_cert.is_some() || config.accept_invalid_certs || has_certificate;
    let server =
        address::server(&config.cluster_url, has_tls).map_err(|e| refused(e.to_owned()))?;
    config.cluster_url = server.address;
    config.proxy_url.as_ref().map_or(Ok(()), address::check_proxy).map_err(refused)?;
    match options.gzip {
        // A kubeconfig's own disable-compression stays.
        Gzip::Auto => config.disable_compression |= is_inside || is_loopback(&config.cluster_url),
        Gzip::Always => config.disable_compression = false,
        Gzip::Never => config.disable_compression = true,
    }
    config
        .headers
        .push((HeaderName::from_static("user-agent"), HeaderValue::from_static(USER_AGENT)));
    if options.impersonate.is_some() {
        config.auth_info.impersonate.clone_from(&options.impersonate);
    }
    if !options.impersonate_groups.is_empty() {
        config.auth_info.impersonate_groups = Some(options.impersonate_groups.clone());
    }
    credentials::check_impersonation(&config.auth_info)?;
    let mut credentials = credentials::take(&mut config.auth_info, options.timeout).await?;
    if let (None, Some(basic)) = (&credentials.authorization, server.basic) {
        credentials = credentials::header(basic, "user in the server's address")?;
    }
    let server = config.cluster_url.to_string();
    let unverified = config.accept_invalid_certs;
    let client = Client::try_from(config).map_err(|source| unreachable(&server, source))?;
    let Credentials { authorization, renew_at } = credentials;
    let access = Access { client, authorization, renew_at };
    Ok(Reached { access, server, name, context, unverified })
}

fn is_loopback(server: &http::Uri) -> bool {
    let host = server.host().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

pub(super) fn unreachable(server: &str, source: kube::Error) -> ClusterError {
    ClusterError::Unreachable { server: server.to_owned(), source: Box::new(source) }
}

fn in_cluster() -> Result<Config, ClusterError> {
    Config::incluster().map_err(|source| ClusterError::InCluster(Box::new(source)))
}
