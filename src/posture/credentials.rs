//! Every credential that a container may find: in its volumes, in its environment, and in what
//! admission will mount into a manifest.
//!
//! Sources: `plugin/pkg/admission/serviceaccount/admission.go` (who gets a mount),
//! `pkg/serviceaccount/jwt.go` (which tokens are accepted).

use crate::evidence::{Evidence, EvidenceSource};
use crate::inventory::{
    KeyToPath, Projected, SecretKind, TOKEN_ACCOUNT_ANNOTATION, TokenProjection, Volume,
    VolumeMount, VolumeSource,
};
use crate::object::{FieldPath, Parent};

use super::credential::{
    Credential, DEFAULT_MOUNT_PATH, INJECTED_VOLUME_PREFIX, TokenAccess, is_injected, shown_name,
};
use super::identity::StartUser;
use super::mount_order::{Sight, sight, sight_of_last};
use super::platform::Runtime;
use super::privileges::CapabilitySets;
use super::scope::{ContainerRole, ContainerScope};
use super::token_file::{Reader, TokenFile, expiry, visible};
use super::volumes::mounted;
use super::{Effective, Gap};

/// What the API server sets where a volume says nothing of its files' mode.
const DEFAULT_MODE: i32 = 0o644;

/// Every credential of the container, in the order of its mounts and variables.
pub(super) fn credentials(
    scope: &ContainerScope,
    declared: &Effective<bool>,
    user: &Effective<StartUser>,
    capabilities: &Effective<CapabilitySets>,
    runtime: &Effective<Runtime>,
) -> Vec<Credential> {
    let reader = Reader { scope, user, capabilities };
    let mut search = Search { scope, reader, found: Vec::new() };
    let is_open = is_open(scope);
    let to_come = (is_open && declared.is(|on| *on)).then_some(DEFAULT_MOUNT_PATH);
    for (mount, volume) in mounted(scope) {
        let sight = sight(scope, runtime, mount, to_come);
        if sight != Sight::Hidden {
            let before = search.found.len();
            search.volume(mount, volume);
            search.doubt(before, sight);
        }
    }
    if is_open {
        let before = search.found.len();
        search.injected(declared);
        search.doubt(before, sight_of_last(scope, runtime, DEFAULT_MOUNT_PATH));
    }
    search.environment();
    search.found
}

/// Whether admission is still to come, and finds nothing at its path in this container.
fn is_open(scope: &ContainerScope) -> bool {
    let mounts = &scope.container.volume_mounts;
    let is_masked = mounts.iter().any(|mount| mount.mount_path == DEFAULT_MOUNT_PATH);
    let is_admitted = scope.pod.is_admitted() || scope.pod.is_mirror();
    !is_masked && !is_admitted && scope.role != ContainerRole::Ephemeral
}

/// What a volume makes of a Secret.
struct SecretFiles<'v> {
    name: Evidence,
    items: &'v [KeyToPath],
    mode: i32,
    mode_path: FieldPath,
    /// The field that an item's own mode stands in.
    item_mode_path: FieldPath,
}

struct Search<'s, 'a> {
    scope: &'s ContainerScope<'a>,
    reader: Reader<'s, 'a>,
    found: Vec<Credential>,
}

impl Search<'_, '_> {
    /// A token of the pod's own ServiceAccount.
    fn add(&mut self, place: String, access: Effective<TokenAccess>) {
        self.found.push(Credential { place, account: None, is_projection: true, access });
    }

    /// Takes back what was found in a mount that another may be on top of.
    fn doubt(&mut self, from: usize, sight: Sight) {
        if sight != Sight::Unclear {
            return;
        }
        for credential in self.found.iter_mut().skip(from) {
            if credential.access.is(|access| *access != TokenAccess::None) {
                let gap = Gap::new(
                    "another volume is mounted at the same place, and the runtime decides which \
                     of the two is on top",
                    "mount one volume at one place",
                );
                credential.access = Effective::unknown(gap, credential.access.decided_by.clone());
            }
        }
    }

    /// Something else that may be a credential.
    fn maybe(&mut self, place: impl Into<String>, gap: Gap, evidence: Vec<Evidence>) {
        let access = Effective::unknown(gap, evidence);
        self.other(place.into(), None, access);
    }

    fn other(&mut self, place: String, account: Option<String>, access: Effective<TokenAccess>) {
        self.found.push(Credential { place, account, is_projection: false, access });
    }

    fn volume(&mut self, mount: &VolumeMount, volume: &Volume) {
        let path = self.scope.volume(shown_name(&volume.name));
        for source in &volume.sources {
            match source {
                VolumeSource::Projected(projected) => self.projected(mount, &path, projected),
                VolumeSource::Secret(secret) => {
                    let name =
                        Evidence::field(path.field("secret.secretName"), &secret.secret_name);
                    let files = SecretFiles {
                        name,
                        items: &secret.items,
                        mode: secret.default_mode.unwrap_or(DEFAULT_MODE),
                        mode_path: path.field("secret.defaultMode"),
                        item_mode_path: path.field("secret.items.mode"),
                    };
                    self.secret(mount, &files);
                }
                VolumeSource::Csi(csi) => {
                    let gap = Gap::new(
                        format!("CSI driver {} may be handed a token of this pod", csi.driver),
                        "look at tokenRequests of the CSIDriver object",
                    );
                    let driver = Evidence::field(path.field("csi.driver"), &csi.driver);
                    let evidence = vec![driver, self.mounted_at(mount)];
                    self.maybe(&mount.mount_path, gap, evidence);
                }
                VolumeSource::HostPath(_) | VolumeSource::Image(_) | VolumeSource::Other(_) => {}
            }
        }
    }

    fn projected(&mut self, mount: &VolumeMount, volume: &Parent, projected: &Projected) {
        let mode = projected.default_mode.unwrap_or(DEFAULT_MODE);
        let mode_path = || volume.field("projected.defaultMode");
        for projection in &projected.sources {
            if let Some(token) = &projection.service_account_token
                && let Some(place) = visible(mount, &token.path)
            {
                let access = self.token(mount, volume, token);
                let file = TokenFile { mode, path: mode_path(), is_projected: true };
                self.add(place, self.reader.access(&file, access));
            }
            if let Some(secret) = &projection.secret {
                let name =
                    Evidence::field(volume.field("projected.sources.secret.name"), &secret.name);
                let files = SecretFiles {
                    name,
                    items: &secret.items,
                    mode,
                    mode_path: mode_path(),
                    item_mode_path: volume.field("projected.sources.secret.items.mode"),
                };
                self.secret(mount, &files);
            }
            if let Some(certificate) = &projection.pod_certificate {
                let signer = &certificate.signer_name;
                let gap = Gap::new(
                    format!("whether the API server trusts signer {signer:?} is not shown"),
                    "review the API server's --client-ca-file",
                );
                let signer = Evidence::field(
                    volume.field("projected.sources.podCertificate.signerName"),
                    signer,
                );
                let evidence = vec![signer, self.mounted_at(mount)];
                self.maybe(&mount.mount_path, gap, evidence);
            }
        }
    }

    fn token(
        &self,
        mount: &VolumeMount,
        volume: &Parent,
        token: &TokenProjection,
    ) -> Effective<TokenAccess> {
        let path = volume.field("projected.sources.serviceAccountToken.audience");
        let mounted_at = self.mounted_at(mount);
        if mount.sub_path_expr.contains("$(") {
            let mounts = self.scope.entry("volumeMounts", shown_name(&mount.name));
            let expression = Evidence::field(mounts.field("subPathExpr"), &mount.sub_path_expr);
            let reason = "subPathExpr expands when the container starts";
            let gap = Gap::new(reason, "mount the token without subPathExpr");
            return Effective::unknown(gap, [expression, mounted_at]);
        }
        if token.audience.is_empty() {
            let expires = token.expiration_seconds.map(|seconds| {
                let path = volume.field("projected.sources.serviceAccountToken.expirationSeconds");
                Evidence::field(path, expiry(seconds))
            });
            let evidence = [Evidence::unset(path), mounted_at].into_iter().chain(expires);
            return Effective::known(TokenAccess::Mounted, evidence);
        }
        let audience = &token.audience;
        let evidence = [Evidence::field(path, audience), mounted_at];
        let audiences = &self.scope.inventory.audiences;
        if let Some(configured) = &audiences.configured {
            let accepted = configured.contains(audience);
            let access = if accepted { TokenAccess::Mounted } else { TokenAccess::None };
            return Effective::known(access, evidence);
        }
        if audiences.issuer.as_ref() == Some(audience) {
            // The default of --api-audiences; only the flag itself could say otherwise.
            let flag = FieldPath::new("issuer");
            let issuer = Evidence::new(EvidenceSource::Assumed, flag, audience);
            return Effective::known(TokenAccess::Mounted, evidence.into_iter().chain([issuer]));
        }
        let gap = Gap::new(
            format!(
                "the API server accepts audience {audience:?} only if --api-audiences has it, \
                 which the API does not show"
            ),
            "give podaudit the server's --api-audiences",
        );
        Effective::unknown(gap, evidence)
    }

    /// A volume of a Secret that may be a legacy token.
    fn secret(&mut self, mount: &VolumeMount, files: &SecretFiles) {
        let whole = [KeyToPath { key: "token".into(), path: "token".into(), mode: None }];
        let items = if files.items.is_empty() { &whole } else { files.items };
        for item in items.iter().filter(|item| item.key == "token") {
            let Some(place) = visible(mount, &item.path) else { continue };
            let evidence = vec![files.name.clone(), self.mounted_at(mount)];
            let before = self.found.len();
            self.legacy(place, &files.name.value, evidence);
            let (mode, path) = match item.mode {
                Some(mode) => (mode, files.item_mode_path.clone()),
                None => (files.mode, files.mode_path.clone()),
            };
            let file = TokenFile { mode, path, is_projected: false };
            for credential in &mut self.found[before..] {
                credential.access = self.reader.access(&file, credential.access.clone());
            }
        }
    }

    /// Whether a Secret is a legacy token: its type tells, its data is never read.
    fn legacy(&mut self, place: String, secret: &str, mut evidence: Vec<Evidence>) {
        match self.scope.inventory.secret_kind(self.scope.pod.namespace(), secret) {
            SecretKind::Token(token) => {
                let path = FieldPath::new("type");
                let kind = Evidence::field(path, "kubernetes.io/service-account-token");
                evidence.push(kind.on(token.reference()));
                let account = token.metadata.annotations.get(TOKEN_ACCOUNT_ANNOTATION).cloned();
                self.other(place, account, Effective::known(TokenAccess::Mounted, evidence));
            }
            SecretKind::Other => {
                self.other(place, None, Effective::known(TokenAccess::None, evidence));
            }
            SecretKind::Unknown => {
                let gap = Gap::new(
                    format!(
                        "Secret {secret} may hold a ServiceAccount token; its type was not read"
                    ),
                    "use --with-secret-metadata, which lists names and never data",
                );
                self.maybe(place, gap, evidence);
            }
        }
    }

    /// What admission will mount into a manifest.
    fn injected(&mut self, declared: &Effective<bool>) {
        let pod = self.scope.pod;
        let place = format!("{DEFAULT_MOUNT_PATH}/token");
        match declared.get() {
            Some(false) => {}
            None => self.add(place, declared.clone().map(|_| TokenAccess::None)),
            Some(true) => {
                let volumes = &pod.spec.volumes;
                if let Some(reused) = volumes.iter().find(|v| is_injected(&v.name)) {
                    let mount = VolumeMount {
                        name: reused.name.clone(),
                        mount_path: DEFAULT_MOUNT_PATH.to_owned(),
                        ..VolumeMount::default()
                    };
                    return self.volume(&mount, reused);
                }
                let path = self.scope.entry("volumeMounts", shown_name(INJECTED_VOLUME_PREFIX));
                let mounted_at = Evidence::new(
                    EvidenceSource::Admission,
                    path.field("mountPath"),
                    DEFAULT_MOUNT_PATH,
                );
                let evidence = [mounted_at].into_iter().chain(declared.decided_by.clone());
                self.add(place, Effective::known(TokenAccess::Mounted, evidence));
            }
        }
    }

    fn environment(&mut self) {
        let container = self.scope.container;
        for variable in &container.env {
            let from = variable.value_from.as_ref().and_then(|from| from.secret_key_ref.as_ref());
            if let Some(secret) = from.filter(|secret| secret.key == "token") {
                let path = self.scope.entry("env", &variable.name);
                let name = Evidence::field(path.field("valueFrom.secretKeyRef.name"), &secret.name);
                self.legacy(format!("${}", variable.name), &secret.name, vec![name]);
            }
        }
        for secret in container.env_from.iter().filter_map(|from| from.secret_ref.as_ref()) {
            let name = Evidence::field(self.scope.path("envFrom.secretRef.name"), &secret.name);
            self.legacy("$token".to_owned(), &secret.name, vec![name]);
        }
    }

    fn mounted_at(&self, mount: &VolumeMount) -> Evidence {
        let path = self.scope.entry("volumeMounts", shown_name(&mount.name));
        Evidence::field(path.field("mountPath"), &mount.mount_path)
    }
}
