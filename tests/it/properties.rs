//! What holds for any cluster: random pods, accounts and nodes, and what may not change the
//! verdict about them.

use anyhow::Context;
use jiff::Timestamp;
use libtest_mimic::Trial;
use podaudit::audit::{Audit, audit};
use podaudit::finding::{Severity, Verdict};
use podaudit::manifest;
use podaudit::report::{AuditReport, Cluster, Filter, Format, Look};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::support::strategies::holds;
use crate::support::strategies::pods::{account, node, pod, volumes};
use crate::support::{Outcome, ensure, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(a_token_more_is_never_a_pass),
        trial(order_of_documents_does_not_matter),
        trial(order_of_separate_mounts_does_not_matter),
        trial(the_last_mount_at_a_place_counts),
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

fn a_token_more_is_never_a_pass() -> Outcome {
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

fn order_of_documents_does_not_matter() -> Outcome {
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

fn order_of_separate_mounts_does_not_matter() -> Outcome {
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
fn the_last_mount_at_a_place_counts() -> Outcome {
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
