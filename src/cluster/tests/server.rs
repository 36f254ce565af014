//! An API server that is a function: pods in pages, and a script of faults, one a request.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::stream::BoxStream;
use http::{Request, Response};
use http_body_util::StreamBody;
use kube::client::Body;
use serde_json::{Value, json};

use super::super::{ClusterError, ConnectOptions, Connection, ScanScope, collect};
use super::body::{Frames, InFlight, Load, frames};
use super::fault::Fault;
use super::world::{self, List};
use crate::inventory::{Coverage, Inventory, Resource};
use crate::wire::messages::MessageWriter;

/// Three pages of 500.
pub(super) const PODS: usize = 1_300;
/// Pods of a server that is worth to be read by namespace.
pub(super) const MANY: usize = 5_600;

#[derive(Clone)]
pub(super) struct Server(pub(super) Arc<State>);

pub(super) struct State {
    /// By path.
    pub(super) faults: Mutex<BTreeMap<String, VecDeque<Fault>>>,
    pub(super) lists: Mutex<Vec<List>>,
    /// The resourceVersion of lists.
    pub(super) moment: AtomicU64,
    pub(super) speaks_protobuf: bool,
    resources: Vec<Resource>,
    pub(super) limits: Mutex<Vec<usize>>,
    load: Arc<Load>,
    stop_after: Option<Duration>,
}

/// A scan and what the server saw of it.
pub(super) struct Outcome {
    pub(super) inventory: Result<Inventory, ClusterError>,
    pub(super) elapsed: Duration,
    pub(super) limits: Vec<usize>,
    pub(super) most_in_flight: usize,
}

impl Outcome {
    pub(super) fn inventory(&self) -> &Inventory {
        self.inventory.as_ref().expect("a scan")
    }

    pub(super) fn record(&self) -> Coverage {
        self.inventory().coverage(Resource::Pods)
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.inventory().pods().map(|pod| pod.metadata.name).collect()
    }

    pub(super) fn all() -> Vec<String> {
        (0..PODS).map(Server::name).collect()
    }

    /// The names of all pods of a server with many.
    pub(super) fn all_of_many() -> Vec<String> {
        (0..MANY).map(Server::name).collect()
    }
}

pub(super) type Answer = (u16, &'static str, Option<u64>, Value);

impl Server {
    pub(super) fn new(faults: &[Fault]) -> Self {
        Self::with_pods(PODS, |_| "shop".to_owned(), faults)
    }

    /// With many pods, in so many namespaces.
    pub(super) fn many(namespaces: usize, faults: &[Fault]) -> Self {
        let namespace = |number| format!("ns-{:02}", number * namespaces / MANY);
        let server = Self::with_pods(MANY, namespace, faults);
        let named = |number| {
            let name = format!("ns-{number:02}");
            (name.clone(), json!({"metadata": {"name": name}}))
        };
        let list = (
            Resource::Namespaces.list_path(None),
            "Namespace",
            (0..namespaces).map(named).collect(),
        );
        server.0.lists.lock().expect("lists").push(list);
        server
    }

    fn with_pods(count: usize, namespace: impl Fn(usize) -> String, faults: &[Fault]) -> Self {
        let pod = |number: usize| {
            let name = Self::name(number);
            let pod = json!({
                "metadata": {
                    "name": name, "namespace": namespace(number), "uid": format!("uid-{name}"),
                },
                "spec": {"hostNetwork": Self::has_host_network(&name)},
            });
            (name, pod)
        };
        let pods = (0..count).map(pod);
        let none = |kind: Resource| (kind.list_path(None), kind.kind(), Vec::new());
        let pods = (Resource::Pods.list_path(None), "Pod", pods.collect());
        Self(Arc::new(State {
            faults: Mutex::new([(pods.0.clone(), faults.iter().copied().collect())].into()),
            lists: Mutex::new(vec![none(Resource::ServiceAccounts), pods]),
            speaks_protobuf: false,
            resources: vec![Resource::ServiceAccounts, Resource::Pods],
            moment: AtomicU64::new(1),
            limits: Mutex::default(),
            load: Arc::default(),
            stop_after: None,
        }))
    }

    /// With objects of all kinds, and with faults at other lists than that of the pods. The pods
    /// belong to a Deployment.
    pub(super) fn with_all(self, faults: &[(Resource, Fault)], speaks_protobuf: bool) -> Self {
        let mut state = Arc::into_inner(self.0).expect("not shared yet");
        let lists = state.lists.get_mut().expect("lists");
        lists.retain(|(_, kind, _)| *kind != "ServiceAccount");
        for (_, pod) in &mut lists[0].2 {
            let owner = json!({"kind": "ReplicaSet", "name": "web-1", "uid": "uid-web-1"});
            pod["metadata"]["ownerReferences"] = json!([owner]);
            pod["metadata"]["ownerReferences"][0]["controller"] = json!(true);
            pod["spec"]["containers"] = json!([{"name": "app", "image": "app"}]);
        }
        let has_namespaces = lists.len() > 1;
        let more = world::lists().into_iter();
        lists.extend(more.filter(|(_, kind, _)| !has_namespaces || *kind != "Namespace"));
        let by_path = state.faults.get_mut().expect("faults");
        for (resource, fault) in faults {
            by_path.entry(resource.list_path(None)).or_default().push_back(*fault);
        }
        let resources = Resource::AUDIT.to_vec();
        Self(Arc::new(State { speaks_protobuf, resources, ..state }))
    }

    pub(super) fn stopped_after(mut self, after: Duration) -> Self {
        Arc::get_mut(&mut self.0).expect("not shared yet").stop_after = Some(after);
        self
    }

    /// Of all pods.
    pub(super) fn names(&self) -> Vec<String> {
        let lists = self.0.lists.lock().expect("lists");
        let pods = lists.iter().find(|(_, kind, _)| *kind == "Pod").expect("pods");
        pods.2.iter().map(|(name, _)| name.clone()).collect()
    }

    pub(super) fn name(number: usize) -> String {
        format!("pod-{number:04}")
    }

    pub(super) fn has_host_network(name: &str) -> bool {
        name.ends_with('7')
    }

    pub(super) fn scan(self, options: &ConnectOptions) -> Outcome {
        let outcome = self.try_scan(options);
        assert!(outcome.inventory.is_ok(), "{:?}", outcome.inventory);
        outcome
    }

    /// Reads it all, on a clock that jumps to the next timer when nothing else is to be done.
    pub(super) fn try_scan(self, options: &ConnectOptions) -> Outcome {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let begin = tokio::time::Instant::now();
            let server = self.clone();
            let service = tower::service_fn(move |request| {
                let server = server.clone();
                async move { server.answer(request).await }
            });
            let client = kube::Client::new(service, "default");
            let connection =
                Connection::new(client, "http://server".into(), "test".into(), options);
            let scope = ScanScope { resources: self.0.resources.clone(), ..ScanScope::default() };
            let stop = async {
                match self.0.stop_after {
                    Some(after) => tokio::time::sleep(after).await,
                    None => std::future::pending().await,
                }
                "stopped by SIGINT".to_owned()
            };
            let read = collect(&connection, &scope, |_, _| {}, stop);
            let read = tokio::time::timeout(Duration::from_hours(1), read).await.expect("an end");
            Outcome {
                inventory: read.map(|(inventory, _)| inventory),
                elapsed: begin.elapsed(),
                limits: self.0.limits.lock().expect("limits").clone(),
                most_in_flight: self.0.load.most.load(Ordering::Relaxed),
            }
        })
    }

    async fn answer(
        &self,
        request: Request<Body>,
    ) -> Result<Response<StreamBody<BoxStream<'static, Frames>>>, std::io::Error> {
        let path = request.uri().path().to_owned();
        let guard = InFlight::new(&self.0.load);
        let fault = self.fault(&path);
        match fault {
            Fault::Reset => return Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
            Fault::Stall => std::future::pending().await,
            _ => {}
        }
        let (code, media, retry_after, body) = match path.as_str() {
            "/version" => ok(json!({"gitVersion": "v1.99.0"})),
            "/.well-known/openid-configuration" => ok(json!({"issuer": "https://issuer"})),
            _ => self.list(&request, fault),
        };
        // As the API server does, which writes what a page is before what is in it.
        let first = ["kind", "metadata", "items"].into_iter().filter(|key| !body[*key].is_null());
        let first: Vec<_> = first.map(|key| format!("{key:?}:{}", body[key])).collect();
        let mut bytes = match media {
            PROTOBUF => MessageWriter::new().list("Pod", "core.v1.Pod", &body),
            _ if body["items"].is_array() => format!("{{{}}}", first.join(",")).into_bytes(),
            _ => body.to_string().into_bytes(),
        };
        if matches!(fault, Fault::Garbage) {
            let middle = bytes.len() / 2;
            bytes[middle..].fill(b'\x01');
        }
        let mut response = Response::builder().status(code).header("content-type", media);
        if let Some(seconds) = retry_after {
            response = response.header("retry-after", seconds);
        }
        Ok(response.body(StreamBody::new(frames(&bytes, fault, guard))).expect("a response"))
    }
}

pub(super) const JSON: &str = "application/json";
pub(super) const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

fn ok(body: Value) -> Answer {
    (200, JSON, None, body)
}
