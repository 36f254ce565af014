//! Volumes of random pods, and where containers mount them: tokens by every way, what masks them,
//! and folders of the node.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::images::IMAGES;
use crate::support::strategies::pss::{object, one_of, sometimes};

/// Where admission mounts a token unless something stands there.
const TOKEN_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// Some of them are one place for the kernel and two for the API server.
const PLACES: [&str; 6] =
    [TOKEN_PATH, "/identity", "/identity/", "/srv//token", "/run/a/../b", "/mnt/deep/er"];
const NAMES: [&str; 12] = [
    "token", "token", "nested", "other", "legacy", "opaque", "several", "empty", "down", "etc",
    "log", "image",
];

/// A token for an audience that is not the API server's is in a file whose name has this.
pub(super) const OTHER_AUDIENCE: &str = "other";

/// All volumes; those that are not mounted are taken away again.
pub(super) fn volumes() -> BoxedStrategy<Value> {
    prop::collection::vec(mode(), 3)
        .prop_map(|modes| {
            let token = |path: &str| json!({"serviceAccountToken": {"path": path}});
            let projected = |mode: &Value, sources: Value| match mode {
                Value::Null => json!({"sources": sources}),
                mode => json!({"sources": sources, "defaultMode": mode}),
            };
            let other = json!({"serviceAccountToken": {"path": "other", "audience": "vault"}});
            let legacy = json!({"secret": {"name": "legacy", "items": [{"key": "token", "path": "l"}]}});
            json!([
                {"name": "token", "projected": projected(&modes[0], json!([token("token")]))},
                {"name": "nested", "projected": projected(&modes[1], json!([token("a/token")]))},
                {"name": "other", "projected": projected(&modes[1], json!([other]))},
                {"name": "legacy", "secret": {"secretName": "legacy", "defaultMode": modes[2]}},
                {"name": "opaque", "secret": {"secretName": "opaque"}},
                {"name": "several", "projected": projected(&Value::Null, json!([token("token"), legacy]))},
                {"name": "empty", "emptyDir": {}},
                {"name": "down", "configMap": {"name": "kube-root-ca.crt"}},
                {"name": "etc", "hostPath": {"path": "/etc/cni"}},
                {"name": "log", "hostPath": {"path": "/var/tmp", "type": "Directory"}},
                {"name": "image", "image": {"reference": IMAGES[0].name}},
            ])
        })
        .boxed()
}

fn mode() -> BoxedStrategy<Value> {
    one_of(json!([null, null, 0o400, 0o440, 0o600, 0o644, 0o444, 0o004, 0o040]))
}

/// Up to four mounts, each at another place.
pub(super) fn mounts() -> BoxedStrategy<Value> {
    let mount = object([
        ("name", select(&NAMES[..]).prop_map(|name| Some(name.into())).boxed()),
        ("readOnly", sometimes(0.3, one_of(json!([true, false])))),
        ("subPath", sometimes(0.2, one_of(json!(["token", "..data", "a/token", "other"])))),
    ]);
    (Just(PLACES.to_vec()).prop_shuffle(), prop::collection::vec(mount, 0..5))
        .prop_map(|(places, mounts)| {
            let at = |(place, mut mount): (&str, Value)| {
                let sub_path = mount["subPath"].as_str().unwrap_or_default();
                // Its name has to tell the audience wherever the file is.
                let is_other = mount["name"] == "other" && !sub_path.is_empty();
                mount["mountPath"] =
                    if is_other { format!("{place}/{OTHER_AUDIENCE}") } else { place.to_owned() }
                        .into();
                mount
            };
            places.into_iter().zip(mounts).map(at).collect()
        })
        .boxed()
}

/// Without the volumes that no container mounts, and without `subPath` in ephemeral containers,
/// where the API server refuses it.
pub(super) fn keep_mounted(spec: &mut Value) {
    let mut used = Vec::new();
    for kind in ["initContainers", "containers", "ephemeralContainers"] {
        for container in spec[kind].as_array_mut().into_iter().flatten() {
            for mount in container["volumeMounts"].as_array_mut().into_iter().flatten() {
                used.push(mount["name"].clone());
                if let Some(mount) = mount.as_object_mut().filter(|_| kind == "ephemeralContainers")
                {
                    mount.remove("subPath");
                }
            }
        }
    }
    if let Some(volumes) = spec["volumes"].as_array_mut() {
        volumes.retain(|volume| used.contains(&volume["name"]));
    }
}
