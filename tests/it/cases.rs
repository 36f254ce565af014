//! Every fenced manifest of every rule's page, judged: the page's word is the expected verdict.

use libtest_mimic::{Failed, Trial};
use podaudit::finding::Verdict;
use podaudit::rules::{self, Rule};
use podaudit::{audit, manifest};

use crate::support::named;

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for rule in rules::ALL {
        let cases = rule.documentation().cases;
        for (number, (expected, manifest)) in cases.iter().cloned().enumerate() {
            let name = format!("rules::{}::{expected}_{}", rule.id, number + 1);
            trials.push(named(name, move || judge(rule, &expected, &manifest)));
        }
        let verdicts: Vec<_> = cases.into_iter().map(|(verdict, _)| verdict).collect();
        trials.push(named(format!("rules::{}::page", rule.id), move || page(rule, &verdicts)));
    }
    trials
}

/// The worst verdict over all containers is the case's.
fn judge(rule: &Rule, expected: &str, manifest: &str) -> Result<(), Failed> {
    let inventory = manifest::parse("case", manifest, &manifest::Options::default());
    for record in inventory.coverages() {
        if let Some(error) = &record.error {
            return Err(error.into());
        }
        if let Some(bad) = record.undecodable.first() {
            return Err(format!("{}: {}", bad.object, bad.error).into());
        }
    }
    let findings = audit::audit(inventory, false).findings;
    let mut of_rule: Vec<_> = findings.iter().filter(|f| f.rule == rule.id).collect();
    of_rule.sort_by_key(|finding| finding.judgement.verdict);
    let Some(worst) = of_rule.first() else { return Err("nothing was judged".into()) };
    if worst.judgement.verdict.as_str() == expected {
        return Ok(());
    }
    Err(format!("{}: {}\n{manifest}", worst.judgement.verdict.as_str(), worst.judgement.message)
        .into())
}

/// A page that lacks a fail or a pass proves nothing.
fn page(rule: &Rule, verdicts: &[String]) -> Result<(), Failed> {
    for needed in [Verdict::Fail, Verdict::Pass] {
        if !verdicts.iter().any(|verdict| verdict == needed.as_str()) {
            return Err(format!("docs/rules/{}.md has no {} case", rule.id, needed.as_str()).into());
        }
    }
    let page = rule.documentation();
    for part in ["## What it does", "## Why is this bad", "## What to do instead"] {
        if !page.prose.contains(part) {
            return Err(format!("docs/rules/{}.md lacks {part:?}", rule.id).into());
        }
    }
    Ok(())
}
