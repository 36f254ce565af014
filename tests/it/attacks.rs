//! Attacks that others publish as manifests, as files without nodes and without what a cluster
//! adds: every first step from each thing, and no other.

use std::path::Path;

use anyhow::Context;
use libtest_mimic::Trial;
use podaudit::inventory::Workload;
use podaudit::manifest::{self, Options};
use podaudit::reach::{Certainty, PathSource, PodVariants, Reach};

use crate::support::{Outcome, ensure, trial};

/// File, source (`ServiceAccount`, `Pod/NAME`), and every first step: kind, `?` if only possible,
/// and where it leads.
type Case = (&'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("all_rights_unbound", "Pod/idle", &["token? ServiceAccount default/default"]),
    ("bind_cluster", "crb-cr", &["bind cluster-admin"]),
    ("bind_cluster", "rb-cr", &["bind ServiceAccount default/rb-cr"]),
    ("bind_cluster", "crb-r", &[]),
    ("bind_cluster", "rb-r", &["bind ServiceAccount default/rb-r"]),
    ("bind_local", "crb-cr", &[]),
    ("bind_local", "rb-cr", &["bind ServiceAccount default/rb-cr"]),
    ("bind_local", "rb-r", &["bind ServiceAccount default/rb-r"]),
    ("bind_missing", "binder", &[]),
    ("bind_names", "binder", &[]),
    ("bind_role", "rb-r", &["bind ServiceAccount default/rb-r"]),
    ("bind_role", "crb-cr", &[]),
    ("bind_role", "rb-cr", &["bind ServiceAccount default/rb-cr"]),
    ("bind_split", "split", &[]),
    ("bind_users", "mine", &[]),
    ("control", "Pod/plain", &["token? ServiceAccount default/default"]),
    ("core_pattern", "Pod/dumper", &["token? ServiceAccount default/default", "escape? the node that it will run on"]),
    ("endpoint", "Pod/proxy", &["token? ServiceAccount default/default", "escape the node that it will run on"]),
    ("grants", "here", &[]),
    ("grants", "elsewhere/there", &[]),
    ("host_read", "Pod/reader", &["token? ServiceAccount default/default", "escape? the node that it will run on"]),
    ("host_write", "Pod/writer", &["token? ServiceAccount default/default", "escape? the node that it will run on"]),
    ("impersonate", "mask", &[]),
    ("impersonate_cluster", "mask", &["impersonate cluster-admin", "impersonate user of any name"]),
    ("log_folder", "Pod/writer", &["token? ServiceAccount default/default"]),
    ("log_symlink", "logger", &[]),
    ("log_symlink", "Pod/logger", &["token ServiceAccount default/logger", "escape? the node that it will run on"]),
    ("module_load", "Pod/loader", &["token? ServiceAccount default/default", "escape? the node that it will run on"]),
    ("net_admin", "Pod/redirector", &["token? ServiceAccount default/default"]),
    ("node_group", "Pod/out", &["token? ServiceAccount default/default", "escape node n1"]),
    ("nsenter", "Pod/enter", &["token? ServiceAccount default/default", "escape the node that it will run on"]),
    ("pod_create", "other", &[]),
    ("pod_create", "maker", &["pod-create any ServiceAccount of namespace default", "pod-create? all Secrets of namespace default", "pod-to-node? any node"]),
    ("pod_exec", "runner", &["exec any container of namespace default"]),
    ("pod_exec", "Pod/target", &["token? ServiceAccount default/default", "escape the node that it will run on"]),
    ("pod_patch", "patcher", &["pod-image any container of namespace default"]),
    ("pod_patch", "Pod/target", &["token? ServiceAccount default/default", "escape the node that it will run on"]),
    ("privileged_mount", "Pod/mounter", &["token? ServiceAccount default/default", "escape the node that it will run on"]),
    ("ptrace", "Pod/tracer", &["token? ServiceAccount default/default", "escape? the node that it will run on"]),
    ("shared_processes", "Pod/three", &["token? ServiceAccount default/default", "shared-pid? container three-b of Pod default/three", "shared-pid? container three-c of Pod default/three", "token? ServiceAccount default/default", "shared-pid? container three-a of Pod default/three", "shared-pid? container three-c of Pod default/three", "token? ServiceAccount default/default", "shared-pid? container three-a of Pod default/three", "shared-pid? container three-b of Pod default/three"]),
    ("shared_processes", "Pod/two", &["token? ServiceAccount default/default", "shared-pid? container two-b of Pod default/two", "token? ServiceAccount default/default", "shared-pid? container two-a of Pod default/two"]),
    ("token_get", "other", &[]),
    ("token_get", "getter", &["secret-read? any ServiceAccount of namespace default", "secret-read? all Secrets of namespace default"]),
    ("token_get_listed", "other", &[]),
    ("token_get_listed", "safe", &[]),
    ("token_get_listed", "getter", &["secret-read? any ServiceAccount of namespace default", "secret-read? all Secrets of namespace default"]),
    ("token_list", "other", &[]),
    ("token_list", "safe", &[]),
    ("token_list", "lister", &["secret-read any ServiceAccount of namespace default", "secret-read all Secrets of namespace default"]),
];

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial(steps), trial(every_file_is_judged)]
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/attack_cases")
}

fn first_steps(file: &str, source: &str) -> anyhow::Result<Vec<String>> {
    let inventory =
        manifest::read(&[folder().join(file).with_extension("yaml")], &Options::default())?;
    let pods = PodVariants::from_inventory(&inventory);
    let reach = Reach::new(&inventory, &pods, Some(37));
    let namespace = "default".to_owned();
    let source = match source.split_once('/') {
        Some(("Pod", name)) => PathSource::Workload(
            Workload { namespace, kind: "Pod".into(), name: name.into() },
            None,
        ),
        Some((namespace, name)) => PathSource::Account(namespace.to_owned(), name.to_owned()),
        None => PathSource::Account(namespace, source.to_owned()),
    };
    let row = reach.exposure(&source, None).with_context(|| format!("no {source}"))?;
    let steps = row.first_steps.context("no steps")?;
    let word = |step: &podaudit::reach::PathStep| {
        let sure = if step.certainty == Certainty::Certain { "" } else { "?" };
        format!("{}{sure} {}", step.kind.spec().id, step.to)
    };
    Ok(steps.iter().map(word).collect())
}

fn steps() -> Outcome {
    let mut wrong = Vec::new();
    for (file, source, want) in CASES {
        let got = first_steps(file, source)?;
        if got != *want {
            wrong.push(format!("{file} {source}: {got:#?}"));
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

fn every_file_is_judged() -> Outcome {
    for entry in std::fs::read_dir(folder())? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).context("name")?.to_owned();
        ensure!(CASES.iter().any(|case| case.0 == name), "no case of {name}");
    }
    Ok(())
}
