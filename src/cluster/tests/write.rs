//! Requests that write: repeated where that may help, and not where it cannot.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use kube::client::Body;
use serde_json::{Value, json};

use super::super::{ClusterError, Connection};
use super::options;

/// What is answered to one request: no answer is a connection that breaks.
type Answer = Option<(u16, Value)>;

/// Runs the work against these answers, on a clock that jumps; what it gives, and what was asked.
fn against<T>(answers: &[Answer], work: impl AsyncFnOnce(&Connection) -> T) -> (T, Vec<String>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let answers = Arc::new(Mutex::new(answers.iter().cloned().collect::<VecDeque<_>>()));
    let log = Arc::clone(&asked);
    let service = tower::service_fn(move |request: Request<Body>| {
        log.lock().unwrap().push(format!("{} {}", request.method(), request.uri()));
        let answer = answers.lock().unwrap().pop_front().expect("an answer");
        async move {
            let (code, body) = answer.ok_or(std::io::ErrorKind::ConnectionReset)?;
            let response =
                Response::builder().status(code).header("content-type", "application/json");
            Ok::<_, std::io::Error>(
                response.body(Body::from(body.to_string().into_bytes())).unwrap(),
            )
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let result = runtime.block_on(async {
        let client = kube::Client::new(service, "default");
        let connection = Connection::new(client, "http://server".into(), "test".into(), &options());
        work(&connection).await
    });
    let asked = asked.lock().unwrap().clone();
    (result, asked)
}

fn status(code: u16) -> (u16, Value) {
    let status = if code == 200 { "Success" } else { "Failure" };
    (code, json!({"kind": "Status", "status": status, "message": format!("it is {code}")}))
}

/// A Status that comes as if all were well.
fn disguised(code: u16) -> (u16, Value) {
    let (_, mut body) = status(code);
    body["code"] = json!(code);
    (200, body)
}

fn applied() -> (u16, Value) {
    (200, json!({"kind": "PartialObjectMetadata", "metadata": {"name": "one"}}))
}

const PATH: &str = "/apis/reports/one";
const LIST: &str = "PartialObjectMetadataList";

#[test]
fn a_status_is_no_answer_whatever_its_code() {
    let apply = async |connection: &Connection| connection.apply(PATH, b"{}").await;
    let delete = async |connection: &Connection| connection.delete(PATH, "uid").await;
    let list = async |connection: &Connection| connection.labelled(PATH, ("of", "us")).await;
    for answer in [disguised(403), status(200), (200, json!({"metadata": {}}))] {
        let answer = [Some(answer)];
        let (done, asked) = against(&answer, apply);
        assert!(done.is_err() && asked.len() == 1, "{answer:?}");
        assert!(against(&answer, list).0.is_err(), "{answer:?}");
    }
    let refused = against(&[Some(disguised(403))], apply).0.unwrap_err();
    assert!(matches!(refused, ClusterError::Status { code: 403, .. }), "{refused:?}");
    assert!(refused.to_string().contains("it is 403"));
    assert!(against(&[Some(disguised(403))], delete).0.is_err());
    // What passes is tried again, wherever it is told.
    assert!(against(&[Some(disguised(503)), Some(applied())], apply).0.is_ok());
    assert!(against(&[Some((200, json!({"kind": "Report", "status": {}})))], delete).0.is_ok());
}

#[test]
fn a_passing_fault_costs_a_try_and_there_are_five() {
    let apply = async |connection: &Connection| connection.apply(PATH, b"{}").await;
    let (done, asked) =
        against(&[None, Some(status(503)), Some(status(429)), Some(applied())], apply);
    assert!(done.is_ok(), "{done:?}");
    assert_eq!(asked, ["PATCH /apis/reports/one?fieldManager=podaudit&force=true"; 4]);
    let (done, asked) = against(&vec![Some(status(500)); 9], apply);
    assert!(matches!(done, Err(ClusterError::Status { code: 500, .. })), "{done:?}");
    assert_eq!(asked.len(), 5);
}

#[test]
fn a_refusal_is_final() {
    for code in [400, 401, 403, 404, 409, 413, 422] {
        let apply = async |connection: &Connection| connection.apply(PATH, b"{}").await;
        let (done, asked) = against(&[Some(status(code))], apply);
        assert!(done.unwrap_err().to_string().contains(&format!("it is {code}")));
        assert_eq!(asked.len(), 1, "{code}");
    }
}

#[test]
fn what_is_gone_is_deleted() {
    let delete = async |connection: &Connection| connection.delete(PATH, "uid").await;
    for answers in [vec![Some(status(200))], vec![None, Some(status(404))], vec![Some(status(409))]]
    {
        let (done, asked) = against(&answers, delete);
        assert!(done.is_ok(), "{done:?}");
        assert_eq!(asked, vec![format!("DELETE {PATH}"); answers.len()]);
    }
    assert!(against(&[Some(status(403))], delete).0.is_err());
}

#[test]
fn a_list_is_read_to_its_end() {
    let page = |name: &str, next: &str| {
        let items = json!([{"metadata": {"name": name, "namespace": "shop", "uid": "u"}}]);
        Some((200, json!({"kind": LIST, "metadata": {"continue": next}, "items": items})))
    };
    let list = async |connection: &Connection| connection.labelled(PATH, ("of", "us")).await;
    let empty = Some((200, json!({"kind": LIST, "metadata": {}, "items": null})));
    let (found, asked) =
        against(&[page("a", "x&y"), Some(status(502)), page("b", "z"), empty], list);
    let names: Vec<_> = found.unwrap().into_iter().map(|meta| meta.name).collect();
    assert_eq!(names, ["a", "b"]);
    let query = format!("GET {PATH}?limit=500&labelSelector=of%3Dus");
    let next = |token: &str| format!("{query}&continue={token}");
    assert_eq!(asked, [query.clone(), next("x%26y"), next("x%26y"), next("z")]);
    let (endless, asked) = against(&vec![page("a", "x"); 2_000], list);
    assert!(matches!(endless, Err(ClusterError::Endless(_))), "{endless:?}");
    assert_eq!(asked.len(), 1_000);
}
