//! What a namespace's labels demand of its pods, and what remains the cluster's default.

use std::fmt;
use std::str::FromStr;

use super::level::{Level, LevelVersion};
use super::version::Version;
use crate::inventory::{ObjectMeta, POD_SECURITY_LABEL_PREFIX};

/// The demand of one mode. `None` where no label says so: the default of the cluster applies, which
/// the API does not show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// How strict.
    pub level: Option<Level>,
    /// By which definition.
    pub version: Option<Version>,
}

/// The `pod-security.kubernetes.io/` labels of a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodSecurityLabels {
    /// Violations are refused.
    pub enforce: Demand,
    /// Violations are noted in the audit log.
    pub audit: Demand,
    /// Whoever creates the pod is warned of violations.
    pub warn: Demand,
    /// Labels with a value that is none; the demands above hold what applies instead.
    pub errors: Vec<LabelError>,
}

/// A label whose value is not a level or version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelError {
    /// The whole key.
    pub label: String,
    /// The value as written.
    pub value: String,
    /// What it must be.
    pub problem: String,
}

impl fmt::Display for LabelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "label {}: invalid value \"{}\": {}", self.label, self.value, self.problem)
    }
}

/// What applies to a namespace, mode by mode, once the cluster's defaults are known or supposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamespacePolicy {
    /// Violations are refused.
    pub enforce: LevelVersion,
    /// Violations are noted in the audit log.
    pub audit: LevelVersion,
    /// Whoever creates the pod is warned of violations.
    pub warn: LevelVersion,
}

impl Default for NamespacePolicy {
    /// The defaults of an API server that nobody configured.
    ///
    /// Source: `admission/api/v1/defaults.go`.
    fn default() -> Self {
        let nothing = LevelVersion { level: Level::Privileged, version: Version::Latest };
        Self { enforce: nothing, audit: nothing, warn: nothing }
    }
}

impl PodSecurityLabels {
    /// Reads a namespace's labels.
    ///
    /// Source: `api/helpers.go`, `PolicyToEvaluate`.
    #[must_use]
    pub fn from_metadata(namespace: &ObjectMeta) -> Self {
        let mut errors = Vec::new();
        // A demand that cannot be read fails closed where pods are refused, open elsewhere.
        let mut demand = |mode: &str, bad_level| Demand {
            level: read(namespace, mode, bad_level, &mut errors),
            version: read(namespace, &format!("{mode}-version"), Version::Latest, &mut errors),
        };
        let enforce = demand(ENFORCE, Level::Restricted);
        let audit = demand("audit", Level::Privileged);
        let warn = demand("warn", Level::Privileged);
        Self { enforce, audit, warn, errors }
    }

    /// What applies in a cluster with these defaults.
    ///
    /// A namespace that enforces more than it warns of by default warns of what it enforces.
    ///
    /// Source: `api/helpers.go`, `PolicyToEvaluate`.
    #[must_use]
    pub fn resolve(&self, defaults: &NamespacePolicy) -> NamespacePolicy {
        let over = |demand: Demand, default: LevelVersion| LevelVersion {
            level: demand.level.unwrap_or(default.level),
            version: demand.version.unwrap_or(default.version),
        };
        let enforce = over(self.enforce, defaults.enforce);
        let mut warn = over(self.warn, defaults.warn);
        let enforces = self.enforce.level.is_some() && !self.is_invalid(ENFORCE);
        if self.warn.level.is_none() && enforces && enforce.level > warn.level {
            let version = self.warn.version.unwrap_or(enforce.version);
            warn = LevelVersion { level: enforce.level, version };
        }
        NamespacePolicy { enforce, audit: over(self.audit, defaults.audit), warn }
    }

    /// Whether the label of this mode, for example `enforce`, has a value that is none.
    #[must_use]
    pub fn is_invalid(&self, mode: &str) -> bool {
        let label =
            |error: &LabelError| error.label.strip_prefix(POD_SECURITY_LABEL_PREFIX) == Some(mode);
        self.errors.iter().any(label)
    }
}

const ENFORCE: &str = "enforce";

fn read<T>(meta: &ObjectMeta, name: &str, fallback: T, errors: &mut Vec<LabelError>) -> Option<T>
where
    T: FromStr<Err: fmt::Display>,
{
    let label = format!("{POD_SECURITY_LABEL_PREFIX}{name}");
    let value = meta.labels.get(&label)?;
    Some(value.parse().unwrap_or_else(|problem: T::Err| {
        let (value, problem) = (value.clone(), problem.to_string());
        errors.push(LabelError { label, value, problem });
        fallback
    }))
}
