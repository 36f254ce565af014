//! Who has a token: precedence, mounts by hand, masks, and what was not read.

use super::Case;
use crate::support::pods::{account, pod, stored};

const OFF: &str = "automountServiceAccountToken: false";
const HAND: &str = "{automountServiceAccountToken: false, containers: [{name: app, image: a,
    volumeMounts: [{name: id, mountPath: /id}]}, {name: other, image: b}],
    volumes: [{name: id, projected: {sources: [{serviceAccountToken: {path: token}}]}}]}";
const MASK: &str = "{automountServiceAccountToken: true, containers: [{name: app, image: a,
    volumeMounts: [{name: mask, mountPath: /var/run/secrets/kubernetes.io/serviceaccount}]},
    {name: other, image: b}], volumes: [{name: mask, emptyDir: {}}]}";
const PLAIN: &str = "{containers: [{name: app, image: a}]}";

/// A workload whose template says nothing about the token.
fn template(version: &str, kind: &str) -> String {
    let spec = format!("{{template: {{spec: {PLAIN}}}}}");
    let spec = match kind {
        "CronJob" => format!("{{jobTemplate: {{spec: {spec}}}}}"),
        _ => spec,
    };
    format!(
        "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: w, namespace: ns}}\nspec: {spec}"
    )
}

/// What a controller's pods get unless somebody says otherwise: deckhouse#11708.
fn defaults() -> impl Iterator<Item = Case> {
    [
        ("token::default_of_a_deployment", "apps/v1", "Deployment"),
        ("token::default_of_a_stateful_set", "apps/v1", "StatefulSet"),
        ("token::default_of_a_daemon_set", "apps/v1", "DaemonSet"),
        ("token::default_of_a_replica_set", "apps/v1", "ReplicaSet"),
        ("token::default_of_a_replication_controller", "v1", "ReplicationController"),
        ("token::default_of_a_job", "batch/v1", "Job"),
        ("token::default_of_a_cron_job", "batch/v1", "CronJob"),
    ]
    .into_iter()
    .map(|(name, version, kind)| {
        let objects = [account("default", ""), template(version, kind)];
        Case::new(name, objects, "token-mounted app fail: ServiceAccount default")
    })
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        // popeye#166, kubeaudit#290, polaris#953 flag it.
        Case::new(
            "token::account_off_and_pod_silent",
            [account("default", OFF), pod(PLAIN)],
            "token-mounted app pass
             token-declared-not-actual app pass
             service-account-automount - pass",
        ),
        Case::new(
            "token::account_off_and_template_silent",
            [account("default", OFF), template("apps/v1", "Deployment")],
            "token-mounted app pass",
        ),
        Case::new(
            "token::account_off_and_pod_on",
            [
                account("default", OFF),
                pod("{automountServiceAccountToken: true, containers: [{name: app, image: a}]}"),
            ],
            "token-mounted app fail",
        ),
        // Measured: none of them sees it.
        Case::new(
            "measured::token_by_hand_although_automount_is_off",
            [account("default", OFF), pod(HAND)],
            "token-mounted app fail
             token-declared-not-actual app fail
             token-mounted other pass",
        ),
        Case::new(
            "token::token_by_hand_in_a_stored_pod",
            [account("default", OFF), stored(HAND, "{phase: Running}")],
            "token-mounted app fail
             token-declared-not-actual app fail
             token-mounted other pass",
        ),
        // Measured: four of them flag the container that has none.
        Case::new(
            "measured::mask_over_the_token",
            [account("default", ""), pod(MASK)],
            "token-mounted app pass
             token-declared-not-actual app fail low
             token-mounted other fail",
        ),
        // As admission stores it: nothing is injected where the mask is.
        Case::new(
            "token::mask_in_a_stored_pod",
            [account("default", ""), stored(MASK, "{phase: Running}")],
            "token-mounted app pass
             token-declared-not-actual app fail low",
        ),
        // The name promises a token; the source decides.
        Case::new(
            "token::empty_volume_with_admissions_name",
            [stored(
                "{containers: [{name: app, image: a, volumeMounts: [{name: kube-api-access-x,
                    mountPath: /var/run/secrets/kubernetes.io/serviceaccount}]}],
                  volumes: [{name: kube-api-access-x, emptyDir: {}}]}",
                "{phase: Running}",
            )],
            "token-mounted app pass",
        ),
        Case::new(
            "token::for_another_audience",
            [pod(&HAND.replace("path: token", "path: token, audience: vault"))],
            "token-mounted app unknown: vault",
        ),
        Case::new(
            "token::legacy_secret",
            [pod("{automountServiceAccountToken: false, containers: [{name: app, image: a,
                volumeMounts: [{name: s, mountPath: /s}]}, {name: other, image: b,
                env: [{name: T, valueFrom: {secretKeyRef: {name: legacy, key: token}}}]}],
                volumes: [{name: s, secret: {secretName: legacy}}]}")],
            "token-mounted app unknown: Secret legacy
             token-mounted other unknown: Secret legacy",
        ),
    ];
    cases.extend(data_link());
    cases.extend(not_read());
    cases.extend(defaults());
    cases
}

/// What was not read is not absent: kubescape#3069 in a dump.
fn not_read() -> Vec<Case> {
    vec![
        Case::new(
            "token::dump_without_service_accounts",
            [pod(PLAIN)],
            "token-mounted app unknown: was not read
             token-declared-not-actual app unknown: was not read",
        ),
        Case::new(
            "token::template_without_service_accounts",
            [template("apps/v1", "Deployment")],
            "token-mounted app unknown: was not read",
        ),
        Case::new(
            "token::service_account_of_another_name",
            [account("another", OFF), pod(PLAIN)],
            "token-mounted app unknown: was not read",
        ),
        Case::new(
            "token::service_account_of_another_namespace",
            [account("default", OFF).replace("namespace: ns", "namespace: other"), pod(PLAIN)],
            "token-mounted app unknown: was not read",
        ),
        // The stored pod's mounts speak for themselves; what was declared does not.
        Case::new(
            "token::stored_pod_without_service_accounts",
            [stored(PLAIN, "{phase: Running}")],
            "token-mounted app pass
             token-declared-not-actual app unknown: was not read",
        ),
    ]
}

/// The kubelet writes a projected volume's files into the folder behind the link `..data`, and
/// follows links inside the volume: `pkg/volume/util/subpath/subpath_linux.go`.
fn data_link() -> Vec<Case> {
    let through = |sub_path: &str| {
        let mount = format!("mountPath: /id, subPath: {sub_path}}}");
        [stored(&HAND.replace("mountPath: /id}", &mount), "{phase: Running}")]
    };
    vec![
        Case::new(
            "token::sub_path_of_the_data_folder",
            through("..data"),
            "token-mounted app fail",
        ),
        Case::new(
            "token::sub_path_through_the_data_folder",
            through("..data/token"),
            "token-mounted app fail",
        ),
        // The kubelet joins and cleans the path before it looks for links.
        Case::new(
            "token::sub_path_through_the_data_folder_in_another_spelling",
            through("./..data/token"),
            "token-mounted app fail",
        ),
        // A name of its own, which the volume does not have.
        Case::new(
            "token::sub_path_that_starts_like_the_data_folder",
            through("..datatoken"),
            "token-mounted app pass",
        ),
    ]
}
