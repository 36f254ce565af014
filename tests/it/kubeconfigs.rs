//! What a kubeconfig may say: names that are not there, tokens with line ends, a server that nobody
//! verifies; and whatever it says, no panic.

use std::time::Duration;

use anyhow::Context;
use libtest_mimic::Trial;
use podaudit::cluster::{ConnectOptions, ScanScope, collect, connect};
use podaudit::inventory::Resource;
use serde_json::{Value, json};

use crate::support::api_server::{Act, holding, page, serve};
use crate::support::program::Program;
use crate::support::{Outcome, ensure, kubeconfig, trial};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial(names_that_are_not_there),
        trial(missing_token_file),
        trial(addresses),
        trial(token_with_a_line_end),
        trial(unverified_server),
        trial(names_in_paths),
        trial(fuzz),
        trial(fuzzed_programs),
    ];
    if cfg!(unix) {
        trials.push(trial(plugin_runs_once));
        trials.push(trial(plugin_that_hangs));
    }
    trials
}

/// A server that says which tokens it got.
fn serve_token(want: &'static str) -> anyhow::Result<String> {
    serve(move |asked| match asked.token.as_str() {
        token if token == want => Act::Answer(200, page(asked)),
        _ => Act::Answer(403, json!({"kind": "Status", "message": "another token"})),
    })
}

fn names_that_are_not_there() -> Outcome {
    let file = kubeconfig::new(&json!({"server": "https://127.0.0.1:1"}), "token")?;
    for (option, kind) in [("--user", "user"), ("--cluster", "cluster"), ("--context", "context")] {
        let run = Program::new([option, "Tset"])?.env("KUBECONFIG", file.path()).run()?;
        run.assert_error(&[&format!("there is no {kind} \"Tset\", only \"test\"")])?;
    }
    Ok(())
}

fn missing_token_file() -> Outcome {
    let cluster = json!({"server": "https://127.0.0.1:1"});
    let file = kubeconfig::with_user(&cluster, &json!({"tokenFile": "/does/not/exist"}))?;
    let run = Program::new(["-o", "json"])?.env("KUBECONFIG", file.path()).run()?;
    run.assert_error(&["tokenFile /does/not/exist", "No such file"])
}

/// As client-go completes them.
fn addresses() -> Outcome {
    let server = serve(|asked| Act::Answer(200, page(asked)))?;
    let host = server.trim_start_matches("http://");
    for address in [host.to_owned(), format!("{server}/"), format!("{server}/?x=y#z")] {
        let file = kubeconfig::new(&json!({"server": address}), "token")?;
        let run = Program::new(["-o", "json"])?.env("KUBECONFIG", file.path()).run()?;
        let report = run.report(0)?;
        ensure!(report.coverage("pods")?["listed"] == 2, "{address}");
    }
    for address in ["", "/only/a/path", "ftp://127.0.0.1:1", "http://", "https://:6443"] {
        let file = kubeconfig::new(&json!({"server": address}), "token")?;
        let run = Program::new(["-o", "json"])?.env("KUBECONFIG", file.path()).run()?;
        run.assert_error(&[])?;
    }
    Ok(())
}

/// In YAML's blocks, in files, and in what plugins print.
fn token_with_a_line_end() -> Outcome {
    let server = json!({"server": serve_token("abc-token")?});
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("token");
    std::fs::write(&path, "abc-token\r\n")?;
    let print = r#"echo '{"status": {"token": "abc-token\n"}}'"#;
    let exec = json!({"command": "/bin/sh", "args": ["-c", print]});
    let mut users = vec![json!({"token": "abc-token\n"}), json!({"tokenFile": path})];
    users.extend(cfg!(unix).then(|| json!({"exec": exec})));
    for user in users {
        let file = kubeconfig::with_user(&server, &user)?;
        let run = Program::new(["-o", "json"])?.env("KUBECONFIG", file.path()).run()?;
        let report = run.report(0).with_context(|| user.to_string())?;
        ensure!(report.coverage("pods")?["listed"] == 2, "{user}");
    }
    let file = kubeconfig::new(&server, "a\nb")?;
    let run = Program::new(["-o", "json"])?.env("KUBECONFIG", file.path()).run()?;
    run.assert_error(&["the token is no value of an HTTP header"])?;
    let file = kubeconfig::new(&server, "abc-token")?;
    let run = Program::new(["--as", "a\nb"])?.env("KUBECONFIG", file.path()).run()?;
    run.assert_error(&["impersonate"])
}

/// Not once for each thing that the client wants to know of it.
fn plugin_runs_once() -> Outcome {
    let dir = tempfile::tempdir()?;
    let log = dir.path().join("log");
    let print = r#"echo run >> "$LOG"; echo '{"status": {"token": "abc-token"}}'"#;
    let exec = json!({
        "command": "/bin/sh", "args": ["-c", print], "env": [{"name": "LOG", "value": log}],
    });
    let server = json!({"server": serve_token("abc-token")?});
    let file = kubeconfig::with_user(&server, &json!({"exec": exec}))?;
    Program::new(["-o", "json"])?.env("KUBECONFIG", file.path()).run()?.report(0)?;
    let runs = std::fs::read_to_string(&log)?;
    ensure!(runs == "run\n", "{runs}");
    Ok(())
}

fn plugin_that_hangs() -> Outcome {
    for script in ["exec sleep 1000", "exec cat /dev/zero", "sleep 5 & exit 0"] {
        let exec = json!({"command": "/bin/sh", "args": ["-c", script]});
        let server = json!({"server": "http://127.0.0.1:1"});
        let file = kubeconfig::with_user(&server, &json!({"exec": exec}))?;
        let args = ["-o", "json", "--timeout", "1s"];
        let program =
            Program::new(args)?.env("KUBECONFIG", file.path()).env("PATH", "/bin:/usr/bin");
        program.run()?.assert_error(&["credential plugin \"/bin/sh\""])?;
    }
    Ok(())
}

/// A few hundred kubeconfigs that differ from good ones in one or two points: connecting, and
/// beginning to read, is an error or none. A panic fails the test.
fn fuzz() -> Outcome {
    let mut random = Random(7);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("config");
    let mut connected = 0;
    for number in 0..500 {
        let text = mutated(&mut random, number);
        std::fs::write(&path, &text)?;
        let options = ConnectOptions {
            kubeconfig: Some(path.clone()),
            request_timeout: Some(Duration::from_millis(50)),
            timeout: Some(Duration::from_millis(50)),
            impersonate: number.is_multiple_of(7).then(|| random.pick(&STRINGS).to_owned()),
            ..ConnectOptions::default()
        };
        runtime.block_on(async {
            let Ok(connection) = connect(&options).await else { return };
            connected += 1;
            let scope = ScanScope {
                namespaces: vec![random.pick(&STRINGS).to_owned()],
                selector: random.pick(&STRINGS).to_owned(),
                resources: Resource::AUDIT.to_vec(),
                ..ScanScope::default()
            };
            // Read or not: what matters is the end.
            let _ = collect(&connection, &scope, |_, _| {}, std::future::pending()).await;
        });
    }
    ensure!((50..450).contains(&connected), "{connected} of 500 connect: no test of either");
    Ok(())
}

/// Some of them, and the program: one line and an exit code that is known.
fn fuzzed_programs() -> Outcome {
    let mut random = Random(11);
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("config");
    for number in 0..60 {
        let text = mutated(&mut random, number);
        std::fs::write(&path, &text)?;
        let args = ["-o", "json", "--timeout", "100ms"];
        let run = Program::new(args)?.env("KUBECONFIG", &path).run()?;
        ensure!([3, 4].contains(&run.code), "exit code {}: {text:?}", run.code);
        let lines = run.stderr.lines().count();
        ensure!(run.code == 3 || lines == 1, "an error of {lines} lines: {text:?}: {}", run.stderr);
    }
    Ok(())
}

/// Values that someone else's parser may not expect. No address of another machine.
const STRINGS: [&str; 24] = [
    "",
    " ",
    "\n",
    "\0",
    "\r\nX: y",
    "\u{202e}\u{7f}\u{80}é",
    "..",
    "/",
    "//",
    "a/b?c#d",
    "%zz",
    "%00",
    "127.0.0.1:1",
    "localhost",
    "http://127.0.0.1:1/%zz?x#y",
    "http://127.0.0.1:1//a//",
    "http://u:p@127.0.0.1:1",
    "http://[::1]:1/ä",
    "http://127.0.0.1:99999",
    "socks5://127.0.0.1:1",
    "https://",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCkFBQUEKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=",
    "test",
];

/// The same numbers every time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        // Knuth's constants; the high bits are the better ones.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % end
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

fn mutated(random: &mut Random, number: usize) -> String {
    let mut config = whole(number);
    for _ in 0..=random.below(2) {
        mutate(random, &mut config);
    }
    let mut text = config.to_string();
    if number.is_multiple_of(4) {
        let mut at = random.below(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        match random.below(2) {
            0 => text.truncate(at),
            _ => text.insert_str(at, random.pick(&["\n", "\0", "*a", "&a ", "\"", "{", "---\n"])),
        }
    }
    text
}

/// One with every field, and one of the ways to say who asks.
fn whole(number: usize) -> Value {
    let users = [
        json!({"token": "token"}),
        json!({"username": "me", "password": "word"}),
        json!({"tokenFile": "/dev/null"}),
        json!({"client-certificate-data": "AAAA", "client-key-data": "AAAA"}),
        json!({"exec": {
            "apiVersion": "client.authentication.k8s.io/v1", "command": "/does/not/exist",
            "args": ["x"], "env": [{"name": "A", "value": "b"}], "interactiveMode": "Never",
            "provideClusterInfo": true,
        }}),
        json!({"auth-provider": {"name": "oidc", "config": {"id-token": "token"}}}),
        json!({"token": "token", "as": "me", "as-uid": "1", "as-groups": ["a"],
            "as-user-extra": {"key": ["value"]}}),
    ];
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "test", "preferences": {},
        "clusters": [{"name": "test", "cluster": {
            "server": "http://127.0.0.1:1/base", "tls-server-name": "name",
            "insecure-skip-tls-verify": number.is_multiple_of(3), "proxy-url": "",
            "certificate-authority-data": "", "disable-compression": true,
        }}],
        "users": [{"name": "test", "user": users[number % users.len()]}],
        "contexts": [{"name": "test", "context": {
            "cluster": "test", "user": "test", "namespace": "shop",
        }}],
    })
}

/// Changes one value somewhere inside, takes it out, or puts it twice.
fn mutate(random: &mut Random, value: &mut Value) {
    let inside = match value {
        Value::Object(map) if !map.is_empty() && random.below(8) > 0 => {
            let key = map.keys().nth(random.below(map.len())).cloned().unwrap_or_default();
            if random.below(16) == 0 {
                map.remove(&key);
                return;
            }
            map.get_mut(&key)
        }
        Value::Array(list) if !list.is_empty() && random.below(8) > 0 => {
            let at = random.below(list.len());
            if random.below(16) == 0 {
                list.push(list[at].clone());
                return;
            }
            list.get_mut(at)
        }
        _ => None,
    };
    if let Some(inside) = inside {
        return mutate(random, inside);
    }
    *value = match random.below(10) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!([]),
        4 => json!({}),
        _ => json!(random.pick(&STRINGS)),
    };
}

/// A server that everybody could be: told once on standard error, and in the record.
fn unverified_server() -> Outcome {
    let server = serve(|asked| Act::Answer(200, page(asked)))?;
    let cluster = json!({"server": server, "insecure-skip-tls-verify": true});
    let file = kubeconfig::new(&cluster, "token")?;
    for format in ["json", "table", "markdown", "html", "sarif"] {
        let run = Program::new(["-o", format])?.env("KUBECONFIG", file.path()).run()?;
        ensure!(run.code == 0, "{format}: {}", run.stderr);
        ensure!(run.stderr.matches("insecure-skip-tls-verify").count() == 1, "{}", run.stderr);
        let word =
            if format == "json" { "insecureSkipTlsVerify" } else { "insecure-skip-tls-verify" };
        ensure!(run.stdout.replace('\n', " ").contains(word), "{format} does not say so");
    }
    let file = kubeconfig::new(&json!({"server": server}), "token")?;
    let run = Program::new(["-o", "json"])?.env("KUBECONFIG", file.path()).run()?;
    ensure!(run.stderr.is_empty() && !run.stdout.contains("insecure"), "{}", run.stderr);
    Ok(())
}

/// No name leads to another request than the one for its namespace.
fn names_in_paths() -> Outcome {
    let server = holding(Vec::new())?;
    for (name, path) in [("../x", "..%2Fx"), ("..", "%2E%2E"), ("a?b=c#d", "a%3Fb%3Dc%23d")] {
        let file = kubeconfig::new(&json!({"server": server}), "token")?;
        let run = Program::new(["-n", name, "-o", "json"])?
            .env("KUBECONFIG", file.path())
            .env("RUST_LOG", "kube_client=debug")
            .run()?;
        run.assert_stderr(&[&format!("/api/v1/namespaces/{path}/pods?")])?;
    }
    Ok(())
}
