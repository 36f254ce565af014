//! The one integration test binary: the real program as a subprocess, against files and against
//! a real API server.
//!
//! The API server comes from Go modules (`tests/envtest`). Without Go and without
//! `KUBEBUILDER_ASSETS` the live tests show up as ignored; in continuous integration (`CI=true`)
//! that is a failure, because a test that never runs proves nothing.

mod api;
mod architecture;
mod bad_input;
mod can;
mod cases;
mod config;
mod diff;
mod examples;
mod exceptions;
mod explain;
mod fuzz_corpus;
mod go;
mod kubeconfig;
mod lab;
mod live;
mod peers;
mod program;
mod properties;
mod pss;
mod pss_differential;
mod pss_pods;
mod pss_report;
mod report;
mod requires;
mod sarif;
mod shell;

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
    trials.extend(can::trials());
    trials.extend(cases::trials());
    trials.extend(config::trials());
    trials.extend(examples::trials());
    trials.extend(exceptions::trials());
    trials.extend(diff::trials());
    trials.extend(explain::trials());
    trials.extend(peers::trials());
    trials.extend(fuzz_corpus::trials());
    trials.extend(properties::trials());
    trials.extend(pss::trials());
    trials.extend(pss_differential::trials());
    trials.extend(pss_report::trials());
    trials.extend(sarif::trials());
    trials.extend(shell::trials());
    trials.extend(live::trials(&lab));
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    // Ends the control plane now rather than some time after this process.
    drop(lab);
    conclusion.exit_code()
}
