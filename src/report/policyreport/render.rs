//! From findings to the fields of both APIs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::model::{List, Metadata, Object, Outcome, Reference, Summary, Time};
use super::objects::{Entry, ReportObject, report_objects};
use super::{MANAGED_BY, ReportsApi};
use crate::finding::Finding;
use crate::inventory::{Resource, TEMPLATE_KINDS};
use crate::report::Report;
use crate::report::json::Each;
use crate::report::text::{fit, visible};

/// Who says it.
const SOURCE: &str = "podaudit";
/// What readers group by beside the source.
const CATEGORY: &str = "Kubernetes Security";
/// The policy of results that tell what was not read.
const COMPLETE: &str = "complete-scan";
/// Columns of a message: names in it can be as long as an object, which would fit into no report.
const MESSAGE: usize = 2000;

/// What all objects of a report share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    pub(super) api: ReportsApi,
    /// Seconds since 1970, and nanoseconds.
    pub(super) time: (i64, i32),
}

/// A list of the objects, which `kubectl apply -f` takes.
pub(in crate::report) fn write(
    report: &Report,
    api: ReportsApi,
    out: &mut dyn Write,
) -> io::Result<()> {
    let objects = report_objects(report, api);
    let items = Each(|| objects.iter().map(ReportObject::model));
    let list = List { api_version: "v1", kind: "List", items };
    serde_json::to_writer_pretty(&mut *out, &list)?;
    writeln!(out)
}

impl Context {
    pub(super) fn of(report: &Report, api: ReportsApi) -> Self {
        let time = report.scanned_at;
        Self { api, time: (time.as_second(), time.subsec_nanosecond()) }
    }

    /// How long the result is as JSON.
    pub(super) fn bytes(self, entry: &Entry) -> usize {
        serde_json::to_vec(&self.outcome(entry)).map_or(0, |json| json.len())
    }

    fn outcome<'a>(self, entry: &'a Entry) -> Outcome<'a> {
        let (seconds, nanos) = self.time;
        let open = Outcome {
            source: SOURCE,
            policy: COMPLETE,
            rule: COMPLETE,
            category: CATEGORY,
            severity: None,
            result: "error",
            scored: false,
            timestamp: Time { seconds, nanos },
            message: String::new(),
            resources: Vec::new(),
            properties: BTreeMap::new(),
        };
        match entry {
            Entry::Unread(problem) => Outcome { message: short(problem), ..open },
            Entry::Unknown(Finding { rule, severity, .. }, count) => Outcome {
                policy: rule,
                rule,
                severity: Some(severity.as_str()),
                message: "Not known of some objects; podaudit --show unknown tells why".to_owned(),
                properties: BTreeMap::from([("findings", count.to_string())]),
                ..open
            },
            Entry::Fails(finding) => Outcome {
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

impl ReportObject<'_> {
    pub(super) fn model(&self) -> Object<'_> {
        let api = self.context.api;
        let namespace = self.namespace;
        let fails = self.entries.iter().filter(|entry| matches!(entry, Entry::Fails(_))).count();
        let error = self.entries.len() - fails;
        Object {
            api_version: api.api_version(),
            kind: api.kind(namespace.is_some()).0,
            metadata: Metadata { name: &self.name, namespace, labels: [MANAGED_BY].into() },
            source: (api == ReportsApi::OpenReports).then_some(SOURCE),
            scope: namespace.map(|name| reference(Resource::Namespaces.kind(), None, name)),
            summary: Summary { fail: fails, error, ..Summary::default() },
            results: self.entries.iter().map(|entry| self.context.outcome(entry)).collect(),
        }
    }
}

fn short(text: &str) -> String {
    fit(&visible(text), MESSAGE).into_owned()
}

/// What a person edits; its UID is known where it is what was judged.
fn workload(finding: &Finding) -> Reference<'_> {
    let (kind, name) = &*finding.workload;
    let object = &finding.object;
    let is_object = object.kind == *kind && object.name == *name;
    let uid = object.uid.as_deref().filter(|_| is_object);
    Reference { uid, ..reference(kind, object.namespace.as_deref(), name) }
}

fn reference<'a>(kind: &'a str, namespace: Option<&'a str>, name: &'a str) -> Reference<'a> {
    let read = Resource::AUDIT.map(|resource| (resource.api_version(), resource.kind()));
    let mut known = read.into_iter().chain(TEMPLATE_KINDS);
    let api_version = known.find(|(_, known)| *known == kind).map(|(version, _)| version);
    Reference { api_version, kind, namespace, name, uid: None }
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
