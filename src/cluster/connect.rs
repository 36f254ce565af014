//! From kubectl's options to a client. Kubeconfig first, then the pod's own service account.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use hyper_util::client::proxy::matcher::Matcher;
use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};
use tokio::sync::{OnceCell, Semaphore};

use super::error::ClusterError;
use crate::error::error_chain;

/// kubectl's connection options, with kubectl's meanings.
#[derive(Clone, Debug, Default)]
pub struct ConnectOptions {
    /// `--kubeconfig`; otherwise `$KUBECONFIG`, then `~/.kube/config`.
    pub kubeconfig: Option<PathBuf>,
    /// `--context`
    pub context: Option<String>,
    /// `--cluster`
    pub cluster: Option<String>,
    /// `--user`
    pub user: Option<String>,
    /// `--as`
    pub impersonate: Option<String>,
    /// `--as-group`
    pub impersonate_groups: Vec<String>,
    /// Limit for one request; `None` for none.
    pub request_timeout: Option<Duration>,
    /// Limit for everything that is read; `None` for none.
    pub timeout: Option<Duration>,
    /// Whether to ask for compressed answers.
    pub gzip: Gzip,
    /// Whether to ask for JSON where protobuf is to be had.
    pub json_only: bool,
}

/// When to ask for compressed answers: beside the server they cost more time than they save.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gzip {
    /// Not in the cluster and not on the server's own machine.
    #[default]
    Auto,
    /// Whatever it costs.
    Always,
    /// Not at all.
    Never,
}

/// A client and what to call its cluster.
pub struct Connection {
    client: Mutex<Client>,
    options: ConnectOptions,
    renewed: OnceCell<bool>,
    /// Whether the server has refused protobuf, or is not to be asked for it.
    pub(super) json_only: AtomicBool,
    /// Holds back all but so many requests.
    pub(super) in_flight: Semaphore,
    /// Memory of answers that were read, for those to come: new memory costs half as much as reading.
    spare: Mutex<Vec<Vec<u8>>>,
    pub(super) server: String,
    /// The kubeconfig's name for the cluster, or `in-cluster`.
    pub name: String,
}

/// Requests in flight.
const IN_FLIGHT: usize = 2;
/// More than a page of pods has; what a larger answer took is given back at once.
const MOST_SPARE: usize = 16 << 20;
const USER_AGENT: &str = concat!("podaudit/", env!("CARGO_PKG_VERSION"));

/// Reads the configuration and prepares a client; sends nothing yet.
///
/// # Errors
/// A configuration that is missing, malformed or incomplete.
pub async fn connect(options: &ConnectOptions) -> Result<Connection, ClusterError> {
    let (client, server, name) = client(options).await?;
    Ok(Connection::new(client, server, name, options))
}

impl Connection {
    pub(super) fn new(
        client: Client,
        server: String,
        name: String,
        options: &ConnectOptions,
    ) -> Self {
        Self {
            client: Mutex::new(client),
            options: options.clone(),
            renewed: OnceCell::new(),
            json_only: AtomicBool::new(options.json_only),
            in_flight: Semaphore::new(IN_FLIGHT),
            spare: Mutex::default(),
            server,
            name,
        }
    }

    pub(super) fn client(&self) -> Client {
        self.client.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
        let renew = async || {
            let Ok((client, ..)) = client(&self.options).await else { return false };
            *self.client.lock().unwrap_or_else(PoisonError::into_inner) = client;
            true
        };
        *self.renewed.get_or_init(renew).await
    }
}

async fn client(options: &ConnectOptions) -> Result<(Client, String, String), ClusterError> {
    let (mut config, name, is_inside) = match read_kubeconfig(options)? {
        Some(kubeconfig) => {
            let (config, name) = from_kubeconfig(kubeconfig, options).await?;
            (config, name, false)
        }
        None => (in_cluster()?, "in-cluster".to_owned(), true),
    };
    // Own retries and timeouts: the client's cannot be bounded, and would multiply ours.
    config.default_retry = false;
    config.read_timeout = None;
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
    let server = config.cluster_url.to_string();
    let client = Client::try_from(config).map_err(|source| unreachable(&server, source))?;
    Ok((client, server, name))
}

fn is_loopback(server: &http::Uri) -> bool {
    let host = server.host().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The names of all contexts, sorted.
///
/// # Errors
/// A kubeconfig that is missing or malformed.
pub fn contexts(options: &ConnectOptions) -> Result<Vec<String>, ClusterError> {
    let kubeconfig = read_kubeconfig(options)?.unwrap_or_default();
    let mut names: Vec<_> = kubeconfig.contexts.into_iter().map(|named| named.name).collect();
    names.sort();
    Ok(names)
}

/// The client's errors, without what a credential plugin printed.
pub(super) fn unreachable(server: &str, source: kube::Error) -> ClusterError {
    match source {
        kube::Error::Auth(_) => ClusterError::Plugin,
        source => ClusterError::Unreachable { server: server.to_owned(), source: Box::new(source) },
    }
}

fn in_cluster() -> Result<Config, ClusterError> {
    Config::incluster().map_err(|source| ClusterError::InCluster(Box::new(source)))
}

/// The kubeconfig, or `None` to use the pod's own credentials.
fn read_kubeconfig(options: &ConnectOptions) -> Result<Option<Kubeconfig>, ClusterError> {
    let error = |source: KubeconfigError, path: &Path| ClusterError::Kubeconfig {
        path: path.display().to_string(),
        context: options.context.clone(),
        why: without_text(&source),
    };
    if let Some(path) = &options.kubeconfig {
        return Kubeconfig::read_from(path).map(Some).map_err(|e| error(e, path));
    }
    let listed = std::env::var_os("KUBECONFIG").filter(|paths| !paths.is_empty());
    if let Some(paths) = listed {
        // Like kubectl, this skips what is missing in a list, as long as something is there.
        let named: Vec<_> =
            std::env::split_paths(&paths).filter(|path| !path.as_os_str().is_empty()).collect();
        let there: Vec<_> = named.iter().filter(|path| path.exists()).collect();
        let used = if there.is_empty() { named.iter().collect() } else { there };
        let merged = used.into_iter().try_fold(Kubeconfig::default(), |merged, path| {
            let next = Kubeconfig::read_from(path).map_err(|e| error(e, path))?;
            merged.merge(next).map_err(|e| error(e, path))
        });
        return merged.map(Some);
    }
    let home = std::env::home_dir().unwrap_or_default();
    let path = home.join(".kube").join("config");
    if path.exists() {
        return Kubeconfig::read_from(&path).map(Some).map_err(|e| error(e, &path));
    }
    match std::env::var_os("KUBERNETES_SERVICE_HOST") {
        Some(host) if !host.is_empty() => Ok(None),
        _ => Err(ClusterError::NoCluster(path)),
    }
}

async fn from_kubeconfig(
    kubeconfig: Kubeconfig,
    options: &ConnectOptions,
) -> Result<(Config, String), ClusterError> {
    let context_name = options.context.clone().or_else(|| kubeconfig.current_context.clone());
    let context = kubeconfig.contexts.iter().find(|c| Some(&c.name) == context_name.as_ref());
    let cluster = context.and_then(|c| c.context.as_ref()).map(|c| c.cluster.clone());
    let name = options.cluster.clone().or(cluster).unwrap_or_default();
    let selection = KubeConfigOptions {
        context: options.context.clone(),
        cluster: options.cluster.clone(),
        user: options.user.clone(),
    };
    let clusters = kubeconfig.clusters.iter().filter(|c| c.name == name);
    let has_proxy = clusters
        .filter_map(|c| c.cluster.as_ref()?.proxy_url.as_ref())
        .any(|proxy_url| !proxy_url.is_empty());
    let config = Config::from_custom_kubeconfig(kubeconfig, &selection).await;
    let mut config = config.map_err(|source| ClusterError::Kubeconfig {
        path: shown_path(options),
        context: context_name,
        why: without_text(&source),
    })?;
    if !has_proxy {
        // The client compares NO_PROXY with the proxy's address instead of the server's.
        let proxy = Matcher::from_env().intercept(&config.cluster_url);
        config.proxy_url = proxy.map(|proxy| proxy.uri().clone());
    }
    Ok((config, name))
}

/// The error in one line. A parser's message goes on to quote the file, and is cut there.
fn without_text(error: &KubeconfigError) -> String {
    match error {
        KubeconfigError::Parse(error) => {
            error.to_string().lines().next().unwrap_or_default().to_owned()
        }
        error => error_chain(error),
    }
}

fn shown_path(options: &ConnectOptions) -> String {
    let explicit = options.kubeconfig.as_ref().map(|path| path.display().to_string());
    let listed = || std::env::var("KUBECONFIG").ok().filter(|paths| !paths.is_empty());
    explicit.or_else(listed).unwrap_or_else(|| "~/.kube/config".to_owned())
}
