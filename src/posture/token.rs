//! Whether a container can read a credential that the API server accepts, and whether that is
//! what its pod and ServiceAccount declare.
//!
//! Sources: `plugin/pkg/admission/serviceaccount/admission.go` (who gets a mount),
//! `pkg/serviceaccount/jwt.go` (which tokens are accepted), `pkg/volume/projected/projected.go`
//! (whose file it is).

use crate::evidence::{Evidence, Source};
use crate::inventory::{KeyToPath, Projection, VolumeMount, VolumeSource};

use super::identity::StartUser;
use super::scope::Scope;
use super::volumes::{clean, mounted};
use super::{Effective, Gap};

/// Where admission mounts the token; compared as an exact string there.
pub const DEFAULT_MOUNT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// A volume with such a name is reused by admission, whatever it holds.
const INJECTED_VOLUME_PREFIX: &str = "kube-api-access-";

/// What a container has of an API credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenAccess {
    /// None.
    None,
    /// A file or variable that its processes can read.
    Mounted,
    /// A file whose mode and owner keep the container's user out.
    Unreadable,
    /// None of its own; but that of the named container, through the shared process namespace.
    Shared(String),
}

/// One credential that a container may find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// File, or `$NAME` for an environment variable.
    pub place: String,
    /// Whether the API server accepts it and the container can read it.
    pub access: Effective<TokenAccess>,
}

/// What `automountServiceAccountToken` asks for: the pod's value, the ServiceAccount's, or true.
pub(super) fn declared(scope: &Scope) -> Effective<bool> {
    const FIELD: &str = "automountServiceAccountToken";
    let pod = scope.pod;
    let account_name = service_account_name(scope);
    let account = scope.inventory.service_account(pod.namespace(), account_name);
    let account_says = account.and_then(|account| {
        let value = account.automount_service_account_token?;
        let path = crate::object::FieldPath::new(FIELD);
        Some((value, Evidence::field(path, value).on(account.reference())))
    });
    let path = scope.pod_path(FIELD);
    if let Some(value) = pod.spec.automount_service_account_token {
        return Effective::known(value, [Evidence::field(path, value)])
            .over(account_says.map(|(_, evidence)| evidence));
    }
    match (account, account_says) {
        (_, Some((value, evidence))) => Effective::known(value, [evidence]),
        (Some(_), None) => Effective::known(true, [Evidence::new(Source::Default, path, "true")]),
        (None, _) => Effective::unknown(
            Gap::new(
                format!(
                    "the pod leaves it to ServiceAccount {}/{account_name}, which was not read",
                    pod.namespace()
                ),
                "include the ServiceAccount, or set automountServiceAccountToken on the pod",
            ),
            [Evidence::unset(path)],
        ),
    }
}

/// The ServiceAccount that the pod runs as.
pub(super) fn service_account_name<'a>(scope: &Scope<'a>) -> &'a str {
    let spec = &scope.pod.spec;
    [&spec.service_account_name, &spec.service_account]
        .into_iter()
        .find(|name| !name.is_empty())
        .map_or("default", String::as_str)
}

/// Every credential that the container may find, in the order of its mounts and variables.
pub(super) fn credentials(
    scope: &Scope,
    declared: &Effective<bool>,
    user: &Effective<StartUser>,
) -> Vec<Credential> {
    let mut found = Vec::new();
    for (mount, source) in mounted(scope) {
        if !is_covered(scope, mount) {
            from_volume(scope, mount, source, user, &mut found);
        }
    }
    injected(scope, declared, user, &mut found);
    from_env(scope, &mut found);
    found
}

/// The container's own access: the surest of its credentials.
pub(super) fn own_access(credentials: &[Credential], scope: &Scope) -> Effective<TokenAccess> {
    let best = |wanted: fn(&Effective<TokenAccess>) -> bool| {
        credentials.iter().map(|c| &c.access).find(|a| wanted(a)).cloned()
    };
    best(|a| a.is(|t| *t == TokenAccess::Mounted))
        .or_else(|| best(|a| a.value.is_err()))
        .or_else(|| best(|a| a.is(|t| *t == TokenAccess::Unreadable)))
        .unwrap_or_else(|| {
            let mounts = scope.path("volumeMounts");
            let rejected = credentials.iter().flat_map(|c| c.access.decided_by.clone());
            let evidence = Evidence::field(mounts, "no volume with an API token");
            Effective::known(TokenAccess::None, std::iter::once(evidence).chain(rejected))
        })
}

/// Whether a later mount at the same place hides this one. Runtimes mount parents first and keep
/// the order of equals; a mount below the token's folder hides it only until the next rotation.
fn is_covered(scope: &Scope, mount: &VolumeMount) -> bool {
    let place = clean(&mount.mount_path);
    let mut later = scope.container.volume_mounts.iter().skip_while(|m| !std::ptr::eq(*m, mount));
    later.next();
    later.any(|other| clean(&other.mount_path) == place)
}

fn from_volume(
    scope: &Scope,
    mount: &VolumeMount,
    source: &VolumeSource,
    user: &Effective<StartUser>,
    found: &mut Vec<Credential>,
) {
    let volume = scope.pod_path("volumes").entry(show_volume(&mount.name));
    let mount_path = scope.path("volumeMounts").entry(show_volume(&mount.name)).field("mountPath");
    let mounted_at = Evidence::field(mount_path, &mount.mount_path);
    match source {
        VolumeSource::Projected(projected) => {
            for projection in &projected.sources {
                let mode = projected.default_mode.unwrap_or(0o644);
                from_projection(scope, mount, projection, mode, user, &mounted_at, found);
            }
        }
        VolumeSource::Secret(secret) => {
            legacy(scope, mount, &secret.secret_name, &secret.items, &mounted_at, found);
        }
        VolumeSource::Csi(csi) => {
            let evidence = Evidence::field(volume.field("csi.driver"), &csi.driver);
            let gap = Gap::new(
                format!("CSI driver {} may be handed a token of this pod", csi.driver),
                "look at tokenRequests of the CSIDriver object",
            );
            let access = Effective::unknown(gap, [evidence, mounted_at]);
            found.push(Credential { place: mount.mount_path.clone(), access });
        }
        VolumeSource::HostPath(_) | VolumeSource::Image(_) | VolumeSource::Other(_) => {}
    }
}

fn from_projection(
    scope: &Scope,
    mount: &VolumeMount,
    projection: &Projection,
    mode: i32,
    user: &Effective<StartUser>,
    mounted_at: &Evidence,
    found: &mut Vec<Credential>,
) {
    let sources =
        scope.pod_path("volumes").entry(show_volume(&mount.name)).field("projected.sources");
    if let Some(token) = &projection.service_account_token
        && let Some(place) = visible(mount, &token.path)
    {
        let path = sources.field("serviceAccountToken.audience");
        let access = if token.audience.is_empty() {
            let evidence = [Evidence::unset(path), mounted_at.clone()];
            readable(scope, mode, user, Effective::known(TokenAccess::Mounted, evidence))
        } else {
            let gap = Gap::new(
                format!(
                    "the API server accepts audience {:?} only if --api-audiences has it, which \
                     the API does not show",
                    token.audience
                ),
                "review the API server's --api-audiences",
            );
            Effective::unknown(gap, [Evidence::field(path, &token.audience), mounted_at.clone()])
        };
        found.push(Credential { place, access });
    }
    if let Some(secret) = &projection.secret {
        legacy(scope, mount, &secret.name, &secret.items, mounted_at, found);
    }
    if let Some(certificate) = &projection.pod_certificate {
        let path = sources.field("podCertificate.signerName");
        let gap = Gap::new(
            format!(
                "whether the API server trusts signer {:?} is not shown",
                certificate.signer_name
            ),
            "review the API server's --client-ca-file",
        );
        let signer = Evidence::field(path, &certificate.signer_name);
        let access = Effective::unknown(gap, [signer, mounted_at.clone()]);
        found.push(Credential { place: mount.mount_path.clone(), access });
    }
}

/// A Secret that may be a legacy token: its type tells, and is not read.
fn legacy(
    scope: &Scope,
    mount: &VolumeMount,
    secret: &str,
    items: &[KeyToPath],
    mounted_at: &Evidence,
    found: &mut Vec<Credential>,
) {
    let files: Vec<&str> = match items {
        [] => vec!["token"],
        items => items.iter().filter(|i| i.key == "token").map(|i| i.path.as_str()).collect(),
    };
    for place in files.into_iter().filter_map(|file| visible(mount, file)) {
        let path = scope.pod_path("volumes").entry(&mount.name).field("secretName");
        let evidence = [Evidence::field(path, secret), mounted_at.clone()];
        found.push(Credential { place, access: Effective::unknown(secret_gap(secret), evidence) });
    }
}

fn secret_gap(secret: &str) -> Gap {
    Gap::new(
        format!("Secret {secret} may hold a ServiceAccount token; its type was not read"),
        "kubectl get secret with a custom column for .type",
    )
}

/// What admission will mount into a manifest. Nothing for a pod that it has already seen.
fn injected(
    scope: &Scope,
    declared: &Effective<bool>,
    user: &Effective<StartUser>,
    found: &mut Vec<Credential>,
) {
    let pod = scope.pod;
    let has_own = scope.container.volume_mounts.iter().any(|m| m.mount_path == DEFAULT_MOUNT_PATH);
    let is_ephemeral = scope.role == super::Role::Ephemeral;
    if pod.is_admitted() || pod.is_mirror() || is_ephemeral || has_own {
        return;
    }
    let place = format!("{DEFAULT_MOUNT_PATH}/token");
    match declared.get() {
        Some(false) => {}
        None => {
            let access = declared.clone().map(|_| TokenAccess::Mounted);
            found.push(Credential { place, access });
        }
        Some(true) => {
            let reused =
                pod.spec.volumes.iter().find(|v| v.name.starts_with(INJECTED_VOLUME_PREFIX));
            let path = scope.path("volumeMounts").entry("kube-api-access-*").field("mountPath");
            let mounted_at = Evidence::new(Source::Admission, path, DEFAULT_MOUNT_PATH);
            if let Some(volume) = reused {
                let mount = VolumeMount {
                    name: volume.name.clone(),
                    mount_path: DEFAULT_MOUNT_PATH.to_owned(),
                    ..VolumeMount::default()
                };
                for source in &volume.sources {
                    from_volume(scope, &mount, source, user, found);
                }
            } else {
                let evidence = std::iter::once(mounted_at).chain(declared.decided_by.clone());
                let access = Effective::known(TokenAccess::Mounted, evidence);
                found.push(Credential { place, access: readable(scope, 0o644, user, access) });
            }
        }
    }
}

fn from_env(scope: &Scope, found: &mut Vec<Credential>) {
    for variable in &scope.container.env {
        let key_ref = variable.value_from.as_ref().and_then(|from| from.secret_key_ref.as_ref());
        if let Some(secret) = key_ref.filter(|secret| secret.key == "token") {
            let path = scope.path("env").entry(&variable.name).field("valueFrom.secretKeyRef.name");
            let evidence = [Evidence::field(path, &secret.name)];
            let access = Effective::unknown(secret_gap(&secret.name), evidence);
            found.push(Credential { place: format!("${}", variable.name), access });
        }
    }
    for secret in scope.container.env_from.iter().filter_map(|from| from.secret_ref.as_ref()) {
        let path = scope.path("envFrom.secretRef.name");
        let evidence = [Evidence::field(path, &secret.name)];
        let access = Effective::unknown(secret_gap(&secret.name), evidence);
        found.push(Credential { place: "$token".to_owned(), access });
    }
}

/// Where the volume's file appears in the container, or nothing if `subPath` leaves it out.
fn visible(mount: &VolumeMount, file: &str) -> Option<String> {
    let sub_path = if mount.sub_path.is_empty() { &mount.sub_path_expr } else { &mount.sub_path };
    let sub_path = clean(sub_path);
    let file = clean(file);
    let rest = match sub_path.as_str() {
        "/" => file.as_str(),
        // A variable may expand to anything.
        expression if expression.contains("$(") => file.as_str(),
        sub => file.strip_prefix(sub).filter(|rest| rest.is_empty() || rest.starts_with('/'))?,
    };
    Some(clean(&format!("{}/{rest}", mount.mount_path)))
}

/// Whether mode and owner let the container's user read a projected token. The kubelet gives the
/// file to the one uid that all containers share, or to `fsGroup`; otherwise it stays root's with
/// the volume's mode.
fn readable(
    scope: &Scope,
    mode: i32,
    user: &Effective<StartUser>,
    access: Effective<TokenAccess>,
) -> Effective<TokenAccess> {
    let context = &scope.pod.spec.security_context;
    let root_group = scope.container.security_context.run_as_group.or(context.run_as_group);
    let in_root_group =
        root_group.is_none_or(|gid| gid == 0) || context.supplemental_groups.contains(&0);
    let open = mode & 0o004 != 0 || (mode & 0o040 != 0 && in_root_group);
    if open || context.fs_group.is_some() || has_one_user(scope) {
        return access;
    }
    let path = scope.pod_path("volumes.projected.defaultMode");
    let evidence = Evidence::field(path, format!("0{mode:o}"));
    let all = access.decided_by.iter().cloned().chain([evidence]);
    match user.get() {
        Some(user) if user.is_root() => access,
        Some(_) => Effective::known(TokenAccess::Unreadable, all.chain(user.decided_by.clone())),
        None => {
            let gap = Gap::new(
                "the token's file is root's alone, and the container's user is not known",
                "set runAsUser",
            );
            Effective::unknown(gap, all)
        }
    }
}

/// Source: `pkg/volume/util/util.go`, `FsUserFrom`.
fn has_one_user(scope: &Scope) -> bool {
    let mut users = Scope::all(scope.inventory, scope.pod).map(|s| {
        s.container.security_context.run_as_user.or(s.pod.spec.security_context.run_as_user)
    });
    let first = users.next().flatten();
    first.is_some() && users.all(|user| user == first)
}

/// Admission's random suffix would make every replica look different.
fn show_volume(name: &str) -> &str {
    if name.starts_with(INJECTED_VOLUME_PREFIX) { "kube-api-access-*" } else { name }
}
