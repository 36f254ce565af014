//! Tests against a real API server: its admission, its RBAC and its tokens are the oracle.

mod abuse;
mod admission;
mod automount;
mod bare;
mod cases;
mod chains;
mod clusters;
mod connection;
mod dump;
mod edge_attempts;
mod edge_identities;
mod edge_rows;
mod edges;
mod guide;
mod in_cluster;
mod in_cluster_nights;
mod in_cluster_reports;
mod installed;
mod least_privilege;
mod many;
mod nights;
mod pages;
mod policyreport;
mod policyreport_refused;
mod proxy;
mod pss;
mod pss_pods;
mod rbac_sar;
mod rbac_world;
mod secrets;
mod shards;
mod token_matrix;
mod wire;
mod workloads;
mod worth;

use std::sync::Arc;

use libtest_mimic::Trial;

use crate::support::lab::{ControlPlane, Lab};
use crate::support::program::{Program, Run};
use crate::support::{Outcome, named, path_of_test, requires};

/// A test that needs the control plane.
struct Live {
    name: String,
    test: Box<dyn FnOnce(&ControlPlane) -> Outcome + Send>,
}

impl Live {
    /// The test that this function is.
    fn new<F: FnOnce(&ControlPlane) -> Outcome + Send + 'static>(test: F) -> Self {
        Self { name: path_of_test::<F>(), test: Box::new(test) }
    }

    /// One of several tests made from a table.
    fn named(name: &str, test: impl FnOnce(&ControlPlane) -> Outcome + Send + 'static) -> Self {
        Self { name: format!("live::{name}"), test: Box::new(test) }
    }
}

/// All live tests; ignored where no control plane can be had, which fails in continuous
/// integration.
pub(crate) fn trials(lab: &Arc<Lab>) -> Vec<Trial> {
    let mut all = Vec::new();
    all.extend(abuse::tests());
    all.extend(many::tests());
    all.extend(admission::tests());
    all.extend(automount::tests());
    all.extend(bare::tests());
    all.extend(cases::tests());
    all.extend(clusters::tests());
    all.extend(connection::tests());
    all.extend(dump::tests());
    all.extend(edges::tests());
    all.extend(guide::tests());
    all.extend(in_cluster::tests());
    all.extend(least_privilege::tests());
    all.extend(nights::tests());
    all.extend(pages::tests());
    all.extend(policyreport::tests());
    all.extend(proxy::tests());
    all.extend(secrets::tests());
    all.extend(shards::tests());
    all.extend(rbac_sar::tests());
    all.extend(token_matrix::tests());
    all.extend(pss::tests());
    all.extend(wire::tests());
    all.extend(workloads::tests());

    let missing = Lab::missing();
    let mut trials: Vec<_> = all
        .into_iter()
        .map(|Live { name, test }| {
            let lab = Arc::clone(lab);
            named(name, move || test(lab.get()?)).with_ignored_flag(missing.is_some())
        })
        .collect();
    let gateway = missing.or(requires::on_path("prometheus-pushgateway"));
    trials.push(requires::trial(gateway, in_cluster_nights::metrics_arrive));
    trials.push(requires::trial(missing, in_cluster_reports::policy_reports_arrive));
    // Nothing live about these two: they hold tables together.
    trials.push(named("cases_cover_both_verdicts", cases::cover_both_verdicts));
    trials.push(named("cluster_role_is_what_is_read", least_privilege::role_is_what_is_read));
    if let Some(why) = missing {
        warn(why);
        if std::env::var("CI").is_ok_and(|ci| ci == "true") {
            trials.push(named("live::available", move || anyhow::bail!("no control plane: {why}")));
        }
    }
    trials
}

#[expect(clippy::print_stderr, reason = "a test that is left out has to say so")]
fn warn(why: &str) {
    eprintln!("live tests ignored: {why}");
}

/// A scan as administrator that writes everything it judged, as JSON.
fn scan(control_plane: &ControlPlane, scope: &[&str]) -> anyhow::Result<Run> {
    let fixed = ["-o", "json", "--show", "all"];
    Program::new(fixed.iter().chain(scope))?.env("KUBECONFIG", control_plane.kubeconfig()).run()
}
