//! An API server that holds what it is given, or misbehaves as it is told.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use podaudit::inventory::Resource;
use serde_json::{Value, json};

use super::ensure;

/// What a server does with a request.
pub(crate) enum Act {
    Answer(u16, Value),
    /// What is compressed already.
    Gzip(Arc<Vec<u8>>),
    /// Half of the answer, and the connection closes.
    Half(Value),
    /// Nothing, for as long as the client waits.
    Hang,
}

/// A request: its path with the query, and its token.
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) token: String,
    /// How many requests for pods there were before.
    pub(crate) earlier: usize,
}

/// An API server on loopback; `pods` answers the requests for pods.
pub(crate) fn serve(
    pods: impl Fn(&Request) -> Act + Send + Sync + 'static,
) -> anyhow::Result<String> {
    start(move |request| if is_pods(&request.path) { pods(request) } else { other(&request.path) })
}

/// An API server on loopback with these objects, each list in one page.
pub(crate) fn holding(objects: Vec<Value>) -> anyhow::Result<String> {
    start(move |request| {
        let plural = plural(&request.path);
        let kind = Resource::AUDIT.into_iter().find(|kind| kind.plural() == plural);
        let Some(kind) = kind else { return other(&request.path) };
        let items: Vec<_> = objects.iter().filter(|o| o["kind"] == kind.kind()).collect();
        let list = json!({"kind": list(plural), "metadata": {}, "items": items});
        Act::Answer(200, list)
    })
}

/// What a path lists.
fn plural(path: &str) -> &str {
    path.split('?').next().unwrap_or_default().rsplit('/').next().unwrap_or_default()
}

fn is_pods(path: &str) -> bool {
    path.starts_with("/api/v1/pods")
}

fn start(act: impl Fn(&Request) -> Act + Send + Sync + 'static) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let server = format!("http://{}", listener.local_addr()?);
    let act = Arc::new(act);
    let lists_of_pods = Arc::new(AtomicUsize::new(0));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (act, lists_of_pods) = (Arc::clone(&act), Arc::clone(&lists_of_pods));
            std::thread::spawn(
                move || while answer(&stream, act.as_ref(), &lists_of_pods).is_ok() {},
            );
        }
    });
    Ok(server)
}

fn answer(
    mut stream: &TcpStream,
    act: &(impl Fn(&Request) -> Act + ?Sized),
    lists_of_pods: &AtomicUsize,
) -> anyhow::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        ensure!(reader.read_line(&mut head)? > 0, "closed");
    }
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let token = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": Bearer ")?;
        name.eq_ignore_ascii_case("authorization").then(|| value.to_owned())
    });
    let earlier = if is_pods(&path) { lists_of_pods.fetch_add(1, Ordering::SeqCst) } else { 0 };
    let request = Request { path, token: token.unwrap_or_default(), earlier };
    let (code, body, end) = match &act(&request) {
        Act::Answer(code, body) => (*code, body.to_string(), 1),
        Act::Half(body) => (200, body.to_string(), 2),
        Act::Gzip(bytes) => {
            write!(stream, "HTTP/1.1 200 Any\r\nContent-Type: application/json\r\n")?;
            write!(stream, "Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", bytes.len())?;
            return Ok(stream.write_all(bytes)?);
        }
        Act::Hang => loop {
            std::thread::sleep(Duration::from_secs(1));
        },
    };
    let length = body.len();
    write!(stream, "HTTP/1.1 {code} Any\r\nContent-Type: application/json\r\n")?;
    write!(stream, "Content-Length: {length}\r\n\r\n{}", &body[..length / end])?;
    ensure!(end == 1, "half an answer is the end");
    Ok(())
}

fn other(path: &str) -> Act {
    let plural = plural(path);
    match plural {
        "version" => Act::Answer(200, json!({"gitVersion": "v1.99.0"})),
        "openid-configuration" => Act::Answer(200, json!({"issuer": "https://issuer"})),
        _ => Act::Answer(200, json!({"kind": list(plural), "metadata": {}, "items": []})),
    }
}

/// What a list of this kind is called, as podaudit asks for it.
fn list(plural: &str) -> String {
    let kind = Resource::AUDIT.into_iter().find(|kind| kind.plural() == plural);
    let kind = kind.filter(|kind| !kind.is_metadata_only());
    format!("{}List", kind.map_or("PartialObjectMetadata", Resource::kind))
}

/// One of two pages, each with a pod of its own.
pub(crate) fn page(request: &Request) -> Value {
    let first = !request.path.contains("continue=");
    let (name, token) = if first { ("first", "more") } else { ("second", "") };
    let pod = json!({
        "metadata": {"name": name, "namespace": "shop", "uid": name},
        "spec": {"containers": [{"name": "app", "securityContext": {"privileged": true}}]},
    });
    json!({"kind": "PodList", "metadata": {"continue": token}, "items": [pod]})
}
