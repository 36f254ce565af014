//! Questions to a JSON report, in the words of its schema.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use podaudit::inventory::Resource;
use serde_json::Value;

use super::ensure;

/// A parsed report.
pub(crate) struct Report(pub(crate) Value);

/// Which finding: rule, object's name, container.
pub(crate) type Key = (String, String, Option<String>);

impl Report {
    /// All findings.
    pub(crate) fn findings(&self) -> &[Value] {
        self.0["findings"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The report as if it had no findings but those about this namespace and the objects in it:
    /// other tests fill the cluster at the same time.
    pub(crate) fn within(mut self, namespace: &str) -> Self {
        if let Some(findings) = self.0["findings"].as_array_mut() {
            findings.retain(|f| {
                let object = &f["object"];
                object["namespace"] == namespace
                    || object["kind"] == "Namespace" && object["name"] == namespace
            });
        }
        self
    }

    /// The one finding of this rule about this object and container.
    pub(crate) fn finding(
        &self,
        rule: &str,
        object: &str,
        container: Option<&str>,
    ) -> anyhow::Result<&Value> {
        let matches = |f: &&Value| {
            f["rule"] == rule
                && f["object"]["name"] == object
                && f["container"].as_str() == container
        };
        let found: Vec<_> = self.findings().iter().filter(matches).collect();
        match found[..] {
            [one] => Ok(one),
            ref other => bail!("{} findings of {rule} about {object} {container:?}", other.len()),
        }
    }

    /// The record of one kind, by its resource name.
    pub(crate) fn coverage(&self, resource: &str) -> anyhow::Result<&Value> {
        let records = self.0["coverage"].as_array().context("no coverage in the report")?;
        let found = records.iter().find(|r| r["resource"] == resource);
        found.with_context(|| format!("no coverage of {resource}"))
    }

    /// Checks that every kind was read to its end.
    pub(crate) fn assert_complete(&self) -> anyhow::Result<()> {
        let records = self.0["coverage"].as_array().context("no coverage in the report")?;
        let kinds = Resource::AUDIT.len();
        ensure!(records.len() == kinds, "coverage of {} kinds, not of {kinds}", records.len());
        for record in records {
            ensure!(record["state"] == "complete", "not complete: {record}");
        }
        Ok(())
    }

    /// What passes.
    pub(crate) fn passes(&self) -> BTreeSet<Key> {
        self.findings().iter().filter(|f| f["verdict"] == "pass").map(key).collect()
    }
}

/// The finding's key.
pub(crate) fn key(finding: &Value) -> Key {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (
        text(&finding["rule"]),
        text(&finding["object"]["name"]),
        finding["container"].as_str().map(str::to_owned),
    )
}
