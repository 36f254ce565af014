//! A credential in every place that a kubeconfig, the environment or a plugin can hold one, and
//! every output, log and error searched for it.

use std::path::Path;

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libtest_mimic::Trial;
use podaudit::report::Format;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::api_server::{Act, serve};
use crate::support::program::{Program, Run};
use crate::support::{Outcome, ensure, kubeconfig, named, trial};

/// What no output may hold.
const CANARY: &str = "canary-6f1d0c7e";
/// How it looks in Basic authentication, behind `users:`, which is twice three bytes long.
const IN_BASE64: &str = "Y2FuYXJ5LTZmMWQwYzdl";

/// Where it is planted, and what the run has to end with.
struct Row {
    name: &'static str,
    cluster: Value,
    user: Value,
    env: Vec<(&'static str, String)>,
    args: Vec<&'static str>,
    code: i32,
}

impl Row {
    fn new(name: &'static str, code: i32) -> Self {
        let (cluster, user) = (json!({}), json!({"token": CANARY}));
        Self { name, cluster, user, env: Vec::new(), args: Vec::new(), code }
    }

    fn cluster(self, cluster: Value) -> Self {
        Self { cluster, ..self }
    }

    fn user(self, user: Value) -> Self {
        Self { user, ..self }
    }

    fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.env.push((name, value.into()));
        self
    }

    fn args(mut self, args: &[&'static str]) -> Self {
        self.args.extend(args);
        self
    }
}

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for row in rows() {
        trials.push(named(format!("canaries::{}", row.name), move || search(&row)));
    }
    trials.push(trial(broken_kubeconfigs));
    trials.push(trial(push_gateway));
    if cfg!(unix) {
        for (name, script) in PLUGINS {
            trials.push(named(format!("canaries::plugin_{name}"), || plugin(script)));
        }
    }
    trials
}

/// An address with a canary for a password, and one in its query.
fn address(scheme: &str, host: &str) -> String {
    format!("{scheme}://users:{CANARY}@{host}/?token={CANARY}")
}

const DEAD: &str = "127.0.0.1:1";

fn rows() -> Vec<Row> {
    let plain = || STANDARD.encode(CANARY);
    let pem = || STANDARD.encode(format!("-----BEGIN CERTIFICATE-----\n{CANARY}\n-----END"));
    let proxied =
        |name, scheme| Row::new(name, 4).cluster(json!({"proxy-url": address(scheme, DEAD)}));
    vec![
        Row::new("token", 3),
        Row::new("token_with_line_end", 3).user(json!({"token": format!("{CANARY}\n")})),
        Row::new("token_no_header_can_hold", 4).user(json!({"token": format!("{CANARY}\nx")})),
        Row::new("password", 3).user(json!({"username": "users", "password": CANARY})),
        Row::new("server", 3).cluster(json!({"server": address("http", "SERVER")})).user(json!({})),
        Row::new("dead_server", 4).cluster(json!({"server": address("http", DEAD)})),
        Row::new("odd_server", 4).cluster(json!({"server": address("ftp", DEAD)})),
        Row::new("broken_server", 4)
            .cluster(json!({"server": format!("http://users:{CANARY}@[::1/")})),
        Row::new("server_that_is_none", 4).cluster(json!({"server": format!("/{CANARY}")})),
        proxied("http_proxy", "http"),
        proxied("https_proxy", "https"),
        proxied("socks_proxy", "socks5"),
        proxied("odd_proxy", "gopher"),
        Row::new("broken_proxy", 4)
            .cluster(json!({"proxy-url": format!("http://users:{CANARY}@[::1/")})),
        Row::new("proxy_without_scheme", 4)
            .cluster(json!({"proxy-url": format!("users:{CANARY}@{DEAD}")})),
        Row::new("proxy_of_environment", 4)
            .env("HTTP_PROXY", address("http", DEAD))
            .env("HTTPS_PROXY", address("http", DEAD)),
        Row::new("proxy_for_all", 4).env("ALL_PROXY", address("socks5", DEAD)),
        Row::new("broken_proxy_of_environment", 4)
            .env("HTTPS_PROXY", format!("http://users:{CANARY}@[::1/")),
        Row::new("no_token_file", 4).user(json!({"tokenFile": "/does/not/exist"})),
        Row::new("authority", 3).cluster(json!({"certificate-authority-data": plain()})),
        Row::new("broken_authority", 4).cluster(json!({"certificate-authority-data": CANARY})),
        Row::new("certificate", 4).user(json!({
            "client-certificate-data": pem(), "client-key-data": plain(),
        })),
        Row::new("broken_key", 4).user(json!({
            "client-certificate-data": plain(), "client-key-data": format!("{CANARY}!"),
        })),
        Row::new("oidc", 3).user(json!({"auth-provider": {
            "name": "oidc", "config": {"id-token": CANARY, "refresh-token": CANARY},
        }})),
        Row::new("other_provider", 4).user(json!({"auth-provider": {
            "name": "gcp", "config": {"cmd-path": "/bin/echo", "cmd-args": CANARY},
        }})),
        Row::new("impersonation", 4).user(json!({
            "token": CANARY, "as": "me", "as-user-extra": {"key": [format!("{CANARY}\n")]},
        })),
        Row::new("extensions", 3).user(json!({
            "token": CANARY, "extensions": [{"name": "x", "extension": {"password": CANARY}}],
        })),
        Row::new("unknown_user", 4).args(&["--user", "nobody"]),
        Row::new("unknown_cluster", 4).args(&["--cluster", "nothing"]),
    ]
}

/// It repeats what it is sent, as some proxies do.
fn echo() -> anyhow::Result<String> {
    serve(|asked| {
        let said = format!("not for {} at {}", asked.token, asked.path);
        Act::Answer(403, json!({"kind": "Status", "code": 403, "message": said}))
    })
}

/// Runs with every format and every log; the run, and all that it wrote.
fn run(config: &Path, row: &Row) -> anyhow::Result<(Run, TempDir)> {
    let folder = tempfile::tempdir()?;
    let mut program = Program::new(["--timeout", "20s", "--request-timeout", "3s"])?;
    for format in Format::ALL {
        let path = folder.path().join(format.as_str());
        program = program.arg("-o").arg(format!("{}={}", format.as_str(), path.display()));
    }
    for (name, value) in &row.env {
        program = program.env(name, value);
    }
    let program = program.args(&row.args).env("KUBECONFIG", config).env("RUST_LOG", "trace");
    Ok((program.run()?, folder))
}

fn search(row: &Row) -> Outcome {
    let server = echo()?;
    let mut cluster = json!({"server": server});
    for (key, value) in row.cluster.as_object().into_iter().flatten() {
        let value = value.as_str().context("a string")?;
        let host = server.trim_start_matches("http://");
        cluster[key] = json!(value.replace("SERVER", host));
    }
    let config = kubeconfig::with_user(&cluster, &row.user)?;
    let (run, folder) = run(config.path(), row)?;
    ensure!(run.code == row.code, "exit code {}, not {}: {}", run.code, row.code, run.stderr);
    ensure!(run.stderr.contains("podaudit: "), "nothing is told: {}", run.stderr);
    assert_clean(&run, folder.path())
}

fn assert_clean(run: &Run, folder: &Path) -> Outcome {
    for secret in [CANARY, IN_BASE64] {
        run.assert_silent_about(secret)?;
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let text = std::fs::read_to_string(&path)?;
            ensure!(!text.contains(secret), "the credential is in {}", path.display());
        }
    }
    Ok(())
}

const PLUGINS: [(&str, &str); 5] = [
    ("gives_a_token", r#"echo "{\"status\": {\"token\": \"$1\"}}"; echo "$1" >&2"#),
    ("gives_a_line_end", r#"echo "{\"status\": {\"token\": \"$1\\n\"}}""#),
    ("fails", r#"echo "$1"; echo "$1$SECRET" >&2; exit 7"#),
    ("prints_no_object", r#"echo "{ $1""#),
    (
        "gives_no_certificate",
        r#"echo "{\"status\": {\"clientCertificateData\": \"$1\", \"clientKeyData\": \"$1\"}}""#,
    ),
];

/// It has the credential in its arguments and its environment.
fn plugin(script: &str) -> Outcome {
    let exec = json!({
        "apiVersion": "client.authentication.k8s.io/v1", "command": "/bin/sh",
        "args": ["-c", script, "plugin", CANARY], "env": [{"name": "SECRET", "value": CANARY}],
    });
    for mode in ["Never", "IfAvailable"] {
        let mut exec = exec.clone();
        exec["interactiveMode"] = json!(mode);
        let config = kubeconfig::with_user(&json!({"server": echo()?}), &json!({"exec": exec}))?;
        let (run, folder) = run(config.path(), &Row::new("", 0))?;
        ensure!(run.code == 3 || run.code == 4, "exit code {}: {}", run.code, run.stderr);
        assert_clean(&run, folder.path())?;
    }
    Ok(())
}

/// Where the parser stops, it stands beside the credential.
fn broken_kubeconfigs() -> Outcome {
    for text in [
        format!("users: [{{name: me, user: {{token: {CANARY}}}}}\n  - ["),
        format!("users: {CANARY}"),
        format!("apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user: {CANARY}\n"),
        format!("users: [{{name: a, user: {{exec: {{interactiveMode: {CANARY}}}}}}}]"),
        format!("clusters: [{{name: a, cluster: {{insecure-skip-tls-verify: {CANARY}}}}}]"),
        format!("users: [{{name: a, user: {{token: *{CANARY}}}}}]"),
        format!("users: [{{name: a, user: {{token: !{CANARY} x, token: y}}}}]"),
        format!("\"{CANARY}\": 1\n\"{CANARY}\": 2\n"),
        CANARY.to_owned(),
    ] {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("config");
        std::fs::write(&path, &text)?;
        let run = Program::new(["-o", "json"])?.env("KUBECONFIG", &path).run()?;
        run.assert_error(&[path.to_str().context("a path")?])?;
        run.assert_silent_about(CANARY)?;
    }
    Ok(())
}

/// Neither the option nor its variable is repeated: not in the error, not in the help.
fn push_gateway() -> Outcome {
    let gateway = address("http", "push:9091");
    let run = Program::new(["--demo", "--push-gateway", &gateway])?.run()?;
    ensure!(run.code == 2, "exit code {}", run.code);
    run.assert_stderr(&["--push-gateway", "credentials"])?;
    run.assert_silent_about(CANARY)?;
    for args in [&["--demo"][..], &["--help"], &["config"]] {
        let run = Program::new(args)?.env("PODAUDIT_PUSH_GATEWAY", &gateway).run()?;
        run.assert_silent_about(CANARY)?;
    }
    Ok(())
}
