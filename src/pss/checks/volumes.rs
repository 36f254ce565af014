//! `hostPathVolumes` and `restrictedVolumes`: which types of volumes may be declared, mounted or
//! not.

use crate::evidence::Evidence;
use crate::inventory::{Volume, VolumeSource};
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::checked_pod::CheckedPod;
use crate::pss::level::Level;
use crate::pss::wording::{Values, plural, quoted, volumes};

/// Source: `policy/check_hostPathVolumes.go`.
pub(in crate::pss) const HOST_PATH: Check = Check {
    id: "hostPathVolumes",
    level: Level::Baseline,
    revisions: &[Revision::new(0, host_path)],
};

/// Source: `policy/check_restrictedVolumes.go`.
pub(in crate::pss) const RESTRICTED: Check = Check {
    id: "restrictedVolumes",
    level: Level::Restricted,
    revisions: &[Revision::new(0, restricted).overriding(&[HOST_PATH.id])],
};

/// Types that restricted allows.
const ALLOWED: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// Types that upstream calls by their names, in its order; all others are `unknown`.
const NAMED: &[&str] = &[
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
    "nfs",
    "iscsi",
    "glusterfs",
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "vsphereVolume",
    "quobyte",
    "azureDisk",
    "photonPersistentDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
];

fn host_path(pod: CheckedPod) -> Option<Breach> {
    let (mut names, mut evidence) = (Vec::new(), Vec::new());
    for volume in &pod.spec().volumes {
        let source = volume.sources.iter().find_map(|source| match source {
            VolumeSource::HostPath(source) => Some(source),
            _ => None,
        });
        if let Some(source) = source {
            names.push(volume.name.as_str());
            let path = pod.parent().entry("volumes", &volume.name).field("hostPath.path");
            evidence.push(Evidence::field(path, &source.path));
        }
    }
    if names.is_empty() {
        return None;
    }
    Some(Breach::new("hostPath volumes", volumes(&names), evidence))
}

/// The type that makes the volume forbidden; a volume with any allowed source is not, and one
/// without a source is an `emptyDir`, which the API server writes into it before admission.
fn forbidden_type(volume: &Volume) -> Option<&'static str> {
    if volume.sources.is_empty() {
        return None;
    }
    let has = |field: &&&str| volume.sources.iter().any(|source| source.field() == **field);
    if ALLOWED.iter().any(|field| has(&field)) {
        return None;
    }
    Some(NAMED.iter().find(has).copied().unwrap_or("unknown"))
}

fn restricted(pod: CheckedPod) -> Option<Breach> {
    let (mut names, mut types, mut evidence) = (Vec::new(), Values::new(), Vec::new());
    for volume in &pod.spec().volumes {
        if let Some(forbidden) = forbidden_type(volume) {
            names.push(volume.name.as_str());
            types.insert(forbidden);
            let path = pod.parent().entry("volumes", &volume.name);
            let set = volume.sources.iter().map(|source| path.below(source.field()).into());
            evidence.extend(set.map(|path| Evidence::field(path, "set")));
        }
    }
    if names.is_empty() {
        return None;
    }
    let detail = format!(
        "{} {} {} {}",
        volumes(&names),
        plural("uses", "use", names.len()),
        plural("restricted volume type", "restricted volume types", types.len()),
        quoted(types)
    );
    Some(Breach::new("restricted volume types", detail, evidence))
}
