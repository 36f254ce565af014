//! Faults that need the whole program: signals, credentials that expire, broken connections. The
//! other rows, and random schedules of all of them, are in `src/cluster/tests.rs`.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use podaudit::report::Format;
use serde_json::json;

use crate::support::api_server::{Act, page, serve};
use crate::support::program::{Program, Run, Running};
use crate::support::{Outcome, ensure, kubeconfig, named, trial};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial(broken_page_is_read_again),
        trial(expired_token_is_read_anew),
        trial(time_is_up),
        trial(full_disk),
        trial(closed_pipe),
    ];
    if cfg!(unix) {
        trials.push(named("faults::signal_ends_in_a_report", || stopped("TERM", "SIGTERM")));
        trials.push(named("faults::interrupt_ends_in_a_report", || stopped("INT", "SIGINT")));
        trials.push(trial(second_signal_ends_at_once));
        trials.push(trial(full_disk_keeps_the_old_report));
        trials.push(trial(gzip_bomb));
    }
    trials
}

fn scan(config: &Path, args: &[&str]) -> anyhow::Result<Program> {
    let fixed = ["-o", "json", "--show", "all"];
    Ok(Program::new(fixed.iter().chain(args))?.env("KUBECONFIG", config))
}

fn broken_page_is_read_again() -> Outcome {
    let server = serve(|request| match request.earlier {
        1 => Act::Half(page(request)),
        _ => Act::Answer(200, page(request)),
    })?;
    let config = kubeconfig::new(&json!({"server": server}), "token")?;
    let report = scan(config.path(), &[])?.run()?.report(0)?;
    let record = report.coverage("pods")?;
    ensure!((&record["listed"], &record["retries"]) == (&json!(2), &json!(1)), "{record}");
    for name in ["first", "second"] {
        report.finding("privileged", name, Some("app"))?;
    }
    Ok(())
}

/// The token dies between two pages; its file has another one by then.
fn expired_token_is_read_anew() -> Outcome {
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("token");
    std::fs::write(&file, "old-token")?;
    let path = file.clone();
    let server = serve(move |request| {
        if request.earlier == 1 {
            let _ = std::fs::write(&path, "new-token");
        }
        let want = if request.earlier == 0 { "old-token" } else { "new-token" };
        if request.token == want {
            return Act::Answer(200, page(request));
        }
        Act::Answer(401, json!({"kind": "Status", "code": 401, "message": "Unauthorized"}))
    })?;
    let config = kubeconfig::with_user(&json!({"server": server}), &json!({"tokenFile": file}))?;
    let report = scan(config.path(), &[])?.run()?.report(0)?;
    let record = report.coverage("pods")?;
    ensure!((&record["listed"], &record["retries"]) == (&json!(2), &json!(1)), "{record}");
    Ok(())
}

/// The second page never comes.
fn hanging() -> anyhow::Result<tempfile::NamedTempFile> {
    let server = serve(|request| match request.earlier {
        0 => Act::Answer(200, page(request)),
        _ => Act::Hang,
    })?;
    kubeconfig::new(&json!({"server": server}), "token")
}

fn assert_stopped(run: &Run, why: &str) -> Outcome {
    let report = run.report(3)?;
    report.finding("privileged", "first", Some("app"))?;
    let record = report.coverage("pods")?;
    ensure!(record["state"] == "incomplete" && record["error"] == why, "{record}");
    ensure!(report.coverage("nodes")?["state"] == "complete", "what was whole stays whole");
    run.assert_stderr(&["incomplete: pods", why])
}

fn time_is_up() -> Outcome {
    let config = hanging()?;
    let run = scan(config.path(), &["--timeout", "2s"])?.run()?;
    assert_stopped(&run, "stopped after 2 s (--timeout)")
}

fn stopped(signal: &str, name: &str) -> Outcome {
    let config = hanging()?;
    let running = scan(config.path(), &["--timeout", "1h"])?.start()?;
    std::thread::sleep(Duration::from_secs(2));
    kill(&running, signal)?;
    assert_stopped(&running.wait()?, &format!("stopped by {name}"))
}

fn kill(running: &Running, signal: &str) -> Outcome {
    let done = Command::new("kill").args(["-s", signal, &running.id().to_string()]).status()?;
    ensure!(done.success(), "kill: {done}");
    Ok(())
}

/// Nobody reads what the report is written to: the first signal cannot end it.
fn second_signal_ends_at_once() -> Outcome {
    let config = hanging()?;
    let dir = tempfile::tempdir()?;
    let pipe = dir.path().join("pipe");
    ensure!(Command::new("mkfifo").arg(&pipe).status()?.success(), "mkfifo");
    let output = format!("json={}", pipe.display());
    let running = Program::new(["-o", &output])?.env("KUBECONFIG", config.path()).start()?;
    for _ in 0..2 {
        std::thread::sleep(Duration::from_secs(2));
        kill(&running, "TERM")?;
    }
    let run = running.wait()?;
    ensure!(run.code == 143, "exit code {}: {}", run.code, run.stderr);
    Ok(())
}

#[cfg(unix)]
fn full_disk() -> Outcome {
    let run = Program::new(["--demo", "-o", "json=/dev/full"])?.run()?;
    run.assert_error(&["/dev/full", "No space left"])
}

#[cfg(not(unix))]
fn full_disk() -> Outcome {
    Ok(())
}

/// The program in a shell that limits it first.
fn limited(
    limit: &str,
    args: &[&str],
    config: Option<&Path>,
) -> anyhow::Result<std::process::Output> {
    let home = tempfile::tempdir()?;
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", &format!("{limit}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_podaudit")]);
    shell.args(args).env_clear().env("HOME", home.path());
    shell.envs(config.map(|config| ("KUBECONFIG", config)));
    Ok(shell.output()?)
}

/// No file may be longer than 4 KiB: as on a full disk, the report ends in its middle.
fn full_disk_keeps_the_old_report() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("report.json");
    std::fs::write(&path, "old")?;
    let output = format!("json={}", path.display());
    // 25 is SIGXFSZ: left alone, it would kill.
    let run = limited("trap '' 25; ulimit -f 8", &["--demo", "-o", &output], None)?;
    let stderr = String::from_utf8(run.stderr)?;
    ensure!(run.status.code() == Some(4), "{}: {stderr}", run.status);
    ensure!(stderr.contains("report.json") && stderr.contains("too large"), "{stderr}");
    ensure!(std::fs::read(&path)? == b"old", "the old report is gone");
    let left = std::fs::read_dir(folder.path())?.count();
    ensure!(left == 1, "{left} files");
    Ok(())
}

/// A page of 1.5 GiB in 1.5 MB: capped in 1 GiB of address space, asked for again with half the
/// objects, and told.
fn gzip_bomb() -> Outcome {
    let limits = Arc::new(std::sync::Mutex::new(Vec::new()));
    let stated = Arc::clone(&limits);
    let bomb = bomb()?;
    let server = serve(move |request| {
        let limit = request.path.split("limit=").nth(1).and_then(|rest| rest.split('&').next());
        stated.lock().expect("limits").push(limit.unwrap_or_default().to_owned());
        Act::Gzip(Arc::clone(&bomb))
    })?;
    let config = kubeconfig::new(&json!({"server": server}), "token")?;
    let args = ["-o", "json", "--gzip", "always", "--request-timeout", "10m"];
    let run = limited("ulimit -v 1048576", &args, Some(config.path()))?;
    let stderr = String::from_utf8(run.stderr)?;
    ensure!(run.status.code() == Some(3), "{}: {stderr}", run.status);
    ensure!(stderr.contains("pods: a page of more than 256 MiB"), "{stderr}");
    let limits = limits.lock().expect("limits");
    ensure!(*limits == ["500", "250", "125", "100"], "{limits:?}");
    Ok(())
}

/// 1.5 GiB of blanks.
fn bomb() -> anyhow::Result<Arc<Vec<u8>>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..1_536 {
        encoder.write_all(&blanks)?;
    }
    Ok(Arc::new(encoder.finish()?))
}

/// `podaudit | head`: the reader has gone, which is an error and needs no words.
fn closed_pipe() -> Outcome {
    for format in Format::ALL.map(Format::as_str) {
        let (reader, writer) = std::io::pipe()?;
        drop(reader);
        let run = Program::new(["--demo", "-o", format, "--show", "all"])?.stdout(writer).run()?;
        ensure!(run.code == 4 && run.stderr.is_empty(), "{format}: {}: {}", run.code, run.stderr);
    }
    Ok(())
}
