//! Runs the checks of a level and version against a pod.

use super::check::{Check, Revision, Violation};
use super::checked_pod::CheckedPod;
use super::level::{Level, LevelVersion};
use super::table::CHECKS;
use super::version::Version;
use crate::inventory::Pod;

/// The checks in force at a level and version, in upstream's order: baseline first. Restricted has
/// the baseline checks too, except those that a restricted check overrides.
///
/// Source: `policy/registry.go`, `populate`.
pub fn checks_at(level: Level, version: Version) -> impl Iterator<Item = &'static Check> {
    in_force(level, version).map(|(check, _)| check)
}

fn in_force(
    level: Level,
    version: Version,
) -> impl Iterator<Item = (&'static Check, &'static Revision)> {
    let at_level = move || {
        let checks = CHECKS.iter().filter(move |check| check.level <= level);
        checks.filter_map(move |check| Some((check, check.revision(version)?)))
    };
    // Only restricted checks override, so none does below that level.
    let overridden: Vec<_> = at_level().flat_map(|(_, r)| r.overrides).copied().collect();
    at_level().filter(move |(check, _)| !overridden.contains(&check.id))
}

/// Every check that the pod fails at this level and version; none at privileged.
#[must_use]
pub fn evaluate(pod: &Pod, level: Level, version: Version) -> Vec<Violation> {
    let subject = CheckedPod { pod };
    in_force(level, version)
        .filter_map(|(check, revision)| {
            let breach = (revision.run)(subject)?;
            Some(Violation {
                check: check.id,
                message: breach.message(),
                evidence: breach.evidence,
            })
        })
        .collect()
}

/// How far a pod complies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compliance {
    /// The highest level whose checks, and those of the levels below, all pass.
    pub level: Level,
    /// By which definition.
    pub version: Version,
    /// What the next level objects to; empty at restricted.
    pub blocking: Vec<Violation>,
}

impl Compliance {
    /// Every check of a level and version that the pod fails, whose compliance this is. What is
    /// known is not evaluated again.
    #[must_use]
    pub fn violations(&self, pod: &Pod, required: LevelVersion) -> Vec<Violation> {
        let LevelVersion { level, version } = required;
        let next = Level::ALL.into_iter().find(|level| *level > self.level);
        if version != self.version {
            evaluate(pod, level, version)
        } else if level <= self.level {
            Vec::new()
        } else if Some(level) == next {
            self.blocking.clone()
        } else {
            evaluate(pod, level, version)
        }
    }
}

/// The highest level that the pod meets, and what keeps it from the next one.
///
/// A pod that fails baseline counts as privileged even where restricted alone would pass. That
/// happens only to pods that API validation refuses: a restricted check overrides the baseline one
/// and then exempts Windows, or accepts a volume for one of its several sources.
#[must_use]
pub fn highest_level(pod: &Pod, version: Version) -> Compliance {
    let mut level = Level::Privileged;
    for next in [Level::Baseline, Level::Restricted] {
        let blocking = evaluate(pod, next, version);
        if !blocking.is_empty() {
            return Compliance { level, version, blocking };
        }
        level = next;
    }
    Compliance { level, version, blocking: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(json: &str) -> Pod {
        serde_json::from_str(json).unwrap()
    }

    fn evidence(pod: &Pod, level: Level) -> Vec<String> {
        let violations = evaluate(pod, level, Version::Latest);
        let lines = violations.iter().flat_map(|violation| {
            violation.evidence.iter().map(|evidence| {
                format!("{}: {}={}", violation.check, evidence.path, evidence.value)
            })
        });
        lines.collect()
    }

    #[test]
    fn evidence_names_the_fields_that_decide() {
        let mut pod = pod(r#"{
            "metadata": {"annotations": {
                "container.apparmor.security.beta.kubernetes.io/x": "unconfined"}},
            "spec": {
                "hostPID": true,
                "securityContext": {"sysctls": [{"name": "kernel.msgmax"}], "runAsUser": 0,
                    "seLinuxOptions": {"type": "spc_t", "role": "r"}},
                "volumes": [{"name": "v", "hostPath": {"path": "/etc"}}],
                "initContainers": [{"name": "i", "securityContext": {
                    "capabilities": {"add": ["NET_RAW", "CHOWN", "BPF"]}}}],
                "containers": [{"name": "c",
                    "livenessProbe": {"tcpSocket": {"host": "other"}},
                    "ports": [{"containerPort": 80, "hostPort": 81}]}],
                "ephemeralContainers": [{"name": "e", "securityContext": {
                    "privileged": true, "procMount": "Unmasked"}}]}}"#);
        assert_eq!(
            evidence(&pod, Level::Baseline),
            [
                "appArmorProfile: metadata.annotations\
                 {container.apparmor.security.beta.kubernetes.io/x}=unconfined",
                "capabilities_baseline: \
                 spec.initContainers{i}.securityContext.capabilities.add=NET_RAW, BPF",
                "hostNamespaces: spec.hostPID=true",
                "hostPathVolumes: spec.volumes{v}.hostPath.path=/etc",
                "hostPorts: spec.containers{c}.ports{80}.hostPort=81",
                "hostProbesAndHostLifecycle: \
                 spec.containers{c}.livenessProbe.tcpSocket.host=other",
                "privileged: spec.ephemeralContainers{e}.securityContext.privileged=true",
                "procMount: spec.ephemeralContainers{e}.securityContext.procMount=Unmasked",
                "seLinuxOptions: spec.securityContext.seLinuxOptions.type=spc_t",
                "seLinuxOptions: spec.securityContext.seLinuxOptions.role=r",
                "sysctls: spec.securityContext.sysctls{kernel.msgmax}.name=kernel.msgmax",
            ]
        );
        pod.spec.init_containers.clear();
        pod.spec.ephemeral_containers.clear();
        pod.template_of = Some(crate::object::WorkloadName {
            kind: "CronJob".to_owned(),
            name: "nightly".to_owned(),
        });
        let container = "spec.jobTemplate.spec.template.spec.containers{c}.securityContext";
        let spec = "spec.jobTemplate.spec.template.spec";
        let restricted: Vec<_> = evidence(&pod, Level::Restricted)
            .into_iter()
            .filter(|line| !evidence(&pod, Level::Baseline).contains(line))
            .collect();
        assert_eq!(
            restricted,
            [
                format!("allowPrivilegeEscalation: {container}.allowPrivilegeEscalation=unset"),
                format!("capabilities_restricted: {container}.capabilities.drop=unset"),
                format!("restrictedVolumes: {spec}.volumes{{v}}.hostPath=set"),
                format!("runAsNonRoot: {container}.runAsNonRoot=unset"),
                format!("runAsNonRoot: {spec}.securityContext.runAsNonRoot=unset"),
                format!("runAsUser: {spec}.securityContext.runAsUser=0"),
                format!("seccompProfile_restricted: {container}.seccompProfile.type=unset"),
                format!(
                    "seccompProfile_restricted: {spec}.securityContext.seccompProfile.type=unset"
                ),
            ]
        );
    }

    #[test]
    fn the_highest_level_comes_with_what_blocks_the_next() {
        let blocking = |json: &str| {
            let found = highest_level(&pod(json), Version::Latest);
            (found.level, found.blocking.iter().map(|v| v.check).collect::<Vec<_>>())
        };
        assert_eq!(
            blocking(r#"{"spec":{"hostIPC":true}}"#),
            (Level::Privileged, vec!["hostNamespaces"])
        );
        assert_eq!(
            blocking(r#"{"spec":{"securityContext":{"runAsUser":0}}}"#),
            (Level::Baseline, vec!["runAsUser"])
        );
        assert_eq!(blocking(r#"{"spec":{}}"#), (Level::Restricted, vec![]));
    }

    #[test]
    fn restricted_alone_is_not_enough() {
        let pod = pod(r#"{"spec":{"volumes":[{"name":"v","hostPath":{},"emptyDir":{}}]}}"#);
        assert!(evaluate(&pod, Level::Restricted, Version::Latest).is_empty());
        assert_eq!(highest_level(&pod, Version::Latest).level, Level::Privileged);
    }

    #[test]
    fn what_is_known_is_what_an_evaluation_finds() {
        for json in [
            r#"{"spec":{"hostIPC":true,"containers":[{"name":"c"}]}}"#,
            r#"{"spec":{"containers":[{"name":"c"}]}}"#,
            r#"{"spec":{}}"#,
            r#"{"spec":{"volumes":[{"name":"v","hostPath":{},"emptyDir":{}}]}}"#,
        ] {
            let pod = pod(json);
            let compliance = highest_level(&pod, Version::Latest);
            for level in Level::ALL {
                for version in [Version::Latest, Version::V1(0)] {
                    let required = LevelVersion { level, version };
                    let want = evaluate(&pod, level, version);
                    assert_eq!(compliance.violations(&pod, required), want, "{json} {required:?}");
                }
            }
        }
    }
}
