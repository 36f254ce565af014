//! The objects of a report: which result goes into which object, and what the object is called.
//!
//! What is about a namespace is in it, so that a scan of one namespace can replace all of it. The
//! names follow from the place and the number alone: the next scan writes to the same objects.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::api::{MANAGED_BY, ReportsApi};
use super::model::{ObjectList, PolicyReportJson, ReportMetadata, ResultCounts};
use super::result::{ReportEntry, ResultEncoder, SOURCE, reference};
use crate::finding::{Finding, Verdict};
use crate::inventory::Resource;
use crate::object::path_segment;
use crate::report::AuditReport;
use crate::report::json::{self, Each};

/// Bytes of an object, as JSON without spaces. `kubectl apply` without `--server-side` stores the
/// object a second time, in an annotation that may have 256 KiB; etcd takes 1.5 MiB in all.
const MAX_BYTES: usize = 192 << 10;
/// What of that is not results.
const OVERHEAD: usize = 1 << 10;

/// The names of objects with findings begin with this, and those with gaps with the other.
const FINDINGS: &str = "podaudit";
const GAPS: &str = "podaudit-incomplete";

/// One object to be; its text is made on demand.
#[derive(Clone, Debug)]
pub struct ReportObject<'a> {
    /// Where it belongs; `None` for the cluster.
    pub namespace: Option<&'a str>,
    /// `metadata.name`
    pub name: String,
    /// Whether it says what was not read, and not what was found.
    pub is_of_gaps: bool,
    entries: Vec<ReportEntry<'a>>,
    encoder: ResultEncoder,
}

impl ReportObject<'_> {
    /// Where the API has it.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}", self.encoder.api.path(self.namespace), path_segment(&self.name))
    }

    /// The object as JSON.
    ///
    /// # Errors
    /// None that is known: all its keys are strings.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&self.document())
    }

    fn document(&self) -> PolicyReportJson<'_> {
        let api = self.encoder.api;
        let namespace = self.namespace;
        let fails =
            self.entries.iter().filter(|entry| matches!(entry, ReportEntry::Fails(_))).count();
        let error = self.entries.len() - fails;
        PolicyReportJson {
            api_version: api.api_version(),
            kind: api.kind(namespace.is_some()),
            metadata: ReportMetadata { name: &self.name, namespace, labels: [MANAGED_BY].into() },
            source: (api == ReportsApi::OpenReports).then_some(SOURCE),
            scope: namespace.map(|name| reference(Resource::Namespaces.kind(), None, name)),
            summary: ResultCounts { fail: fails, error, ..ResultCounts::default() },
            results: self.entries.iter().map(|entry| self.encoder.result(entry)).collect(),
        }
    }
}

/// A list of the objects, which `kubectl apply -f` takes.
pub(super) fn write(report: &AuditReport, api: ReportsApi, out: &mut dyn Write) -> io::Result<()> {
    let objects = report_objects(report, api);
    let items = Each(|| objects.iter().map(ReportObject::document));
    let list = ObjectList { api_version: "v1", kind: "List", items };
    json::write(&list, out)
}

/// All objects of the report, the cluster's first, then by namespace.
#[must_use]
pub fn report_objects<'a>(report: &AuditReport<'a>, api: ReportsApi) -> Vec<ReportObject<'a>> {
    let encoder = ResultEncoder::new(report, api);
    let mut objects = Vec::new();
    let problems: Vec<_> = report.problems().map(ReportEntry::Unread).collect();
    let places: Vec<_> = match report.scope.namespaces.as_slice() {
        [] => vec![None],
        names => names.iter().map(|name| Some(name.as_str())).collect(),
    };
    for place in places {
        objects.extend(split(encoder, place, GAPS, problems.clone()));
    }
    for (place, entries) in by_place(report) {
        objects.extend(split(encoder, place, FINDINGS, entries));
    }
    objects.sort_by(|a, b| a.namespace.cmp(&b.namespace));
    objects
}

/// The results of each place: failures in the order of every report, then one for each rule whose
/// answer is not known of some.
fn by_place<'a>(report: &AuditReport<'a>) -> BTreeMap<Option<&'a str>, Vec<ReportEntry<'a>>> {
    let mut places: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut unknown: BTreeMap<_, (&Finding, usize)> = BTreeMap::new();
    for finding in report.shown().filter(|finding| !finding.judgement.is_accepted()) {
        let place = namespace(finding);
        match finding.judgement.verdict {
            Verdict::Fail => places.entry(place).or_default().push(ReportEntry::Fails(finding)),
            Verdict::Unknown => {
                unknown.entry((place, finding.rule)).or_insert((finding, 0)).1 += 1;
            }
            Verdict::Pass | Verdict::NotApplicable => {}
        }
    }
    for ((place, _), (first, findings)) in unknown {
        places.entry(place).or_default().push(ReportEntry::Unknown { first, findings });
    }
    places
}

/// A Namespace belongs to itself: whoever scans it alone judges it too.
fn namespace(finding: &Finding) -> Option<&str> {
    let object = &finding.object;
    let itself = (object.kind == Resource::Namespaces.kind()).then_some(object.name.as_str());
    object.namespace.as_deref().or(itself)
}

/// Results in as few objects as the limit allows.
fn split<'a>(
    encoder: ResultEncoder,
    namespace: Option<&'a str>,
    stem: &'static str,
    entries: Vec<ReportEntry<'a>>,
) -> Vec<ReportObject<'a>> {
    let mut objects: Vec<ReportObject> = Vec::new();
    let mut left = 0;
    for entry in entries {
        // And the comma.
        let bytes = encoder.bytes(&entry) + 1;
        if bytes > left || objects.is_empty() {
            let name = match objects.len() {
                0 => stem.to_owned(),
                before => format!("{stem}-{}", before + 1),
            };
            let is_of_gaps = stem == GAPS;
            let entries = Vec::new();
            objects.push(ReportObject { namespace, name, is_of_gaps, entries, encoder });
            left = MAX_BYTES - OVERHEAD;
        }
        left = left.saturating_sub(bytes);
        if let Some(last) = objects.last_mut() {
            last.entries.push(entry);
        }
    }
    objects
}

#[cfg(test)]
mod tests {
    use super::super::model::ResultTime;
    use super::*;

    #[test]
    fn every_object_is_small_and_no_result_is_lost() {
        let encoder = ResultEncoder {
            api: ReportsApi::OpenReports,
            time: ResultTime { seconds: i64::MAX, nanos: i32::MAX },
        };
        let namespace = "n".repeat(253);
        // The longest, and those that grow when they are written down.
        let texts = ["a", "\"\\", "\u{0}", "\u{202e}", "\u{1f980}", "e\u{301}"];
        let lengths = [0, 1, 1_999, 2_000, 20_000];
        let texts = texts.iter().flat_map(|text| lengths.map(|length| text.repeat(length)));
        let texts: Vec<_> = texts.cycle().take(1_200).collect();
        let entries = texts.iter().cloned().map(ReportEntry::Unread).collect();
        let objects = split(encoder, Some(&namespace), GAPS, entries);
        assert!(objects.len() > 10, "{} objects", objects.len());
        let written = objects.iter().flat_map(|object| &object.entries).map(|entry| match entry {
            ReportEntry::Unread(text) => text,
            _ => panic!("another entry"),
        });
        assert!(written.eq(&texts), "lost, or in another order");
        for (number, object) in objects.iter().enumerate() {
            let bytes = object.to_json().unwrap().len();
            assert!(bytes <= MAX_BYTES, "{bytes} bytes");
            let half_empty = bytes < MAX_BYTES / 2 && number + 1 < objects.len();
            assert!(!half_empty, "{bytes} bytes and one more object");
            let name = format!("podaudit-incomplete-{}", number + 1);
            assert_eq!(object.name, if number == 0 { GAPS.to_owned() } else { name });
        }
        assert!(split(encoder, None, FINDINGS, Vec::new()).is_empty(), "an empty report");
    }
}
