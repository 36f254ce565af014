//! A cluster of any size, as its API server would show it: workloads that differ, whose replicas do
//! not; pods of 10 kB and more, half of it `managedFields`. For benchmarks and for the memory test.

use std::fmt::Write as _;

/// Namespaces of the cluster.
pub(crate) const NAMESPACES: usize = 100;
/// Workloads, each with a posture of its own.
pub(crate) const WORKLOADS: usize = 3_000;
/// Nodes.
pub(crate) const NODES: usize = 5_000;

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
    pub(crate) const KINDS: [&str; 5] =
        ["namespaces", "nodes", "serviceaccounts", "replicasets", "pods"];

    /// The objects of a kind, by its plural, each as JSON; kinds that it has not are empty.
    pub(crate) fn objects(self, plural: &str) -> Box<dyn Iterator<Item = String> + Send> {
        match plural {
            "pods" => Box::new((0..self.pods).map(move |n| self.pod(n))),
            "namespaces" => Box::new((0..NAMESPACES).map(namespace)),
            "nodes" => Box::new((0..NODES.min(self.pods)).map(node)),
            "serviceaccounts" => Box::new((0..NAMESPACES * 10).map(service_account)),
            "replicasets" => Box::new((0..WORKLOADS).map(replica_set)),
            _ => Box::new(std::iter::empty()),
        }
    }

    /// The pods are in the order of their namespaces, as an API server lists them.
    fn pod(self, n: usize) -> String {
        // A namespace has a run of pods, and each of its workloads a run within.
        let rank = n * WORKLOADS / self.pods;
        let (namespace, workload) = (rank / (WORKLOADS / NAMESPACES), rank);
        let node = n.wrapping_mul(7_919) % NODES.min(self.pods);
        let suffix = format!("{:05x}", n % 0xfffff);
        let mut pod = String::with_capacity(12_000);
        let name = format!("app-{workload:04}-7d4b9c6f58-{suffix}");
        let _ = write!(
            pod,
            r#"{{"metadata":{{"name":"{name}","generateName":"app-{workload:04}-7d4b9c6f58-","namespace":"team-{namespace:03}","uid":"{}","resourceVersion":"{}","creationTimestamp":"2026-05-04T03:02:01Z","labels":{{"app":"app-{workload:04}","pod-template-hash":"7d4b9c6f58"}},"annotations":{{"prometheus.io/scrape":"true","checksum/config":"{:064x}"}},"ownerReferences":[{{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"app-{workload:04}-7d4b9c6f58","uid":"{}","controller":true,"blockOwnerDeletion":true}}],"managedFields":["#,
            uid('a', n),
            1_000 + n,
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
            r#"],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"sa-{account}","serviceAccount":"sa-{account}","nodeName":"node-{node:04}","securityContext":{{{}}},"schedulerName":"default-scheduler","tolerations":[{{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}},{{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}}],"priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"}},"status":{{"phase":"Running","conditions":["#,
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
            r#"],"hostIP":"10.1.{}.{}","podIP":"10.2.{}.{}","startTime":"2026-05-04T03:02:01Z","containerStatuses":[{},{}],"qosClass":"Burstable"}}}}"#,
            node / 250,
            node % 250,
            n / 250 % 250,
            n % 250,
            status(&app, workload, n),
            status("proxy", 7, n + self.pods),
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

fn status(name: &str, posture: usize, n: usize) -> String {
    let user = ["", r#","user":{"linux":{"uid":65532,"gid":65532,"supplementalGroups":[65532]}}"#]
        [posture % 2];
    format!(
        r#"{{"name":"{name}","state":{{"running":{{"startedAt":"2026-05-04T03:02:03Z"}}}},"lastState":{{}},"ready":true,"restartCount":0,"image":"registry.example/team/app-{posture}:v1","imageID":"registry.example/team/app-{posture}@sha256:{:064x}","containerID":"containerd://{:064x}","started":true{user}}}"#,
        posture,
        n.wrapping_mul(2_654_435_761)
    )
}

fn namespace(n: usize) -> String {
    let label = ["", r#","labels":{"pod-security.kubernetes.io/enforce":"baseline"}"#][n % 2];
    format!(r#"{{"metadata":{{"name":"team-{n:03}","uid":"{}"{label}}}}}"#, uid('c', n))
}

fn node(n: usize) -> String {
    let version = 1 + n % 3;
    format!(
        r#"{{"metadata":{{"name":"node-{n:04}","uid":"{}"}},"status":{{"nodeInfo":{{"containerRuntimeVersion":"containerd://2.1.{version}","architecture":"amd64","operatingSystem":"linux","kubeletVersion":"v1.37.2"}}}}}}"#,
        uid('d', n)
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

fn replica_set(n: usize) -> String {
    let namespace = n / (WORKLOADS / NAMESPACES);
    format!(
        r#"{{"metadata":{{"name":"app-{n:04}-7d4b9c6f58","namespace":"team-{namespace:03}","uid":"{}","ownerReferences":[{{"apiVersion":"apps/v1","kind":"Deployment","name":"app-{n:04}","uid":"{}","controller":true}}]}}}}"#,
        uid('b', n),
        uid('f', n)
    )
}
