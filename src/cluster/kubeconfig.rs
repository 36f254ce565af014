//! The kubeconfig: which file, and which context, cluster and user of it. Its text never shows up in
//! an error: it holds credentials.

use std::path::{Path, PathBuf};

use hyper_util::client::proxy::matcher::Matcher;
use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};

use super::error::ClusterError;
use super::options::ConnectOptions;
use crate::error::error_chain;

/// Names that an error tells.
const MAX_NAMES: usize = 10;

/// What a kubeconfig comes down to.
pub(super) struct Chosen {
    pub(super) config: Config,
    /// Name of the cluster.
    pub(super) cluster: String,
    /// Name of the context.
    pub(super) context: Option<String>,
}

/// The names of all contexts, sorted.
///
/// # Errors
/// A kubeconfig that is missing or malformed.
pub fn contexts(options: &ConnectOptions) -> Result<Vec<String>, ClusterError> {
    let kubeconfig = read(options)?.unwrap_or_default();
    let mut names: Vec<_> = kubeconfig.contexts.into_iter().map(|named| named.name).collect();
    names.sort();
    Ok(names)
}

/// The kubeconfig, or `None` to use the pod's own credentials.
pub(super) fn read(options: &ConnectOptions) -> Result<Option<Kubeconfig>, ClusterError> {
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

/// The context, cluster and user that the options choose.
pub(super) async fn choose(
    kubeconfig: Kubeconfig,
    options: &ConnectOptions,
) -> Result<Chosen, ClusterError> {
    let context = options.context.clone().or_else(|| kubeconfig.current_context.clone());
    let error = |why: String| ClusterError::Kubeconfig {
        path: shown_path(options),
        context: context.clone(),
        why,
    };
    check_names(&kubeconfig, options).map_err(error)?;
    let named = kubeconfig.contexts.iter().find(|c| Some(&c.name) == context.as_ref());
    let cluster = named.and_then(|c| c.context.as_ref()).map(|c| c.cluster.clone());
    let cluster = options.cluster.clone().or(cluster).unwrap_or_default();
    let selection = KubeConfigOptions {
        context: options.context.clone(),
        cluster: options.cluster.clone(),
        user: options.user.clone(),
    };
    let clusters = kubeconfig.clusters.iter().filter(|c| c.name == cluster);
    let has_proxy = clusters
        .filter_map(|c| c.cluster.as_ref()?.proxy_url.as_ref())
        .any(|proxy_url| !proxy_url.is_empty());
    let config = Config::from_custom_kubeconfig(kubeconfig, &selection).await;
    let mut config = config.map_err(|source| error(without_text(&source)))?;
    if !has_proxy {
        // The client compares NO_PROXY with the proxy's address instead of the server's.
        let proxy = Matcher::from_env().intercept(&config.cluster_url);
        config.proxy_url = proxy.map(|proxy| proxy.uri().clone());
    }
    Ok(Chosen { config, cluster, context })
}

/// As kubectl does: a name that an option gives has to be there, a context's user need not.
fn check_names(kubeconfig: &Kubeconfig, options: &ConnectOptions) -> Result<(), String> {
    let contexts = kubeconfig.contexts.iter().map(|named| &named.name);
    let clusters = kubeconfig.clusters.iter().map(|named| &named.name);
    let users = kubeconfig.auth_infos.iter().map(|named| &named.name);
    check("context", options.context.as_ref(), contexts)?;
    check("cluster", options.cluster.as_ref(), clusters)?;
    check("user", options.user.as_ref(), users)
}

fn check<'a>(
    kind: &str,
    wanted: Option<&String>,
    names: impl Iterator<Item = &'a String>,
) -> Result<(), String> {
    let Some(wanted) = wanted else { return Ok(()) };
    let mut names: Vec<_> = names.collect();
    if names.contains(&wanted) {
        return Ok(());
    }
    names.sort_by_cached_key(|name| (distance(wanted, name), *name));
    let more = names.len().saturating_sub(MAX_NAMES);
    names.truncate(MAX_NAMES);
    let names: Vec<_> = names.iter().map(|name| format!("{name:?}")).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Err(match names.as_slice() {
        [] => format!("there is no {kind} {wanted:?}, and none at all"),
        names => format!("there is no {kind} {wanted:?}, only {}{more}", names.join(", ")),
    })
}

/// How many letters differ, at least: Levenshtein's distance, whatever the case.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (line, left) in a.chars().enumerate() {
        let mut diagonal = line;
        row[0] = line + 1;
        for (column, right) in b.chars().enumerate() {
            let changed = diagonal + usize::from(left != right);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

/// The error in one line. A parser's message quotes the file: of that only the place is told, and
/// the name of a field that is missing.
fn without_text(error: &KubeconfigError) -> String {
    let KubeconfigError::Parse(error) = error else { return error_chain(error) };
    let place = error.location();
    let place = place.map(|at| format!(" in line {}, column {}", at.line(), at.column()));
    let text = error.to_string();
    let field = text.split_once("missing field `").and_then(|(_, rest)| rest.split_once('`'));
    let is_word = |name: &&str| name.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    let field = field.map(|(name, _)| name).filter(is_word);
    let what =
        field.map_or("not YAML, or not of a kubeconfig".to_owned(), |name| format!("no {name}"));
    format!("{what}{}", place.unwrap_or_default())
}

/// What was read, for people.
fn shown_path(options: &ConnectOptions) -> String {
    let explicit: Option<&PathBuf> = options.kubeconfig.as_ref();
    let explicit = explicit.map(|path| path.display().to_string());
    let listed = || std::env::var("KUBECONFIG").ok().filter(|paths| !paths.is_empty());
    explicit.or_else(listed).unwrap_or_else(|| "~/.kube/config".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_told_first() {
        let names = ["staging", "production", "prod-eu"].map(str::to_owned);
        let wanted = "prod-us".to_owned();
        assert_eq!(
            check("user", Some(&wanted), names.iter()).unwrap_err(),
            r#"there is no user "prod-us", only "prod-eu", "production", "staging""#
        );
        assert_eq!(check("user", Some(&names[0]), names.iter()), Ok(()));
        assert!(check("user", Some(&wanted), [].iter()).unwrap_err().ends_with("none at all"));
        assert_eq!((distance("", "ab"), distance("Kitten", "sitting")), (2, 3));
    }

    #[test]
    fn a_parser_does_not_quote() {
        for text in [
            "users: [{name: me, user: {token: secret}}\n  - [",
            "users: secret",
            "clusters: [{name: c, cluster: {insecure-skip-tls-verify: secret}}]",
            "users: [{name: u, user: {exec: {interactiveMode: secret}}}]",
            "users: [{name: u, user: {token: [secret]}}]",
            "users: [{name: u, user: *secret}]",
            "contexts: [{secret: secret}]",
        ] {
            let error = without_text(&Kubeconfig::from_yaml(text).unwrap_err());
            assert!(!error.contains("secret") && !error.contains('\n'), "{error}");
        }
    }
}
