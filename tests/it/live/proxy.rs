//! A proxy that does not exist, and the server that needs none: `NO_PROXY` is about the server's
//! address, not the proxy's.

use anyhow::{Context, ensure};

use super::Live;
use crate::lab::ControlPlane;
use crate::program::Program;
use crate::{Outcome, kubeconfig};

pub(super) fn tests() -> Vec<Live> {
    vec![
        Live::new("proxy::no_proxy_names_the_server", exempt),
        Live::new("proxy::dead_proxy_is_an_error", dead),
    ]
}

/// Nothing listens there.
const DEAD: &str = "http://127.0.0.1:1";

fn program(control_plane: &ControlPlane) -> anyhow::Result<Program> {
    let program = Program::new(["-n", "kube-system", "-o", "json"])?;
    Ok(program.env("KUBECONFIG", control_plane.kubeconfig()).env("HTTPS_PROXY", DEAD))
}

fn exempt(control_plane: &ControlPlane) -> Outcome {
    let run = program(control_plane)?.env("NO_PROXY", "127.0.0.1").run()?;
    let report = run.report(0)?;
    let pods = report.coverage("pods")?;
    ensure!(pods["state"] == "complete", "{pods}");
    Ok(())
}

fn dead(control_plane: &ControlPlane) -> Outcome {
    let server = kubeconfig::cluster(&control_plane.kubeconfig())?["server"].clone();
    let run = program(control_plane)?.run()?;
    run.assert_error(&[server.as_str().context("no server")?])?;
    // Exempting the proxy's own port, or another host, exempts nothing.
    let run = program(control_plane)?.env("NO_PROXY", "192.0.2.1").run()?;
    run.assert_error(&[server.as_str().context("no server")?])
}
