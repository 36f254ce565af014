//! Random pods: every field that some check reads, mostly compliant, with every kind of oddity.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

pub(crate) type Field = (&'static str, BoxedStrategy<Option<Value>>);

const NAMES: [&str; 4] = ["a", "b", "c", "missing"];
const APPARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const SECCOMP: &str = "container.seccomp.security.alpha.kubernetes.io/";
const OTHER_KEYS: [&str; 6] = [
    "seccomp.security.alpha.kubernetes.io/pod",
    "seccomp.security.alpha.kubernetes.io/pods",
    APPARMOR,
    SECCOMP,
    "container.apparmor.security.beta.kubernetes.io",
    "example.com/other",
];
const PROFILES: &str =
    "runtime/default docker/default localhost/ localhost/x localhost unconfined RuntimeDefault";

/// A pod as JSON. A strategy shrinks towards leaving fields out.
pub(crate) fn pods() -> BoxedStrategy<Value> {
    object([("metadata", sometimes(0.6, metadata())), ("spec", sometimes(0.99, spec()))])
}

/// The object with those of the fields that are there.
pub(crate) fn object<const N: usize>(fields: [Field; N]) -> BoxedStrategy<Value> {
    let (names, values): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    values
        .prop_map(move |values| {
            let fields = names.iter().zip(values);
            let fields = fields.filter_map(|(name, value)| Some(((*name).to_owned(), value?)));
            Value::Object(fields.collect::<Map<_, _>>())
        })
        .boxed()
}

/// Absent, or with this probability there; in rare cases there as `null`.
pub(crate) fn sometimes(
    probability: f64,
    value: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Option<Value>> {
    let value = prop_oneof![40 => value, 1 => Just(Value::Null)];
    prop::option::weighted(probability, value).boxed()
}

/// One of the values, which are written as a JSON array.
pub(crate) fn one_of(values: Value) -> BoxedStrategy<Value> {
    match values {
        Value::Array(values) => select(values).boxed(),
        _ => unreachable!("values are written as an array"),
    }
}

/// One of these words, or the empty string.
fn word(of: &'static str) -> BoxedStrategy<Value> {
    let words = of.split_whitespace().chain([""]);
    select(words.map(Value::from).collect::<Vec<_>>()).boxed()
}

pub(crate) fn list(
    of: impl Strategy<Value = Value> + 'static,
    sizes: std::ops::Range<usize>,
) -> BoxedStrategy<Value> {
    prop::collection::vec(of, sizes).prop_map(Value::Array).boxed()
}

fn metadata() -> BoxedStrategy<Value> {
    let key = prop_oneof![
        select(&NAMES[..]).prop_map(|name| format!("{APPARMOR}{name}")),
        select(&NAMES[..]).prop_map(|name| format!("{SECCOMP}{name}")),
        select(&OTHER_KEYS[..]).prop_map(str::to_owned),
    ];
    let value = prop_oneof![
        20 => word(PROFILES),
        1 => one_of(json!(["runtime/default ", "a \"quoted\" one", null])),
    ];
    let annotations = prop::collection::btree_map(key, value, 0..4)
        .prop_map(|entries| Value::Object(entries.into_iter().collect()));
    object([
        ("name", sometimes(0.5, one_of(json!(["p"])))),
        ("annotations", sometimes(0.5, annotations)),
    ])
}

fn spec() -> BoxedStrategy<Value> {
    let os = object([("name", sometimes(0.9, word("windows linux Windows")))]);
    object([
        ("containers", sometimes(0.99, list(container(), 0..3))),
        ("initContainers", sometimes(0.25, list(container(), 0..3))),
        ("ephemeralContainers", sometimes(0.25, list(container(), 0..3))),
        ("securityContext", sometimes(0.6, pod_security_context())),
        ("volumes", sometimes(0.4, list(volume(), 0..3))),
        ("hostUsers", sometimes(0.3, one_of(json!([true, false])))),
        ("os", sometimes(0.2, os)),
        ("hostNetwork", sometimes(0.1, one_of(json!([true, false])))),
        ("hostPID", sometimes(0.1, one_of(json!([true, false])))),
        ("hostIPC", sometimes(0.1, one_of(json!([true, false])))),
        // Names in another case are other fields, which nobody knows.
        ("hostPid", sometimes(0.02, one_of(json!([true])))),
        ("hostusers", sometimes(0.02, one_of(json!([false])))),
    ])
}

fn pod_security_context() -> BoxedStrategy<Value> {
    let sysctl = word(
        "net.ipv4.tcp_syncookies kernel.shm_rmid_forced net.ipv4.ip_local_port_range \
         net.ipv4.ping_group_range net.ipv4.ip_unprivileged_port_start \
         net.ipv4.ip_local_reserved_ports net.ipv4.tcp_keepalive_time \
         net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl \
         net.ipv4.tcp_keepalive_probes net.ipv4.tcp_rmem net.ipv4.tcp_wmem \
         net.ipv4.tcp_slow_start_after_idle net.ipv4.tcp_notsent_lowat \
         net/ipv4/tcp_syncookies NET.IPV4.TCP_SYNCOOKIES net.ipv4.tcp_mem kernel.msgmax",
    );
    let sysctl = object([
        ("name", sometimes(0.97, sysctl)),
        ("value", sometimes(0.5, one_of(json!(["1"])))),
    ]);
    object([
        ("runAsNonRoot", sometimes(0.5, one_of(json!([true, true, false])))),
        ("runAsUser", sometimes(0.3, user())),
        ("seccompProfile", sometimes(0.5, profile())),
        ("appArmorProfile", sometimes(0.2, profile())),
        ("seLinuxOptions", sometimes(0.2, se_linux())),
        ("windowsOptions", sometimes(0.15, windows())),
        ("sysctls", sometimes(0.25, list(sysctl, 0..4))),
    ])
}

fn container() -> BoxedStrategy<Value> {
    let ports = object([
        ("containerPort", sometimes(0.9, one_of(json!([80, 443])))),
        ("hostPort", sometimes(0.4, one_of(json!([0, 1, 80, 443, 9000, -1, 65536])))),
        ("protocol", sometimes(0.2, one_of(json!(["TCP", "UDP"])))),
    ]);
    object([
        ("name", sometimes(0.97, one_of(json!(["a", "b", "c", "", "B"])))),
        ("image", sometimes(0.3, one_of(json!(["i"])))),
        ("securityContext", sometimes(0.75, security_context())),
        ("ports", sometimes(0.2, list(ports, 0..4))),
        ("livenessProbe", sometimes(0.1, handler())),
        ("readinessProbe", sometimes(0.1, handler())),
        ("startupProbe", sometimes(0.1, handler())),
        (
            "lifecycle",
            sometimes(
                0.1,
                object([
                    ("postStart", sometimes(0.5, handler())),
                    ("preStop", sometimes(0.5, handler())),
                ]),
            ),
        ),
    ])
}

fn security_context() -> BoxedStrategy<Value> {
    let added = word(
        "NET_BIND_SERVICE CHOWN AUDIT_WRITE DAC_OVERRIDE FOWNER FSETID KILL MKNOD SETFCAP \
         SETGID SETPCAP SETUID SYS_CHROOT NET_RAW SYS_ADMIN CAP_CHOWN chown \
         net_bind_service ALL",
    );
    let dropped = word("ALL ALL ALL all All CAP_ALL NET_RAW");
    let capabilities = object([
        ("add", sometimes(0.3, list(added, 0..3))),
        ("drop", sometimes(0.85, list(dropped, 0..3))),
    ]);
    object([
        ("privileged", sometimes(0.15, one_of(json!([true, false])))),
        (
            "allowPrivilegeEscalation",
            sometimes(0.85, one_of(json!([false, false, false, false, true]))),
        ),
        ("capabilities", sometimes(0.85, capabilities)),
        ("runAsNonRoot", sometimes(0.5, one_of(json!([true, true, true, false])))),
        ("runAsUser", sometimes(0.2, user())),
        ("procMount", sometimes(0.2, one_of(json!(["Default", "Unmasked", "default", ""])))),
        ("seccompProfile", sometimes(0.4, profile())),
        ("appArmorProfile", sometimes(0.15, profile())),
        ("seLinuxOptions", sometimes(0.15, se_linux())),
        ("windowsOptions", sometimes(0.1, windows())),
    ])
}

fn user() -> BoxedStrategy<Value> {
    one_of(json!([0, 1, 1000, -1, 4_294_967_296_i64]))
}

fn profile() -> BoxedStrategy<Value> {
    let r#type = word(
        "RuntimeDefault RuntimeDefault Localhost Localhost Unconfined runtimedefault \
         runtime/default",
    );
    object([
        ("type", sometimes(0.95, r#type)),
        ("localhostProfile", sometimes(0.2, one_of(json!(["x"])))),
    ])
}

fn se_linux() -> BoxedStrategy<Value> {
    let r#type = word(
        "container_t container_init_t container_kvm_t container_engine_t Container_t \
         spc_t",
    );
    object([
        ("type", sometimes(0.8, r#type)),
        ("user", sometimes(0.2, one_of(json!(["", "system_u"])))),
        ("role", sometimes(0.2, one_of(json!(["", "system_r"])))),
        ("level", sometimes(0.2, one_of(json!(["s0:c1,c2"])))),
    ])
}

fn windows() -> BoxedStrategy<Value> {
    object([
        ("hostProcess", sometimes(0.7, one_of(json!([true, false])))),
        ("runAsUserName", sometimes(0.2, one_of(json!(["ContainerUser"])))),
    ])
}

fn handler() -> BoxedStrategy<Value> {
    let target = || {
        object([
            ("host", sometimes(0.5, one_of(json!(["", "127.0.0.1", "example.com", "::1"])))),
            ("port", sometimes(0.8, one_of(json!([80, "http"])))),
        ])
    };
    object([
        ("httpGet", sometimes(0.5, target())),
        ("tcpSocket", sometimes(0.4, target())),
        ("exec", sometimes(0.2, one_of(json!([{"command": ["true"]}])))),
        ("grpc", sometimes(0.1, one_of(json!([{"port": 1}])))),
    ])
}

/// A volume with one or several sources, known and unknown. One without any is left out: the API
/// server makes it an `emptyDir` before admission, and a fixture has it.
fn volume() -> BoxedStrategy<Value> {
    const FIELDS: &str = "configMap csi downwardAPI emptyDir ephemeral image \
         persistentVolumeClaim projected secret hostPath hostPath hostPath hostPath gcePersistentDisk awsElasticBlockStore \
         gitRepo nfs iscsi glusterfs rbd flexVolume cinder cephfs flocker fc azureFile \
         vsphereVolume quobyte azureDisk photonPersistentDisk portworxVolume scaleIO storageos \
         quantumFoam emptydir hostpath";
    let field = select(FIELDS.split_whitespace().collect::<Vec<_>>());
    let source = (field.clone(), Just(json!({})));
    let more = (field, prop_oneof![2 => Just(json!({})), 1 => Just(Value::Null)]);
    let more = prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(more, 1..3)];
    let name = sometimes(0.97, one_of(json!(["v", "w", "", "x"])));
    (name, source, more)
        .prop_map(|(name, source, more)| {
            let name = name.map(|name| ("name", name));
            // The first source comes last, so that no `null` replaces it.
            let fields = name.into_iter().chain(more).chain([source]);
            Value::Object(fields.map(|(field, value)| (field.to_owned(), value)).collect())
        })
        .boxed()
}
