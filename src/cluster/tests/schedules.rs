//! Random schedules of faults, and what holds after each of them.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::select;

use super::server::{Fault, Outcome, PODS, Server};
use crate::inventory::coverage::State;

pub(super) fn fault() -> impl Strategy<Value = Fault> {
    use Fault::{
        BadPod, CutOff, Deleted, Drip, Forbidden, Garbage, Html, NotAcceptable, Reset,
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

/// Everything that was there all the time was read once and as it is, or the record says that
/// something is missing and why.
pub(super) fn check(faults: &[Fault]) {
    let options = super::options();
    let outcome = Server::new(faults).try_scan(&options);
    let limit = options.timeout.unwrap_or_default() + Duration::from_secs(1);
    assert!(outcome.elapsed <= limit, "{:?}", outcome.elapsed);
    assert!(outcome.most_in_flight <= 2, "{} requests at once", outcome.most_in_flight);
    assert!(outcome.limits.iter().all(|limit| (100..=500).contains(limit)), "{:?}", outcome.limits);
    let Ok(inventory) = &outcome.inventory else {
        let refused = faults.iter().any(|fault| matches!(fault, Fault::Unauthorized));
        assert!(refused, "{:?}", outcome.inventory);
        return;
    };
    let record = outcome.record();
    let names = outcome.names();
    let unique: BTreeSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len(), "a pod twice");
    for pod in inventory.pods() {
        assert_eq!(pod.spec.host_network, Server::has_host_network(&pod.metadata.name));
    }
    match record.state {
        State::Complete => {
            let deleted = |name: &String| {
                let is = |fault: &Fault| matches!(fault, Fault::Deleted(at) if Server::name(*at) == *name);
                faults.iter().any(is)
            };
            let all = Outcome::all();
            let missing = all.iter().find(|name| !unique.contains(name) && !deleted(name));
            assert_eq!(missing, None, "a wrong clean: {record:?}");
            assert!(record.undecodable.is_empty() && record.error.is_none(), "{record:?}");
        }
        State::Incomplete => {
            let problems: Vec<_> = record.problems().collect();
            assert!(problems.iter().any(|problem| problem.len() > "pods: ".len()), "{record:?}");
        }
        state => panic!("{state:?}"),
    }
}
