//! Random schedules of faults, and what holds after each of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::time::Duration;

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::select;

use super::fault::Fault;
use super::server::{PODS, Server};
use crate::audit::audit;
use crate::finding::{Finding, Verdict};
use crate::inventory::{CoverageState, Inventory, Resource};

pub(super) fn fault() -> impl Strategy<Value = Fault> {
    use Fault::{
        BadPod, CutOff, Deleted, Drip, EndsEarly, Forbidden, Garbage, Html, NotAcceptable, Reset,
        ResetMidBody, SameToken, Stall, StallMidBody, Success, Twice, Unauthorized,
    };
    let passing = select(vec![Reset, ResetMidBody, CutOff, Stall, StallMidBody, Drip]);
    let lasting = select(vec![
        Forbidden,
        Unauthorized,
        Html,
        Success,
        Garbage,
        BadPod,
        SameToken,
        Twice,
        NotAcceptable,
        EndsEarly,
    ]);
    prop_oneof![
        8 => Just(Fault::None),
        4 => passing,
        2 => select(vec![500, 502, 503, 504]).prop_map(Fault::Server),
        2 => proptest::option::of(0..200_u64).prop_map(Fault::TooMany),
        2 => proptest::bool::ANY.prop_map(Fault::Gone),
        2 => (0..PODS).prop_map(Deleted),
        1 => lasting,
    ]
}

/// A fault at any list.
pub(super) fn anywhere() -> impl Strategy<Value = (Resource, Fault)> {
    (select(Resource::AUDIT.to_vec()), fault())
}

/// Everything that was there all the time was read once and as it is, and judged as without faults,
/// or the record says that something is missing and why.
pub(super) fn check(
    server: Server,
    faults: &[Fault],
    others: &[(Resource, Fault)],
    protobuf: bool,
) {
    let options = super::options();
    let everything = server.names();
    let outcome = server.with_all(others, protobuf).try_scan(&options);
    let limit = options.timeout.unwrap_or_default() + Duration::from_secs(1);
    assert!(outcome.elapsed <= limit, "{:?}", outcome.elapsed);
    assert!(outcome.most_in_flight <= 2, "{} requests at once", outcome.most_in_flight);
    assert!(outcome.limits.iter().all(|limit| (100..=500).contains(limit)), "{:?}", outcome.limits);
    let all = || faults.iter().chain(others.iter().map(|(_, fault)| fault));
    let Ok(inventory) = &outcome.inventory else {
        let refused = all().any(|fault| matches!(fault, Fault::Unauthorized));
        assert!(refused, "{:?}", outcome.inventory);
        return;
    };
    let names = outcome.names();
    let unique: BTreeSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len(), "a pod twice");
    for pod in inventory.pods() {
        assert_eq!(pod.spec.host_network, Server::has_host_network(&pod.metadata.name));
    }
    for record in inventory.coverages() {
        match record.state {
            CoverageState::Complete => {
                assert!(record.undecodable.is_empty() && record.error.is_none(), "{record:?}");
            }
            CoverageState::Incomplete => {
                let problems: Vec<_> = record.problems().collect();
                let told = |problem: &String| problem.len() > record.resource.plural().len() + 2;
                assert!(problems.iter().any(told), "{record:?}");
            }
            state => panic!("{state:?}"),
        }
    }
    let deleted = |name: &String| {
        let is = |fault: &Fault| matches!(fault, Fault::Deleted(at) if Server::name(*at) == *name);
        all().any(is)
    };
    if outcome.record().state == CoverageState::Complete {
        let missing = everything.iter().find(|name| !unique.contains(name) && !deleted(name));
        assert_eq!(missing, None, "a wrong clean: {:?}", outcome.record());
    }
    judged(inventory, &everything, everything.iter().any(deleted));
}

/// What the audit says, by fingerprint.
type Said = BTreeMap<String, BTreeSet<Verdict>>;

fn said(findings: &[Finding]) -> Said {
    let mut said = Said::new();
    for finding in findings {
        said.entry(finding.fingerprint()).or_default().insert(finding.judgement.verdict);
    }
    said
}

/// The findings are those of a scan without faults; if something is missing, then at least none of
/// them became a pass.
fn judged(inventory: &Inventory, everything: &[String], fewer_pods: bool) {
    fn truth(server: Server) -> Vec<Finding> {
        let outcome = server.with_all(&[], false).scan(&super::options());
        audit(outcome.inventory().clone(), false).findings
    }
    static FEW: LazyLock<Vec<Finding>> = LazyLock::new(|| truth(Server::new(&[])));
    static SEVERAL: LazyLock<Vec<Finding>> = LazyLock::new(|| truth(Server::many(8, &[])));
    let truth = if everything.len() == PODS { &FEW } else { &SEVERAL };
    assert!(truth.iter().any(|finding| finding.rule == "service-account-overprivileged"));
    let audit = audit(inventory.clone(), false);
    let (before, now) = (said(truth), said(&audit.findings));
    if audit.coverage.iter().any(|record| record.state != CoverageState::Complete) {
        for (fingerprint, verdicts) in now {
            let earlier = before.get(&fingerprint);
            let is_new = verdicts.contains(&Verdict::Pass)
                && earlier
                    .is_some_and(|b| b.contains(&Verdict::Fail) && !b.contains(&Verdict::Pass));
            assert!(!is_new, "a wrong pass: {fingerprint}");
        }
    } else if fewer_pods {
        assert_eq!(now, before);
    } else {
        assert_eq!(audit.findings, **truth);
    }
}
