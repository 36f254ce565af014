//! Servers for the length of a test: on loopback only, with files of their own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::Value;
use tempfile::TempDir;

use super::command::isolated;
use super::{ensure, tools};

/// How long a server may take to start, and a sample to arrive; it is a matter of seconds unless
/// the machine is busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A process that listens; it ends with the value.
pub(crate) struct Server {
    child: Child,
    /// Host and port.
    pub(crate) address: String,
    folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(
        program: &str,
        ready: &str,
        args: impl FnOnce(&TempDir) -> anyhow::Result<Vec<String>>,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let child = isolated(program, folder.path())
            .args(args(&folder)?)
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("unable to start {program}"))?;
        let server = Self { child, address, folder };
        wait(|| Ok(server.get(ready).is_ok().then_some(())))?;
        Ok(server)
    }

    /// A Pushgateway without any group. Debian's keeps what it has in /var/lib/prometheus, for the
    /// next one that starts, unless it is told another file.
    pub(crate) fn pushgateway() -> anyhow::Result<Self> {
        Self::start("prometheus-pushgateway", "/-/ready", |folder| {
            let file = folder.path().join("pushgateway.data");
            Ok(vec![format!("--persistence.file={}", file.display())])
        })
    }

    /// A node exporter that knows textfiles alone.
    pub(crate) fn textfile_collector(folder: &std::path::Path) -> anyhow::Result<Self> {
        Self::start("prometheus-node-exporter", "/metrics", |_| {
            let textfiles = format!("--collector.textfile.directory={}", folder.display());
            let alone = ["--collector.disable-defaults", "--collector.textfile"];
            Ok(alone.into_iter().map(str::to_owned).chain([textfiles]).collect())
        })
    }

    /// A Prometheus that scrapes this target and keeps the labels as they are.
    pub(crate) fn prometheus(target: &str) -> anyhow::Result<Self> {
        Self::start("prometheus", "/-/ready", |folder| {
            let config = folder.path().join("prometheus.yml");
            std::fs::write(
                &config,
                format!(
                    "global: {{scrape_interval: 200ms, scrape_timeout: 200ms}}\nscrape_configs:\n\
                     - {{job_name: test, honor_labels: true, static_configs: [{{targets: ['{target}']}}]}}\n"
                ),
            )?;
            Ok(vec![
                format!("--config.file={}", config.display()),
                format!("--storage.tsdb.path={}", folder.path().join("data").display()),
                // Debian's are in /etc/prometheus.
                format!("--web.console.templates={}", folder.path().display()),
                format!("--web.console.libraries={}", folder.path().display()),
            ])
        })
    }

    /// Reads a page.
    pub(crate) fn get(&self, path: &str) -> anyhow::Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.address)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("no answer")?;
        ensure!(head.split(' ').nth(1) == Some("200"), "{head}");
        Ok(body.to_owned())
    }

    /// Asks Prometheus until the answer is not empty: labels and values.
    pub(crate) fn query(&self, expression: &str) -> anyhow::Result<Vec<(Value, f64)>> {
        wait(|| {
            let found = self.ask(expression)?;
            Ok((!found.is_empty()).then_some(found))
        })
        .with_context(|| format!("no sample of {expression}"))
    }

    fn ask(&self, expression: &str) -> anyhow::Result<Vec<(Value, f64)>> {
        let server = format!("http://{}", self.address);
        let mut promtool = isolated("promtool", self.folder.path());
        promtool.args(["query", "instant", "--format=json", &server, expression]);
        let answer: Value = serde_json::from_str(&tools::succeeds(&mut promtool)?)?;
        let samples = answer.as_array().context("not a vector")?.iter();
        let sample = |sample: &Value| -> anyhow::Result<(Value, f64)> {
            let value = sample["value"][1].as_str().context("no value")?.parse()?;
            Ok((sample["metric"].clone(), value))
        };
        samples.map(sample).collect()
    }
}

/// Tries until there is something.
fn wait<T>(mut attempt: impl FnMut() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    let start = Instant::now();
    loop {
        if let Some(found) = attempt()? {
            return Ok(found);
        }
        if start.elapsed() > PATIENCE {
            bail!("nothing after {} s", PATIENCE.as_secs());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}
