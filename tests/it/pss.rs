//! Upstream's fixtures: pods that pass or fail exactly one check, for each level and version.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use libtest_mimic::{Failed, Trial};
use podaudit::inventory::Pod;
use podaudit::pss::{CHECKS, Level, NEWEST_MINOR, Version, checks_at, evaluate};

use crate::support::{go, requires};

/// Files under `test/testdata` in v0.37.2. An empty or half-read folder must not pass.
const FILES: usize = 4537;

/// Fixtures that fail a second check too, because API validation wants both fields so or because
/// they set neither. By the beginning of their names.
const SECOND: [(&str, &str); 3] = [
    ("windowshostprocess", "hostNamespaces"),
    ("privileged", "allowPrivilegeEscalation"),
    ("allowprivilegeescalation3", "capabilities_restricted"),
];

pub(crate) fn trials() -> Vec<Trial> {
    let go = requires::on_path("go");
    let mut trials = vec![requires::trial(go, count)];
    for level in [Level::Baseline, Level::Restricted] {
        for minor in 0..=NEWEST_MINOR {
            let version = Version::V1(minor);
            let name = format!("pss::fixtures::{level}::{version}");
            trials.push(requires::named(&name, go, move || folder(level, version)));
        }
    }
    trials
}

fn testdata() -> Result<PathBuf, Failed> {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let found = FOLDER.get_or_init(|| {
        let module = go::source("k8s.io/pod-security-admission");
        module
            .map(|path| path.join("test/testdata"))
            .map_err(|error| error.message().unwrap_or_default().to_owned())
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
    let mut count = 0;
    for level in [Level::Baseline, Level::Restricted] {
        for minor in 0..=NEWEST_MINOR {
            for outcome in ["pass", "fail"] {
                let path = format!("{level}/{}/{outcome}", Version::V1(minor));
                count += fixtures(&testdata()?.join(path))?.len();
            }
        }
    }
    if count == FILES { Ok(()) } else { Err(format!("{count} fixtures, not {FILES}").into()) }
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
        if found != expected {
            wrong.push(format!("{}: fails {found:?}, not {expected:?}", file.display()));
        }
        failed.extend(expected);
    }
    // Every check in force has a fixture, so that none can be missing from the table unnoticed.
    let in_force: BTreeSet<_> = checks_at(level, version).map(|check| check.id).collect();
    if failed != in_force {
        wrong.push(format!("fixtures fail {failed:?}, in force are {in_force:?}"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

type Checks = BTreeSet<&'static str>;

fn violated(file: &Path, level: Level, version: Version) -> Result<Checks, Failed> {
    let json: serde_json::Value = serde_saphyr::from_str(&fs::read_to_string(file)?)?;
    let pod: Pod = serde_json::from_value(json)?;
    Ok(evaluate(&pod, level, version).into_iter().map(|violation| violation.check).collect())
}

/// The check that the file is named after, or the one that overrides it here: upstream compares
/// only the words of the refusal, which both have in common. Then the second one, if it exists yet.
fn expected(file: &Path, level: Level, version: Version) -> Result<Checks, Failed> {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let name = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let named = CHECKS.iter().find(|check| check.id.to_lowercase() == name);
    let id = named.ok_or_else(|| format!("{stem}: no such check"))?.id;
    let in_force = || checks_at(level, version);
    let first = in_force().find(|check| {
        let overrides = check.revision(version).map_or(&[][..], |revision| revision.overrides);
        check.id == id || overrides.contains(&id)
    });
    let first = first.ok_or_else(|| format!("{stem}: {id} is not in force"))?.id;
    let second = SECOND.iter().filter(|(prefix, _)| stem.starts_with(prefix)).map(|(_, id)| *id);
    let second = second.filter(|id| in_force().any(|check| check.id == *id));
    Ok([first].into_iter().chain(second).collect())
}
