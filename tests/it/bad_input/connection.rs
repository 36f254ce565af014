//! No way to a cluster: which kubeconfig, which context, which server.

use std::io::{Read, Write};
use std::net::TcpListener;

use anyhow::Context;
use libtest_mimic::Trial;
use serde_json::json;

use crate::support::program::{Program, Run};
use crate::support::{Outcome, ensure, kubeconfig, trial};

pub(super) fn trials() -> Vec<Trial> {
    vec![
        trial(no_kubeconfig),
        trial(missing_kubeconfig),
        trial(broken_kubeconfig),
        trial(unknown_context),
        trial(server_down),
        trial(silent_server),
        trial(captive_portal),
        trial(half_a_list),
        trial(usage),
    ]
}

/// Neither `KUBECONFIG`, nor `~/.kube/config`, nor a pod's ServiceAccount.
fn no_kubeconfig() -> Outcome {
    Program::new(["-o", "json"])?.run()?.assert_error(&["kubeconfig"])
}

fn missing_kubeconfig() -> Outcome {
    let run = Program::new(["-o", "json"])?.env("KUBECONFIG", "/does/not/exist").run()?;
    run.assert_error(&["/does/not/exist"])?;
    let run = Program::new(["--kubeconfig", "/does/not/exist", "-o", "json"])?.run()?;
    run.assert_error(&["/does/not/exist"])
}

fn broken_kubeconfig() -> Outcome {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("config");
    std::fs::write(&path, "users: [{name: me, user: {token: a-secret-token}}\n  - [")?;
    let run = Program::new(["-o", "json"])?.env("KUBECONFIG", &path).run()?;
    run.assert_error(&[path.to_str().context("path")?])?;
    run.assert_silent_about("a-secret-token")
}

fn unknown_context() -> Outcome {
    let file = kubeconfig::new(&json!({"server": "https://127.0.0.1:1"}), "a-secret-token")?;
    let run = Program::new(["--context", "elsewhere", "-o", "json"])?
        .env("KUBECONFIG", file.path())
        .run()?;
    run.assert_error(&["elsewhere", file.path().to_str().context("path")?])?;
    run.assert_silent_about("a-secret-token")
}

fn server_down() -> Outcome {
    // A port that was free a moment ago; nobody hands it out again so soon.
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let server = format!("https://127.0.0.1:{port}");
    let file = kubeconfig::new(&json!({"server": server}), "a-secret-token")?;
    let run = Program::new(["--request-timeout", "5s", "-o", "json"])?
        .env("KUBECONFIG", file.path())
        .run()?;
    run.assert_error(&[&server, "refused"])?;
    run.assert_silent_about("a-secret-token")
}

/// A server on loopback that reads a request, sends this answer and closes; for ever.
fn serve(answer: &'static str) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let server = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    Ok(server)
}

fn scan_server(server: &str) -> anyhow::Result<Run> {
    let file = kubeconfig::new(&json!({"server": server}), "a-secret-token")?;
    let args = ["--request-timeout", "1s", "-o", "json"];
    let run = Program::new(args)?.env("KUBECONFIG", file.path()).run()?;
    run.assert_silent_about("a-secret-token")?;
    Ok(run)
}

/// It takes the connection, and never says a word.
fn silent_server() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let server = format!("http://{}", listener.local_addr()?);
    scan_server(&server)?.assert_error(&[&server, "did not answer within 1 s"])
}

/// 200, and a page to log in on.
fn captive_portal() -> Outcome {
    let server = serve(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n\
         <html><body>Please log in</body></html>",
    )?;
    scan_server(&server)?.assert_error(&[&server, "text/html"])
}

/// Every list breaks off in its first object: half a page is no page.
fn half_a_list() -> Outcome {
    let server = serve(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\
         Connection: close\r\n\r\n{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[{",
    )?;
    scan_server(&server)?.assert_error(&[&server])
}

/// Code 2 is for the command line and nothing else.
fn usage() -> Outcome {
    for args in [&["--no-such-option"][..], &["--min-severity", "huge"], &["-o", "xml"]] {
        let run = Program::new(args)?.run()?;
        ensure!(run.code == 2, "{args:?}: exit code {}: {}", run.code, run.stderr);
        run.assert_stderr(&[args[args.len() - 1]])?;
    }
    Ok(())
}
