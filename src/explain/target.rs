//! What to explain: `KIND/NAME[/CONTAINER]`, with kubectl's short names.

use std::fmt;
use std::str::FromStr;

use crate::inventory::{Inventory, Pod};

/// A pod, or the pods of a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainTarget {
    /// Kind in lower case and singular, for example `deployment`.
    kind: String,
    name: String,
    /// One container only.
    pub container: Option<String>,
}

/// Not `KIND/NAME[/CONTAINER]`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not KIND/NAME or KIND/NAME/CONTAINER, for example pod/web or deploy/web/app")]
pub struct ExplainTargetError(String);

/// kubectl's short names of the kinds that have pods.
const SHORT: [(&str, &str); 7] = [
    ("po", "pod"),
    ("deploy", "deployment"),
    ("sts", "statefulset"),
    ("ds", "daemonset"),
    ("rs", "replicaset"),
    ("cj", "cronjob"),
    ("rc", "replicationcontroller"),
];

impl FromStr for ExplainTarget {
    type Err = ExplainTargetError;

    fn from_str(text: &str) -> Result<Self, ExplainTargetError> {
        let parts: Vec<_> = text.split('/').collect();
        let (kind, name, container) = match parts[..] {
            [kind, name] => (kind, name, None),
            [kind, name, container] => (kind, name, Some(container.to_owned())),
            _ => return Err(ExplainTargetError(text.to_owned())),
        };
        if parts.iter().any(|part| part.is_empty()) {
            return Err(ExplainTargetError(text.to_owned()));
        }
        let kind = kind.to_lowercase();
        let long = SHORT.iter().find(|(short, _)| *short == kind).map(|(_, long)| *long);
        let singular = long.unwrap_or_else(|| kind.strip_suffix('s').unwrap_or(&kind));
        Ok(Self { kind: singular.to_owned(), name: name.to_owned(), container })
    }
}

impl fmt::Display for ExplainTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)?;
        self.container.as_ref().map_or(Ok(()), |container| write!(f, "/{container}"))
    }
}

impl ExplainTarget {
    /// The pods of this name, or of the workload of this name.
    #[must_use]
    pub fn pods(&self, inventory: &Inventory) -> Vec<Pod> {
        let is_named =
            |kind: &str, name: &str| kind.to_lowercase() == self.kind && name == self.name;
        let matches = |pod: &Pod| {
            let workload = inventory.owners.workload(pod);
            let by_owner = pod.metadata.controller().is_some_and(|o| is_named(&o.kind, &o.name));
            is_named("Pod", &pod.metadata.name)
                || is_named(&workload.kind, &workload.name)
                || by_owner
        };
        inventory.pods().filter(matches).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_named_as_in_kubectl() {
        let parse =
            |text: &str| text.parse::<ExplainTarget>().map(|t| (t.kind, t.name, t.container));
        let target = |kind: &str, container: Option<&str>| {
            Ok((kind.to_owned(), "web".to_owned(), container.map(str::to_owned)))
        };
        assert_eq!(parse("po/web"), target("pod", None));
        assert_eq!(parse("Deployments/web/app"), target("deployment", Some("app")));
        assert_eq!(parse("rollout/web"), target("rollout", None));
        for bad in ["web", "pod/", "/web", "pod/web/app/x"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
