//! A cluster of any size, as its API server would show it: workloads that differ, whose replicas do
//! not; pods of 10 kB and more, half of it `managedFields`. For benchmarks and for the memory test.

use std::fmt::Write as _;

#[allow(dead_code, reason = "not every user of this module sends it")]
pub(crate) mod list;
#[path = "../../tests/it/support/wire/mod.rs"]
#[allow(dead_code, reason = "not every user of this module sends it")]
pub(crate) mod wire;

/// Namespaces of the cluster.
pub(crate) const NAMESPACES: usize = 100;
/// Workloads, each with a posture of its own.
pub(crate) const WORKLOADS: usize = 3_000;
/// Nodes.
pub(crate) const NODES: usize = 5_000;
/// ReplicaSets that a Deployment keeps, the one of its pods included.
const REVISIONS: usize = 11;

/// What a pod has of its own, each of the same length for all pods.
pub(crate) struct Own {
    /// The end of its name, five characters.
    pub(crate) suffix: String,
    pub(crate) uid: String,
    pub(crate) node: String,
    /// What its containers are called, 64 characters each.
    pub(crate) ids: [String; 2],
}

/// A cluster with so many pods.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cluster {
    /// How many.
    pub(crate) pods: usize,
    /// Whether pods have `managedFields`, which are half of their size, and which nothing reads.
    pub(crate) managed: bool,
}

impl Cluster {
    /// The kinds that it has, by their plural.
    #[allow(dead_code, reason = "not every user lists all")]
    pub(crate) const KINDS: [&str; 7] =
        ["namespaces", "nodes", "serviceaccounts", "replicasets", "roles", "rolebindings", "pods"];

    /// The objects of a kind, by its plural, each as JSON; kinds that it has not are empty.
    pub(crate) fn objects(self, plural: &str) -> Box<dyn Iterator<Item = String> + Send> {
        match plural {
            "pods" => Box::new((0..self.pods).map(move |n| self.pod(n))),
            "namespaces" => Box::new((0..NAMESPACES).map(namespace)),
            "nodes" => Box::new((0..NODES.min(self.pods)).map(node)),
            "serviceaccounts" => Box::new((0..NAMESPACES * 10).map(service_account)),
            "replicasets" => Box::new((0..WORKLOADS * REVISIONS).map(replica_set)),
            "roles" => Box::new((0..NAMESPACES * 10).map(role)),
            "rolebindings" => Box::new((0..NAMESPACES * 10).map(role_binding)),
            _ => Box::new(std::iter::empty()),
        }
    }

    /// The pods are in the order of their namespaces, as an API server lists them.
    fn pod(self, n: usize) -> String {
        self.pod_of(self.workload(n), &self.own(n))
    }

    /// A namespace has a run of pods, and each of its workloads a run within.
    pub(crate) fn workload(self, n: usize) -> usize {
        n * WORKLOADS / self.pods
    }

    pub(crate) fn own(self, n: usize) -> Own {
        let id = |n: usize| format!("{:064x}", n.wrapping_mul(2_654_435_761));
        Own {
            suffix: format!("{:05x}", n % 0xf_ffff),
            uid: uid('a', n),
            node: format!("node-{:04}", n.wrapping_mul(7_919) % NODES.min(self.pods)),
            ids: [id(n), id(n + self.pods)],
        }
    }

    /// A pod of this workload.
    pub(crate) fn pod_of(self, workload: usize, own: &Own) -> String {
        let namespace = workload / (WORKLOADS / NAMESPACES);
        let Own { suffix, uid: pod_uid, node, ids } = own;
        let mut pod = String::with_capacity(12_000);
        let name = format!("app-{workload:04}-7d4b9c6f58-{suffix}");
        let _ = write!(
            pod,
            r#"{{"metadata":{{"name":"{name}","generateName":"app-{workload:04}-7d4b9c6f58-","namespace":"team-{namespace:03}","uid":"{pod_uid}","resourceVersion":"1234567","creationTimestamp":"2026-05-04T03:02:01Z","labels":{{"app":"app-{workload:04}","pod-template-hash":"7d4b9c6f58"}},"annotations":{{"prometheus.io/scrape":"true","checksum/config":"{:064x}"}},"ownerReferences":[{{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"app-{workload:04}-7d4b9c6f58","uid":"{}","controller":true,"blockOwnerDeletion":true}}],"managedFields":["#,
            workload,
            uid('b', workload),
        );
        if self.managed {
            managed_fields(&mut pod);
        }
        let token = format!("kube-api-access-{suffix}");
        let account = workload % 10;
        let _ = write!(
            pod,
            r#"]}},"spec":{{"volumes":[{{"name":"data","emptyDir":{{}}}},{{"name":"config","configMap":{{"name":"app-{workload:04}","defaultMode":420}}}},{}{{"name":"{token}","projected":{{"sources":[{{"serviceAccountToken":{{"expirationSeconds":3607,"path":"token"}}}},{{"configMap":{{"name":"kube-root-ca.crt","items":[{{"key":"ca.crt","path":"ca.crt"}}]}}}},{{"downwardAPI":{{"items":[{{"path":"namespace","fieldRef":{{"apiVersion":"v1","fieldPath":"metadata.namespace"}}}}]}}}}],"defaultMode":420}}}}],"containers":["#,
            if workload.is_multiple_of(37) {
                r#"{"name":"host","hostPath":{"path":"/var/log","type":""}},"#
            } else {
                ""
            },
        );
        let app = format!("app-{:03}", workload % 400);
        container(&mut pod, &app, workload, &token);
        pod.push(',');
        container(&mut pod, "proxy", 7, &token);
        let _ = write!(
            pod,
            r#"],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"sa-{account}","serviceAccount":"sa-{account}","nodeName":"{node}","securityContext":{{{}}},"schedulerName":"default-scheduler","tolerations":[{{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}},{{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}}],"priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"}},"status":{{"phase":"Running","conditions":["#,
            ["", r#""runAsNonRoot":true"#, r#""runAsUser":1000,"fsGroup":1000"#][workload % 3],
        );
        for (index, condition) in
            ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]
                .iter()
                .enumerate()
        {
            let comma = if index == 0 { "" } else { "," };
            let _ = write!(
                pod,
                r#"{comma}{{"type":"{condition}","observedGeneration":1,"status":"True","lastProbeTime":null,"lastTransitionTime":"2026-05-04T03:02:04Z"}}"#
            );
        }
        let _ = write!(
            pod,
            r#"],"hostIP":"10.1.22.33","podIP":"10.2.44.55","startTime":"2026-05-04T03:02:01Z","containerStatuses":[{},{}],"qosClass":"Burstable"}}}}"#,
            status(&app, workload, &ids[0]),
            status("proxy", 7, &ids[1]),
        );
        pod
    }
}

fn uid(kind: char, n: usize) -> String {
    format!("{kind}{:07x}-1234-4abc-8def-{:012x}", n.wrapping_mul(40_503) & 0xfff_ffff, n)
}

/// What clients and controllers say that they own, which nothing reads.
fn managed_fields(pod: &mut String) {
    for manager in ["kube-controller-manager", "kubelet"] {
        let comma = if manager == "kubelet" { "," } else { "" };
        let _ = write!(
            pod,
            r#"{comma}{{"manager":"{manager}","operation":"Update","apiVersion":"v1","time":"2026-05-04T03:02:04Z","fieldsType":"FieldsV1","fieldsV1":{{"f:spec":{{"#
        );
        for field in 0..45 {
            let comma = if field == 0 { "" } else { "," };
            let _ = write!(
                pod,
                r#"{comma}"k:{{\"name\":\"VARIABLE_{field}\"}}":{{".":{{}},"f:name":{{}}}}"#
            );
        }
        pod.push_str("}}}");
    }
}

fn container(pod: &mut String, name: &str, posture: usize, token: &str) {
    let _ = write!(
        pod,
        r#"{{"name":"{name}","image":"registry.example/team/app-{posture}:v1","command":["/bin/app","--config=/etc/app/config.yaml"],"ports":[{{"name":"http","containerPort":8080,"protocol":"TCP"}}],"env":["#
    );
    for variable in 0..15 {
        let comma = if variable == 0 { "" } else { "," };
        let _ = write!(
            pod,
            r#"{comma}{{"name":"VARIABLE_{variable}","value":"https://service-{variable}.example.internal:8443/path"}}"#
        );
    }
    let limits =
        r#""resources":{"limits":{"memory":"256Mi"},"requests":{"cpu":"100m","memory":"128Mi"}}"#;
    let host = if posture.is_multiple_of(37) {
        r#"{"name":"host","mountPath":"/host","readOnly":true},"#
    } else {
        ""
    };
    let probe = r#"{"httpGet":{"path":"/healthz","port":8080,"scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}"#;
    let security = [
        "{}",
        r#"{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"readOnlyRootFilesystem":true,"seccompProfile":{"type":"RuntimeDefault"}}"#,
        r#"{"runAsUser":0,"capabilities":{"add":["NET_ADMIN"]}}"#,
        r#"{"privileged":true}"#,
        r#"{"capabilities":{"drop":["NET_RAW"]}}"#,
    ][posture % 5];
    let _ = write!(
        pod,
        r#"],{limits},"volumeMounts":[{host}{{"name":"data","mountPath":"/data"}},{{"name":"config","mountPath":"/etc/app"}},{{"name":"{token}","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}}],"livenessProbe":{probe},"readinessProbe":{probe},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent","securityContext":{security}}}"#
    );
}

fn status(name: &str, posture: usize, id: &str) -> String {
    let user = ["", r#","user":{"linux":{"uid":65532,"gid":65532,"supplementalGroups":[65532]}}"#]
        [posture % 2];
    format!(
        r#"{{"name":"{name}","state":{{"running":{{"startedAt":"2026-05-04T03:02:03Z"}}}},"lastState":{{}},"ready":true,"restartCount":0,"image":"registry.example/team/app-{posture}:v1","imageID":"registry.example/team/app-{posture}@sha256:{posture:064x}","containerID":"containerd://{id}","started":true{user}}}"#
    )
}

fn namespace(n: usize) -> String {
    let label = ["", r#","labels":{"pod-security.kubernetes.io/enforce":"baseline"}"#][n % 2];
    format!(r#"{{"metadata":{{"name":"team-{n:03}","uid":"{}"{label}}}}}"#, uid('c', n))
}

/// Most of a node is the list of its images.
fn node(n: usize) -> String {
    let version = 1 + n % 3;
    let image = |image: usize| {
        format!(
            r#"{{"names":["registry.example/team/app-{image}@sha256:{image:064x}","registry.example/team/app-{image}:v1"],"sizeBytes":123456789}}"#
        )
    };
    let images: Vec<_> = (0..50).map(image).collect();
    format!(
        r#"{{"metadata":{{"name":"node-{n:04}","uid":"{}"}},"status":{{"nodeInfo":{{"containerRuntimeVersion":"containerd://2.1.{version}","architecture":"amd64","operatingSystem":"linux","kubeletVersion":"v1.37.2"}},"images":[{}]}}}}"#,
        uid('d', n),
        images.join(",")
    )
}

fn service_account(n: usize) -> String {
    let automount = ["", r#","automountServiceAccountToken":false"#][n % 2];
    format!(
        r#"{{"metadata":{{"name":"sa-{}","namespace":"team-{:03}","uid":"{}"}}{automount}}}"#,
        n % 10,
        n / 10,
        uid('e', n)
    )
}

/// The current one of each Deployment, then all older ones.
fn replica_set(n: usize) -> String {
    let (workload, revision) = (n % WORKLOADS, n / WORKLOADS);
    let namespace = workload / (WORKLOADS / NAMESPACES);
    let hash = 0x007d_4b9c_6f58_u64 + revision as u64;
    format!(
        r#"{{"metadata":{{"name":"app-{workload:04}-{hash:x}","namespace":"team-{namespace:03}","uid":"{}","ownerReferences":[{{"apiVersion":"apps/v1","kind":"Deployment","name":"app-{workload:04}","uid":"{}","controller":true}}]}}}}"#,
        uid('b', n),
        uid('f', workload)
    )
}

/// A role for each ServiceAccount; some give more than they look.
fn role(n: usize) -> String {
    let (verbs, resources) = [
        (r#""get","list","watch""#, "configmaps"),
        (r#""get""#, "secrets"),
        (r#""get","create""#, "pods"),
        (r#""get","update""#, "leases"),
    ][n % 4];
    format!(
        r#"{{"metadata":{{"name":"role-{}","namespace":"team-{:03}","uid":"{}"}},"rules":[{{"verbs":[{verbs}],"apiGroups":[""],"resources":["{resources}"]}}]}}"#,
        n % 10,
        n / 10,
        uid('1', n)
    )
}

fn role_binding(n: usize) -> String {
    let (namespace, account) = (n / 10, n % 10);
    format!(
        r#"{{"metadata":{{"name":"binding-{account}","namespace":"team-{namespace:03}","uid":"{}"}},"subjects":[{{"kind":"ServiceAccount","name":"sa-{account}","namespace":"team-{namespace:03}"}}],"roleRef":{{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"role-{account}"}}}}"#,
        uid('2', n)
    )
}
