//! Volumes and what they can hold.

use super::message::{Inline, Int, Message, Msg, Skipped, Text, many, own, sent, some};

pub(super) static LOCAL: Message =
    Message::new("core.v1.LocalObjectReference", &[some(1, "name", Text)]);

pub(super) static VOLUME: Message = Message::new(
    "core.v1.Volume",
    &[own(sent(1, "name", Text)), sent(2, "volumeSource", Inline(&VOLUME_SOURCE))],
);

/// Complete: a source that nothing looks into is kept by its name.
static VOLUME_SOURCE: Message = Message {
    name: "core.v1.VolumeSource",
    keeps_unknown: true,
    fields: &[
        sent(1, "hostPath", Msg(&HOST_PATH)),
        sent(2, "emptyDir", Skipped),
        sent(6, "secret", Msg(&SECRET_VOLUME)),
        sent(26, "projected", Msg(&PROJECTED)),
        sent(28, "csi", Msg(&CSI)),
        sent(30, "image", Msg(&IMAGE)),
        sent(19, "configMap", Skipped),
        sent(10, "persistentVolumeClaim", Skipped),
        sent(16, "downwardAPI", Skipped),
        sent(29, "ephemeral", Skipped),
        sent(3, "gcePersistentDisk", Skipped),
        sent(4, "awsElasticBlockStore", Skipped),
        sent(5, "gitRepo", Skipped),
        sent(7, "nfs", Skipped),
        sent(8, "iscsi", Skipped),
        sent(9, "glusterfs", Skipped),
        sent(11, "rbd", Skipped),
        sent(12, "flexVolume", Skipped),
        sent(13, "cinder", Skipped),
        sent(14, "cephfs", Skipped),
        sent(15, "flocker", Skipped),
        sent(17, "fc", Skipped),
        sent(18, "azureFile", Skipped),
        sent(20, "vsphereVolume", Skipped),
        sent(21, "quobyte", Skipped),
        sent(22, "azureDisk", Skipped),
        sent(23, "photonPersistentDisk", Skipped),
        sent(24, "portworxVolume", Skipped),
        sent(25, "scaleIO", Skipped),
        sent(27, "storageos", Skipped),
    ],
};

static HOST_PATH: Message = Message::new("core.v1.HostPathVolumeSource", &[sent(1, "path", Text)]);

static CSI: Message = Message::new("core.v1.CSIVolumeSource", &[sent(1, "driver", Text)]);

static IMAGE: Message = Message::new("core.v1.ImageVolumeSource", &[some(1, "reference", Text)]);

static SECRET_VOLUME: Message = Message::new(
    "core.v1.SecretVolumeSource",
    &[
        some(1, "secretName", Text),
        many(2, "items", Msg(&KEY_TO_PATH)),
        sent(3, "defaultMode", Int),
    ],
);

static KEY_TO_PATH: Message =
    Message::new("core.v1.KeyToPath", &[sent(1, "key", Text), sent(2, "path", Text)]);

static PROJECTED: Message = Message::new(
    "core.v1.ProjectedVolumeSource",
    &[many(1, "sources", Msg(&PROJECTION)), sent(2, "defaultMode", Int)],
);

static PROJECTION: Message = Message::new(
    "core.v1.VolumeProjection",
    &[
        sent(1, "secret", Msg(&SECRET_PROJECTION)),
        sent(4, "serviceAccountToken", Msg(&TOKEN_PROJECTION)),
        sent(6, "podCertificate", Msg(&POD_CERTIFICATE)),
    ],
);

static SECRET_PROJECTION: Message = Message::new(
    "core.v1.SecretProjection",
    &[sent(1, "localObjectReference", Inline(&LOCAL)), many(2, "items", Msg(&KEY_TO_PATH))],
);

static TOKEN_PROJECTION: Message = Message::new(
    "core.v1.ServiceAccountTokenProjection",
    &[some(1, "audience", Text), sent(2, "expirationSeconds", Int), sent(3, "path", Text)],
);

static POD_CERTIFICATE: Message =
    Message::new("core.v1.PodCertificateProjection", &[some(1, "signerName", Text)]);
