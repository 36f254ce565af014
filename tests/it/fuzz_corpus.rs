//! The saved inputs of the fuzz targets, and a few thousand mutations of them, on every run: no
//! panic, errors of one line, and no secret in what could be shown.

#[path = "../../fuzz/checks.rs"]
mod checks;

use std::path::Path;

use anyhow::Context;
use libtest_mimic::Trial;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

use crate::support::{Outcome, ensure, named};

/// Stands wherever the corpus has a secret: an environment variable, an annotation with an earlier
/// version of the object, a Secret's data, a field of the wrong type.
const SECRET: &str = "hunter2";

/// Mutations of each target's corpus.
const CASES: u32 = 3_000;

type Check = fn(&[u8]) -> String;

pub(crate) fn trials() -> Vec<Trial> {
    let targets: [(&str, Check); 4] = [
        ("page", |bytes| checks::page(&String::from_utf8_lossy(bytes))),
        ("image_reference", |bytes| checks::image_reference(&String::from_utf8_lossy(bytes))),
        ("yaml", |bytes| checks::yaml(&String::from_utf8_lossy(bytes))),
        ("protobuf", checks::protobuf),
    ];
    let of_target = |(name, check): (&'static str, Check)| {
        [
            named(format!("fuzz_corpus::{name}"), move || saved(name, check)),
            named(format!("fuzz_corpus::{name}_mutated"), move || mutated(name, check)),
        ]
    };
    targets.into_iter().flat_map(of_target).collect()
}

fn corpus(target: &str) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().context("a file")?.to_string_lossy().into_owned();
        entries.push((name, std::fs::read(path)?));
    }
    entries.sort();
    ensure!(entries.len() > 5, "{target}: only {} saved inputs", entries.len());
    Ok(entries)
}

fn saved(target: &str, check: Check) -> Outcome {
    for (name, bytes) in corpus(target)? {
        let shown = check(&bytes);
        ensure!(!shown.contains(SECRET), "{target}/{name} shows a secret: {shown}");
    }
    Ok(())
}

/// Flips up to three bits and cuts one input in two. Always the same ones: a mutation can turn a
/// secret into a name, and a test that fails once in a thousand runs is none.
fn mutated(target: &str, check: Check) -> Outcome {
    let entries = corpus(target)?;
    let seeded =
        Config { rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(Config { cases: CASES, ..seeded });
    let mutation = (any::<Index>(), vec((any::<Index>(), 0..8_u32), 0..4), any::<Option<Index>>());
    let outcome = runner.run(&mutation, |(entry, flips, cut)| {
        let (name, bytes) = &entries[entry.index(entries.len())];
        let mut bytes = bytes.clone();
        for (at, bit) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let shown = check(&bytes);
        if shown.contains(SECRET) {
            let text = String::from_utf8_lossy(&bytes);
            return Err(TestCaseError::fail(format!("{name} shows a secret: {text}\n{shown}")));
        }
        Ok(())
    });
    outcome.map_err(|error| anyhow::anyhow!("{error}"))
}
