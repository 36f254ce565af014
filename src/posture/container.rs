//! All facts about one container.

use std::collections::BTreeSet;

use crate::evidence::Evidence;
use crate::inventory::{PodSecurityContext, SeLinuxOptions, SecurityContext};
use crate::object::ContainerPlace;

use super::apparmor::{self, AppArmor};
use super::credential::{Credential, TokenAccess};
use super::credentials;
use super::groups::{self, SupplementalGroups};
use super::handlers;
use super::identity::{self, StartUser};
use super::image::ImageRef;
use super::platform::{Os, Runtime};
use super::privileges::{self, CapabilitySets};
use super::proc_mount::{self, ProcMount};
use super::running_image::{self, RunningImage};
use super::scope::{ContainerRole, ContainerScope};
use super::selinux;
use super::token;
use super::volumes::{self, HostMount};
use super::{Effective, Gap};

/// One container as it runs.
#[derive(Clone, Debug)]
pub struct ContainerPosture {
    /// Unique within the pod.
    pub name: String,
    /// What it is in its pod.
    pub role: ContainerRole,
    /// An init container that has done its work, or any container that has ended.
    pub completed: bool,
    /// Whether the container or its pod sets any field of a security context; where to look.
    pub security_context: Effective<bool>,
    /// Whom the first process runs as.
    pub user: Effective<StartUser>,
    /// Primary group id of the first process on Linux.
    pub group: Effective<i64>,
    /// Its other groups on Linux.
    pub groups: Effective<SupplementalGroups>,
    /// Nearly everything that the host's root may do.
    pub privileged: Effective<bool>,
    /// Whether a Windows container runs on the node itself.
    pub host_process: Effective<bool>,
    /// Whether `no_new_privs` is set.
    pub no_new_privs: Effective<bool>,
    /// The capability sets.
    pub capabilities: Effective<CapabilitySets>,
    /// Seccomp profile type.
    pub seccomp: Effective<String>,
    /// `AppArmor` profile.
    pub app_armor: Effective<AppArmor>,
    /// SELinux label, as far as it is asked for.
    pub se_linux: Effective<SeLinuxOptions>,
    /// Whether parts of `/proc` and `/sys` are masked.
    pub proc_mount: Effective<ProcMount>,
    /// Whether the image's file system is read-only.
    pub read_only_root: Effective<bool>,
    /// Ports opened on the node.
    pub host_ports: Vec<Evidence>,
    /// Hosts that its probes and lifecycle hooks make the kubelet talk to.
    pub handler_hosts: Effective<BTreeSet<String>>,
    /// Parts of the node's file system in the container.
    pub host_mounts: Vec<HostMount>,
    /// The image reference as written.
    pub image: Effective<String>,
    /// The image reference, parsed; what is wrong with it otherwise.
    pub image_ref: Result<ImageRef, &'static str>,
    /// Image volumes that it mounts: the reference, parsed, and its field.
    pub image_volumes: Vec<(Result<ImageRef, &'static str>, Evidence)>,
    /// What the runtime says it runs.
    pub running_image: Option<RunningImage>,
    /// Credentials that it may find.
    pub credentials: Vec<Credential>,
    /// What it has of an API credential, all in all.
    pub token: Effective<TokenAccess>,
    /// Why that is not what is declared, after "because"; none if it is.
    pub token_difference: Option<&'static str>,
}

impl ContainerPosture {
    /// The container as a finding names it.
    #[must_use]
    pub fn place(&self) -> ContainerPlace {
        let Self { name, role, completed, .. } = self;
        ContainerPlace { name: name.clone(), role: role.as_str(), completed: *completed }
    }

    pub(super) fn new(
        scope: &ContainerScope,
        os: &Effective<Os>,
        runtime: &Effective<Runtime>,
        automount: &Effective<bool>,
        host_users: &Effective<bool>,
    ) -> Self {
        let user = if os.is(|os| *os == Os::Windows) {
            identity::windows(scope)
        } else {
            identity::linux(scope)
        };
        let privileged = privileges::privileged(scope);
        let no_new_privs = privileges::no_new_privs(scope);
        let capabilities =
            privileges::capabilities(scope, runtime, &privileged, &no_new_privs, &user);
        let credentials = credentials::credentials(scope, automount, &user, &capabilities, runtime);
        let image = scope.container.image.clone().unwrap_or_default();
        let status = scope.status();
        Self {
            name: scope.container.name.clone(),
            role: scope.role,
            completed: status.is_some_and(|s| s.state.terminated.is_some()),
            security_context: security_context(scope),
            capabilities,
            host_process: privileges::host_process(scope),
            seccomp: privileges::seccomp(scope, &privileged),
            read_only_root: privileges::read_only_root(scope),
            app_armor: on_linux(os, || apparmor::app_armor(scope, &privileged, runtime)),
            se_linux: on_linux(os, || selinux::se_linux(scope, &privileged)),
            proc_mount: on_linux(os, || proc_mount::proc_mount(scope, &privileged, host_users)),
            group: on_linux(os, || groups::primary(scope)),
            groups: on_linux(os, || groups::supplemental(scope)),
            handler_hosts: handlers::hosts(scope),
            host_ports: volumes::host_ports(scope),
            host_mounts: volumes::host_mounts(scope),
            image_ref: ImageRef::parse(&image),
            image: Effective::known(image.clone(), [Evidence::field(scope.path("image"), image)]),
            image_volumes: volumes::images(scope),
            running_image: running_image::running(scope, runtime),
            token: token::own_access(scope, &credentials, automount),
            token_difference: token::difference(scope, &credentials, automount),
            credentials,
            user,
            privileged,
            no_new_privs,
        }
    }
}

/// A fact that Windows containers do not have.
fn on_linux<T>(os: &Effective<Os>, fact: impl FnOnce() -> Effective<T>) -> Effective<T> {
    if !os.is(|os| *os == Os::Windows) {
        return fact();
    }
    let gap = Gap::new("a Windows container has none", "nothing: it does not apply");
    Effective::unknown(gap, os.decided_by.clone())
}

fn security_context(scope: &ContainerScope) -> Effective<bool> {
    let own = scope.container.security_context != SecurityContext::default();
    let pod = scope.pod.spec.security_context != PodSecurityContext::default();
    let say = |set: bool| if set { "set" } else { "unset" };
    let levels = [
        Evidence::field(scope.path("securityContext"), say(own)),
        Evidence::field(scope.pod_path("securityContext"), say(pod)),
    ];
    Effective::known(own || pod, levels)
}
