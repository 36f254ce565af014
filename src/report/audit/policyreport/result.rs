//! From a finding to one result of a report, in the fields that both APIs have.

use std::collections::BTreeMap;

use super::api::ReportsApi;
use super::model::{PolicyResult, ResourceReference, ResultTime};
use crate::finding::{Finding, WorkloadName};
use crate::inventory::{Resource, TEMPLATE_KINDS};
use crate::report::AuditReport;
use crate::report::style::{fit, visible};

/// Who says it.
pub(super) const SOURCE: &str = "podaudit";
/// What readers group by beside the source.
const CATEGORY: &str = "Kubernetes Security";
/// The policy of results that say what was not read.
const COMPLETE: &str = "complete-scan";
/// Columns of a message: names in it can be as long as an object, which would fit into no report.
const MESSAGE: usize = 2000;

/// One result to be.
#[derive(Clone, Debug)]
pub(super) enum ReportEntry<'a> {
    /// A failure.
    Fails(&'a Finding),
    /// A rule whose answer is not known of some objects: the first of these findings, and how many.
    Unknown { first: &'a Finding, findings: usize },
    /// Why something was not read.
    Unread(String),
}

/// Makes the results of one report: all have its API and its time.
#[derive(Clone, Copy, Debug)]
pub(super) struct ResultEncoder {
    pub(super) api: ReportsApi,
    pub(super) time: ResultTime,
}

impl ResultEncoder {
    pub(super) fn new(report: &AuditReport, api: ReportsApi) -> Self {
        let time = report.scanned_at;
        let time = ResultTime { seconds: time.as_second(), nanos: time.subsec_nanosecond() };
        Self { api, time }
    }

    /// How long the result is as JSON.
    pub(super) fn bytes(self, entry: &ReportEntry) -> usize {
        serde_json::to_vec(&self.result(entry)).map_or(0, |json| json.len())
    }

    /// The result of an entry.
    pub(super) fn result<'a>(self, entry: &'a ReportEntry) -> PolicyResult<'a> {
        let open = PolicyResult {
            source: SOURCE,
            policy: COMPLETE,
            rule: COMPLETE,
            category: CATEGORY,
            severity: None,
            result: "error",
            scored: false,
            timestamp: self.time,
            message: String::new(),
            resources: Vec::new(),
            properties: BTreeMap::new(),
        };
        match entry {
            ReportEntry::Unread(problem) => PolicyResult { message: short(problem), ..open },
            ReportEntry::Unknown { first: Finding { rule, severity, .. }, findings } => {
                PolicyResult {
                    policy: rule,
                    rule,
                    severity: Some(severity.as_str()),
                    message: "Not known of some objects; podaudit --show unknown tells why"
                        .to_owned(),
                    properties: BTreeMap::from([("findings", findings.to_string())]),
                    ..open
                }
            }
            ReportEntry::Fails(finding) => PolicyResult {
                policy: finding.rule,
                rule: finding.rule,
                severity: Some(finding.severity.as_str()),
                result: "fail",
                scored: true,
                message: short(&finding.judgement.message),
                resources: vec![workload(finding)],
                properties: properties(finding),
                ..open
            },
        }
    }
}

fn short(text: &str) -> String {
    fit(&visible(text), MESSAGE).into_owned()
}

/// What a person edits; its UID is known where it is what was judged.
fn workload(finding: &Finding) -> ResourceReference<'_> {
    let WorkloadName { kind, name } = &*finding.workload;
    let object = &finding.object;
    let is_object = object.kind == *kind && object.name == *name;
    let uid = object.uid.as_deref().filter(|_| is_object);
    ResourceReference { uid, ..reference(kind, object.namespace.as_deref(), name) }
}

pub(super) fn reference<'a>(
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
) -> ResourceReference<'a> {
    let read = Resource::AUDIT.map(|resource| (resource.api_version(), resource.kind()));
    let mut known = read.into_iter().chain(TEMPLATE_KINDS);
    let api_version = known.find(|(_, known)| *known == kind).map(|(version, _)| version);
    ResourceReference { api_version, kind, namespace, name, uid: None }
}

fn properties(finding: &Finding) -> BTreeMap<&'static str, String> {
    let judgement = &finding.judgement;
    let mut properties = BTreeMap::from([
        ("confidence", judgement.confidence.as_str().to_owned()),
        // Policy Reporter takes this for the identity of a result.
        ("resultID", finding.fingerprint()),
    ]);
    properties.extend(finding.container_name().map(|name| ("container", visible(name).into())));
    properties.extend((finding.pods > 0).then(|| ("pods", finding.pods.to_string())));
    properties
}
