//! Precedence of the facts: who decides, who is overruled, and what stays unknown.

use serde_json::{Value, json};

use super::*;
use crate::evidence::{Confidence, EvidenceSource};
use crate::inventory::{Inventory, Pod};

/// The facts of a pod with this `spec` and `status`.
pub(super) fn pod(spec: &Value, status: &Value) -> PodPosture {
    let annotations =
        json!({"container.apparmor.security.beta.kubernetes.io/annotated": "localhost/a"});
    let text = json!({
        "metadata": {"name": "p", "namespace": "n", "annotations": annotations},
        "spec": spec,
        "status": status,
    });
    let pod: Pod = serde_json::from_value(text).unwrap();
    PodPosture::new(&Inventory::default(), &pod)
}

/// The facts of a container `c` with this security context, in a pod with that one.
fn container(own: &Value, of_pod: &Value) -> ContainerPosture {
    let spec = json!({
        "securityContext": of_pod,
        "containers": [{"name": "c", "securityContext": own}],
    });
    pod(&spec, &json!({})).containers.remove(0)
}

/// The facts of a container `c` with this security context, once the kubelet has reported this
/// status.
fn observed(own: &Value, status: &Value) -> ContainerPosture {
    let spec = json!({"containers": [{"name": "c", "securityContext": own}]});
    let mut status = status.clone();
    status["name"] = json!("c");
    pod(&spec, &json!({"phase": "Running", "containerStatuses": [status]})).containers.remove(0)
}

/// `value`, then the paths that decided, then those that lost.
fn show<T: std::fmt::Debug>(fact: &Effective<T>) -> String {
    let paths = |list: &[crate::evidence::Evidence]| {
        let short = |e: &crate::evidence::Evidence| {
            let path = e.path.to_string();
            path.replace("spec.containers{c}.securityContext", "own")
                .replace("spec.securityContext", "pod")
                .replace("status.containerStatuses{c}", "status")
        };
        list.iter().map(short).collect::<Vec<_>>().join(" ")
    };
    let value = fact.get().map_or("unknown".to_owned(), |value| format!("{value:?}"));
    format!("{value} <- {} / {}", paths(&fact.decided_by), paths(&fact.overruled))
}

#[test]
fn group() {
    let both = container(&json!({"runAsGroup": 5}), &json!({"runAsGroup": 6}));
    assert_eq!(show(&both.group), "5 <- own.runAsGroup / pod.runAsGroup");
    let unset = container(&json!({}), &json!({}));
    assert_eq!(show(&unset.group), "unknown <- own.runAsGroup pod.runAsGroup / ");
    let user = json!({"user": {"linux": {"uid": 1, "gid": 7}}, "state": {"running": {}}});
    let running = observed(&json!({"runAsGroup": 5}), &user);
    assert_eq!(show(&running.group), "7 <- status.user.linux.gid / own.runAsGroup");
    let user = json!({"user": {"linux": {"uid": 1, "gid": 7}}, "state": {"waiting": {}}});
    assert_eq!(show(&observed(&json!({"runAsGroup": 5}), &user).group), "5 <- own.runAsGroup / ");
    let last = observed(&json!({}), &user).group;
    assert_eq!(
        (show(&last).as_str(), last.confidence()),
        ("7 <- status.user.linux.gid / ", Confidence::Likely)
    );
}

#[test]
fn supplemental_groups() {
    let merged = container(&json!({}), &json!({"fsGroup": 3, "supplementalGroups": [9, 3]})).groups;
    assert_eq!(
        show(&merged),
        "SupplementalGroups { known: {3, 9}, complete: false } <- pod.fsGroup \
         pod.supplementalGroups pod.supplementalGroupsPolicy / "
    );
    let strict = json!({"fsGroup": 3, "supplementalGroupsPolicy": "Strict"});
    assert!(container(&json!({}), &strict).groups.is(|groups| groups.complete));
    // A PersistentVolume's annotation may add a group even then.
    let spec = json!({
        "securityContext": strict,
        "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "v"}}],
        "containers": [{"name": "c"}],
    });
    assert!(pod(&spec, &json!({})).containers[0].groups.is(|groups| !groups.complete));
    let user = json!({"user": {"linux": {"supplementalGroups": [8]}}, "state": {"running": {}}});
    let running = observed(&json!({}), &user).groups;
    assert!(running.is(|groups| groups.complete && groups.known.contains(&8)));
}

#[test]
fn app_armor() {
    let profile = |kind: &str| json!({"appArmorProfile": {"type": kind, "localhostProfile": "b"}});
    let both = container(&profile("Unconfined"), &profile("Localhost"));
    assert_eq!(show(&both.app_armor), "Unconfined <- own.appArmorProfile / pod.appArmorProfile");
    let spec =
        json!({"securityContext": profile("Unconfined"), "containers": [{"name": "annotated"}]});
    let annotated = &pod(&spec, &json!({})).containers[0].app_armor;
    assert!(show(annotated).starts_with(r#"Localhost("a") <- metadata.annotations{"#));
    assert!(show(annotated).ends_with(" / pod.appArmorProfile"));
    let unset = container(&json!({}), &json!({})).app_armor;
    assert!(unset.is(|profile| *profile == AppArmor::RuntimeDefault));
    assert_eq!(unset.confidence(), Confidence::Likely);
}

#[test]
fn app_armor_of_privileged_containers() {
    let own = |kind: &str| json!({"privileged": true, "appArmorProfile": {"type": kind, "localhostProfile": "b"}});
    let default = container(&own("RuntimeDefault"), &json!({})).app_armor;
    assert_eq!(show(&default), "Unconfined <- own.privileged / own.appArmorProfile");
    assert!(container(&own("Localhost"), &json!({})).app_armor.value.is_err());
    let on = |id: &str| observed(&own("Localhost"), &json!({"containerID": id})).app_armor;
    assert!(on("containerd://1").is(|profile| *profile == AppArmor::Localhost("b".to_owned())));
    assert!(on("docker://1").is(|profile| *profile == AppArmor::Localhost("b".to_owned())));
    assert!(on("cri-o://1").is(|profile| *profile == AppArmor::Unconfined));
}

#[test]
fn se_linux() {
    let label = |kind: &str| json!({"seLinuxOptions": {"type": kind, "level": "s0"}});
    let both = container(&label("spc_t"), &label("container_t")).se_linux;
    assert!(both.is(|options| options.r#type == "spc_t"));
    assert!(show(&both).ends_with(" <- own.seLinuxOptions / pod.seLinuxOptions"));
    assert!(container(&json!({}), &json!({})).se_linux.value.is_err());
    let privileged = json!({"privileged": true, "seLinuxOptions": {"type": "spc_t"}});
    let privileged = container(&privileged, &json!({})).se_linux;
    assert_eq!(show(&privileged), "unknown <- own.privileged / own.seLinuxOptions");
}

#[test]
fn proc_mount() {
    let unmasked = json!({"procMount": "Unmasked"});
    // The API server would refuse it.
    assert!(container(&unmasked, &json!({})).proc_mount.value.is_err());
    // An older one has not.
    let stored = observed(&unmasked, &json!({})).proc_mount;
    assert_eq!(show(&stored), "Unmasked <- own.procMount spec.hostUsers / ");
    let spec =
        json!({"hostUsers": false, "containers": [{"name": "c", "securityContext": unmasked}]});
    assert!(pod(&spec, &json!({})).containers[0].proc_mount.is(|p| *p == ProcMount::Unmasked));
    let privileged = json!({"privileged": true, "procMount": "Default"});
    let privileged = container(&privileged, &json!({})).proc_mount;
    assert_eq!(show(&privileged), "Unmasked <- own.privileged / own.procMount");
    assert!(container(&json!({}), &json!({})).proc_mount.is(|p| *p == ProcMount::Default));
}

#[test]
fn kernel() {
    let spec = json!({
        "runtimeClassName": "gvisor",
        "securityContext": {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]},
        "containers": [],
    });
    let set = pod(&spec, &json!({}));
    assert_eq!(set.runtime_class.get().cloned().flatten().as_deref(), Some("gvisor"));
    assert_eq!(set.runtime_class.confidence(), Confidence::Likely);
    assert_eq!(show(&set.sysctls), r#"{"kernel.msgmax"} <- pod.sysctls{kernel.msgmax} / "#);
    let unset = pod(&json!({"containers": []}), &json!({}));
    assert!(unset.runtime_class.is(Option::is_none));
    assert_eq!(unset.runtime_class.confidence(), Confidence::Certain);
    assert_eq!(show(&unset.sysctls), "{} <- pod.sysctls / ");
}

#[test]
fn handler_hosts() {
    let spec = json!({"containers": [{
        "name": "c",
        "livenessProbe": {"httpGet": {"host": "169.254.169.254", "port": 80}},
        "readinessProbe": {"tcpSocket": {"port": 80}},
        "lifecycle": {"preStop": {"httpGet": {"host": "db", "port": 80}}},
    }]});
    assert_eq!(
        show(&pod(&spec, &json!({})).containers[0].handler_hosts),
        r#"{"169.254.169.254", "db"} <- spec.containers{c}.livenessProbe.httpGet.host spec.containers{c}.lifecycle.preStop.httpGet.host / "#
    );
    assert!(
        container(&json!({}), &json!({})).handler_hosts.is(std::collections::BTreeSet::is_empty)
    );
}

#[test]
fn observed_user_wins_over_fields() {
    let user = json!({"user": {"linux": {"uid": 3}}, "state": {"running": {}}});
    let running = observed(&json!({"runAsUser": 5}), &user).user;
    assert_eq!(show(&running), "Uid(3) <- status.user.linux.uid / own.runAsUser");
    assert!(container(&json!({}), &json!({})).user.value.is_err());
}

#[test]
fn the_kubelet_says_why_it_refuses() {
    let waiting = |message: &str| {
        let waiting = json!({"reason": "CreateContainerConfigError", "message": message});
        json!({"state": {"waiting": waiting}, "user": {"linux": {"uid": 3}}})
    };
    let own = json!({"runAsNonRoot": true});
    let root = waiting("Error: container has runAsNonRoot and image will run as root (pod: …)");
    let refused = observed(&own, &root).user;
    assert_eq!(show(&refused), "Refused <- status.state.waiting.reason own.runAsNonRoot / ");
    assert_eq!(refused.decided_by[0].source, EvidenceSource::Observed);
    // The same reason stands for a Secret that is missing.
    let other = observed(&own, &waiting(r#"secret "db" not found"#)).user;
    assert_eq!(show(&other), "NonRoot <- own.runAsNonRoot / ");
    // The last incarnation, where nothing else tells.
    let last = observed(&json!({}), &waiting("")).user;
    assert_eq!(
        (show(&last).as_str(), last.confidence()),
        ("Uid(3) <- status.user.linux.uid / ", Confidence::Likely)
    );
}

#[test]
fn ephemeral_containers_inherit_the_pods_context() {
    let spec = json!({
        "securityContext": {"runAsUser": 5, "runAsGroup": 6},
        "containers": [{"name": "c"}],
        "ephemeralContainers": [
            {"name": "debugger-a", "securityContext": {"runAsUser": 0}},
            {"name": "debugger-b"},
        ],
    });
    let facts = pod(&spec, &json!({})).containers;
    assert_eq!(
        show(&facts[1].user),
        "Uid(0) <- spec.ephemeralContainers{debugger-a}.securityContext.runAsUser / pod.runAsUser"
    );
    assert_eq!(show(&facts[2].user), "Uid(5) <- pod.runAsUser / ");
    assert_eq!(show(&facts[2].group), "6 <- pod.runAsGroup / ");
}

#[test]
fn windows() {
    let facts = |own: &Value, of_pod: &Value| {
        let spec = json!({
            "os": {"name": "windows"},
            "hostNetwork": true,
            "securityContext": of_pod,
            "containers": [{"name": "c", "securityContext": own}],
        });
        pod(&spec, &json!({})).containers.remove(0)
    };
    let user = |name: &str| json!({"windowsOptions": {"runAsUserName": name, "hostProcess": true}});
    let both = facts(&user("ContainerUser"), &user("containeradministrator"));
    assert!(show(&both.user).starts_with(r#"Windows("ContainerUser") <- own."#));
    assert_eq!(both.user.overruled.len(), 1);
    assert_eq!(show(&both.group), "unknown <- spec.os.name / ");
    assert_eq!(show(&both.app_armor), "unknown <- spec.os.name / ");
    assert!(show(&both.host_process).contains(".hostProcess spec.hostNetwork / pod."));
    let admin = facts(&json!({"runAsNonRoot": true}), &user("ContainerAdministrator"));
    assert!(admin.user.is(|user| *user == StartUser::Refused));
}
