//! All facts about one container.

use crate::evidence::Evidence;
use crate::inventory::{PodSecurityContext, SecurityContext};

use super::Effective;
use super::credentials;
use super::identity::{self, StartUser};
use super::image::{ImageRef, running_digest};
use super::platform::{Os, Runtime};
use super::privileges::{self, Capabilities};
use super::scope::{Role, Scope};
use super::token::{self, Credential, TokenAccess};
use super::volumes::{self, HostMount};

/// One container as it runs.
#[derive(Clone, Debug)]
pub struct ContainerPosture {
    /// Unique within the pod.
    pub name: String,
    /// What part it plays.
    pub role: Role,
    /// An init container that has done its work, or any container that has ended.
    pub completed: bool,
    /// Whether the container or its pod sets any field of a security context; where to look.
    pub security_context: Effective<bool>,
    /// Whom the first process runs as.
    pub user: Effective<StartUser>,
    /// Nearly everything that the host's root may do.
    pub privileged: Effective<bool>,
    /// Whether a Windows container runs on the node itself.
    pub host_process: Effective<bool>,
    /// Whether `no_new_privs` is set.
    pub no_new_privs: Effective<bool>,
    /// The capability sets.
    pub capabilities: Effective<Capabilities>,
    /// Seccomp profile type.
    pub seccomp: Effective<String>,
    /// Whether the image's file system is read-only.
    pub read_only_root: Effective<bool>,
    /// Ports opened on the node.
    pub host_ports: Vec<Evidence>,
    /// Parts of the node's file system in the container.
    pub host_mounts: Vec<HostMount>,
    /// The image reference as written.
    pub image: Effective<String>,
    /// The same, parsed.
    pub image_ref: Result<ImageRef, &'static str>,
    /// The repository digest that runs, if the runtime reports one.
    pub running_digest: Option<Evidence>,
    /// Credentials that it may find.
    pub credentials: Vec<Credential>,
    /// What it has of an API credential, all in all.
    pub token: Effective<TokenAccess>,
    /// Why that is not what is declared, after "because"; none if it is.
    pub token_difference: Option<&'static str>,
}

impl ContainerPosture {
    pub(super) fn new(
        scope: &Scope,
        os: &Effective<Os>,
        runtime: &Effective<Runtime>,
        automount: &Effective<bool>,
    ) -> Self {
        let user = if os.is(|os| *os == Os::Windows) {
            identity::windows(scope)
        } else {
            identity::linux(scope)
        };
        let privileged = privileges::privileged(scope);
        let no_new_privs = privileges::no_new_privs(scope);
        let credentials = credentials::credentials(scope, automount, &user);
        let image = scope.container.image.clone().unwrap_or_default();
        let status = scope.status();
        Self {
            name: scope.container.name.clone(),
            role: scope.role,
            completed: status.is_some_and(|s| s.state.terminated.is_some()),
            security_context: security_context(scope),
            capabilities: privileges::capabilities(
                scope,
                runtime,
                &privileged,
                &no_new_privs,
                &user,
            ),
            host_process: privileges::host_process(scope),
            seccomp: privileges::seccomp(scope, &privileged),
            read_only_root: privileges::read_only_root(scope),
            host_ports: volumes::host_ports(scope),
            host_mounts: volumes::host_mounts(scope),
            image_ref: ImageRef::parse(&image),
            image: Effective::known(image.clone(), [Evidence::field(scope.path("image"), image)]),
            running_digest: status.and_then(|s| {
                let digest = running_digest(&s.image_id)?;
                let path = scope.status_path("imageID");
                Some(Evidence::new(crate::evidence::Source::Observed, path, digest))
            }),
            token: token::own_access(scope, &credentials, automount),
            token_difference: token::difference(scope, &credentials, automount),
            credentials,
            user,
            privileged,
            no_new_privs,
        }
    }
}

fn security_context(scope: &Scope) -> Effective<bool> {
    let own = scope.container.security_context != SecurityContext::default();
    let pod = scope.pod.spec.security_context != PodSecurityContext::default();
    let say = |set: bool| if set { "set" } else { "unset" };
    let levels = [
        Evidence::field(scope.path("securityContext"), say(own)),
        Evidence::field(scope.pod_path("securityContext"), say(pod)),
    ];
    Effective::known(own || pod, levels)
}
