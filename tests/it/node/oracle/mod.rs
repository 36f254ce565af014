//! The oracle: random pods run on a real node, and every fact about them is held against what the
//! kernel says.
//!
//! `PODAUDIT_ORACLE_PODS` says how many, `PODAUDIT_ORACLE_SEED` which; both are logged.

mod batch;
mod compare;
mod generator;
mod host;
mod images;
mod shrink;
mod token;
mod views;
mod volumes;

use std::collections::BTreeSet;
use std::io::Write;
use std::time::Instant;

use anyhow::{Context, anyhow};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use batch::NAMESPACE;
use compare::{Difference, Node};
use views::Surroundings;

use super::{Cluster, NodeTest};
use crate::support::api::wait_for;
use crate::support::{Outcome, ensure};

/// Pods that run at once.
const BATCH: usize = 40;
/// Differences that are made small; the first is enough to begin with.
const SHRUNK: usize = 1;

pub(super) fn tests() -> Vec<NodeTest> {
    vec![NodeTest::new("oracle::random_pods", random_pods)]
}

fn random_pods(cluster: &Cluster) -> Outcome {
    let pods = number("PODAUDIT_ORACLE_PODS")?;
    let in_ci = std::env::var("CI").as_deref() == Ok("true");
    let pods = pods.unwrap_or(if in_ci { 400 } else { 40 });
    let seed = number("PODAUDIT_ORACLE_SEED")?.unwrap_or(1);
    Bench::new(cluster)?.hold(seed, usize::try_from(pods)?)
}

fn number(variable: &str) -> anyhow::Result<Option<u64>> {
    let text = std::env::var(variable).ok();
    text.map(|text| text.parse().with_context(|| format!("{variable}: {text}"))).transpose()
}

fn log(line: &str) {
    let _ = writeln!(std::io::stderr(), "oracle: {line}");
}

/// Pods that ran, and where podaudit differs from what they saw, each with the number of its pod.
struct Compared {
    pods: Vec<batch::Ran>,
    differences: Vec<(usize, Difference)>,
}

/// A cluster that is ready for random pods.
struct Bench<'a> {
    cluster: &'a Cluster,
    node: Node,
    around: Surroundings,
    batches: usize,
}

impl<'a> Bench<'a> {
    fn new(cluster: &'a Cluster) -> anyhow::Result<Self> {
        let api = cluster.api();
        images::import(cluster)?;
        api.namespace(NAMESPACE)?;
        api.service_account(NAMESPACE, "quiet", Some(false))?;
        api.service_account(NAMESPACE, "loud", Some(true))?;
        let secrets = format!("/api/v1/namespaces/{NAMESPACE}/secrets");
        let account = json!({"kubernetes.io/service-account.name": "default"});
        let legacy = json!({
            "metadata": {"name": "legacy", "annotations": account},
            "type": "kubernetes.io/service-account-token",
        });
        api.post(&secrets, &legacy)?;
        api.post(&secrets, &json!({"metadata": {"name": "opaque"}, "stringData": {"token": "x"}}))?;
        // Pods that mount it wait for what controllers have to fill in.
        wait_for("the legacy token", || {
            let secret = api.get(&format!("{secrets}/legacy"))?;
            Ok(secret["data"]["token"].is_string().then_some(()))
        })?;
        let root = format!("/api/v1/namespaces/{NAMESPACE}/configmaps/kube-root-ca.crt");
        wait_for("the root certificate", || Ok(api.get(&root).ok()))?;
        let profile = r#"{"defaultAction": "SCMP_ACT_ALLOW"}"#;
        let script = format!(
            "mkdir -p /var/lib/kubelet/seccomp && echo '{profile}' >/var/lib/kubelet/seccomp/all.json"
        );
        let run = cluster.on_node(1).args(["sh", "-c", &script]).output()?;
        ensure!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let around = Self::surroundings(cluster)?;
        Ok(Self { cluster, node: Node::ask(cluster)?, around, batches: 0 })
    }

    /// Reads no data of a Secret.
    fn surroundings(cluster: &Cluster) -> anyhow::Result<Surroundings> {
        let account = |name: &str| {
            let path = format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts/{name}");
            cluster.api().get(&path)
        };
        let secret = |name: &str, kind: &str| {
            let metadata = json!({"name": name, "namespace": NAMESPACE});
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": kind})
        };
        Ok(Surroundings {
            live: vec![
                cluster.api().get("/api/v1/nodes/node-1")?,
                secret("legacy", "kubernetes.io/service-account-token"),
                secret("opaque", "Opaque"),
            ],
            accounts: vec![account("default")?, account("quiet")?, account("loud")?],
        })
    }

    /// Runs that many pods, and fails with the smallest that podaudit is wrong about.
    fn hold(mut self, seed: u64, pods: usize) -> Outcome {
        log(&format!("{pods} pods, PODAUDIT_ORACLE_SEED={seed}"));
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let start = Instant::now();
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let strategy = generator::pods();
        let (mut ran, mut refused, mut containers) = (0, 0, 0);
        let mut found: Vec<(Value, Difference)> = Vec::new();
        while ran < pods {
            // The API server refuses about a quarter.
            let specs: Vec<_> = (0..BATCH.min((pods - ran) * 4 / 3 + 1))
                .map(|_| strategy.new_tree(&mut runner).map(|tree| tree.current()))
                .collect::<Result<_, _>>()
                .map_err(|error| anyhow!("no pod: {error}"))?;
            let Compared { pods, differences } = self.run(&specs)?;
            ran += pods.len();
            refused += specs.len() - pods.len();
            containers += pods.iter().map(|pod| pod.seen.len()).sum::<usize>();
            ensure!(refused < ran + BATCH, "the API server refuses too many pods: {refused}");
            let named = differences
                .into_iter()
                .map(|(index, difference)| (pods[index].spec.clone(), difference));
            found.extend(named);
        }
        log(&format!(
            "{ran} pods ran {containers} containers in {} s; the API server refused {refused} more",
            start.elapsed().as_secs()
        ));
        ensure!(containers >= ran, "only {containers} containers in {ran} pods");
        self.told(&found)
    }

    /// Fails if there is any difference.
    fn told(&mut self, found: &[(Value, Difference)]) -> Outcome {
        let mut facts = BTreeSet::new();
        let mut firsts = Vec::new();
        for (spec, difference) in found {
            if facts.insert((difference.view, difference.fact)) {
                log(&format!("{difference}\n  {spec}"));
                firsts.push((spec, difference));
            }
        }
        let mut lines = Vec::new();
        for (spec, difference) in firsts.into_iter().take(SHRUNK) {
            let (spec, difference) = shrink::smallest(self, spec, difference)?;
            lines.push(format!("{difference}\n  {spec}"));
        }
        ensure!(
            lines.is_empty(),
            "{} differences, the smallest:\n{}",
            found.len(),
            lines.join("\n")
        );
        Ok(())
    }

    fn run(&mut self, specs: &[Value]) -> anyhow::Result<Compared> {
        self.batches += 1;
        let pods = batch::run(self.cluster, &format!("b{}", self.batches), specs)?;
        let differences = views::compare(&self.node, &self.around, &pods)?;
        Ok(Compared { pods, differences })
    }

    /// The first of these that still differs in the same fact and view.
    fn first_with(
        &mut self,
        specs: &[Value],
        like: &Difference,
    ) -> anyhow::Result<Option<(Value, Difference)>> {
        let Compared { pods, differences } = self.run(specs)?;
        let first =
            differences.into_iter().find(|(_, d)| d.view == like.view && d.fact == like.fact);
        Ok(first.map(|(index, difference)| (pods[index].spec.clone(), difference)))
    }
}
