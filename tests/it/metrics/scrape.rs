//! Metrics in files: as OpenMetrics for Prometheus itself, and as a textfile.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use anyhow::Context;
use serde_json::Value;

use super::metrics;
use crate::support::program::Program;
use crate::support::servers::Server;
use crate::support::{Outcome, ensure, hostile};

/// Prometheus' OpenMetrics parser is another one than that of the older text format.
pub(super) fn openmetrics_is_scraped() -> Outcome {
    let text = metrics(&["-f", &hostile::path(), "--metrics-workloads"])?;
    let series = text.lines().filter(|line| line.starts_with("podaudit_findings{")).count();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = serve(stream, &text);
        }
    });
    let prometheus = Server::prometheus(&address)?;
    let found = prometheus.query("podaudit_findings")?;
    ensure!(found.len() == series, "{} of {series} series arrived", found.len());
    let namespaces: Vec<_> = found.iter().map(|(labels, _)| &labels["namespace"]).collect();
    for name in ["<script>pwned=1</script>", "\\n## heading\\n", "-1+1 \\u{202e}\\u{2066}x"] {
        ensure!(namespaces.contains(&&Value::from(name)), "no {name} in {namespaces:?}");
    }
    Ok(())
}

fn serve(mut stream: TcpStream, text: &str) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let media = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    write!(stream, "HTTP/1.0 200 OK\r\nContent-Type: {media}\r\n\r\n{text}")
}

pub(super) fn textfile_is_collected() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("podaudit.prom");
    let output = format!("openmetrics={}", file.display());
    let run = Program::new(["--demo", "-o", &output])?.run()?;
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    let exporter = Server::textfile_collector(folder.path())?;
    let page = exporter.get("/metrics")?;
    let errors = page.lines().find(|line| line.starts_with("node_textfile_scrape_error"));
    ensure!(errors == Some("node_textfile_scrape_error 0"), "{errors:?}");
    let written = std::fs::read_to_string(&file)?;
    let samples: Vec<_> = written.lines().filter(|line| line.contains("_findings{")).collect();
    ensure!(samples.len() > 10, "{written}");
    for sample in samples {
        let (series, _) = sample.rsplit_once(' ').context("no value")?;
        ensure!(page.contains(series), "the collector does not show {series}");
    }
    Ok(())
}
