//! Cases that other scanners are known to get wrong, from their issue threads, their sources and
//! measurements: each with the smallest manifest that shows it, and the right answer.
//!
//! The case of a refused list taken for an empty one needs a server that refuses:
//! `live::least_privilege` has them.

mod capabilities;
mod identity;
mod image;
mod observed;
mod token;

use anyhow::Context;
use libtest_mimic::Trial;
use podaudit::finding::Finding;
use podaudit::{audit, manifest};

use crate::support::{Outcome, ensure, named};

/// One case.
struct Case {
    name: &'static str,
    /// YAML documents.
    objects: Vec<String>,
    /// One answer a line: rule, container (`-` for the pod), verdict, and where it matters the
    /// severity and, after a colon, a part of the message.
    answers: &'static str,
}

impl Case {
    fn new<const N: usize>(
        name: &'static str,
        objects: [String; N],
        answers: &'static str,
    ) -> Self {
        Self { name, objects: objects.into(), answers }
    }
}

pub(crate) fn trials() -> Vec<Trial> {
    let mut cases = Vec::new();
    cases.extend(capabilities::cases());
    cases.extend(identity::cases());
    cases.extend(image::cases());
    cases.extend(observed::cases());
    cases.extend(token::cases());
    cases
        .into_iter()
        .map(|case| named(format!("peers::{}", case.name), move || judge(&case)))
        .collect()
}

/// Everything that podaudit says of these documents.
fn findings(objects: &[String]) -> anyhow::Result<Vec<Finding>> {
    let inventory =
        manifest::parse("case", &objects.join("\n---\n"), &manifest::Options::default());
    for record in inventory.coverages() {
        ensure!(record.error.is_none() && record.undecodable.is_empty(), "{record:?}");
    }
    Ok(audit::audit(inventory, false).findings)
}

fn judge(case: &Case) -> Outcome {
    let findings = findings(&case.objects)?;
    let mut count = 0;
    for answer in case.answers.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (words, message) = answer.split_once(": ").unwrap_or((answer, ""));
        let words: Vec<_> = words.split_whitespace().collect();
        let [rule, container, verdict, severity @ ..] = &words[..] else {
            anyhow::bail!("not an answer: {answer}")
        };
        let container = Some(*container).filter(|name| *name != "-");
        let about = |f: &&Finding| f.rule == *rule && f.container_name() == container;
        let found: Vec<_> = findings.iter().filter(about).collect();
        ensure!(found.len() == 1, "{} findings for {answer:?}", found.len());
        let finding = found.first().context("one finding")?;
        let judgement = &finding.judgement;
        let is_as_bad = severity.iter().all(|word| *word == finding.severity.as_str());
        let is_right = judgement.verdict.as_str() == *verdict
            && is_as_bad
            && judgement.message.contains(message);
        ensure!(is_right, "not {answer:?} but {finding:?}");
        count += 1;
    }
    ensure!(count > 0, "nothing was asked");
    Ok(())
}
