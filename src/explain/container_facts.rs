//! The facts about one container.

use super::answer::Answer;
use super::confinement::{
    app_armor, group, groups, handler_hosts, proc_mount, root_filesystem, se_linux, seccomp,
};
use super::facts::{Fact, list, yes_no};
use crate::posture::{CapSet, ContainerPosture, PodPosture, StartUser, TokenAccess};

type ContainerAnswer = fn(&PodPosture, &ContainerPosture) -> Answer;

const PRECEDENCE: &str = "pkg/securitycontext/util.go, DetermineEffectiveSecurityContext";
const CAPABILITIES: &str = "capabilities(7)";

/// Every fact about a container, in the order of telling.
pub(super) const CONTAINER_FACTS: &[(Fact, ContainerAnswer)] = &[
    (
        Fact::new(
            "user",
            "User at its start",
            "pkg/kubelet/kuberuntime, verifyRunAsNonRoot; KEP-3619",
        ),
        user,
    ),
    (Fact::new("group", "Group", "pkg/securitycontext/util.go; KEP-3619"), group),
    (
        Fact::new(
            "groups",
            "Further groups",
            "pkg/kubelet/kuberuntime/security_context.go; KEP-3619",
        ),
        groups,
    ),
    (Fact::new("privileged", "Privileged", PRECEDENCE), privileged),
    (
        Fact::new(
            "no-new-privs",
            "Privilege escalation",
            "pkg/securitycontext/util.go, AddNoNewPrivileges; prctl(2), PR_SET_NO_NEW_PRIVS",
        ),
        no_new_privs,
    ),
    (
        Fact::new(
            "capabilities-bounding",
            "Capabilities at most",
            "containerd internal/cri/opts; CRI-O internal/factory/container; Docker oci/caps",
        ),
        bounding,
    ),
    (Fact::new("capabilities", "Capabilities held", CAPABILITIES), effective),
    (Fact::new("capabilities-regainable", "Capabilities regainable", CAPABILITIES), regainable),
    (
        Fact::new(
            "seccomp",
            "Seccomp profile",
            "pkg/kubelet/kuberuntime/helpers.go, getSeccompProfile; KEP-2413",
        ),
        seccomp,
    ),
    (
        Fact::new("apparmor", "AppArmor profile", "pkg/security/apparmor/helpers.go; KEP-24"),
        app_armor,
    ),
    (Fact::new("selinux", "SELinux label", PRECEDENCE), se_linux),
    (
        Fact::new(
            "proc-mount",
            "/proc",
            "pkg/securitycontext/util.go, ConvertToRuntimeMaskedPaths",
        ),
        proc_mount,
    ),
    (Fact::new("root-filesystem", "Root file system", PRECEDENCE), root_filesystem),
    (
        Fact::new(
            "token",
            "Token, as mounted",
            "plugin/pkg/admission/serviceaccount/admission.go; pkg/serviceaccount/jwt.go; \
             pkg/volume/projected/projected.go",
        ),
        token,
    ),
    (Fact::new("host-paths", "Paths of the node", "pkg/volume/hostpath"), host_paths),
    (
        Fact::new("host-ports", "Ports on the node", "pkg/kubelet/container, MakePortMappings"),
        host_ports,
    ),
    (
        Fact::new(
            "handler-hosts",
            "Hosts of probes and hooks",
            "k8s.io/pod-security-admission policy/check_hostProbesAndhostLifecycle.go",
        ),
        handler_hosts,
    ),
    (Fact::new("image", "Image", "github.com/distribution/reference"), image),
    (Fact::new("image-running", "Image that runs", "pkg/kubelet/kuberuntime"), running),
];

fn start(user: &StartUser) -> String {
    match user {
        StartUser::Uid(0) => "root (uid 0)".to_owned(),
        StartUser::Uid(uid) => format!("uid {uid}"),
        StartUser::NonRoot => "another user than root: the kubelet starts no other".to_owned(),
        StartUser::Refused => "nobody: the kubelet refuses to start it as root".to_owned(),
        StartUser::Windows(name) => name.clone(),
    }
}

fn user(_: &PodPosture, c: &ContainerPosture) -> Answer {
    Answer::from_effective(&c.user, start)
}

fn privileged(_: &PodPosture, c: &ContainerPosture) -> Answer {
    Answer::from_effective(&c.privileged, |privileged| yes_no(*privileged))
}

fn no_new_privs(_: &PodPosture, c: &ContainerPosture) -> Answer {
    Answer::from_effective(&c.no_new_privs, |set| match set {
        true => "barred: no_new_privs is set".to_owned(),
        false => "possible: a setuid program gains its owner's privileges".to_owned(),
    })
}

fn bounding(_: &PodPosture, c: &ContainerPosture) -> Answer {
    Answer::from_effective(&c.capabilities, |sets| match sets.uncertain {
        CapSet::NONE if !sets.refused.is_empty() && sets.bounding.is_empty() => {
            "none: the runtime refuses to create the container".to_owned()
        }
        CapSet::NONE => sets.bounding.to_string(),
        uncertain => format!("{}; depending on the runtime {uncertain}", sets.bounding),
    })
}

/// Only root starts with the bounding set: the user decides.
fn effective(_: &PodPosture, c: &ContainerPosture) -> Answer {
    let mut answer = Answer::from_effective(&c.capabilities, |sets| match sets.effective {
        Some(set) => set.to_string(),
        None => format!("{} if it starts as root, none otherwise", sets.bounding),
    });
    if !c.privileged.is(|privileged| *privileged) {
        answer.decided_by.clone_from(&c.user.decided_by);
    }
    answer
}

fn regainable(_: &PodPosture, c: &ContainerPosture) -> Answer {
    let mut answer = Answer::from_effective(&c.capabilities, |sets| match sets.regainable {
        CapSet::NONE => "none".to_owned(),
        set => format!("{set}, by running a setuid program"),
    });
    answer.decided_by.clone_from(&c.no_new_privs.decided_by);
    answer
}

fn token(_: &PodPosture, c: &ContainerPosture) -> Answer {
    let place = |wanted: &TokenAccess| {
        let mut found = c.credentials.iter();
        let credential = found.find(|c| c.access.is(|access| access == wanted));
        credential.map_or(String::new(), |c| format!(" at {}", c.place))
    };
    let why = c
        .token_difference
        .map_or(String::new(), |why| format!("; that is not what is declared, because {why}"));
    Answer::from_effective(&c.token, |access| match access {
        TokenAccess::None => format!("none{why}"),
        TokenAccess::Mounted => format!("readable{}{why}", place(access)),
        TokenAccess::Unreadable => {
            format!("mounted{}, and not readable by the container's user{why}", place(access))
        }
        TokenAccess::Shared(through) => format!(
            "none of its own; possibly that of container {through}, through /proc, given its uid \
             or CAP_SYS_PTRACE"
        ),
    })
}

fn host_paths(_: &PodPosture, c: &ContainerPosture) -> Answer {
    let words = c.host_mounts.iter().map(|mount| {
        format!("{} ({})", mount.path, if mount.writable { "writable" } else { "read-only" })
    });
    let evidence = c.host_mounts.iter().flat_map(|mount| mount.evidence.clone());
    Answer::known(list(words), evidence)
}

fn host_ports(_: &PodPosture, c: &ContainerPosture) -> Answer {
    let words = c.host_ports.iter().map(|port| port.value.to_string());
    Answer::known(list(words), c.host_ports.iter().cloned())
}

fn image(_: &PodPosture, c: &ContainerPosture) -> Answer {
    Answer::from_effective(&c.image, |image| match &c.image_ref {
        Ok(parsed) if parsed.digest.is_some() => format!("{image}, pinned by digest"),
        Ok(parsed) => format!("{parsed}, not pinned: a tag can be moved"),
        Err(why) => format!("{image}, which is not valid: {why}"),
    })
}

fn running(_: &PodPosture, c: &ContainerPosture) -> Answer {
    let Some(running) = &c.running_image else { return Answer::known("not reported", []) };
    let words = if running.is_repository {
        running.digest.clone()
    } else {
        format!("{}, the digest of a configuration: it was never pulled", running.digest)
    };
    Answer::known(words, [running.evidence.clone()])
}

/// The container in one sentence.
pub(super) fn in_short(pod: &PodPosture, c: &ContainerPosture) -> String {
    let own_namespace = pod.host_users.is(|host| !host) && c.user.is(StartUser::is_root);
    let user = match c.user.get() {
        Some(StartUser::Refused) => return "Never starts: the kubelet refuses root.".to_owned(),
        Some(user) if own_namespace => format!("{} of its own user namespace", start(user)),
        Some(user) => start(user),
        None => "the user of its image".to_owned(),
    };
    let count =
        |n: usize| if n == 1 { "1 capability".to_owned() } else { format!("{n} capabilities") };
    let power = match c.capabilities.get() {
        _ if c.privileged.is(|privileged| *privileged) => "is privileged".to_owned(),
        Some(sets) => match (sets.effective, sets.regainable.names().len()) {
            (Some(set), _) if !set.is_empty() => format!("holds {}", count(set.names().len())),
            (Some(_), 0) => "holds no capability and can regain none".to_owned(),
            (Some(_), n) => format!("holds no capability and can regain {n}"),
            (None, _) => format!("may hold {}", count(sets.bounding.names().len())),
        },
        None => "has unknown capabilities".to_owned(),
    };
    let token = match &c.token.value {
        Ok(TokenAccess::Mounted) => "has an API token",
        Ok(TokenAccess::Shared(_)) => "may reach another container's API token",
        Ok(TokenAccess::None | TokenAccess::Unreadable) => "has no API token",
        Err(_) => "may have an API token",
    };
    format!("Starts as {user}, {power}, {token}.")
}
