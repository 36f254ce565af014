//! However a cluster ends, and however early, nothing of it stays on the machine.

use std::fs::{read, read_dir, read_to_string};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use tempfile::TempDir;

use super::cluster::folder;
use crate::support::api::wait_for;
use crate::support::{Outcome, ensure};

/// Who is killed.
enum Victim {
    /// The process that started the cluster and holds its standard input.
    Runner,
    /// The process that the runner started.
    Supervisor,
    /// The first process inside the namespaces.
    First,
}

/// One that is still starting when it is killed, so that the test need not wait for it.
struct Starting {
    runner: Child,
    supervisor: Child,
    dir: PathBuf,
    /// The only cluster's folder is in there.
    temporary: TempDir,
}

impl Starting {
    fn begin() -> anyhow::Result<Self> {
        let temporary = tempfile::tempdir()?;
        let mut runner = Command::new("sleep").arg("3600").stdout(Stdio::piped()).spawn()?;
        let supervisor = Command::new(folder().join("cluster"))
            .env("TMPDIR", temporary.path())
            .stdin(runner.stdout.take().context("no pipe")?)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut cluster = Self { runner, supervisor, dir: PathBuf::new(), temporary };
        // The kubelet has begun, so there are mounts, processes and cgroups of every kind.
        cluster.dir = wait_for("a kubelet", || cluster.with_a_kubelet())?;
        Ok(cluster)
    }

    /// The cluster's folder, once its kubelet writes a log.
    fn with_a_kubelet(&self) -> anyhow::Result<Option<PathBuf>> {
        let first = read_dir(self.temporary.path())?.next().transpose()?;
        Ok(first.map(|entry| entry.path()).filter(|dir| {
            read(dir.join("nodes/node-1/kubelet.log")).is_ok_and(|log| !log.is_empty())
        }))
    }

    fn kill(&mut self, victim: &Victim) -> Outcome {
        match victim {
            Victim::Runner => self.runner.kill()?,
            Victim::Supervisor => self.supervisor.kill()?,
            Victim::First => {
                let pid = read_to_string(self.dir.join("pid"))?;
                let killed = Command::new("kill").args(["-KILL", pid.trim_end()]).status()?;
                ensure!(killed.success(), "unable to kill {pid}");
            }
        }
        Ok(())
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        let _ = self.runner.kill();
        let _ = self.runner.wait();
        let _ = self.supervisor.wait();
    }
}

fn none_after(victim: &Victim) -> Outcome {
    let mut cluster = Starting::begin()?;
    let name =
        cluster.dir.file_name().and_then(|name| name.to_str()).context("no name")?.to_owned();
    ensure!(!leftovers(&name)?.is_empty(), "this test would not find anything");
    cluster.kill(victim)?;
    wait_for("its folder to go", || Ok((!cluster.dir.exists()).then_some(())))?;
    // What is dead already may take a moment to be reaped.
    let gone = wait_for("the rest to go", || Ok(leftovers(&name)?.is_empty().then_some(())));
    gone.with_context(|| format!("left: {:?}", leftovers(&name)))
}

pub(super) fn after_the_runner() -> Outcome {
    none_after(&Victim::Runner)
}

pub(super) fn after_the_supervisor() -> Outcome {
    none_after(&Victim::Supervisor)
}

pub(super) fn after_the_first_process() -> Outcome {
    none_after(&Victim::First)
}

/// Cgroups, processes, mounts and addresses of the cluster with this folder name.
fn leftovers(name: &str) -> anyhow::Result<Vec<String>> {
    let mounts = read_to_string("/proc/self/mountinfo")?;
    let mut left: Vec<_> =
        mounts.lines().filter(|line| line.contains(name)).map(str::to_owned).collect();
    for line in mounts.lines().filter(|line| line.contains(" - cgroup")) {
        let hierarchy = line.split(' ').nth(4).context("no mount point")?;
        let cgroup = Path::new(hierarchy).join(name);
        left.extend(cgroup.exists().then(|| cgroup.display().to_string()));
    }
    for process in read_dir("/proc")? {
        let process = process?.path();
        // A process that has ended meanwhile has no file.
        if read_to_string(process.join("cgroup")).is_ok_and(|cgroups| cgroups.contains(name)) {
            left.push(process.display().to_string());
        }
    }
    let addresses = Command::new("ip").args(["-oneline", "address"]).output()?;
    let addresses = String::from_utf8(addresses.stdout)?;
    left.extend(addresses.lines().filter(|line| line.contains(" 10.1.0.")).map(str::to_owned));
    Ok(left)
}
