//! A proxy that does not exist, and the server that needs none: `NO_PROXY` is about the server's
//! address, not the proxy's.

use anyhow::Context;

use super::Live;
use crate::support::lab::ControlPlane;
use crate::support::program::Program;
use crate::support::{Outcome, ensure, kubeconfig};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(no_proxy_names_the_server), Live::new(dead_proxy_is_an_error)]
}

/// Nothing listens there: on the server's own address, and on another one, because who confuses
/// the two addresses is right about the first by chance.
const DEAD: [&str; 2] = ["http://127.0.0.1:1", "http://127.0.0.2:1"];

fn program(control_plane: &ControlPlane, proxy: &str) -> anyhow::Result<Program> {
    let program = Program::new(["-n", "kube-system", "-o", "json"])?;
    Ok(program.env("KUBECONFIG", control_plane.kubeconfig()).env("HTTPS_PROXY", proxy))
}

fn no_proxy_names_the_server(control_plane: &ControlPlane) -> Outcome {
    for proxy in DEAD {
        let run = program(control_plane, proxy)?.env("NO_PROXY", "127.0.0.1").run()?;
        let report = run.report(0)?;
        let pods = report.coverage("pods")?;
        ensure!(pods["state"] == "complete", "{proxy}: {pods}");
    }
    Ok(())
}

fn dead_proxy_is_an_error(control_plane: &ControlPlane) -> Outcome {
    let server = kubeconfig::cluster(&control_plane.kubeconfig())?["server"].clone();
    let server = server.as_str().context("no server")?;
    let run = program(control_plane, DEAD[0])?.run()?;
    run.assert_error(&[server])?;
    // Exempting the proxy exempts no server.
    let run = program(control_plane, DEAD[1])?.env("NO_PROXY", "127.0.0.2").run()?;
    run.assert_error(&[server])
}
