//! The one integration test binary: the real program as a subprocess, against files and against
//! a real API server.
//!
//! The API server comes from Go modules (`tests/envtest`). Without Go and without
//! `KUBEBUILDER_ASSETS` the live tests show up as ignored; in continuous integration (`CI=true`)
//! that is a failure, because a test that never runs proves nothing.

mod architecture;
mod attacks;
mod bad_input;
mod can;
mod canaries;
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
mod html;
mod image;
mod krew;
mod kubeconfigs;
mod label_selectors;
mod last;
mod live;
mod marks;
mod metrics;
mod node;
mod outputs;
mod paths;
mod peers;
mod policyreport;
mod properties;
mod protobuf_schema;
mod pss;
mod pss_differential;
mod pss_report;
mod reach_properties;
mod reach_steps;
mod sarif;
mod shards;
mod shell;
mod skew;
mod support;
mod usage;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use support::lab::Lab;

/// The tests of each module. One that is not here is dead code, and does not pass the lints.
const AREAS: [fn() -> Vec<Trial>; 41] = [
    architecture::trials,
    attacks::trials,
    bad_input::trials,
    can::trials,
    canaries::trials,
    cases::trials,
    clusters::trials,
    config::trials,
    deploy::trials,
    diff::trials,
    examples::trials,
    exceptions::trials,
    explain::trials,
    exports::trials,
    faults::trials,
    fuzz_corpus::trials,
    html::trials,
    image::trials,
    krew::trials,
    kubeconfigs::trials,
    label_selectors::trials,
    last::trials,
    marks::trials,
    metrics::trials,
    node::trials,
    outputs::trials,
    paths::trials,
    peers::trials,
    policyreport::trials,
    properties::trials,
    protobuf_schema::trials,
    pss::trials,
    pss_differential::trials,
    pss_report::trials,
    reach_properties::trials,
    reach_steps::trials,
    sarif::trials,
    shards::trials,
    shell::trials,
    skew::trials,
    usage::trials,
];

fn main() -> ExitCode {
    let lab = Arc::new(Lab::default());
    let mut trials = live::trials(&lab);
    trials.extend(AREAS.iter().flat_map(|area| area()));
    let mut names = BTreeSet::new();
    for trial in &trials {
        assert!(names.insert(trial.name()), "two tests are called {}", trial.name());
    }
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    // Ends the control plane now rather than some time after this process.
    drop(lab);
    conclusion.exit_code()
}
