//! The one integration test binary: the real program as a subprocess, against files and against
//! a real API server.
//!
//! The API server comes from Go modules (`tests/envtest`). Without Go and without
//! `KUBEBUILDER_ASSETS` the live tests show up as ignored; in continuous integration (`CI=true`)
//! that is a failure, because a test that never runs proves nothing.

mod api;
mod architecture;
mod attacks;
mod bad_input;
mod can;
mod cases;
mod clusters;
mod config;
mod deploy;
mod diff;
mod examples;
mod exceptions;
mod explain;
mod exports;
mod faults;
mod fuzz_corpus;
mod go;
mod hostile;
mod html;
mod image;
mod krew;
mod kubeconfig;
mod lab;
mod label_selectors;
mod last;
mod live;
mod metrics;
mod node;
mod paths;
mod peers;
mod policyreport;
mod program;
mod properties;
mod protobuf_schema;
mod pss;
mod pss_differential;
mod pss_pods;
mod pss_report;
mod reach_properties;
mod reach_steps;
mod reach_world;
mod report;
mod requires;
mod sarif;
mod shards;
mod shell;
mod skew;
mod tools;
mod usage;

use std::process::ExitCode;
use std::sync::Arc;

use lab::Lab;
use libtest_mimic::{Arguments, Trial};

/// What a test returns; the error is printed with its causes.
type Outcome = anyhow::Result<()>;

/// A test by that name.
fn trial(name: &str, test: impl FnOnce() -> Outcome + Send + 'static) -> Trial {
    Trial::test(name, move || test().map_err(|error| format!("{error:#}").into()))
}

fn main() -> ExitCode {
    let lab = Arc::new(Lab::default());
    let mut trials = bad_input::trials();
    trials.extend(architecture::trials());
    trials.extend(attacks::trials());
    trials.extend(can::trials());
    trials.extend(cases::trials());
    trials.extend(clusters::trials());
    trials.extend(deploy::trials());
    trials.extend(config::trials());
    trials.extend(examples::trials());
    trials.extend(exceptions::trials());
    trials.extend(diff::trials());
    trials.extend(explain::trials());
    trials.extend(exports::trials());
    trials.extend(faults::trials());
    trials.extend(html::trials());
    trials.extend(krew::trials());
    trials.extend(label_selectors::trials());
    trials.extend(last::trials());
    trials.extend(metrics::trials());
    trials.extend(image::trials());
    trials.extend(peers::trials());
    trials.extend(policyreport::trials());
    trials.extend(fuzz_corpus::trials());
    trials.extend(properties::trials());
    trials.extend(protobuf_schema::trials());
    trials.extend(paths::trials());
    trials.extend(reach_properties::trials());
    trials.extend(reach_steps::trials());
    trials.extend(pss::trials());
    trials.extend(pss_differential::trials());
    trials.extend(pss_report::trials());
    trials.extend(sarif::trials());
    trials.extend(shards::trials());
    trials.extend(shell::trials());
    trials.extend(skew::trials());
    trials.extend(usage::trials());
    trials.extend(node::trials());
    trials.extend(live::trials(&lab));
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    // Ends the control plane now rather than some time after this process.
    drop(lab);
    conclusion.exit_code()
}
