//! What holds for any cluster: random pods, accounts and nodes, and what may not change the
//! verdict about them.

use anyhow::{Context, anyhow, ensure};
use jiff::Timestamp;
use libtest_mimic::Trial;
use podaudit::audit::{Audit, audit};
use podaudit::finding::{Severity, Verdict};
use podaudit::manifest;
use podaudit::report::{AuditReport, Cluster, Filter, Format, Look};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::{Outcome, trial};

const CASES: u32 = 64;
const TOKEN_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// Places that are neither equal nor one below another.
const PLACES: [&str; 5] = [TOKEN_PATH, "/identity", "/run/vault/", "/etc//x", "/a/../b"];
const VOLUMES: [&str; 6] = ["empty", "token", "vault", "secret", "host", "kube-api-access-x"];

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("properties::a_token_more_is_never_a_pass", a_token_more),
        trial("properties::order_of_documents_does_not_matter", order_of_documents),
        trial("properties::order_of_separate_mounts_does_not_matter", order_of_mounts),
        trial("properties::the_last_mount_at_a_place_counts", last_mount_counts),
    ]
}

/// Runs a property on random input; with a fixed seed, so that a run can be repeated.
pub(crate) fn holds<T: std::fmt::Debug>(
    of: &BoxedStrategy<T>,
    property: fn(T) -> Outcome,
) -> Outcome {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let result = TestRunner::new_with_rng(config, rng)
        .run(of, |input| property(input).map_err(|e| TestCaseError::fail(format!("{e:#}"))));
    result.map_err(|error| anyhow!("{error}"))
}

fn volumes() -> Value {
    let token = |token: Value| json!({"sources": [{"serviceAccountToken": token}]});
    json!([
        {"name": "empty", "emptyDir": {}},
        {"name": "token", "projected": token(json!({"path": "token"}))},
        {"name": "vault", "projected": token(json!({"path": "token", "audience": "vault"}))},
        {"name": "secret", "secret": {"secretName": "some"}},
        {"name": "host", "hostPath": {"path": "/etc"}},
        {"name": "kube-api-access-x", "projected": token(json!({"path": "token"}))},
    ])
}

/// Mounts of any of the volumes, one at a place.
fn mounts() -> BoxedStrategy<Vec<Value>> {
    let mount = (select(&VOLUMES[..]), select(&["", "", "token", "other"][..]));
    (Just(PLACES.to_vec()).prop_shuffle(), prop::collection::vec(mount, 0..=PLACES.len()))
        .prop_map(|(places, mounts)| {
            let mount = |(place, (volume, sub_path)): (&str, (&str, &str))| {
                json!({"name": volume, "mountPath": place, "subPath": sub_path})
            };
            places.into_iter().zip(mounts).map(mount).collect()
        })
        .boxed()
}

/// A pod of that name whose first container is `app`; stored or not.
pub(crate) fn pod(name: &'static str) -> BoxedStrategy<Value> {
    let automount = select(&[None, Some(true), Some(false)][..]);
    let user = select(&[None, Some(0), Some(1000)][..]);
    let neighbour = prop::option::of(mounts());
    (mounts(), neighbour, automount, user, any::<[bool; 4]>())
        .prop_map(move |(mounts, neighbour, automount, user, [stored, shared, extra, owned])| {
            let mut pod = json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": name, "namespace": "ns"},
                "spec": {
                    "nodeName": "node",
                    "shareProcessNamespace": shared,
                    "automountServiceAccountToken": automount,
                    "securityContext": {"runAsUser": user},
                    "containers": [{"name": "app", "image": "a", "volumeMounts": mounts}],
                    "volumes": volumes(),
                },
            });
            if let Some(mounts) = neighbour {
                let list = if extra { "initContainers" } else { "ephemeralContainers" };
                pod["spec"][list] = json!([{"name": "other", "volumeMounts": mounts}]);
            }
            if stored {
                pod["metadata"]["uid"] = name.into();
                pod["status"] = json!({"phase": "Running"});
            }
            if owned {
                // Replicas of one workload, which the report folds into one row.
                pod["metadata"]["ownerReferences"] = json!([{
                    "apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "db",
                    "controller": true,
                }]);
            }
            pod
        })
        .boxed()
}

/// The ServiceAccount that all of them run as.
pub(crate) fn account() -> BoxedStrategy<Value> {
    select(&[None, Some(true), Some(false)][..])
        .prop_map(|automount| {
            json!({
                "apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": {"name": "default", "namespace": "ns"},
                "automountServiceAccountToken": automount,
            })
        })
        .boxed()
}

/// The node and the namespace of all of them.
pub(crate) fn node() -> [Value; 2] {
    let node = json!({"nodeInfo": {"containerRuntimeVersion": "cri-o://1.33.0"}});
    [
        json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node"}, "status": node}),
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ns"}}),
    ]
}

fn others() -> [Value; 3] {
    let [node, namespace] = node();
    let template = json!({"spec": {"containers": [{"name": "app", "image": "w"}]}});
    [
        node,
        namespace,
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "ns"}, "spec": {"template": template},
        }),
    ]
}

fn audited(documents: &[Value]) -> anyhow::Result<Audit> {
    let text: Vec<_> = documents.iter().map(Value::to_string).collect();
    let inventory = manifest::parse("input", &text.join("\n"), &manifest::Options::default());
    for record in inventory.coverages() {
        ensure!(record.error.is_none() && record.undecodable.is_empty(), "{record:?}");
    }
    Ok(audit(inventory, false))
}

/// What `token-mounted` says of container `app`, with these documents.
fn token(documents: &[Value]) -> anyhow::Result<Verdict> {
    let audit = audited(documents)?;
    let about = |f: &&podaudit::finding::Finding| {
        f.rule == "token-mounted" && f.container_name() == Some("app")
    };
    let finding = audit.findings.iter().find(about).context("app was not judged")?;
    Ok(finding.judgement.verdict)
}

fn a_token_more() -> Outcome {
    holds(&(pod("p"), account()).boxed(), |(mut pod, account)| {
        let mount = json!({"name": "token", "mountPath": "/one/more"});
        let mounts = pod["spec"]["containers"][0]["volumeMounts"].as_array_mut();
        mounts.context("no mounts")?.push(mount);
        // Also where nobody knows the account: the mount speaks for itself.
        for documents in [vec![pod.clone(), account], vec![pod]] {
            let said = token(&documents)?;
            ensure!(said == Verdict::Fail, "{said:?}");
        }
        Ok(())
    })
}

fn bytes(documents: &[Value]) -> anyhow::Result<Vec<u8>> {
    written(&audited(documents)?)
}

/// The whole report as bytes, in every format.
pub(crate) fn written(audit: &Audit) -> anyhow::Result<Vec<u8>> {
    let filter = Filter {
        verdicts: vec![Verdict::Fail, Verdict::Unknown, Verdict::Pass, Verdict::NotApplicable],
        min_severity: Severity::Low,
        fixed: false,
        excepted: false,
        workload_series: true,
    };
    let cluster = Cluster { name: "files".to_owned(), kubernetes_version: None };
    let report = AuditReport {
        audit,
        cluster: &cluster,
        scanned_at: Timestamp::UNIX_EPOCH,
        filter: &filter,
        version: "1",
        policy: &podaudit::policy::Policy::default(),
        scope: &podaudit::baseline::ReportScope::default(),
        comparison: None,
    };
    let look = Look { width: Some(80), color: false };
    let mut bytes = Vec::new();
    for format in Format::ALL {
        format.write(&report, look, &mut bytes)?;
    }
    Ok(bytes)
}

fn order_of_documents() -> Outcome {
    let documents = (pod("p"), pod("q"), account()).prop_flat_map(|(p, q, account)| {
        let mut documents = vec![account, q];
        // Replicas that are alike: the report names the first of them.
        for name in ["a", "b", "c"] {
            let mut replica = p.clone();
            replica["metadata"]["name"] = name.into();
            if replica["metadata"]["uid"].is_string() {
                replica["metadata"]["uid"] = name.into();
            }
            documents.push(replica);
        }
        documents.extend(others());
        (Just(documents.clone()), Just(documents).prop_shuffle())
    });
    holds(&documents.boxed(), |(documents, shuffled)| {
        let first = bytes(&documents)?;
        ensure!(first.len() > 10_000, "{} bytes only", first.len());
        ensure!(first == bytes(&documents)?, "another report the second time");
        ensure!(first == bytes(&shuffled)?, "another report of the same objects");
        Ok(())
    })
}

fn order_of_mounts() -> Outcome {
    let pods = (pod("p"), account()).prop_flat_map(|(pod, account)| {
        let mounts = pod["spec"]["containers"][0]["volumeMounts"].as_array().cloned();
        (Just(pod), Just(account), Just(mounts.unwrap_or_default()).prop_shuffle())
    });
    holds(&pods.boxed(), |(pod, account, shuffled)| {
        let before = token(&[pod.clone(), account.clone()])?;
        let mut other = pod;
        other["spec"]["containers"][0]["volumeMounts"] = shuffled.into();
        let after = token(&[other, account])?;
        ensure!(before == after, "{before:?} became {after:?}");
        Ok(())
    })
}

/// A runtime mounts in the order of depth, and equals in the order of the list.
fn last_mount_counts() -> Outcome {
    const SPELLINGS: [&str; 4] = ["/identity", "/identity/", "//identity", "/x/../identity"];
    let spelling = || select(&SPELLINGS[..]);
    let pods = (spelling(), spelling(), any::<bool>(), any::<bool>());
    holds(&pods.boxed(), |(first, second, token_last, stored)| {
        let (below, above) = if token_last { ("empty", "token") } else { ("token", "empty") };
        let mut pod = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "p", "namespace": "ns"},
            "spec": {
                "automountServiceAccountToken": false,
                "containers": [{"name": "app", "image": "a", "volumeMounts": [
                    {"name": below, "mountPath": first}, {"name": above, "mountPath": second},
                ]}],
                "volumes": volumes(),
            },
        });
        if stored {
            pod["metadata"]["uid"] = "p".into();
        }
        let want = if token_last { Verdict::Fail } else { Verdict::Pass };
        let said = token(&[pod])?;
        ensure!(said == want, "{said:?}, not {want:?}");
        Ok(())
    })
}
