//! Faults against the reader, with a clock that jumps: what was read is all there is, or the record
//! says what is missing; and it always ends.

mod body;
mod fault;
mod lists;
mod many;
mod schedules;
mod server;
mod world;
mod write;

use std::time::Duration;

use fault::Fault;
use proptest::prelude::ProptestConfig;
use server::{Outcome, PODS, Server};

use super::ConnectOptions;
use crate::inventory::{CoverageState, Resource};

/// As the command line has it.
fn options() -> ConnectOptions {
    ConnectOptions {
        kubeconfig: Some("/does/not/exist".into()),
        request_timeout: Some(Duration::from_mins(1)),
        timeout: Some(Duration::from_mins(10)),
        ..ConnectOptions::default()
    }
}

fn scan(faults: &[Fault]) -> Outcome {
    Server::new(faults).scan(&options())
}

/// Everything was read, after so many retries.
fn assert_whole(faults: &[Fault], retries: u64, consistent: bool) -> Outcome {
    let outcome = scan(faults);
    let record = outcome.record();
    assert_eq!(record.state, CoverageState::Complete, "{faults:?}: {record:?}");
    assert_eq!(outcome.names(), Outcome::all(), "{faults:?}");
    assert_eq!((record.listed, record.decoded), (PODS as u64, PODS as u64), "{faults:?}");
    assert_eq!((record.retries, record.consistent), (retries, consistent), "{faults:?}");
    assert_eq!(record.error, None);
    outcome
}

/// The list broke off; what it had read before is kept, and the record says why.
fn assert_broken(faults: &[Fault], want: &str) -> Outcome {
    let outcome = scan(faults);
    let record = outcome.record();
    assert_eq!(record.state, CoverageState::Incomplete, "{faults:?}");
    let error = record.error.clone().unwrap_or_default();
    assert!(error.contains(want), "{faults:?}: {error}");
    assert!(outcome.names().len() < PODS, "{faults:?}");
    outcome
}

#[test]
fn without_faults() {
    let outcome = assert_whole(&[], 0, true);
    assert_eq!(outcome.record().pages, 3);
    assert_eq!(outcome.most_in_flight, 2, "the next page is asked for while one arrives");
}

#[test]
fn a_passing_fault_costs_a_retry() {
    use Fault::{CutOff, Drip, Reset, ResetMidBody, Server, Stall, StallMidBody};
    for fault in [Reset, ResetMidBody, CutOff, Stall, StallMidBody, Drip] {
        assert_whole(&[Fault::None, fault], 1, true);
    }
    for code in [500, 502, 503, 504] {
        assert_whole(&[Fault::None, Server(code)], 1, true);
    }
    assert_whole(&[Fault::None, Server(502), Server(500), Reset, Server(504)], 4, true);
}

#[test]
fn five_tries_and_no_more() {
    let mut faults = vec![Fault::None];
    faults.extend([Fault::Server(500); 9]);
    let outcome = assert_broken(&faults, "answered 500");
    assert_eq!((outcome.record().retries, outcome.record().listed), (4, 500));
}

#[test]
fn a_server_under_load_gets_smaller_pages_and_time() {
    let outcome = assert_whole(&[Fault::TooMany(Some(7)); 3], 3, true);
    assert!(outcome.elapsed >= Duration::from_secs(21), "{:?}", outcome.elapsed);
    assert_eq!(outcome.limits[..4], [500, 250, 125, 100]);
    // An hour is too much to ask: as long as is bearable, and then once more.
    let outcome = assert_whole(&[Fault::TooMany(Some(3600))], 1, true);
    assert_eq!(outcome.elapsed.as_secs(), 60);
    let outcome = assert_whole(&[Fault::Server(504)], 1, true);
    assert_eq!(outcome.limits[..2], [500, 250]);
    let outcome = assert_whole(&[Fault::Server(500)], 1, true);
    assert_eq!(outcome.limits[..2], [500, 500], "not a matter of size");
}

#[test]
fn history_that_is_gone() {
    // With a token to go on: used once, and told.
    assert_whole(&[Fault::None, Fault::Gone(true)], 1, false);
    // Without one, or with a second one: from the beginning, and nothing twice.
    let outcome = assert_whole(&[Fault::None, Fault::Gone(false)], 1, true);
    assert_eq!(outcome.record().pages, 3, "what was read before the restart is forgotten");
    assert_whole(&[Fault::None, Fault::Gone(true), Fault::Gone(true)], 2, true);
    let gone = [Fault::None, Fault::Gone(false)];
    assert_whole(&[gone, gone].concat(), 2, true);
    assert_broken(&[gone, gone, gone].concat(), "too old");
}

#[test]
fn no_right_and_no_name() {
    assert_broken(&[Fault::Forbidden], "forbidden");
    // The credentials are read anew once; here there are no others.
    assert_broken(&[Fault::None, Fault::Unauthorized], "401");
    let nothing = Server::new(&[Fault::Unauthorized]).try_scan(&options());
    assert!(nothing.inventory.unwrap_err().to_string().contains("401"));
}

#[test]
fn answers_that_are_no_list() {
    let outcome = assert_broken(&[Fault::Html], "text/html");
    assert_eq!(outcome.record().listed, 0);
    assert_broken(&[Fault::None, Fault::Success], "a Status instead of what was asked for");
    assert_broken(&[Fault::None, Fault::Garbage], "broken JSON");
}

#[test]
fn a_malformed_object_costs_none_of_its_neighbours() {
    let outcome = scan(&[Fault::None, Fault::BadPod]);
    let record = outcome.record();
    assert_eq!((record.listed, record.decoded), (PODS as u64, PODS as u64 - 1));
    assert_eq!(record.undecodable[0].object.to_string(), "Pod shop/pod-0500");
    assert_eq!(record.state, CoverageState::Incomplete);
}

#[test]
fn a_server_that_repeats_itself() {
    assert_broken(&[Fault::None, Fault::SameToken, Fault::SameToken], "same continue token");
    // A pod that comes twice, as when it moves between pages, counts once.
    let outcome = scan(&[Fault::None, Fault::Twice]);
    assert_eq!(outcome.names(), Outcome::all());
    assert_eq!(outcome.record().state, CoverageState::Complete);
}

#[test]
fn a_list_that_ends_before_its_end() {
    let outcome = assert_broken(&[Fault::EndsEarly], "without the last 800 objects");
    assert_eq!(outcome.record().listed, 500);
    let early = Server::new(&[Fault::None, Fault::EndsEarly]).with_all(&[], true);
    let record = early.scan(&options()).record();
    assert_eq!((record.state, record.listed), (CoverageState::Incomplete, 1_000), "{record:?}");
}

#[test]
fn tokens_without_end() {
    let options = ConnectOptions { timeout: None, ..options() };
    let outcome = Server::new(&vec![Fault::NewToken; 15_010]).scan(&options);
    let record = outcome.record();
    assert_eq!(record.state, CoverageState::Incomplete);
    assert_eq!(record.error.as_deref(), Some("the list does not end: too many pages"));
    assert_eq!(outcome.names(), Outcome::all(), "what came is kept");
}

#[test]
fn no_protobuf_for_a_server_that_refuses_it() {
    let outcome = assert_whole(&[Fault::NotAcceptable], 0, true);
    assert_eq!(outcome.record().pages, 3);
}

#[test]
fn a_page_that_is_too_large() {
    let outcome = assert_whole(&[Fault::None, Fault::Huge], 1, true);
    assert_eq!(outcome.limits[1..3], [500, 250], "half of it may do");
    let outcome = assert_broken(&[Fault::Huge; 4], "more than 256 MiB");
    assert_eq!(outcome.limits, [500, 250, 125, 100]);
}

#[test]
fn time_is_up() {
    let short = ConnectOptions { timeout: Some(Duration::from_secs(20)), ..options() };
    let outcome = Server::new(&[Fault::None, Fault::StallMidBody]).scan(&short);
    let record = outcome.record();
    assert_eq!((record.state, record.listed), (CoverageState::Incomplete, 500));
    assert_eq!(record.error.as_deref(), Some("stopped after 20 s (--timeout)"));
    assert_eq!(outcome.elapsed.as_secs(), 20);
}

#[test]
fn stopped_from_outside() {
    let server = Server::new(&[Fault::None, Fault::Stall]).stopped_after(Duration::from_secs(3));
    let outcome = server.scan(&options());
    let record = outcome.record();
    assert_eq!((record.state, record.listed), (CoverageState::Incomplete, 500));
    assert_eq!(record.error.as_deref(), Some("stopped by SIGINT"));
    assert_eq!(outcome.elapsed.as_secs(), 3);
    let accounts = outcome.inventory().coverage(Resource::ServiceAccounts);
    assert_eq!(accounts.state, CoverageState::Complete, "what was whole stays whole");
}

proptest::proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..Default::default() })]

    /// Whatever happens in whatever order.
    #[test]
    fn never_a_wrong_clean(
        faults in proptest::collection::vec(schedules::fault(), 0..14),
        others in proptest::collection::vec(schedules::anywhere(), 0..6),
        protobuf in proptest::bool::ANY,
    ) {
        schedules::check(Server::new(&faults), &faults, &others, protobuf);
    }
}
