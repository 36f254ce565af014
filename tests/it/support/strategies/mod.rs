//! Random input, and how a property is asked about it.

pub(crate) mod pods;
pub(crate) mod pss;
pub(crate) mod reach;

use anyhow::anyhow;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use super::Outcome;

/// Inputs that a property is asked about.
const CASES: u32 = 64;

/// Runs a property on random input; with a fixed seed, so that a run can be repeated.
pub(crate) fn holds<T: std::fmt::Debug>(
    of: &BoxedStrategy<T>,
    property: fn(T) -> Outcome,
) -> Outcome {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let result = TestRunner::new_with_rng(config, rng)
        .run(of, |input| property(input).map_err(|e| TestCaseError::fail(format!("{e:#}"))));
    result.map_err(|error| anyhow!("{error}"))
}
