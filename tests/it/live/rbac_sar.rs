//! The real authorizer answers the same random questions: SubjectAccessReviews about generated
//! roles, bindings and identities. Any difference fails, with the question.

use std::time::Instant;

use anyhow::{Context, bail};
use podaudit::inventory::{CoverageState, Inventory, Resource};
use podaudit::rbac::{Identity, PermissionTarget, Resolver, permissions};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::Live;
use super::rbac_world::{ACCOUNTS, NAMESPACES, World};
use crate::support::api::{Api, wait_for};
use crate::support::lab::ControlPlane;
use crate::support::program::Program;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(subject_access_reviews), Live::new(odd_subjects_are_refused), Live::new(can)]
}

pub(super) const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";
pub(super) const REVIEWS: &str = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
/// Requests in flight.
const CONCURRENT: usize = 16;

/// 20,000 in CI; a sample for whoever runs the tests by hand.
fn questions_to_ask() -> anyhow::Result<usize> {
    let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    let default = if in_ci { 20_000 } else { 4_000 };
    number("PODAUDIT_SAR_QUESTIONS").map(|number| number.unwrap_or(default))
}

fn number(variable: &str) -> anyhow::Result<Option<usize>> {
    let Ok(text) = std::env::var(variable) else { return Ok(None) };
    text.parse().map(Some).with_context(|| format!("{variable}={text}"))
}

/// Roles, bindings and questions are drawn from a fixed seed; others with `PODAUDIT_SAR_SEED` set.
fn subject_access_reviews(control_plane: &ControlPlane) -> Outcome {
    let seed = number("PODAUDIT_SAR_SEED")?.unwrap_or(0);
    let mut world = World::new(seed as u64);
    let api = control_plane.api();
    populate(api, &world)?;
    let inventory = read(api)?;
    let resolver = Resolver::new(&inventory);

    let count = questions_to_ask()?;
    let questions: Vec<_> = (0..count).map(|_| world.question()).collect();
    let reviews: Vec<_> = questions.iter().map(super::rbac_world::Question::review).collect();
    let start = Instant::now();
    let answers = api.post_all(REVIEWS, &reviews, CONCURRENT)?;
    let took = start.elapsed();
    let (mut allowed, mut different) = (0, Vec::new());
    for (question, answer) in questions.iter().zip(&answers) {
        let theirs = answer["status"]["allowed"].as_bool().context("no status.allowed")?;
        let ours = resolver.allows(&question.identity, &question.attributes());
        allowed += usize::from(theirs);
        if ours.is_some() != theirs {
            let review = question.review();
            different.push(format!("{review}\n  ours {ours:?}\n  theirs {}", answer["status"]));
        }
    }
    ensure!(
        different.is_empty(),
        "{} of {count} answers differ; the first: {}",
        different.len(),
        different[0]
    );
    let share = allowed * 100 / count;
    ensure!((20..=80).contains(&share), "{share} % are allowed: too few of one answer");
    ensure!(took.as_secs() < 60, "{count} questions took {took:?}");
    rights_are_granted(api, &resolver)
}

/// What `podaudit can` says of these ServiceAccounts, the server confirms: a question for each right.
fn rights_are_granted(api: &Api, resolver: &Resolver) -> Outcome {
    let mut reviews = Vec::new();
    let mut dangerous = 0;
    for (namespace, account) in NAMESPACES.iter().flat_map(|n| ACCOUNTS.map(|a| (n, a))) {
        let identity = Identity::service_account(namespace, account);
        for right in permissions(resolver, &identity) {
            dangerous += usize::from(right.risk.is_some());
            let mut spec = json!({"user": identity.user, "groups": identity.groups});
            match right.target {
                PermissionTarget::Resources { groups, resources, names } => {
                    let (resource, subresource) =
                        resources[0].split_once('/').unwrap_or((resources[0], ""));
                    spec["resourceAttributes"] = json!({
                        "verb": right.verbs[0], "group": groups[0], "resource": resource,
                        "subresource": subresource, "name": names.first().unwrap_or(&""),
                        "namespace": right.grant.namespace().unwrap_or_default(),
                    });
                }
                PermissionTarget::Paths(paths) => {
                    spec["nonResourceAttributes"] =
                        json!({"verb": right.verbs[0], "path": paths[0]});
                }
            }
            reviews.push(review(&spec));
        }
    }
    ensure!(dangerous > 30, "only {dangerous} of {} rights are dangerous", reviews.len());
    let answers = api.post_all(REVIEWS, &reviews, CONCURRENT)?;
    for (review, answer) in reviews.iter().zip(answers) {
        ensure!(answer["status"]["allowed"] == true, "told, and refused: {review}");
    }
    Ok(())
}

fn populate(api: &Api, world: &World) -> Outcome {
    for namespace in NAMESPACES {
        api.namespace(namespace)?;
    }
    for (path, objects) in &world.objects {
        api.post_all(&format!("{RBAC}/{path}"), objects, CONCURRENT)?;
    }
    // The controller manager fills these in, one after the other where they are nested.
    for (name, rules) in &world.aggregated {
        wait_for("aggregated rules", || {
            let role = api.get(&format!("{RBAC}/clusterroles/{name}"))?;
            let count = role["rules"].as_array().map_or(0, Vec::len);
            Ok((count == *rules).then_some(()))
        })?;
    }
    settle(api)
}

/// The authorizer sees each kind in the order of its changes: once it has seen these, which are the
/// last of their kinds, it has seen all.
fn settle(api: &Api) -> Outcome {
    let namespace = NAMESPACES[0];
    let rules = json!([{"apiGroups": ["sar.last"], "resources": ["last"], "verbs": ["get"]}]);
    for (scope, kind) in [(String::new(), "Cluster"), (format!("/namespaces/{namespace}"), "")] {
        let plural = kind.to_lowercase();
        let name = format!("sar-last-{plural}");
        let role = json!({"metadata": {"name": name}, "rules": rules});
        api.post(&format!("{RBAC}{scope}/{plural}roles"), &role)?;
        let binding = json!({
            "metadata": {"name": name},
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io", "kind": format!("{kind}Role"), "name": name,
            },
            "subjects": [{"kind": "User", "name": name, "apiGroup": "rbac.authorization.k8s.io"}],
        });
        api.post(&format!("{RBAC}{scope}/{plural}rolebindings"), &binding)?;
        let attributes =
            json!({"verb": "get", "group": "sar.last", "resource": "last", "namespace": namespace});
        let review = json!({"spec": {"user": name, "resourceAttributes": attributes}});
        wait_for("the authorizer to see all roles and bindings", || {
            let answer = api.post(REVIEWS, &review)?;
            Ok((answer["status"]["allowed"] == true).then_some(()))
        })?;
    }
    Ok(())
}

/// Everything that the authorizer goes by, through podaudit's own decoder.
fn read(api: &Api) -> anyhow::Result<Inventory> {
    let mut inventory = Inventory::default();
    for resource in [
        Resource::Roles,
        Resource::ClusterRoles,
        Resource::RoleBindings,
        Resource::ClusterRoleBindings,
    ] {
        let list = api.get(&format!("{RBAC}/{}", resource.plural()))?;
        for item in list["items"].as_array().context("no items")? {
            let object = RawValue::from_string(item.to_string())?;
            inventory.insert(resource, &object, "");
        }
        let record = inventory.coverage(resource);
        ensure!(record.state == CoverageState::Complete, "{record:?}");
    }
    Ok(inventory)
}

/// What the API server does not store needs no answer from it; unit tests hold what we say of it.
fn odd_subjects_are_refused(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    let group = "rbac.authorization.k8s.io";
    let role = json!({"apiGroup": group, "kind": "ClusterRole", "name": "view"});
    for (subject, why) in [
        (json!({"kind": "user", "name": "sar-odd", "apiGroup": group}), "supported values"),
        (json!({"kind": "ServiceAccount", "name": "sar-odd"}), "namespace: Required"),
        (json!({"kind": "User", "name": "sar-odd", "apiGroup": "odd"}), "supported values"),
    ] {
        let binding =
            json!({"metadata": {"name": "sar-odd"}, "roleRef": role, "subjects": [subject]});
        match api.post(&format!("{RBAC}/clusterrolebindings"), &binding) {
            Ok(_) => bail!("the API server takes {subject}"),
            Err(error) => {
                let reported = format!("{error:#}");
                ensure!(reported.contains(why), "{subject}: {reported}");
            }
        }
    }
    Ok(())
}

/// A question's `spec`, and nothing else of it.
pub(super) fn review(spec: &Value) -> Value {
    json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec})
}

/// The program itself: what it lists of a cluster, and that it says so when it may not.
fn can(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace("can")?;
    api.service_account("can", "reader", None)?;
    let binding = json!({
        "metadata": {"name": "reads"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"},
        "subjects": [{"kind": "ServiceAccount", "name": "reader"}],
    });
    api.post(&format!("{RBAC}/namespaces/can/rolebindings"), &binding)?;
    let program = |context: &str| {
        Program::new(["can", "can/reader", "-o", "json", "--context", context])?
            .env("KUBECONFIG", control_plane.kubeconfig())
            .run()
    };
    let report = program("admin")?.report(0)?.0;
    let rights = report["rights"].as_array().context("no rights")?;
    let reads_secrets = rights.iter().any(|right| {
        right["danger"] == "identities"
            && right["why"] == "reads credentials"
            && right["binding"]["name"] == "reads"
            && right["role"]["name"] == "admin"
    });
    ensure!(reads_secrets, "the built-in role admin is aggregated: {report}");
    // What every ServiceAccount of a new cluster has is no danger.
    let others = rights.iter().filter(|right| right["binding"]["name"] != "reads");
    let default = others.filter(|right| {
        let name = right["binding"]["name"].as_str().unwrap_or_default();
        name.starts_with("system:") && !right["danger"].is_null()
    });
    ensure!(default.count() == 0, "{report}");
    let nothing = program("nobody")?;
    nothing.assert_stderr(&["clusterrolebindings"])?;
    let report = nothing.report(3)?.0;
    ensure!(report["complete"] == false, "{report}");
    Ok(())
}
