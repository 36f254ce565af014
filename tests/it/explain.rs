//! `podaudit explain` as a person and as a program would read it.

use anyhow::Context;
use libtest_mimic::Trial;
use serde_json::Value;

use crate::support::program::Program;
use crate::support::{Outcome, ensure, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(names_what_decided_and_what_lost),
        trial(says_why_declared_and_actual_differ),
        trial(unknown_comes_with_a_way_out),
        trial(pods_that_are_alike_are_told_once),
        trial(one_container),
        trial(what_is_not_there),
        trial(every_fact_has_a_source),
    ]
}

fn text(args: &[&str]) -> anyhow::Result<String> {
    let run = Program::new(["explain", "--demo"])?;
    let run = args.iter().fold(run, Program::arg).run()?;
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    Ok(run.stdout)
}

fn json(target: &str) -> anyhow::Result<Value> {
    Ok(serde_json::from_str(&text(&[target, "-o", "json"])?)?)
}

/// The fact of that id about the container, or about the pod without one.
fn fact<'v>(it: &'v Value, container: Option<&str>, id: &str) -> anyhow::Result<&'v Value> {
    let group = &it["groups"][0];
    let facts = match container {
        None => &group["facts"],
        Some(name) => {
            let containers = group["containers"].as_array().context("no containers")?;
            let found = containers.iter().find(|c| c["name"] == name);
            &found.with_context(|| format!("no container {name}"))?["facts"]
        }
    };
    let facts = facts.as_array().context("no facts")?;
    facts.iter().find(|f| f["id"] == id).with_context(|| format!("no fact {id}"))
}

fn names_what_decided_and_what_lost() -> Outcome {
    let it = json("deploy/payments")?;
    let user = fact(&it, Some("payments"), "user")?;
    ensure!(user["value"] == "uid 65532" && user["confidence"] == "certain", "{user}");
    ensure!(user["decidedBy"][0]["source"] == "observed", "{user}");
    ensure!(user["overruled"][0]["path"] == "spec.securityContext.runAsUser", "{user}");
    let reported = text(&["deploy/payments"])?;
    for line in [
        "User at its start: uid 65532",
        "although spec.securityContext.runAsUser is 65532, which agrees",
        "Capabilities regainable: none",
        "see pkg/kubelet/kuberuntime, verifyRunAsNonRoot; KEP-3619",
    ] {
        ensure!(reported.contains(line), "no {line:?} in {reported}");
    }
    Ok(())
}

fn says_why_declared_and_actual_differ() -> Outcome {
    let it = json("deploy/legacy-api")?;
    let declared = fact(&it, None, "token-declared")?;
    ensure!(declared["value"] == "not to be mounted", "{declared}");
    let actual = fact(&it, Some("api"), "token")?;
    let value = actual["value"].as_str().unwrap_or_default();
    ensure!(value.contains("because the pod mounts a token volume of its own"), "{value}");
    let masked = json("sts/mail")?;
    let actual = fact(&masked, Some("smtp"), "token")?;
    let value = actual["value"].as_str().unwrap_or_default();
    ensure!(value.starts_with("none; that is not what is declared, because another"), "{value}");
    Ok(())
}

fn unknown_comes_with_a_way_out() -> Outcome {
    let it = json("sts/search")?;
    let user = fact(&it, Some("search"), "user")?;
    ensure!(user["value"].is_null(), "{user}");
    let resolve = user["unknown"]["resolve"].as_str().unwrap_or_default();
    ensure!(resolve.contains("runAsNonRoot"), "{user}");
    let reported = text(&["sts/search"])?;
    ensure!(reported.contains("User at its start: unknown: the image"), "{reported}");
    ensure!(reported.contains("to resolve: set runAsNonRoot"), "{reported}");
    Ok(())
}

/// Three replicas, one of them with a debug container.
fn pods_that_are_alike_are_told_once() -> Outcome {
    let it = json("deploy/storefront")?;
    let sizes: Vec<_> = it["groups"]
        .as_array()
        .context("no groups")?
        .iter()
        .map(|group| group["objects"].as_array().map_or(0, Vec::len))
        .collect();
    ensure!(sizes == [2, 1], "{sizes:?}");
    Ok(())
}

fn one_container() -> Outcome {
    let reported = text(&["deploy/cart/proxy"])?;
    ensure!(reported.contains("Container proxy (sidecar)"), "{reported}");
    ensure!(!reported.contains("Container cart"), "{reported}");
    Ok(())
}

fn what_is_not_there() -> Outcome {
    for target in ["deploy/nothing", "pod/nothing", "deploy/cart/nothing"] {
        let run = Program::new(["explain", target, "--demo"])?.run()?;
        let name = target.rsplit('/').next().unwrap_or_default();
        run.assert_error(&[name])?;
    }
    let run = Program::new(["explain", "nothing", "--demo"])?.run()?;
    ensure!(run.code == 2, "exit code {}", run.code);
    run.assert_stderr(&["KIND/NAME"])
}

fn every_fact_has_a_source() -> Outcome {
    let it = json("deploy/cart")?;
    let group = &it["groups"][0];
    let containers = group["containers"].as_array().context("no containers")?;
    let of_containers = containers.iter().filter_map(|c| c["facts"].as_array());
    let facts: Vec<_> =
        group["facts"].as_array().into_iter().chain(of_containers).flatten().collect();
    ensure!(facts.len() > 40, "only {} facts", facts.len());
    for fact in facts {
        ensure!(fact["source"].as_str().is_some_and(|s| !s.is_empty()), "{fact}");
        ensure!(fact["value"].is_null() != fact["unknown"].is_null(), "{fact}");
    }
    Ok(())
}
