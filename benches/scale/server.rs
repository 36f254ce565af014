//! An API server that has a generated cluster, in a process of its own: HTTP/1.1 and GET alone, a
//! thread a connection, answers in chunks of one object as the real one sends them.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;
use podaudit::inventory::Resource;
use podaudit::inventory::decode::Wire;

use crate::cluster::Cluster;
use crate::cluster::list::List;

const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

type Lists = Mutex<BTreeMap<(Resource, bool), Arc<OnceLock<List>>>>;

struct Server {
    cluster: Cluster,
    lists: Lists,
    /// Requests and bytes of their answers since the last time that somebody asked.
    sent: Mutex<(u64, u64)>,
}

/// Says where it listens, and serves until standard input ends.
pub(crate) fn serve(pods: usize) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    let cluster = Cluster { pods, managed: true };
    let (lists, sent) = (Mutex::default(), Mutex::default());
    let server = Arc::new(Server { cluster, lists, sent });
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let server = server.clone();
            thread::spawn(move || server.talk(&connection));
        }
    });
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// A request, as far as it matters.
#[derive(Default)]
struct Request {
    path: String,
    query: String,
    protobuf: bool,
    gzip: bool,
}

impl Request {
    fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let target = line.split(' ').nth(1).unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut request =
            Self { path: path.to_owned(), query: query.to_owned(), ..Self::default() };
        loop {
            line.clear();
            from.read_line(&mut line)?;
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                return Ok(Some(request));
            }
            request.protobuf |= header.starts_with("accept:") && header.contains(PROTOBUF);
            request.gzip |= header.starts_with("accept-encoding:") && header.contains("gzip");
        }
    }

    fn number(&self, name: &str) -> Option<usize> {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(key, _)| *key == name)?.1.parse().ok()
    }
}

impl Server {
    fn talk(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        while let Some(request) = Request::read(&mut reader)? {
            let mut out = Out { stream, buffer: Vec::with_capacity(Out::SIZE), sent: 0 };
            self.answer(&request, &mut out)?;
            out.send()?;
            let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
            (sent.0, sent.1) = (sent.0 + 1, sent.1 + out.sent);
        }
        Ok(())
    }

    fn answer(&self, request: &Request, out: &mut Out<'_>) -> io::Result<()> {
        let known = Resource::AUDIT.into_iter().find(|resource| {
            let root = if resource.api_version().contains('/') { "apis" } else { "api" };
            request.path == format!("/{root}/{}/{}", resource.api_version(), resource.plural())
        });
        let Some(resource) = known else { return self.other(&request.path, out) };
        let list = {
            let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
            lists.entry((resource, request.protobuf)).or_default().clone()
        };
        let wire = if request.protobuf { Wire::Protobuf } else { Wire::Json };
        let list = list.get_or_init(|| List::new(self.cluster, resource, wire));
        let content_type = if request.protobuf { PROTOBUF } else { "application/json" };
        let encoding = if request.gzip { "Content-Encoding: gzip\r\n" } else { "" };
        write!(
            out.buffer,
            "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n{encoding}Transfer-Encoding: chunked\r\n\r\n"
        )?;
        let from = request.number("continue").unwrap_or_default();
        let limit = request.number("limit").unwrap_or(usize::MAX);
        if request.gzip {
            let mut gzip = GzEncoder::new(&mut *out, Compression::fast());
            list.page(from, limit, &mut gzip)?;
            gzip.finish()?;
        } else {
            list.page(from, limit, out)?;
        }
        out.buffer.extend(b"0\r\n\r\n");
        Ok(())
    }

    /// What clients ask before they list.
    fn other(&self, path: &str, out: &mut Out<'_>) -> io::Result<()> {
        let body = match path {
            "/version" => r#"{"major":"1","minor":"37","gitVersion":"v1.37.2"}"#.to_owned(),
            "/api" => r#"{"kind":"APIVersions","versions":["v1"]}"#.to_owned(),
            "/apis" => r#"{"kind":"APIGroupList","apiVersion":"v1","groups":[]}"#.to_owned(),
            "/api/v1" => r#"{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get","list"]}]}"#.to_owned(),
            "/sent" => {
                let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
                let (requests, bytes) = std::mem::take(&mut *sent);
                format!("{requests} {bytes}")
            }
            path => {
                let resource = path.rsplit('/').next().and_then(|plural| {
                    Resource::AUDIT.into_iter().find(|resource| resource.plural() == plural)
                });
                let body = match resource {
                    Some(resource) => format!(r#"{{"kind":"{}List","apiVersion":"{}","metadata":{{}},"items":[]}}"#, resource.kind(), resource.api_version()),
                    None => r#"{"kind":"Status","status":"Failure","code":404}"#.to_owned(),
                };
                let code = if resource.is_some() { "200 OK" } else { "404 Not Found" };
                return write!(out.buffer, "HTTP/1.1 {code}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            }
        };
        write!(
            out.buffer,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}

/// An answer on its way: each write is a chunk.
struct Out<'a> {
    stream: &'a TcpStream,
    buffer: Vec<u8>,
    sent: u64,
}

impl Out<'_> {
    /// Bytes a system call.
    const SIZE: usize = 256 << 10;

    fn send(&mut self) -> io::Result<()> {
        self.stream.write_all(&self.buffer)?;
        self.sent += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

impl Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        write!(self.buffer, "{:x}\r\n", bytes.len())?;
        self.buffer.extend_from_slice(bytes);
        self.buffer.extend(b"\r\n");
        if self.buffer.len() > Self::SIZE - (32 << 10) {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
