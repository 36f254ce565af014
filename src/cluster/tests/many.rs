//! A cluster with so many pods that they are read by namespace, two lists at a time.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::ProptestConfig;

use super::fault::Fault;
use super::server::{MANY, Outcome, Server};
use super::{options, schedules};
use crate::inventory::{CoverageState, Resource};

fn scan(faults: &[Fault]) -> Outcome {
    Server::many(8, faults).scan(&options())
}

/// Everything was read, in so many pages.
fn assert_whole(outcome: &Outcome, pages: u64, consistent: bool) {
    let record = outcome.record();
    assert_eq!((record.state, record.error.as_deref()), (CoverageState::Complete, None));
    assert!(outcome.names() == Outcome::all_of_many(), "{} pods", outcome.names().len());
    assert_eq!((record.listed, record.pages), (MANY as u64, pages));
    assert_eq!(record.consistent, consistent);
    assert!(outcome.most_in_flight <= 2, "{} requests at once", outcome.most_in_flight);
}

#[test]
fn in_two_lists_side_by_side() {
    let outcome = scan(&[]);
    // Two pages each; all lists tell that they show the same moment.
    assert_whole(&outcome, 16, true);
    assert_eq!(
        outcome.limits.len(),
        17,
        "the first page of the whole list told how many there are"
    );
}

#[test]
fn several_moments_are_told() {
    let outcome = scan(&[Fault::None, Fault::None, Fault::Deleted(0)]);
    let record = outcome.record();
    assert_eq!((record.state, record.consistent), (CoverageState::Complete, false));
}

#[test]
fn a_passing_fault_costs_a_retry() {
    for fault in [Fault::Reset, Fault::StallMidBody, Fault::Server(500), Fault::TooMany(None)] {
        for at in [0, 1, 2, 7] {
            let outcome = scan(&[vec![Fault::None; at], vec![fault]].concat());
            assert!(outcome.names() == Outcome::all_of_many(), "{fault:?} at {at}");
            let record = outcome.record();
            assert_eq!(
                (record.state, record.retries),
                (CoverageState::Complete, 1),
                "{fault:?} at {at}"
            );
        }
    }
}

#[test]
fn a_namespace_that_is_made_meanwhile() {
    let outcome = scan(&[vec![Fault::None; 5], vec![Fault::Made]].concat());
    assert_eq!(outcome.record().state, CoverageState::Complete);
    assert_eq!(outcome.names().last().map(String::as_str), Some("zz-new"));
    assert_eq!(outcome.names().len(), MANY + 1);
}

#[test]
fn namespaces_that_are_not_worth_it() {
    // 60 pods each.
    assert_whole(&Server::many(90, &[]).scan(&options()), 12, true);
}

#[test]
fn namespaces_that_may_not_be_listed() {
    let faults = [(Resource::Namespaces, Fault::Forbidden); 4];
    let outcome = Server::many(8, &[]).with_all(&faults, false).scan(&options());
    assert_whole(&outcome, 12, true);
    // The first page is not read again.
    assert_eq!(outcome.limits.len(), 12);
}

#[test]
fn something_between_that_knows_no_namespaces() {
    assert_whole(&scan(&[Fault::None, Fault::Missing, Fault::Missing]), 12, true);
}

#[test]
fn a_server_that_is_gone_is_not_asked_for_each_namespace() {
    let outcome = scan(&[vec![Fault::None; 4], vec![Fault::Server(500); 1_000]].concat());
    let record = outcome.record();
    assert_eq!(record.state, CoverageState::Incomplete);
    let error = record.error.unwrap_or_default();
    assert!(error.contains("answered 500") && error.contains("more namespaces"), "{error}");
    assert!(record.listed > 0 && outcome.elapsed < Duration::from_mins(1));
}

#[test]
fn stopped_in_the_middle() {
    let faults = [vec![Fault::None; 6], vec![Fault::Stall; 2]].concat();
    let outcome = Server::many(8, &faults).stopped_after(Duration::from_secs(3)).scan(&options());
    let record = outcome.record();
    assert_eq!(record.error.as_deref(), Some("stopped by SIGINT"));
    assert_eq!(record.state, CoverageState::Incomplete);
    // Of both lists, what had arrived.
    let all: BTreeSet<_> = Outcome::all_of_many().into_iter().collect();
    assert!(record.listed > 1_000 && outcome.names().iter().all(|name| all.contains(name)));
}

proptest::proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() })]

    /// Whatever happens in whatever order.
    #[test]
    fn never_a_wrong_clean(
        faults in proptest::collection::vec(schedules::fault(), 0..30),
        others in proptest::collection::vec(schedules::anywhere(), 0..6),
    ) {
        schedules::check(Server::many(8, &faults), &faults, &others, false);
    }
}
