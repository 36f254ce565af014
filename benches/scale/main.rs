//! Whole processes against a server with 1,000 to 150,000 pods: wall time, CPU, memory, bytes and
//! requests of podaudit, beside a client that reads the same pages and drops them, and kubectl.
//!
//! `cargo bench --bench scale -- [PODS…]`; each figure is the least of three runs, taken in turns.

#![allow(clippy::print_stdout, reason = "a report")]
#![allow(clippy::expect_used, reason = "a benchmark that cannot run should say so and stop")]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

#[path = "../cluster/mod.rs"]
mod cluster;
mod drain;
mod real;
mod server;

const SIZES: [usize; 4] = [1_000, 10_000, 50_000, 150_000];
/// kubectl takes gigabytes beyond.
const KUBECTL_MOST: usize = 10_000;
/// Pods up to which kubectl is measured against a real API server, whose pods have no status.
const KUBECTL_MOST_REAL: usize = 20_000;
const RUNS: usize = 3;

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words[..] {
        ["serve", pods] => server::serve(pods.parse().map_err(io::Error::other)?),
        ["drain-real", config, format, by] => {
            real::block_on(real::drain(Path::new(config), format, by))
        }
        ["fill", config, pods] => {
            let pods = pods.parse().map_err(io::Error::other)?;
            real::block_on(real::fill(Path::new(config), pods))
        }
        ["real", pods] => real(pods.parse().map_err(io::Error::other)?),
        ["drain", address] => drain::drain(address),
        ["measure", program, ref args @ ..] => measure(program, args),
        _ => {
            let sizes: Vec<usize> = words.iter().filter_map(|word| word.parse().ok()).collect();
            table(if sizes.is_empty() { &SIZES } else { &sizes })
        }
    }
}

/// Runs a program, and says what it took: as the only child of this process.
fn measure(program: &str, args: &[&str]) -> io::Result<()> {
    let begin = Instant::now();
    let status = Command::new(program).args(args).stdout(Stdio::null()).status()?;
    let wall = begin.elapsed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cpu = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    // Findings are exit code 1.
    if status.code().is_none_or(|code| code > 1) {
        return Err(io::Error::other(format!("{program}: {status}")));
    }
    println!("{} {cpu} {}", wall.as_micros(), usage.max_rss());
    Ok(())
}

#[derive(Clone, Copy, Debug)]
struct Cost {
    wall: Duration,
    cpu: Duration,
    /// KiB
    memory: u64,
    requests: u64,
    bytes: u64,
    /// Of the server.
    server: Duration,
}

/// A fixture.
struct Server {
    child: Child,
    address: String,
}

/// CPU time of a process so far, in hundredths of a second.
fn cpu(pid: u32) -> io::Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split(' ').collect();
    let ticks = |n: usize| fields.get(n).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
    Ok(ticks(12) + ticks(13))
}

/// What a command costs it and the server.
fn cost(
    command: &[&str],
    server: u32,
    sent: impl Fn() -> io::Result<(u64, u64)>,
) -> io::Result<Cost> {
    sent()?;
    let before = cpu(server)?;
    let output = Command::new(std::env::current_exe()?)
        .arg("measure")
        .args(command)
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<u64> = text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
    let [wall, taken, memory] = numbers[..] else {
        return Err(io::Error::other(format!("no figures of {command:?}")));
    };
    let server = Duration::from_millis((cpu(server)? - before) * 10);
    let (requests, bytes) = sent()?;
    let (wall, cpu) = (Duration::from_micros(wall), Duration::from_micros(taken));
    Ok(Cost { wall, cpu, memory, requests, bytes, server })
}

impl Server {
    fn start(pods: usize) -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", &pods.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        let out = child.stdout.take().expect("a pipe");
        BufReader::new(out).read_line(&mut address)?;
        Ok(Self { child, address: address.trim().to_owned() })
    }

    fn sent(&self) -> io::Result<(u64, u64)> {
        let mut stream = TcpStream::connect(&self.address)?;
        write!(stream, "GET /sent HTTP/1.1\r\n\r\n")?;
        stream.shutdown(std::net::Shutdown::Write)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let mut numbers = answer.lines().last().unwrap_or_default().split(' ');
        let mut next = || numbers.next().and_then(|n| n.parse().ok()).unwrap_or(0);
        Ok((next(), next()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its standard input ends.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The program of this build, or another to compare it with.
fn podaudit() -> String {
    std::env::var("PODAUDIT").unwrap_or_else(|_| env!("CARGO_BIN_EXE_podaudit").to_owned())
}

const TABLE: &str = "\
| pods | client | wall s | CPU s | peak MiB | MB | requests | server CPU s |
|---|---|---|---|---|---|---|---|";

fn table(sizes: &[usize]) -> io::Result<()> {
    println!("{TABLE}");
    let dir = tempfile::tempdir()?;
    for pods in sizes {
        size(*pods, dir.path())?;
    }
    Ok(())
}

fn size(pods: usize, dir: &Path) -> io::Result<()> {
    let server = Server::start(pods)?;
    let kubeconfig = dir.join("kubeconfig");
    let address = &server.address;
    std::fs::write(
        &kubeconfig,
        format!(
            r#"{{"apiVersion":"v1","kind":"Config","current-context":"c","clusters":[{{"name":"c","cluster":{{"server":"http://{address}"}}}}],"contexts":[{{"name":"c","context":{{"cluster":"c","user":"u"}}}}],"users":[{{"name":"u","user":{{}}}}]}}"#
        ),
    )?;
    let config = format!("--kubeconfig={}", kubeconfig.display());
    let report = format!("json={}", dir.join("report.json").display());
    let podaudit = &podaudit();
    let own = std::env::current_exe()?;
    let own = own.to_str().expect("a path in UTF-8");
    let mut clients = vec![
        ("drain", vec![own, "drain", address]),
        ("podaudit", vec![podaudit, &config, "-o", &report]),
        ("podaudit, gzip", vec![podaudit, &config, "-o", &report, "--gzip", "always"]),
    ];
    if pods <= KUBECTL_MOST
        && Command::new("kubectl").arg("version").arg("--client").output().is_ok()
    {
        clients.push(("kubectl", vec!["kubectl", &config, "get", "pods", "-A", "-o", "json"]));
    }
    compare(&pods.to_string(), &clients, server.child.id(), || server.sent())
}

/// Runs each in turn, and prints the fastest of its runs.
fn compare(
    what: &str,
    clients: &[(&str, Vec<&str>)],
    server: u32,
    sent: impl Fn() -> io::Result<(u64, u64)>,
) -> io::Result<()> {
    // A server makes its templates, or fills its caches.
    for (_, command) in clients {
        cost(command, server, &sent)?;
    }
    let mut best: Vec<Option<Cost>> = vec![None; clients.len()];
    for _ in 0..RUNS {
        for ((_, command), best) in clients.iter().zip(&mut best) {
            let cost = cost(command, server, &sent)?;
            *best = Some(best.filter(|best| best.wall <= cost.wall).unwrap_or(cost));
        }
    }
    for ((name, _), cost) in clients.iter().zip(best.iter().flatten()) {
        println!(
            "| {what} | {name} | {:.2} | {:.2} | {} | {} | {} | {:.2} |",
            cost.wall.as_secs_f64(),
            cost.cpu.as_secs_f64(),
            cost.memory >> 10,
            cost.bytes / 1_000_000,
            cost.requests,
            cost.server.as_secs_f64()
        );
    }
    Ok(())
}

/// A real API server with so many pods.
fn real(pods: usize) -> io::Result<()> {
    let real = real::Real::start()?;
    real::block_on(real::fill(&real.kubeconfig, pods))?;
    let dir = tempfile::tempdir()?;
    let kubeconfig = real.kubeconfig.to_str().expect("a path in UTF-8");
    let config = format!("--kubeconfig={kubeconfig}");
    let report = format!("json={}", dir.path().join("report.json").display());
    let own = std::env::current_exe()?;
    let own = own.to_str().expect("a path in UTF-8");
    let drain = |format, by| vec![own, "drain-real", kubeconfig, format, by];
    let podaudit = &podaudit();
    let mut clients = vec![
        ("drain, protobuf", drain("protobuf", "cluster")),
        ("drain, JSON", drain("json", "cluster")),
        ("drain by namespace, protobuf", drain("protobuf", "namespaces")),
        ("drain by namespace, JSON", drain("json", "namespaces")),
        ("podaudit", vec![podaudit, &config, "-o", &report]),
        ("podaudit, JSON", vec![podaudit, &config, "-o", &report, "--json-only"]),
    ];
    if pods <= KUBECTL_MOST_REAL {
        clients.push(("kubectl", vec!["kubectl", &config, "get", "pods", "-A", "-o", "json"]));
    }
    println!("{TABLE}");
    compare(&format!("{pods}, real"), &clients, real.pid, || Ok((0, 0)))
}
