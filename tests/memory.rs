//! Peak memory of a scan, counted by the allocator: from pages as the API server sends them to the
//! JSON report. Alone in its process, because everything that runs beside it would be counted too.

#[path = "../benches/cluster/mod.rs"]
mod cluster;

use std::io;

use cluster::Cluster;
use cluster::list::List;
use jiff::Timestamp;
use peak_alloc::PeakAlloc;
use podaudit::audit::audit_by;
use podaudit::baseline::ReportScope;
use podaudit::finding::{Severity, Verdict};
use podaudit::inventory::decode::Wire;
use podaudit::inventory::{Inventory, Resource};
use podaudit::policy::{Policy, RuleSetting};
use podaudit::report::{self, AuditReport, Filter, Format, Look};
use podaudit::suppression::Exception;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Objects a page.
const PAGE: usize = 500;

/// What an API server would send of a cluster with so many pods.
fn lists(pods: usize) -> Vec<(Resource, List)> {
    let list = |plural: &str| {
        let resource = Resource::AUDIT.into_iter().find(|r| r.plural() == plural);
        let resource = resource.expect("a kind that is read");
        (resource, List::new(Cluster { pods, managed: true }, resource, Wire::Protobuf))
    };
    Cluster::KINDS.into_iter().map(list).collect()
}

/// Reads them page by page.
fn read(lists: &[(Resource, List)]) -> Inventory {
    let mut inventory = Inventory::default();
    let mut page = Vec::new();
    for (resource, list) in lists {
        let mut next = Some(0);
        while let Some(from) = next {
            page.clear();
            next = list.page(from, PAGE, &mut page).expect("memory takes all");
            let token = inventory.insert_page(*resource, Wire::Protobuf, &page);
            assert_eq!(token.map(|paging| paging.next), Ok(next.map(|next| next.to_string())));
        }
        assert!(inventory.coverage(*resource).undecodable.is_empty());
    }
    inventory.forget_unused_owners();
    inventory.finish();
    inventory
}

/// Decisions about what many pods have in common.
fn policy() -> Policy {
    let exception = Exception {
        rule: "writable-root-filesystem".to_owned(),
        namespace: None,
        workload: None,
        container: None,
        image: None,
        reason: "known".to_owned(),
        expires: None,
        source: "exceptions.yaml:1".to_owned(),
    };
    let milder = RuleSetting { off: false, severity: Some(Severity::Low) };
    Policy {
        rules: [("capabilities-not-dropped".to_owned(), milder)].into(),
        exceptions: vec![exception],
        ..Policy::default()
    }
}

/// Peak bytes of a scan of so many pods, all verdicts reported.
#[expect(clippy::print_stdout, reason = "the figures that docs/performance.md quotes")]
fn scan(pods: usize) -> usize {
    let lists = lists(pods);
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let mark = |what: &str| {
        let (now, peak) = (MEMORY.current_usage() - before, MEMORY.peak_usage() - before);
        println!("{pods} pods, {what}: {now} bytes, {peak} at most");
        peak
    };
    let inventory = read(&lists);
    mark("read");
    let policy = policy();
    let audit = audit_by(&policy, inventory, false);
    mark("judged");
    assert_eq!(audit.workloads.iter().map(|row| row.pods.len()).sum::<usize>(), pods);
    let all = vec![Verdict::Fail, Verdict::Unknown, Verdict::Pass, Verdict::NotApplicable];
    let filter = Filter {
        verdicts: all,
        min_severity: Severity::Low,
        fixed: false,
        excepted: true,
        workload_series: false,
    };
    let cluster = report::Cluster { name: "large".to_owned(), kubernetes_version: None };
    let report = AuditReport {
        audit: &audit,
        cluster: &cluster,
        scanned_at: Timestamp::UNIX_EPOCH,
        filter: &filter,
        version: "1",
        policy: &policy,
        scope: &ReportScope::default(),
        comparison: None,
    };
    assert!(audit.findings.iter().any(|finding| finding.judgement.is_accepted()));
    assert!(audit.findings.len() > 90_000, "{} findings only", audit.findings.len());
    for format in [Format::Json, Format::Sarif] {
        format
            .write(&report, Look { width: None, color: false }, &mut io::sink())
            .expect("a sink takes all");
    }
    mark("reported")
}

#[test]
fn memory_grows_with_postures_and_hardly_with_pods() {
    let few = scan(16_667);
    let many = scan(50_000);
    assert!(many < 50_000_000, "{many} bytes at 50,000 pods");
    let each = many.saturating_sub(few) / (50_000 - 16_667);
    assert!(each < 100, "{each} bytes more for each pod of a known posture");
}
