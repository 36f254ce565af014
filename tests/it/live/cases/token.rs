//! Which containers hold an API credential, by what admission and their authors mounted.

use super::{Case, Later, case, fail, not_applicable, pass, unknown};

/// Mounted by hand: the fields that say `false` do not help.
const BY_HAND: &str = "
serviceAccountName: app
automountServiceAccountToken: false
containers:
- name: app
  image: app
  volumeMounts: [{name: identity, mountPath: /identity}]
- name: other
  image: app
volumes:
- name: identity
  projected: {sources: [{serviceAccountToken: {path: token}}]}
";

/// Admission skips a container that has something at the token's place.
const MASKED: &str = "
serviceAccountName: app
containers:
- name: app
  image: app
  volumeMounts: [{name: empty, mountPath: /var/run/secrets/kubernetes.io/serviceaccount}]
volumes: [{name: empty, emptyDir: {}}]
";

/// It compares strings: a slash at the end, and the token is mounted over the emptyDir.
const NOT_QUITE_MASKED: &str = "
serviceAccountName: app
containers:
- name: app
  image: app
  volumeMounts: [{name: empty, mountPath: /var/run/secrets/kubernetes.io/serviceaccount/}]
volumes: [{name: empty, emptyDir: {}}]
";

/// It reuses a volume by its name, whatever the volume holds.
const NAMED_LIKE_A_TOKEN: &str = "
serviceAccountName: app
containers: [{name: app, image: app}]
volumes: [{name: kube-api-access-mine, emptyDir: {}}]
";

const PLAIN: &str = "
serviceAccountName: app
containers: [{name: app, image: app}]
";

const ROLES: &str = "
serviceAccountName: app
initContainers:
- {name: prepare, image: app}
- {name: proxy, image: app, restartPolicy: Always}
containers: [{name: app, image: app}]
";

/// A name that is known beforehand, for the ephemeral container to mount.
const REUSED: &str = "
serviceAccountName: app
containers: [{name: app, image: app}]
volumes:
- name: kube-api-access-known
  projected: {sources: [{serviceAccountToken: {path: token}}]}
";

const DEBUGGERS: &str = "
- name: with-token
  image: debug
  volumeMounts: [{name: kube-api-access-known, mountPath: /token}]
- {name: without, image: debug}
";

const OTHER_AUDIENCE: &str = "
serviceAccountName: app
automountServiceAccountToken: false
containers:
- name: app
  image: app
  volumeMounts: [{name: vault, mountPath: /vault}]
volumes:
- name: vault
  projected: {sources: [{serviceAccountToken: {path: token, audience: vault}}]}
";

const SUB_PATHS: &str = "
serviceAccountName: app
automountServiceAccountToken: false
containers:
- name: token
  image: app
  volumeMounts: [{name: identity, mountPath: /run/token, subPath: token}]
- name: certificate
  image: app
  volumeMounts: [{name: identity, mountPath: /run/ca.crt, subPath: ca.crt}]
volumes:
- name: identity
  projected:
    sources:
    - serviceAccountToken: {path: token}
    - configMap: {name: kube-root-ca.crt}
";

/// Two users: the kubelet cannot give the file to both, so it stays root's.
const UNREADABLE: &str = "
serviceAccountName: app
automountServiceAccountToken: false
containers:
- name: app
  image: app
  securityContext: {runAsUser: 1000}
  volumeMounts: [{name: identity, mountPath: /identity}]
- name: root
  image: app
  securityContext: {runAsUser: 0}
  volumeMounts: [{name: identity, mountPath: /identity}]
volumes:
- name: identity
  projected: {defaultMode: 0o600, sources: [{serviceAccountToken: {path: token}}]}
";

const SECRET: &str = "
serviceAccountName: app
automountServiceAccountToken: false
containers:
- name: whole
  image: app
  volumeMounts: [{name: secret, mountPath: /secret}]
- name: variable
  image: app
  env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: legacy, key: token}}}]
- name: password
  image: app
  env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: legacy, key: password}}}]
volumes: [{name: secret, secret: {secretName: legacy}}]
";

const SHARED_PROCESSES: &str = "
serviceAccountName: app
shareProcessNamespace: true
containers:
- {name: owner, image: app}
- name: neighbour
  image: app
  volumeMounts: [{name: empty, mountPath: /var/run/secrets/kubernetes.io/serviceaccount}]
volumes: [{name: empty, emptyDir: {}}]
";

const DEFAULT_ACCOUNT: &str = "
containers: [{name: app, image: app}]
";

const DEFAULT_ACCOUNT_WITHOUT_TOKEN: &str = "
automountServiceAccountToken: false
containers: [{name: app, image: app}]
";

const TOKEN: &str = "token-mounted";
const DECLARED: &str = "token-declared-not-actual";
const ACCOUNT: &str = "service-account-automount";
const DEFAULT: &str = "default-service-account";

pub(super) const CASES: &[Case] = &[
    case(
        "token-by-hand",
        BY_HAND,
        &[
            fail(TOKEN, "app", "medium"),
            fail(DECLARED, "app", "medium"),
            pass(TOKEN, "other"),
            pass(DECLARED, "other"),
            pass(DEFAULT, ""),
            fail(ACCOUNT, "", "low"),
        ],
    ),
    case("token-masked", MASKED, &[pass(TOKEN, "app"), fail(DECLARED, "app", "low")]),
    case(
        "token-not-quite-masked",
        NOT_QUITE_MASKED,
        &[fail(TOKEN, "app", "medium"), pass(DECLARED, "app")],
    ),
    case(
        "token-by-name-only",
        NAMED_LIKE_A_TOKEN,
        &[pass(TOKEN, "app"), fail(DECLARED, "app", "low")],
    ),
    Case {
        later: &[Later::Account(false)],
        ..case(
            "token-stays",
            PLAIN,
            &[fail(TOKEN, "app", "medium"), fail(DECLARED, "app", "medium"), pass(ACCOUNT, "")],
        )
    },
    Case {
        account: Some(false),
        later: &[Later::Account(true)],
        ..case(
            "token-never-came",
            PLAIN,
            &[pass(TOKEN, "app"), fail(DECLARED, "app", "low"), fail(ACCOUNT, "", "low")],
        )
    },
    case(
        "token-roles",
        ROLES,
        &[
            fail(TOKEN, "prepare", "medium"),
            fail(TOKEN, "proxy", "medium"),
            fail(TOKEN, "app", "medium"),
        ],
    ),
    Case {
        later: &[Later::Ephemeral(DEBUGGERS)],
        ..case(
            "token-ephemeral",
            REUSED,
            &[
                fail(TOKEN, "app", "medium"),
                fail(TOKEN, "with-token", "medium"),
                pass(TOKEN, "without"),
                not_applicable(DECLARED, "without"),
            ],
        )
    },
    case("token-audience", OTHER_AUDIENCE, &[unknown(TOKEN, "app"), unknown(DECLARED, "app")]),
    case(
        "token-sub-paths",
        SUB_PATHS,
        &[fail(TOKEN, "token", "medium"), pass(TOKEN, "certificate")],
    ),
    case(
        "token-unreadable",
        UNREADABLE,
        &[fail(TOKEN, "app", "low"), fail(TOKEN, "root", "medium")],
    ),
    case(
        "token-secret",
        SECRET,
        &[unknown(TOKEN, "whole"), unknown(TOKEN, "variable"), pass(TOKEN, "password")],
    ),
    case(
        "token-shared-processes",
        SHARED_PROCESSES,
        &[fail(TOKEN, "owner", "medium"), fail(TOKEN, "neighbour", "low")],
    ),
    case("default-account", DEFAULT_ACCOUNT, &[fail(DEFAULT, "", "medium")]),
    case("default-account-no-token", DEFAULT_ACCOUNT_WITHOUT_TOKEN, &[fail(DEFAULT, "", "low")]),
];
