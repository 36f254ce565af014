//! Runs the real program as a user would, but with nothing of this machine: no environment, an
//! empty home folder, no kubeconfig unless the test names one.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::Value;
use tempfile::TempDir;

use super::ensure;
use crate::support::report::Report;

/// Far more than any of these scans needs; a program that hangs fails its test.
const PATIENCE: Duration = Duration::from_mins(2);

/// A run to be.
pub(crate) struct Program {
    command: Command,
    home: TempDir,
    stdin: Stdio,
    stdout: Option<Stdio>,
}

/// A run that has begun.
pub(crate) struct Running {
    child: Child,
    home: TempDir,
}

/// What a run left behind.
pub(crate) struct Run {
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Program {
    /// The program with these arguments.
    pub(crate) fn new(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> anyhow::Result<Self> {
        Self::of(Command::new(env!("CARGO_BIN_EXE_podaudit")), args)
    }

    /// The program as in a pod with these credentials and so many KiB: see `tests/envtest/in-pod`.
    pub(crate) fn in_pod(
        secrets: &Path,
        memory: u64,
        args: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> anyhow::Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/envtest/in-pod");
        let mut command = Command::new(script);
        command.arg(secrets).arg(memory.to_string()).arg(env!("CARGO_BIN_EXE_podaudit"));
        Self::of(command, args)
    }

    fn of(
        mut command: Command,
        args: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> anyhow::Result<Self> {
        let home = tempfile::tempdir()?;
        command
            .args(args)
            .env_clear()
            .env("HOME", home.path())
            .env("PATH", home.path())
            .current_dir(home.path());
        Ok(Self { command, home, stdin: Stdio::null(), stdout: None })
    }

    /// With one more argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// With more arguments.
    pub(crate) fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// With one more variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// In this folder.
    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// With this file as standard input.
    pub(crate) fn stdin(mut self, file: &Path) -> anyhow::Result<Self> {
        self.stdin = File::open(file)?.into();
        Ok(self)
    }

    /// With this as standard output.
    pub(crate) fn stdout(mut self, to: impl Into<Stdio>) -> Self {
        self.stdout = Some(to.into());
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> anyhow::Result<Run> {
        self.start()?.wait()
    }

    /// Starts it.
    pub(crate) fn start(mut self) -> anyhow::Result<Running> {
        // Files rather than pipes: nothing has to be drained while waiting.
        let out = File::create(self.home.path().join("stdout"))?;
        let err = File::create(self.home.path().join("stderr"))?;
        self.command.stdin(self.stdin).stdout(self.stdout.unwrap_or(out.into())).stderr(err);
        let child = self.command.spawn().context("unable to start podaudit")?;
        Ok(Running { child, home: self.home })
    }
}

impl Running {
    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end.
    pub(crate) fn wait(self) -> anyhow::Result<Run> {
        let Self { mut child, home } = self;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if start.elapsed() > PATIENCE {
                child.kill()?;
                bail!("podaudit still runs after {} s", PATIENCE.as_secs());
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let run = Run {
            code: status.code().context("podaudit was killed by a signal")?,
            stdout: std::fs::read_to_string(home.path().join("stdout"))?,
            stderr: std::fs::read_to_string(home.path().join("stderr"))?,
        };
        ensure!(!run.stderr.contains("panicked at"), "podaudit panicked: {}", run.stderr);
        Ok(run)
    }
}

impl Run {
    /// The JSON report, after a run that ended with this code.
    pub(crate) fn report(&self, code: i32) -> anyhow::Result<Report> {
        ensure!(self.code == code, "exit code {}, not {code}: {}", self.code, self.stderr);
        let json: Value = serde_json::from_str(&self.stdout)
            .with_context(|| format!("stdout is not JSON: {:.200}", self.stdout))?;
        Ok(Report(json))
    }

    /// Checks that the run failed with one line on stderr that names all of these.
    pub(crate) fn assert_error(&self, names: &[&str]) -> anyhow::Result<()> {
        ensure!(self.code == 4, "exit code {}, not 4: {}", self.code, self.stderr);
        ensure!(self.stdout.is_empty(), "a report all the same: {:.200}", self.stdout);
        let lines: Vec<_> = self.stderr.lines().collect();
        ensure!(lines.len() == 1, "an error of {} lines: {}", lines.len(), self.stderr);
        self.assert_stderr(names)
    }

    /// Checks that stderr names all of these.
    pub(crate) fn assert_stderr(&self, names: &[&str]) -> anyhow::Result<()> {
        for name in names {
            ensure!(self.stderr.contains(name), "no {name:?} in the error: {}", self.stderr);
        }
        Ok(())
    }

    /// Checks that this secret was not printed anywhere.
    pub(crate) fn assert_silent_about(&self, secret: &str) -> anyhow::Result<()> {
        let printed = self.stdout.contains(secret) || self.stderr.contains(secret);
        ensure!(!printed, "a credential was printed: {}", self.stderr);
        Ok(())
    }
}
