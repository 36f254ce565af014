//! What holds for the paths of any cluster, and what a slow closure says of the same.

use libtest_mimic::Trial;
use podaudit::finding::{BlastRadius, Radius};
use podaudit::inventory::Workload;
use podaudit::reach::{Change, Exposure, PathSource, PodVariants, Reach};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::strategies::holds;
use crate::support::strategies::reach::{
    ACCOUNTS, NAMESPACES, World, binding, closure, read, world,
};
use crate::support::{Outcome, ensure, named};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        named("reach::a_slow_closure_agrees", || holds(&world(), agrees)),
        named("reach::a_binding_more_never_takes_away", || {
            holds(&(world(), binding()).boxed(), more)
        }),
        named("reach::order_does_not_matter", || {
            let shuffled = world().prop_flat_map(|w| (Just(w.clone()), Just(w).prop_shuffle()));
            holds(&shuffled.boxed(), order)
        }),
        named("reach::a_cut_frees_what_it_says", || holds(&world(), cuts)),
    ]
}

/// The radius of everything that there is, by name.
fn blasts(world: &World) -> Vec<(String, BlastRadius)> {
    let inventory = read(world);
    let pods = PodVariants::from_inventory(&inventory);
    let reach = Reach::new(&inventory, &pods, Some(37));
    sources(world).into_iter().map(|s| (s.to_string(), reach.blast_radius(&s))).collect()
}

fn sources(world: &World) -> Vec<PathSource> {
    let accounts = NAMESPACES.into_iter().flat_map(|namespace| {
        ACCOUNTS.map(|account| PathSource::Account(namespace.to_owned(), account.to_owned()))
    });
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let pods = world.iter().filter(|object| object["kind"] == "Pod").map(|pod| {
        let (namespace, name) =
            (text(&pod["metadata"]["namespace"]), text(&pod["metadata"]["name"]));
        PathSource::Workload(Workload { namespace, kind: "Pod".to_owned(), name }, None)
    });
    let mut all: Vec<_> = accounts.chain(pods).collect();
    all.sort();
    all
}

#[expect(clippy::needless_pass_by_value, reason = "what a property is given")]
fn agrees(world: World) -> Outcome {
    let inventory = read(&world);
    let pods = PodVariants::from_inventory(&inventory);
    let reach = Reach::new(&inventory, &pods, Some(37));
    for namespace in NAMESPACES {
        for account in ACCOUNTS {
            let source = PathSource::Account(namespace.to_owned(), account.to_owned());
            let had = closure(&world, namespace, account);
            let got = reach.blast_radius(&source).certain;
            let (admin, node) = (got == Radius::Cluster, got >= Radius::Node);
            ensure!(admin == had.admin, "{source}: {got:?}, and {had:?}\n{}", json!(world));
            let path = reach.path(&source, &podaudit::reach::PathTarget::Node);
            let kinds: Vec<_> =
                path.iter().flat_map(|p| p.steps.iter().map(|h| (h.kind, h.cut.clone()))).collect();
            ensure!(
                node != had.nodes.is_empty(),
                "{source}: {kinds:?}, and {had:?}\n{}",
                json!(world)
            );
        }
    }
    Ok(())
}

fn more((mut world, binding): (World, Value)) -> Outcome {
    let before = blasts(&world);
    let name = &binding["metadata"];
    if world.iter().any(|o| o["kind"] == binding["kind"] && o["metadata"] == *name) {
        return Ok(());
    }
    world.push(binding);
    for ((source, before), (_, after)) in before.iter().zip(blasts(&world)) {
        let less = after.certain < before.certain || after.at_most < before.at_most;
        ensure!(!less, "{source}: {before:?}, then {after:?}\n{}", json!(world));
    }
    Ok(())
}

fn order((a, b): (World, World)) -> Outcome {
    let cuts_of = |world: &World| {
        let inventory = read(world);
        let pods = PodVariants::from_inventory(&inventory);
        let reach = Reach::new(&inventory, &pods, Some(37));
        let rows: Vec<Exposure> = reach.exposed(None);
        let cuts = reach.cuts(2);
        format!("{rows:#?} {cuts:#?}")
    };
    ensure!(cuts_of(&a) == cuts_of(&b), "{}", json!(a));
    Ok(())
}

/// Makes the change in the objects themselves, and looks again.
fn cuts(mut world: World) -> Outcome {
    let inventory = read(&world);
    let pods = PodVariants::from_inventory(&inventory);
    let cuts = Reach::new(&inventory, &pods, Some(37)).cuts(3);
    for cut in &cuts.cuts {
        let before = blasts(&world);
        change(&mut world, &cut.change);
        let after = blasts(&world);
        let pods = before.iter().zip(&after).filter(|((name, _), _)| name.contains("/Pod/"));
        for ((name, before), (_, after)) in pods {
            let freed = after.certain < before.certain || after.at_most < before.at_most;
            let said = cut.frees.iter().find(|freed| {
                let Workload { namespace, kind, name: pod } = &freed.workload;
                *name == format!("{namespace}/{kind}/{pod}")
            });
            ensure!(freed == said.is_some(), "{name} by {}\n{}", cut.change.words(), json!(world));
            if let Some(said) = said {
                ensure!((said.before, said.after) == (*before, *after), "{said:?}, not {after:?}");
            }
        }
        ensure!(!cut.frees.is_empty(), "{} frees nothing", cut.change.words());
    }
    Ok(())
}

fn change(world: &mut World, change: &Change) {
    let is = |object: &Value, workload: &Workload| {
        object["kind"] == workload.kind.as_str()
            && object["metadata"]["namespace"] == workload.namespace.as_str()
            && object["metadata"]["name"] == workload.name.as_str()
    };
    match change {
        Change::DeleteBinding { binding, .. } => world.retain(|object| {
            object["kind"] != binding.kind.as_str()
                || object["metadata"]["name"] != binding.name.as_str()
                || object["metadata"]["namespace"].as_str() != binding.namespace.as_deref()
        }),
        Change::TakeFromRole { role, rights, .. } => {
            // A right is a verb and a resource; these roles have one of each a rule.
            let right = rights.first().map(String::as_str).unwrap_or_default();
            for object in world.iter_mut().filter(|o| {
                o["kind"] == "ClusterRole" && o["metadata"]["name"] == role.name.as_str()
            }) {
                let rules = object["rules"].as_array_mut();
                if let Some(rules) = rules {
                    rules.retain(|rule| !covers(right, rule));
                }
            }
        }
        Change::NoToken(workload) => {
            for pod in world.iter_mut().filter(|object| is(object, workload)) {
                pod["spec"]["containers"][0]["volumeMounts"] = json!([]);
            }
        }
        Change::NoEscape { workload, .. } => {
            for pod in world.iter_mut().filter(|object| is(object, workload)) {
                pod["spec"]["containers"][0]["securityContext"]["privileged"] = json!(false);
            }
        }
        Change::Enforce(namespace) => {
            for object in world
                .iter_mut()
                .filter(|o| o["kind"] == "Namespace" && o["metadata"]["name"] == namespace.as_str())
            {
                object["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] =
                    json!("baseline");
            }
        }
    }
}

/// Whether a right such as `update/patch pods` is what the rule grants.
fn covers(right: &str, rule: &Value) -> bool {
    let (verbs, on) = right.split_once(' ').unwrap_or_default();
    let group = rule["apiGroups"][0].as_str().unwrap_or_default();
    let resource = rule["resources"][0].as_str().unwrap_or_default();
    let full = if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") };
    full == on && (rule["verbs"][0] == "*" || verbs.split('/').any(|verb| rule["verbs"][0] == verb))
}
