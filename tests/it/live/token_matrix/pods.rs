//! The combinations: everything that decides whether a container gets a token, crossed with
//! everything that a person can do about it by hand.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::DEFAULT_PATH;

/// Steps through the full product so that every pair of values occurs; has no factor in common
/// with the number of combinations.
const STRIDE: usize = 5;

/// `automountServiceAccountToken` of a pod or ServiceAccount.
pub(super) const AUTOMOUNT: [(&str, Option<bool>); 3] =
    [("unset", None), ("on", Some(true)), ("off", Some(false))];
/// Whether the ServiceAccount is changed once its pods exist.
pub(super) const LATER: [&str; 2] = ["keeps", "flips"];
/// The list, the name and the restart policy of the container in question.
const ROLES: [&str; 3] = ["init", "sidecar", "regular"];

/// An `emptyDir` at, near, above and below the place that admission looks at.
const MASKS: [(&str, &str); 7] = [
    ("no-mask", ""),
    ("exact", DEFAULT_PATH),
    ("slash", "/var/run/secrets/kubernetes.io/serviceaccount/"),
    ("doubled", "/var/run/secrets//kubernetes.io/serviceaccount"),
    ("dots", "/var/run/secrets/kubernetes.io/../kubernetes.io/serviceaccount"),
    ("parent", "/var/run/secrets"),
    ("nested", "/var/run/secrets/kubernetes.io/serviceaccount/extra"),
];

/// What is mounted by hand.
const BY_HAND: [&str; 8] = [
    "nothing",
    "token",
    "for-vault",
    "sub-path-token",
    "sub-path-other",
    "sub-path-folder",
    "named-empty",
    "named-token",
];

const SIZES: [usize; 6] =
    [AUTOMOUNT.len(), AUTOMOUNT.len(), LATER.len(), ROLES.len(), MASKS.len(), BY_HAND.len()];

/// One value of each dimension, by index.
pub(super) type Choice = [usize; SIZES.len()];

/// A sample of all combinations in which every pair of values meets.
pub(super) fn sample() -> Vec<Choice> {
    let total: usize = SIZES.iter().product();
    let choice = |mut number: usize| {
        SIZES.map(|size| {
            let digit = number % size;
            number /= size;
            digit
        })
    };
    (0..total).step_by(STRIDE).map(choice).collect()
}

/// The pairs of values that no choice has.
pub(super) fn missing_pairs(choices: &[Choice]) -> usize {
    let dimensions = SIZES.len();
    let mut missing = 0;
    for first in 0..dimensions {
        for second in first + 1..dimensions {
            let met: BTreeSet<_> = choices.iter().map(|c| (c[first], c[second])).collect();
            missing += SIZES[first] * SIZES[second] - met.len();
        }
    }
    missing
}

/// The ServiceAccount of a choice.
pub(super) fn account(account: &str, later: &str) -> String {
    format!("account-{account}-{later}")
}

/// The pod's name, which says what it is.
pub(super) fn name(choice: &Choice) -> String {
    let [pod, account, later, role, mask, by_hand] = *choice;
    format!(
        "pod-{}-account-{}-{}-{}-{}-{}",
        AUTOMOUNT[pod].0,
        AUTOMOUNT[account].0,
        LATER[later],
        ROLES[role],
        MASKS[mask].0,
        BY_HAND[by_hand],
    )
}

/// The pod's spec: the container in question has the mask and what is mounted by hand, its two
/// neighbours have neither.
pub(super) fn spec(choice: &Choice) -> Value {
    let [pod, account_index, later, role, mask, by_hand] = *choice;
    let mut mounts = Vec::new();
    let mut volumes = Vec::new();
    if mask > 0 {
        mounts.push(json!({"name": "mask", "mountPath": MASKS[mask].1}));
        volumes.push(json!({"name": "mask", "emptyDir": {}}));
    }
    let (volume, mount) = by_hand_of(BY_HAND[by_hand]);
    volumes.extend(volume);
    mounts.extend(mount);
    let container = |name: &str| {
        let mounts = if name == ROLES[role] { mounts.clone() } else { Vec::new() };
        json!({"name": name, "image": "app", "volumeMounts": mounts})
    };
    let mut sidecar = container("sidecar");
    sidecar["restartPolicy"] = "Always".into();
    let mut spec = json!({
        "serviceAccountName": account(AUTOMOUNT[account_index].0, LATER[later]),
        "initContainers": [container("init"), sidecar],
        "containers": [container("regular")],
        "volumes": volumes,
    });
    if let Some(value) = AUTOMOUNT[pod].1 {
        spec["automountServiceAccountToken"] = value.into();
    }
    spec
}

/// A volume, and where it is mounted. Admission itself mounts one whose name has its prefix.
fn by_hand_of(what: &str) -> (Option<Value>, Option<Value>) {
    let namespace = json!({"downwardAPI": {"items": [
        {"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}},
    ]}});
    let projection = |name: &str, token: Value| {
        let sources = json!([{"serviceAccountToken": token}, namespace]);
        Some(json!({"name": name, "projected": {"sources": sources}}))
    };
    let token = || json!({"path": "token"});
    let hand = |fields: Value| {
        let mut mount = fields;
        mount["name"] = "hand".into();
        Some(mount)
    };
    match what {
        "token" => (projection("hand", token()), hand(json!({"mountPath": "/identity"}))),
        "for-vault" => (
            projection("hand", json!({"path": "token", "audience": "vault"})),
            hand(json!({"mountPath": "/identity"})),
        ),
        "sub-path-token" => (
            projection("hand", token()),
            hand(json!({"mountPath": "/run/secret-file", "subPath": "token"})),
        ),
        "sub-path-other" => (
            projection("hand", token()),
            hand(json!({"mountPath": "/run/namespace", "subPath": "namespace"})),
        ),
        "sub-path-folder" => (
            projection("hand", json!({"path": "deep/er/token"})),
            hand(json!({"mountPath": "/identity", "subPath": "deep/er"})),
        ),
        "named-empty" => (Some(json!({"name": "kube-api-access-mine", "emptyDir": {}})), None),
        "named-token" => (projection("kube-api-access-mine", token()), None),
        _ => (None, None),
    }
}
