//! Upstream's fixtures: pods that pass or fail exactly one check, for each level and version.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use libtest_mimic::{Failed, Trial};
use podaudit::inventory::Pod;
use podaudit::pss::{CHECKS, Level, NEWEST_MINOR, Version, checks_at, evaluate};

use crate::go;

/// Files under `test/testdata` in v0.37.2. An empty or half-read folder must not pass.
const FILES: usize = 4537;

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![go::trial("pss::fixtures::count", count)];
    for level in [Level::Baseline, Level::Restricted] {
        for minor in 0..=NEWEST_MINOR {
            let version = Version::V1(minor);
            let name = format!("pss::fixtures::{level}::{version}");
            trials.push(go::trial(name, move || folder(level, version)));
        }
    }
    trials
}

fn testdata() -> Result<PathBuf, Failed> {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let found = FOLDER.get_or_init(|| {
        let module = go::source("k8s.io/pod-security-admission");
        module.map(|path| path.join("test/testdata")).map_err(|error| format!("{error:?}"))
    });
    found.clone().map_err(Failed::from)
}

fn fixtures(folder: &Path) -> Result<Vec<PathBuf>, Failed> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut files = entries.collect::<Result<Vec<_>, std::io::Error>>()?;
    files.sort();
    Ok(files)
}

/// All files are in the folders that the other trials read.
fn count() -> Result<(), Failed> {
    let mut seen = 0;
    for level in [Level::Baseline, Level::Restricted] {
        for minor in 0..=NEWEST_MINOR {
            for outcome in ["pass", "fail"] {
                let path = format!("{level}/{}/{outcome}", Version::V1(minor));
                seen += fixtures(&testdata()?.join(path))?.len();
            }
        }
    }
    if seen == FILES { Ok(()) } else { Err(format!("{seen} fixtures, not {FILES}").into()) }
}

fn folder(level: Level, version: Version) -> Result<(), Failed> {
    let folder = testdata()?.join(format!("{level}/{version}"));
    let mut wrong = Vec::new();
    let mut failed = BTreeSet::new();
    for file in fixtures(&folder.join("pass"))? {
        let found = violated(&file, level, version)?;
        if !found.is_empty() {
            wrong.push(format!("{}: fails {found:?}", file.display()));
        }
    }
    for file in fixtures(&folder.join("fail"))? {
        let expected = expected(&file, level, version)?;
        let found = violated(&file, level, version)?;
        if found != [expected] {
            wrong.push(format!("{}: fails {found:?}, not {expected}", file.display()));
        }
        failed.insert(expected);
    }
    // Every check in force has a fixture, so that none can be missing from the table unnoticed.
    let in_force: BTreeSet<_> = checks_at(level, version).map(|check| check.id).collect();
    if failed != in_force {
        wrong.push(format!("fixtures fail {failed:?}, in force are {in_force:?}"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn violated(file: &Path, level: Level, version: Version) -> Result<Vec<&'static str>, Failed> {
    let json: serde_json::Value = serde_saphyr::from_str(&fs::read_to_string(file)?)?;
    let pod: Pod = serde_json::from_value(json)?;
    Ok(evaluate(&pod, level, version).into_iter().map(|violation| violation.check).collect())
}

/// The check that the file is named after, or the one that overrides it here: upstream compares
/// only the words of the refusal, which both have in common.
fn expected(file: &Path, level: Level, version: Version) -> Result<&'static str, Failed> {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let name = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let check = CHECKS.iter().find(|check| check.id.to_lowercase() == name);
    let id = check.ok_or_else(|| format!("{stem}: no such check"))?.id;
    let overriding = checks_at(level, version).find(|check| {
        check.revision(version).is_some_and(|revision| revision.overrides.contains(&id))
    });
    // Baseline has no overriding checks in force.
    Ok(overriding.map_or(id, |check| check.id))
}
