//! Pods stored through a real API server, and what each rule must say of them.

mod identity;
mod image;
mod node;
mod privileges;
mod standards;
mod token;

use anyhow::Context;
use podaudit::rules;
use serde_json::{Value, json};

use super::{Live, scan};
use crate::support::lab::ControlPlane;
use crate::support::{Outcome, ensure};

/// One pod in a namespace of its own, both called `name`. The namespace has a ServiceAccount
/// `app`; a pod that names none runs as `default`.
struct Case {
    name: &'static str,
    /// `automountServiceAccountToken` of ServiceAccount `app`.
    account: Option<bool>,
    /// The pod's spec, as YAML.
    spec: &'static str,
    /// What happens after the pod was stored.
    later: &'static [Later],
    expect: &'static [Expect],
}

/// A pod that nothing happens to once it is stored.
const fn case(name: &'static str, spec: &'static str, expect: &'static [Expect]) -> Case {
    Case { name, account: None, spec, later: &[], expect }
}

/// A change to a stored pod, or around it.
enum Later {
    /// The kubelet writes this status (YAML).
    Status(&'static str),
    /// Somebody adds these ephemeral containers (YAML list).
    Ephemeral(&'static str),
    /// `automountServiceAccountToken` of ServiceAccount `app` becomes this.
    Account(bool),
    /// The namespace gets this `enforce` label.
    Enforce(&'static str),
}

/// A verdict to come: rule, container (empty for a rule about pods or ServiceAccounts), verdict,
/// severity (empty where nothing failed).
struct Expect(&'static str, &'static str, &'static str, &'static str);

const fn fail(rule: &'static str, container: &'static str, severity: &'static str) -> Expect {
    Expect(rule, container, "fail", severity)
}

const fn pass(rule: &'static str, container: &'static str) -> Expect {
    Expect(rule, container, "pass", "")
}

const fn unknown(rule: &'static str, container: &'static str) -> Expect {
    Expect(rule, container, "unknown", "")
}

const fn not_applicable(rule: &'static str, container: &'static str) -> Expect {
    Expect(rule, container, "notApplicable", "")
}

fn all() -> impl Iterator<Item = &'static Case> {
    [token::CASES, identity::CASES, privileges::CASES, node::CASES, image::CASES, standards::CASES]
        .into_iter()
        .flatten()
}

pub(super) fn tests() -> impl Iterator<Item = Live> {
    all().map(|case| {
        Live::named(&format!("cases::{}", case.name), |control_plane| check(control_plane, case))
    })
}

fn yaml(text: &str) -> anyhow::Result<Value> {
    serde_saphyr::from_str(text).with_context(|| format!("unable to read {text}"))
}

fn store(control_plane: &ControlPlane, case: &Case) -> Outcome {
    let (api, name) = (control_plane.api(), case.name);
    api.namespace(name)?;
    api.service_account(name, "app", case.account)?;
    // A harmless right, so that what other tests grant to all identities changes nothing.
    let rules = json!([{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}]);
    let rbac = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{name}");
    api.post(&format!("{rbac}/roles"), &json!({"metadata": {"name": "app"}, "rules": rules}))?;
    let binding = json!({
        "metadata": {"name": "app"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "app"},
        "subjects": [{"kind": "ServiceAccount", "name": "app"}],
    });
    api.post(&format!("{rbac}/rolebindings"), &binding)?;
    api.pod(name, name, &yaml(case.spec)?)?;
    let pod = format!("/api/v1/namespaces/{name}/pods/{name}");
    for later in case.later {
        match later {
            Later::Status(status) => {
                api.patch(&format!("{pod}/status"), &json!({"status": yaml(status)?}))?
            }
            Later::Ephemeral(list) => {
                let fields = json!({"spec": {"ephemeralContainers": yaml(list)?}});
                api.patch(&format!("{pod}/ephemeralcontainers"), &fields)?
            }
            Later::Enforce(level) => {
                let labels = json!({"pod-security.kubernetes.io/enforce": level});
                let fields = json!({"metadata": {"labels": labels}});
                api.patch(&format!("/api/v1/namespaces/{name}"), &fields)?
            }
            Later::Account(automount) => {
                let path = format!("/api/v1/namespaces/{name}/serviceaccounts/app");
                api.patch(&path, &json!({"automountServiceAccountToken": automount}))?
            }
        };
    }
    Ok(())
}

fn check(control_plane: &ControlPlane, case: &Case) -> Outcome {
    store(control_plane, case)?;
    // The whole cluster, because nodes are outside the scope of a namespace.
    let report = scan(control_plane, &["-A"])?.report(0)?.within(case.name);
    for Expect(rule, container, verdict, severity) in case.expect {
        let object = if *rule == "service-account-automount" { "app" } else { case.name };
        let container = Some(*container).filter(|c| !c.is_empty());
        let found = report.finding(rule, object, container)?;
        ensure!(found["verdict"] == *verdict, "{verdict} expected: {found}");
        ensure!(severity.is_empty() || found["severity"] == *severity, "{severity}: {found}");
    }
    Ok(())
}

/// A rule that was seen to fail and never to pass on a real pod, or the other way round, may be
/// stuck.
pub(super) fn cover_both_verdicts() -> Outcome {
    let occurs = |rule: &str, verdict: &str| {
        all().flat_map(|case| case.expect).any(|e| e.0 == rule && e.2 == verdict)
    };
    for rule in rules::ALL {
        let (failed, passed) = (occurs(rule.id, "fail"), occurs(rule.id, "pass"));
        ensure!(failed == passed, "{}: fail {failed}, pass {passed}", rule.id);
    }
    Ok(())
}
