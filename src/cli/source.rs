//! Which cluster or files to read, and how much of them: the options before any other.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::values::duration;
use crate::baseline;
use crate::cluster::{ConnectOptions, Gzip, Scope};
use crate::inventory::Shard;
use crate::inventory::coverage::Resource;
use crate::manifest::{self, Selector};
use crate::scan::Source;

/// What makes sense for a live cluster only.
const LIVE: [&str; 5] = ["kubeconfig", "context", "cluster", "user", "impersonate"];
/// What several contexts cannot be combined with.
const ONE: [&str; 5] = ["context", "cluster", "filename", "demo", "since_last"];

#[derive(Debug, PartialEq, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch on the command line")]
#[command(next_help_heading = "Source")]
pub(super) struct SourceArgs {
    /// Path of the kubeconfig file
    #[arg(long, global = true, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Kubeconfig context to use
    #[arg(long, global = true, value_name = "NAME")]
    context: Option<String>,
    /// Audit these contexts side by side, in one report
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with_all = ONE)]
    contexts: Vec<String>,
    /// Audit every context of the kubeconfig side by side, in one report
    #[arg(long, conflicts_with = "contexts", conflicts_with_all = ONE)]
    all_contexts: bool,
    /// Kubeconfig cluster to use
    #[arg(long, global = true, value_name = "NAME")]
    cluster: Option<String>,
    /// Kubeconfig user to use
    #[arg(long, global = true, value_name = "NAME")]
    user: Option<String>,
    /// User to impersonate
    #[arg(long = "as", global = true, value_name = "USER")]
    impersonate: Option<String>,
    /// Group to impersonate; repeatable
    #[arg(long = "as-group", global = true, value_name = "GROUP", requires = "impersonate")]
    impersonate_groups: Vec<String>,
    /// Only this namespace; repeatable
    #[arg(short, long = "namespace", global = true, value_name = "NAMESPACE")]
    namespaces: Vec<String>,
    /// All namespaces, which is the default
    #[arg(short = 'A', long, global = true, conflicts_with = "namespaces")]
    all_namespaces: bool,
    /// Only pods with these labels, for example app=web,tier!=test
    #[arg(short = 'l', long, global = true, value_name = "SELECTOR", default_value = "")]
    selector: String,
    /// List the names of token Secrets, never their data; needs the right to list secrets
    #[arg(long, global = true, conflicts_with = "filename", conflicts_with = "demo")]
    with_secret_metadata: bool,
    /// The API server's --api-audiences, which no API shows
    #[arg(long, global = true, value_name = "AUDIENCE", value_delimiter = ',')]
    pub(super) api_audiences: Vec<String>,
    /// Limit for one request, for example 30s or 2m; 0 for none
    #[arg(long, global = true, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    request_timeout: Duration,
    /// Limit for reading the cluster, for example 10m; the report then says what is missing; 0 for none
    #[arg(long, global = true, value_name = "DURATION", default_value = "10m", value_parser = duration)]
    timeout: Duration,
    /// When to ask for compressed answers; auto is not in the cluster and not on loopback
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    gzip: Gzip,
    /// Ask for JSON, never for protobuf: to tell faults of the two apart
    #[arg(long, global = true, hide = true)]
    json_only: bool,
    /// Audit a file or folder of manifests or kubectl output, or - for standard input; repeatable
    #[arg(short, long, global = true, value_name = "FILE|DIR|-", conflicts_with_all = LIVE)]
    filename: Vec<PathBuf>,
    /// Audit a built-in sample cluster
    #[arg(long, global = true, conflicts_with = "filename", conflicts_with_all = LIVE)]
    demo: bool,
}

impl SourceArgs {
    /// The contexts to audit side by side, if that is asked for; none named are all.
    pub(super) fn several(&self) -> Option<Vec<String>> {
        (self.all_contexts || !self.contexts.is_empty()).then(|| self.contexts.clone())
    }

    /// Where the scan looks, for the report.
    pub(super) fn scope(&self) -> baseline::Scope {
        let mut namespaces = self.namespaces.clone();
        namespaces.sort();
        namespaces.dedup();
        baseline::Scope { namespaces, selector: self.selector.clone() }
    }

    /// Whether anything but audiences is given; `none` is what it is without any option.
    pub(super) fn tells_what_to_read(&self, none: Self) -> bool {
        *self != Self { api_audiences: self.api_audiences.clone(), ..none }
    }

    /// What to read.
    pub(super) fn source(
        self,
        resources: &[Resource],
        shard: Option<Shard>,
    ) -> Result<Source, manifest::SelectorError> {
        let selector: Selector = self.selector.parse()?;
        let options = manifest::Options { namespaces: self.namespaces.clone(), selector };
        if self.demo {
            return Ok(Source::Demo(options));
        }
        if !self.filename.is_empty() {
            return Ok(Source::Files(self.filename, options));
        }
        let connect = ConnectOptions {
            kubeconfig: self.kubeconfig,
            context: self.context,
            cluster: self.cluster,
            user: self.user,
            impersonate: self.impersonate,
            impersonate_groups: self.impersonate_groups,
            request_timeout: (!self.request_timeout.is_zero()).then_some(self.request_timeout),
            timeout: (!self.timeout.is_zero()).then_some(self.timeout),
            gzip: self.gzip,
            json_only: self.json_only,
        };
        let scope = Scope {
            resources: resources.to_vec(),
            namespaces: self.namespaces,
            selector: self.selector,
            with_secret_metadata: self.with_secret_metadata,
            shard,
        };
        Ok(Source::Live(connect, scope))
    }
}
