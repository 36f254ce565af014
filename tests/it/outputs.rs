//! Reports arrive where they are sent, or the run fails: descriptors, pipes, links, modes, and
//! outputs that would overwrite each other.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use anyhow::Context;
use libtest_mimic::Trial;
use serde_json::Value;

use crate::support::program::Program;
use crate::support::{Outcome, ensure, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(standard_output_by_name),
        trial(another_descriptor),
        trial(pipe),
        trial(link),
        trial(mode),
        trial(nowhere),
        trial(one_place_for_two),
        trial(what_a_killed_run_left),
    ]
}

fn demo(args: &[&str], folder: &Path) -> anyhow::Result<Program> {
    Ok(Program::new(["--demo"])?.args(args).folder(folder))
}

fn is_report(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|json| json["findings"].is_array())
}

/// The program in a shell; `$0` is its path.
fn shell(script: &str, folder: &Path) -> anyhow::Result<(i32, String)> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_podaudit")]).current_dir(folder);
    let output = command.env_clear().env("HOME", folder).output()?;
    let code = output.status.code().context("killed")?;
    Ok((code, String::from_utf8(output.stderr)?))
}

/// Behind what is there already, as the shell's `>>` has it.
fn standard_output_by_name() -> Outcome {
    for name in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "-"] {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("out");
        std::fs::write(&path, "before\n")?;
        let out = OpenOptions::new().append(true).open(&path)?;
        let run = demo(&["-o", &format!("json={name}")], folder.path())?.stdout(out).run()?;
        ensure!(run.code == 0, "{name}: {}", run.stderr);
        let text = std::fs::read_to_string(&path)?;
        let report = text.strip_prefix("before\n").context("the old text is gone")?;
        ensure!(is_report(report), "{name}: {} bytes", text.len());
    }
    ensure!(Path::new("/dev/stdout").is_symlink(), "it was replaced");
    Ok(())
}

fn another_descriptor() -> Outcome {
    let folder = tempfile::tempdir()?;
    for name in ["/dev/fd/5", "/proc/self/fd/5"] {
        let script = format!("exec 5> five; echo before >&5; \"$0\" --demo -o json={name}");
        let (code, error) = shell(&script, folder.path())?;
        ensure!(code == 0, "{name}: {error}");
        let text = std::fs::read_to_string(folder.path().join("five"))?;
        ensure!(text.strip_prefix("before\n").is_some_and(is_report), "{name}: {text:.200}");
    }
    let reads = "\"$0\" --demo -o json=/dev/fd/5 5< five";
    let (code, error) = shell(reads, folder.path())?;
    ensure!(code == 4 && error.contains("for reading only"), "{code}: {error}");
    let (code, error) = shell("\"$0\" --demo -o json=/dev/fd/987", folder.path())?;
    ensure!(code == 4 && error.contains("/dev/fd/987"), "{code}: {error}");
    Ok(())
}

/// It stays one.
fn pipe() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("pipe");
    ensure!(Command::new("mkfifo").arg(&path).status()?.success(), "mkfifo");
    let reading = path.clone();
    let reader = std::thread::spawn(move || std::fs::read_to_string(reading));
    let run = demo(&["-o", "json=pipe"], folder.path())?.run()?;
    ensure!(run.code == 0, "{}", run.stderr);
    let text = reader.join().ok().context("the reader")??;
    ensure!(is_report(&text), "{} bytes", text.len());
    ensure!(!path.is_file() && path.exists(), "the pipe was replaced");
    Ok(())
}

/// A link stays one; what it leads to is written, and made if it is not there.
fn link() -> Outcome {
    let folder = tempfile::tempdir()?;
    let real = tempfile::tempdir()?;
    let target = real.path().join("real.json");
    symlink(&target, folder.path().join("direct"))?;
    symlink("direct", folder.path().join("latest"))?;
    for _ in 0..2 {
        let run = demo(&["-o", "json=latest"], folder.path())?.run()?;
        ensure!(run.code == 0, "{}", run.stderr);
        ensure!(is_report(&std::fs::read_to_string(&target)?), "not there");
        ensure!(folder.path().join("latest").is_symlink(), "the link was replaced");
        ensure!(std::fs::read_dir(real.path())?.count() == 1, "something is left there");
    }
    let run = demo(&["-o", "json=no/such/folder"], folder.path())?.run()?;
    ensure!(run.code == 4, "exit code {}", run.code);
    run.assert_stderr(&["no/such/folder"])
}

fn mode() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mode = |name: &str| -> anyhow::Result<u32> {
        Ok(std::fs::metadata(folder.path().join(name))?.permissions().mode() & 0o7777)
    };
    let private = folder.path().join("private.json");
    std::fs::write(&private, "old")?;
    std::fs::set_permissions(&private, std::fs::Permissions::from_mode(0o600))?;
    let script = "umask 027; \"$0\" --demo -o json=private.json -o table=new.txt";
    let (code, error) = shell(script, folder.path())?;
    ensure!(code == 0, "{error}");
    ensure!(mode("private.json")? == 0o600, "the old file's mode has changed");
    ensure!(mode("new.txt")? == 0o640, "a new file has what the umask leaves");
    Ok(())
}

/// Closed, only to be read, full: never a success.
fn nowhere() -> Outcome {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("file"), "")?;
    for to in [">&-", "1< file", "> /dev/full"] {
        for args in ["--demo -o json", "--demo", "rules", "explain deploy/web --demo -n shop"] {
            let (code, error) = shell(&format!("\"$0\" {args} {to}"), folder.path())?;
            // What is not there to be explained fails anyway.
            ensure!(code == 4, "{args} {to}: exit code {code}: {error}");
            let lines: Vec<_> = error.lines().filter(|line| line.contains("error")).collect();
            ensure!(lines.len() == 1, "{args} {to}: {error}");
        }
        let (code, error) = shell(&format!("\"$0\" --demo -o json=f.json {to}"), folder.path())?;
        ensure!(code == 0, "it needs no standard output: {error}");
    }
    // Nobody is told, but the exit code is no other.
    for to in ["2> /dev/full", "2>&-", "2< file"] {
        let (code, _) = shell(&format!("\"$0\" -f /does/not/exist {to}"), folder.path())?;
        ensure!(code == 4, "{to}: exit code {code}");
    }
    let (code, error) = shell("\"$0\" --demo > /dev/null", folder.path())?;
    ensure!(code == 0, "{error}");
    // As programs do that discard an output: for reading and writing.
    let (code, error) = shell("\"$0\" --demo 1<> /dev/null", folder.path())?;
    ensure!(code == 0, "{error}");
    Ok(())
}

fn one_place_for_two() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.json");
    std::fs::write(&path, "old")?;
    symlink("a.json", folder.path().join("link"))?;
    std::fs::hard_link(&path, folder.path().join("hard"))?;
    let whole = format!("html={}", path.display());
    for (one, other) in [
        ("json=a.json", "html=a.json"),
        ("json=a.json", "html=./a.json"),
        ("json=a.json", "html=link"),
        ("json=link", "html=hard"),
        ("json=a.json", whole.as_str()),
        ("json=new", "html=./new"),
        ("json", "table"),
        ("json", "table=/dev/stdout"),
        ("json=/dev/fd/1", "table=/proc/self/fd/1"),
    ] {
        let run = demo(&["-o", one, "-o", other], folder.path())?.run()?;
        ensure!(run.code == 2, "{one} and {other}: exit code {}: {}", run.code, run.stderr);
        ensure!(run.stdout.is_empty(), "{one} and {other}: a report all the same");
    }
    ensure!(std::fs::read_to_string(&path)? == "old", "it was written");
    let run = demo(&["-o", "json=/dev/null", "-o", "html=/dev/null"], folder.path())?.run()?;
    ensure!(run.code == 0, "a device takes everything: {}", run.stderr);
    Ok(())
}

fn what_a_killed_run_left() -> Outcome {
    let folder = tempfile::tempdir()?;
    let left = folder.path().join(".podaudit-Ab3dEf");
    let live = folder.path().join(".podaudit-Gh7jKl");
    File::create(&left)?.write_all(b"half a report")?;
    let writing = File::create(&live)?;
    writing.lock()?;
    let run = demo(&["-o", "json=report.json"], folder.path())?.run()?;
    ensure!(run.code == 0, "{}", run.stderr);
    ensure!(!left.exists() && live.exists(), "only what nobody writes is removed");
    let mut text = String::new();
    File::open(folder.path().join("report.json"))?.read_to_string(&mut text)?;
    ensure!(is_report(&text), "{text:.200}");
    Ok(())
}
