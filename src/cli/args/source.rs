//! Which cluster or files to read, and how much of them. A command has the groups of options that it
//! uses, and refuses the others like any option that does not exist.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::values::{PodSelector, duration};
use crate::baseline;
use crate::cluster::{ConnectOptions, Gzip, ScanScope};
use crate::inventory::{Resource, Shard};
use crate::manifest;
use crate::scan::ScanSource;

/// The heading of the options that may stand before a command as well as behind it.
pub(crate) const HEADING: &str = "Source";

/// Which cluster or files, and which namespaces: for every command that reads.
#[derive(Debug, Args)]
#[command(next_help_heading = HEADING)]
pub(crate) struct SourceArgs {
    /// Path of the kubeconfig file
    #[arg(long, value_name = "FILE")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Kubeconfig context to use
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// Kubeconfig cluster to use
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster: Option<String>,
    /// Kubeconfig user to use
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// User to impersonate
    #[arg(long = "as", value_name = "USER")]
    pub(crate) impersonate: Option<String>,
    /// Group to impersonate; repeatable
    #[arg(long = "as-group", value_name = "GROUP")]
    pub(crate) impersonate_groups: Vec<String>,
    /// Limit for one request, for example 30s or 2m; 0 for none
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub(crate) request_timeout: Duration,
    /// Limit for reading the cluster, for example 10m; the report then says what is missing; 0 for none
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = duration)]
    pub(crate) timeout: Duration,
    /// When to ask for compressed answers; auto is not in the cluster and not on loopback
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) gzip: Gzip,
    /// Ask for JSON, never for protobuf: to tell faults of the two apart
    #[arg(long, hide = true)]
    pub(crate) json_only: bool,
    /// Read a file or folder of manifests or kubectl output, or - for standard input; repeatable
    #[arg(short, long, value_name = "FILE|DIR|-")]
    pub(crate) filename: Vec<PathBuf>,
    /// Read a built-in sample cluster
    #[arg(long)]
    pub(crate) demo: bool,
    /// Only this namespace; repeatable
    #[arg(short, long = "namespace", value_name = "NAMESPACE")]
    pub(crate) namespaces: Vec<String>,
    /// All namespaces, which is the default
    #[arg(short = 'A', long)]
    pub(crate) all_namespaces: bool,
}

/// Which pods: for commands that read pods.
#[derive(Debug, Args)]
#[command(next_help_heading = HEADING)]
pub(crate) struct SelectorArgs {
    /// Only pods with these labels, for example app=web,tier!=test
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub(crate) selector: Option<PodSelector>,
}

/// What else there is to know of tokens: for commands that judge them.
#[derive(Debug, Args)]
#[command(next_help_heading = HEADING)]
pub(crate) struct TokenArgs {
    /// List the names of token Secrets, never their data; needs the right to list secrets
    #[arg(long)]
    pub(crate) with_secret_metadata: bool,
    #[command(flatten)]
    pub(crate) audiences: AudienceArgs,
}

/// What no API shows and no file holds.
#[derive(Debug, Args)]
#[command(next_help_heading = HEADING)]
pub(crate) struct AudienceArgs {
    /// The API server's --api-audiences, which no API shows
    #[arg(long, value_name = "AUDIENCE", value_delimiter = ',')]
    pub(crate) api_audiences: Vec<String>,
}

/// Several clusters: for the audit alone.
#[derive(Debug, Args)]
#[command(next_help_heading = HEADING)]
pub(crate) struct ContextsArgs {
    /// Audit these contexts side by side, in one report
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) contexts: Vec<String>,
    /// Audit every context of the kubeconfig side by side, in one report
    #[arg(long)]
    pub(crate) all_contexts: bool,
}

/// How much of a source a command reads.
#[derive(Debug)]
pub(crate) struct Reads {
    /// Which kinds, of a cluster; files are read whole.
    pub(crate) resources: Vec<Resource>,
    pub(crate) selector: PodSelector,
    pub(crate) with_secret_metadata: bool,
    pub(crate) shard: Option<Shard>,
}

impl Reads {
    /// These kinds and the pods that are selected, in one piece and without Secrets.
    pub(crate) fn new(resources: &[Resource], selector: Option<PodSelector>) -> Self {
        Self {
            resources: resources.to_vec(),
            selector: selector.unwrap_or_default(),
            with_secret_metadata: false,
            shard: None,
        }
    }
}

impl AudienceArgs {
    /// The audiences, if any is given.
    pub(crate) fn configured(self) -> Option<Vec<String>> {
        (!self.api_audiences.is_empty()).then_some(self.api_audiences)
    }
}

impl ContextsArgs {
    /// The contexts to audit side by side, if that is asked for; none named are all.
    pub(crate) fn several(self) -> Option<Vec<String>> {
        (self.all_contexts || !self.contexts.is_empty()).then_some(self.contexts)
    }
}

impl SourceArgs {
    /// Which namespaces and pods the report is about.
    pub(crate) fn scope(&self, selector: &PodSelector) -> baseline::ReportScope {
        let mut namespaces = self.namespaces.clone();
        namespaces.sort();
        namespaces.dedup();
        baseline::ReportScope { namespaces, selector: selector.text.clone() }
    }

    /// What to read.
    pub(crate) fn source(self, reads: Reads) -> ScanSource {
        let Reads { resources, selector, with_secret_metadata, shard } = reads;
        let options =
            manifest::Options { namespaces: self.namespaces.clone(), selector: selector.selector };
        if self.demo {
            return ScanSource::Demo(options);
        }
        if !self.filename.is_empty() {
            return ScanSource::Files(self.filename, options);
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
        let scope = ScanScope {
            resources,
            namespaces: self.namespaces,
            selector: selector.text,
            with_secret_metadata,
            shard,
        };
        ScanSource::Live(connect, scope)
    }
}
