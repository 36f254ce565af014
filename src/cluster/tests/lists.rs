//! What the in-memory server answers to a list.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use http::Request;
use kube::client::Body;
use serde_json::{Value, json};

use super::fault::Fault;
use super::server::{Answer, JSON, PROTOBUF, Server};
use super::world;

impl Server {
    pub(super) fn fault(&self, path: &str) -> Fault {
        let mut faults = self.0.faults.lock().expect("faults");
        faults.get_mut(&world::limited(path).0).and_then(VecDeque::pop_front).unwrap_or(Fault::None)
    }

    pub(super) fn list(&self, request: &Request<Body>, fault: Fault) -> Answer {
        let mut lists = self.0.lists.lock().expect("lists");
        let (path, namespace) = world::limited(request.uri().path());
        if matches!(fault, Fault::Made) {
            world::make(&mut lists);
        }
        let list = lists.iter_mut().find(|(of, ..)| *of == path);
        let (_, kind, objects) = list.expect("a list of this world");
        let query = request.uri().query().unwrap_or_default().as_bytes();
        let value = |key: &str| {
            let mut pairs = form_urlencoded::parse(query);
            pairs.find(|(name, _)| name == key).map(|(_, value)| value.into_owned())
        };
        let limit: usize = value("limit").expect("never a full list").parse().expect("a number");
        if *kind == "Pod" {
            self.0.limits.lock().expect("limits").push(limit);
        }
        let token = value("continue").unwrap_or_default();
        // A list shows one moment, from its first page to its last.
        let moment = self.0.moment.load(Ordering::Relaxed).to_string();
        let (after, moment) = token.split_once('@').unwrap_or((&token, &moment));
        let status = |code: u16, message: &str| {
            (code, JSON, None, json!({"kind": "Status", "code": code, "message": message}))
        };
        let accept = request.headers()["accept"].to_str().expect("a header");
        match fault {
            Fault::Server(code) => return (code, "text/plain", None, json!("oops")),
            Fault::TooMany(after) => return (429, JSON, after, json!({"kind": "Status"})),
            Fault::Gone(_) if after.is_empty() => {}
            Fault::Gone(offers) => {
                let token = if offers { after } else { "" };
                let mut gone = status(410, "the continue token is too old");
                gone.3["metadata"] = json!({"continue": token});
                return gone;
            }
            Fault::Forbidden => return status(403, "pods is forbidden"),
            Fault::Unauthorized => return status(401, "Unauthorized"),
            Fault::NotAcceptable if accept.contains("protobuf") => return status(406, "no"),
            Fault::Html => return (200, "text/html", None, json!("<html>")),
            Fault::Success => return status(200, "all is well"),
            Fault::Missing if namespace.is_some() => return status(404, "no"),
            Fault::Deleted(number) => {
                self.0.moment.fetch_add(1, Ordering::Relaxed);
                objects.retain(|(name, _)| *name != Self::name(number));
            }
            _ => {}
        }
        let is_here = |object: &Value| {
            namespace.is_none_or(|namespace| object["metadata"]["namespace"] == namespace)
        };
        let rest = objects.iter().filter(|(name, object)| **name > *after && is_here(object));
        let rest: Vec<_> = rest.collect();
        let page = &rest[..limit.min(rest.len())];
        let mut items: Vec<_> = page.iter().map(|(_, object)| object.clone()).collect();
        let more = page.last().filter(|_| rest.len() > limit);
        let mut token = more.map_or(String::new(), |(name, _)| format!("{name}@{moment}"));
        let mut metadata = json!({"resourceVersion": moment});
        if more.is_some() {
            metadata["remainingItemCount"] = json!(rest.len() - limit);
        }
        match (fault, items.first_mut()) {
            (Fault::EndsEarly, _) => token.clear(),
            (Fault::NewToken, None) => {
                let number = after.strip_prefix("zzz-").and_then(|n| n.parse().ok());
                token = format!("zzz-{}", number.map_or(0, |n: u64| n + 1));
            }
            (Fault::NewToken, _) if token.is_empty() => "zzz-".clone_into(&mut token),
            (Fault::BadPod, Some(first)) if *kind == "Pod" => {
                first["spec"]["hostNetwork"] = json!("yes");
            }
            (Fault::Twice, Some(first)) => {
                let again = first.clone();
                items.push(again);
            }
            (Fault::SameToken, _) if !after.is_empty() => token = format!("{after}@{moment}"),
            _ => {}
        }
        metadata["continue"] = json!(token);
        let all = json!({"kind": format!("{kind}List"), "metadata": metadata, "items": items});
        let protobuf = *kind == "Pod" && self.0.speaks_protobuf && accept.contains("protobuf");
        (200, if protobuf { PROTOBUF } else { JSON }, None, all)
    }
}
