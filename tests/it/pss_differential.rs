//! The real policy package answers the same random questions. Any difference fails, and is shrunk
//! to the smallest pod that shows it.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::str::FromStr;
use std::sync::OnceLock;

use libtest_mimic::{Failed, Trial};
use podaudit::inventory::{ObjectMeta, Pod};
use podaudit::pss::{
    CHECKS, Level, LevelVersion, NEWEST_MINOR, NamespacePolicy, PodSecurityLabels, Version,
    Violation, evaluate,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::support::strategies::pss as pss_pods;
use crate::support::{go, requires, trial};

/// Questions that go over in one line.
const BATCH: usize = 250;

pub(crate) fn trials() -> Vec<Trial> {
    let go = requires::on_path("go");
    // Two halves run side by side; with the same seed a run asks the same questions again.
    let half = |name: &str, seed: u8| {
        requires::named(&format!("pss_differential::{name}"), go, move || {
            compare("pods", seed, pods_to_compare()? / 2, &pss_pods::pods(), violations)
        })
    };
    let labels = || compare("labels", 3, 5000, &labels(), policies);
    vec![
        half("pods_1", 1),
        half("pods_2", 2),
        requires::named("pss_differential::labels", go, labels),
        trial(every_check_passes_and_fails),
    ]
}

/// 50,000 in CI; a sample for whoever runs the tests by hand.
fn pods_to_compare() -> Result<usize, Failed> {
    let in_ci = env::var("CI").is_ok_and(|value| value == "true");
    Ok(number("PODAUDIT_PSS_PODS")?.unwrap_or(if in_ci { 50_000 } else { 4_000 }))
}

fn number<T: FromStr<Err: std::fmt::Display>>(variable: &str) -> Result<Option<T>, Failed> {
    let Ok(text) = env::var(variable) else { return Ok(None) };
    text.parse().map(Some).map_err(|error| format!("{variable}={text}: {error}").into())
}

/// Asks both sides `count` questions: those of the seed, and others with `PODAUDIT_PSS_SEED` set.
fn compare(
    mode: &str,
    seed: u8,
    count: usize,
    questions: &BoxedStrategy<Value>,
    ours: fn(&str) -> Value,
) -> Result<(), Failed> {
    let run = number("PODAUDIT_PSS_SEED")?.unwrap_or(0);
    let mut runner = runner(seed, run);
    let mut upstream = Upstream::start(mode)?;
    let mut questions_asked = 0;
    while questions_asked < count {
        let trees: Vec<_> = (0..BATCH.min(count - questions_asked))
            .map(|_| questions.new_tree(&mut runner))
            .collect::<Result<_, _>>()?;
        let lines: Vec<_> = trees.iter().map(|tree| tree.current().to_string()).collect();
        upstream.ask(&lines)?;
        let expected: Vec<_> = lines.iter().map(|line| ours(line)).collect(); // meanwhile
        let answers = upstream.answers()?;
        assert_eq!(answers.len(), lines.len());
        for ((tree, ours_said), answer) in trees.into_iter().zip(expected).zip(answers) {
            if ours_said != answer {
                return Err(shrunk(tree, &mut upstream, ours)?.into());
            }
        }
        questions_asked += lines.len();
    }
    Ok(())
}

/// A runner that asks the questions of this seed and run: two with equal numbers ask alike.
fn runner(seed: u8, run: u64) -> TestRunner {
    let mut bytes = [seed; 16];
    bytes[..8].copy_from_slice(&run.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::XorShift, &bytes);
    TestRunner::new_with_rng(Config::default(), rng)
}

/// Every check meets pods that it accepts and pods that it refuses, and refuses them for each of
/// the fields that it reads, or the comparison is empty.
fn every_check_passes_and_fails() -> Result<(), Failed> {
    const PODS: usize = 4000;
    const ENOUGH: usize = PODS / 50;
    const FIELDS: usize = 110; // 24 of a container in each of three lists, 38 others
    let (mut runner, questions) = (runner(4, 0), pss_pods::pods());
    let mut failures: BTreeMap<&str, usize> = CHECKS.iter().map(|check| (check.id, 0)).collect();
    let mut fields = BTreeSet::new();
    for _ in 0..PODS {
        let pod: Pod = serde_json::from_value(questions.new_tree(&mut runner)?.current())?;
        let policies = [
            (Level::Baseline, Version::V1(0)),
            (Level::Baseline, Version::Latest),
            (Level::Restricted, Version::Latest),
        ];
        let failed = policies.map(|(level, version)| evaluate(&pod, level, version)).concat();
        let evidence = failed.iter().flat_map(|violation| &violation.evidence);
        fields.extend(evidence.map(|evidence| without_entries(&evidence.path.to_string())));
        let failed: BTreeSet<_> = failed.iter().map(|violation| violation.check).collect();
        for check in failed {
            *failures.entry(check).or_default() += 1;
        }
    }
    failures.retain(|_, count| !(ENOUGH..=PODS - ENOUGH).contains(count));
    if !failures.is_empty() {
        return Err(format!("of {PODS} pods: {failures:?}").into());
    }
    if fields.len() != FIELDS {
        return Err(format!("{} fields, not {FIELDS}: {fields:#?}", fields.len()).into());
    }
    Ok(())
}

/// `a{b}.c` as `a.c`.
fn without_entries(path: &str) -> String {
    path.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect()
}

/// The smallest question that both sides still answer differently.
fn shrunk(
    mut tree: impl ValueTree<Value = Value>,
    upstream: &mut Upstream,
    ours: fn(&str) -> Value,
) -> Result<String, Failed> {
    let mut smallest = String::new();
    let mut differs = |question: &Value| -> Result<bool, Failed> {
        let line = question.to_string();
        upstream.ask(std::slice::from_ref(&line))?;
        let (theirs, ours) = (upstream.answers()?.remove(0), ours(&line));
        if theirs != ours {
            smallest = format!("{question:#}\nupstream: {theirs:#}\nours: {ours:#}");
        }
        Ok(theirs != ours)
    };
    let mut different = differs(&tree.current())?;
    while if different { tree.simplify() } else { tree.complicate() } {
        different = differs(&tree.current())?;
    }
    Ok(smallest)
}

/// The line server, built once: two builds must not write the same file.
fn binary() -> Result<&'static str, Failed> {
    static BINARY: OnceLock<Result<(), String>> = OnceLock::new();
    const PATH: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/psa");
    let built = BINARY.get_or_init(|| match go::go(&["build", "-o", PATH, "./psa"]) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.message().unwrap_or_default().to_owned()),
    });
    built.clone().map(|()| PATH).map_err(Failed::from)
}

/// The line server of `tests/envtest/psa`.
struct Upstream {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Upstream {
    fn start(mode: &str) -> Result<Self, Failed> {
        let mut process = Command::new(binary()?)
            .arg(mode)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let questions = process.stdin.take().ok_or("no standard input")?;
        let answers = BufReader::new(process.stdout.take().ok_or("no standard output")?);
        Ok(Self { process, questions, answers })
    }

    fn ask(&mut self, questions: &[String]) -> Result<(), Failed> {
        Ok(writeln!(self.questions, "[{}]", questions.join(","))?)
    }

    fn answers(&mut self) -> Result<Vec<Value>, Failed> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// All that the pod fails at every level and version, in the form of `psa pods`.
fn violations(pod: &str) -> Value {
    let pod: Pod = match serde_json::from_str(pod) {
        Ok(pod) => pod,
        Err(error) => return json!({"error": error.to_string()}),
    };
    let runs = |level| {
        let mut runs: Vec<(usize, Vec<Violation>)> = Vec::new();
        // One version more than there is, to see that it is taken for the newest.
        let minors = (0..=NEWEST_MINOR + 1).map(Version::V1);
        for (from, version) in minors.chain([Version::Latest]).enumerate() {
            let fails = evaluate(&pod, level, version);
            if runs.last().is_none_or(|(_, last)| *last != fails) {
                runs.push((from, fails));
            }
        }
        runs.into_iter()
            .map(|(from, fails)| json!({"from": from, "fails": shown(&fails)}))
            .collect()
    };
    let (baseline, restricted): (Value, Value) = (runs(Level::Baseline), runs(Level::Restricted));
    json!({"baseline": baseline, "restricted": restricted})
}

fn shown(fails: &[Violation]) -> Vec<String> {
    assert!(fails.iter().all(|violation| !violation.evidence.is_empty()));
    fails.iter().map(|violation| format!("{}: {}", violation.check, violation.message)).collect()
}

fn labels() -> BoxedStrategy<Value> {
    let level = ["privileged", "baseline", "restricted", "Baseline", "", "baseline "];
    let version = ["latest", "v1.0", "v1.30", "v1.99", "v1.07", "1.30", "v2.1", "Latest", ""];
    let entries: Vec<_> = ["enforce", "audit", "warn"]
        .into_iter()
        .flat_map(|mode| [(mode.to_owned(), &level[..]), (format!("{mode}-version"), &version[..])])
        .map(|(name, values)| {
            let key = format!("pod-security.kubernetes.io/{name}");
            let value = prop::sample::select(values.to_vec());
            prop::option::weighted(0.5, value.prop_map(move |value| (key.clone(), json!(value))))
        })
        .collect();
    entries.prop_map(|entries| Value::Object(entries.into_iter().flatten().collect())).boxed()
}

/// The policies that follow from a namespace's labels, in the form of `psa labels`.
fn policies(labels: &str) -> Value {
    let namespace: ObjectMeta =
        serde_json::from_str(&format!("{{\"labels\":{labels}}}")).unwrap_or_default();
    let labels = PodSecurityLabels::from_metadata(&namespace);
    let strict = NamespacePolicy {
        enforce: LevelVersion { level: Level::Restricted, version: Version::V1(20) },
        audit: LevelVersion { level: Level::Restricted, version: Version::V1(21) },
        warn: LevelVersion { level: Level::Baseline, version: Version::V1(22) },
    };
    let show = |policy: LevelVersion| format!("{}:{}", policy.level, policy.version);
    let policies = [NamespacePolicy::default(), strict].map(|defaults| {
        let policy = labels.resolve(&defaults);
        format!(
            "enforce={} audit={} warn={}",
            show(policy.enforce),
            show(policy.audit),
            show(policy.warn)
        )
    });
    let invalid = labels.errors.iter().map(|error| {
        format!("metadata.labels[{}]={}: {}", error.label, error.value, error.problem)
    });
    json!({"policies": policies, "invalid": invalid.collect::<Vec<_>>()})
}
