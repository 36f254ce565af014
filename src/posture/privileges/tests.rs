//! What holds of the capability sets whatever the container asks for, and wherever it runs.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::*;
use crate::posture::tests::pod;

/// The sets of a container with this security context, on this runtime (an id's prefix).
fn sets(own: &Value, runtime: Option<&str>) -> CapabilitySets {
    // A neighbour tells the runtime; the container itself has not been created.
    let id = runtime.map(|name| format!("{name}://1")).unwrap_or_default();
    let spec = json!({"containers": [{"name": "c", "securityContext": own}, {"name": "other"}]});
    let status = json!({"containerStatuses": [{"name": "other", "containerID": id}]});
    pod(&spec, &status).containers[0].capabilities.get().cloned().unwrap()
}

fn is_subset(small: CapSet, large: CapSet) -> bool {
    small.minus(large).is_empty()
}

const RUNTIMES: [&str; 3] = ["containerd", "cri-o", "docker"];

fn context() -> impl Strategy<Value = Value> {
    let names = vec!["ALL", "all", "CAP_KILL", "KILL", "SYS_ADMIN", "net_raw", "BOGUS"];
    let list = || subsequence(names.clone(), 0..3);
    let flag = || select(vec![None, Some(false), Some(true)]);
    let user = select(vec![None, Some(0), Some(7)]);
    (list(), list(), flag(), flag(), user).prop_map(|(add, drop, privileged, escalation, user)| {
        json!({
            "capabilities": {"add": add, "drop": drop},
            "privileged": privileged,
            "allowPrivilegeEscalation": escalation,
            "runAsUser": user,
        })
    })
}

proptest! {
    #[test]
    fn sets_nest(own in context(), runtime in select(vec![None, Some("containerd"), Some("cri-o"), Some("docker")])) {
        let sets = sets(&own, runtime);
        prop_assert!(is_subset(sets.effective.unwrap_or_default(), sets.bounding));
        prop_assert!(is_subset(sets.regainable, sets.bounding));
        prop_assert!(is_subset(sets.undropped, sets.bounding));
        prop_assert!(sets.bounding.intersection(sets.uncertain).is_empty());
        let privileged = own["privileged"] == json!(true);
        if privileged && (runtime.is_none() || sets.refused.is_empty()) {
            prop_assert_eq!(sets.bounding, CapSet::ALL);
        }
        if !privileged && own["allowPrivilegeEscalation"] == json!(false) {
            prop_assert!(sets.regainable.is_empty());
        }
        // One known runtime leaves nothing open.
        prop_assert!(runtime.is_none() || sets.uncertain.is_empty());
    }

    /// Of the runtimes that create the container at all.
    #[test]
    fn an_unknown_runtime_lies_between_the_known_ones(own in context()) {
        let open = sets(&own, None);
        for name in RUNTIMES {
            let one = sets(&own, Some(name));
            if one.refused.is_empty() {
                prop_assert!(is_subset(open.bounding, one.bounding), "{name}");
                prop_assert!(is_subset(one.bounding, open.bounding.union(open.uncertain)), "{name}");
            } else {
                prop_assert!(one.bounding.is_empty() && one.effective == Some(CapSet::NONE));
                prop_assert!(open.refused.contains(&one.refused[0]));
            }
        }
    }
}

#[test]
fn privileged_users_keep_the_ambient_set_on_cri_o_only() {
    let own = json!({"privileged": true, "runAsUser": 7, "capabilities": {"drop": ["ALL"]}});
    let effective = |runtime| sets(&own, runtime).effective;
    assert_eq!(effective(Some("containerd")), Some(CapSet::NONE));
    assert_eq!(effective(Some("docker")), Some(CapSet::NONE));
    assert_eq!(effective(Some("cri-o")), Some(CapSet::ALL));
    assert_eq!(effective(None), None);
}

#[test]
fn what_has_been_created_was_not_refused() {
    let own = json!({"capabilities": {"add": ["BOGUS", "SYS_ADMIN"], "drop": ["ALL"]}});
    let spec = json!({"containers": [{"name": "c", "securityContext": own}]});
    let status = json!({"containerStatuses": [{"name": "c", "containerID": "cri-o://1"}]});
    let facts = pod(&spec, &status).containers.remove(0).capabilities;
    let sets = facts.get().unwrap();
    assert!(sets.refused.is_empty());
    assert_eq!(sets.bounding, CapSet::from_names(&["SYS_ADMIN"]));
}

#[test]
fn privileged_overrules_the_lists() {
    let own = json!({"privileged": true, "capabilities": {"drop": ["ALL"]}});
    let spec = json!({"containers": [{"name": "c", "securityContext": own}]});
    let facts = pod(&spec, &json!({})).containers.remove(0).capabilities;
    let lost: Vec<_> = facts.overruled.iter().map(|e| e.path.to_string()).collect();
    assert_eq!(lost, ["spec.containers{c}.securityContext.capabilities.drop"]);
}
