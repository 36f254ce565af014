//! Volumes and the sources that verdicts look into. A source that this build does not know is
//! kept by its name, never dropped: a restriction on volume types must see it.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::meta::nullable;
use crate::inventory::message::{Inline, Int, Message, Msg, Skipped, Text, many, own, sent, some};

/// An entry of `volumes`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Volume {
    /// Unique within the pod.
    pub name: String,
    /// One, in everything that the API server stores; none means `emptyDir`.
    pub sources: Vec<VolumeSource>,
}

/// What a volume holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum VolumeSource {
    /// A file or folder of the node.
    HostPath(HostPath),
    /// Several sources in one folder.
    Projected(Projected),
    /// A Secret.
    Secret(SecretVolume),
    /// An inline CSI volume.
    Csi(Csi),
    /// An OCI image or artifact.
    Image(ImageVolume),
    /// Any other, by the API's field name, for example `emptyDir`.
    Other(String),
}

impl VolumeSource {
    /// The API's field name, for example `hostPath`.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::HostPath(_) => "hostPath",
            Self::Projected(_) => "projected",
            Self::Secret(_) => "secret",
            Self::Csi(_) => "csi",
            Self::Image(_) => "image",
            Self::Other(field) => field,
        }
    }
}

/// `hostPath`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct HostPath {
    /// Absolute path on the node.
    #[serde(deserialize_with = "nullable")]
    pub path: String,
}

/// `projected`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Projected {
    /// File mode bits; the API server defaults to 0644.
    pub default_mode: Option<i32>,
    /// What is projected.
    #[serde(deserialize_with = "nullable")]
    pub sources: Vec<Projection>,
}

/// An entry of `projected.sources`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Projection {
    /// A token of the pod's ServiceAccount.
    pub service_account_token: Option<TokenProjection>,
    /// Keys of a Secret.
    pub secret: Option<SecretProjection>,
    /// A private key and certificate for the pod.
    pub pod_certificate: Option<PodCertificate>,
}

/// `serviceAccountToken`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TokenProjection {
    /// Whom the token is for; empty is the API server itself.
    #[serde(deserialize_with = "nullable")]
    pub audience: String,
    /// Lifetime in seconds; the API server defaults to 3600.
    pub expiration_seconds: Option<i64>,
    /// File name, relative to the volume.
    #[serde(deserialize_with = "nullable")]
    pub path: String,
}

/// `podCertificate`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodCertificate {
    /// Who signs it.
    #[serde(deserialize_with = "nullable")]
    pub signer_name: String,
}

/// `projected.sources[].secret`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct SecretProjection {
    /// The Secret's name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Which keys; empty for all.
    #[serde(deserialize_with = "nullable")]
    pub items: Vec<KeyToPath>,
}

/// `secret`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SecretVolume {
    /// The Secret's name.
    #[serde(deserialize_with = "nullable")]
    pub secret_name: String,
    /// Which keys; empty for all.
    #[serde(deserialize_with = "nullable")]
    pub items: Vec<KeyToPath>,
    /// File mode bits; the API server defaults to 0644.
    pub default_mode: Option<i32>,
}

/// One key of a Secret and the file it becomes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct KeyToPath {
    /// The key.
    #[serde(deserialize_with = "nullable")]
    pub key: String,
    /// File name, relative to the volume.
    #[serde(deserialize_with = "nullable")]
    pub path: String,
    /// File mode bits, instead of the volume's.
    pub mode: Option<i32>,
}

/// `csi`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct Csi {
    /// The driver's name.
    #[serde(deserialize_with = "nullable")]
    pub driver: String,
}

/// `image`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ImageVolume {
    /// Image reference as written.
    #[serde(deserialize_with = "nullable")]
    pub reference: String,
}

impl<'de> Deserialize<'de> for Volume {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Volume;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a volume")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Volume, A::Error> {
                let mut volume = Volume::default();
                while let Some(field) = map.next_key::<String>()? {
                    let source = match field.as_str() {
                        "name" => {
                            volume.name = map.next_value::<Option<_>>()?.unwrap_or_default();
                            continue;
                        }
                        "hostPath" => map.next_value::<Option<_>>()?.map(VolumeSource::HostPath),
                        "projected" => map.next_value::<Option<_>>()?.map(VolumeSource::Projected),
                        "secret" => map.next_value::<Option<_>>()?.map(VolumeSource::Secret),
                        "csi" => map.next_value::<Option<_>>()?.map(VolumeSource::Csi),
                        "image" => map.next_value::<Option<_>>()?.map(VolumeSource::Image),
                        _ => map
                            .next_value::<Option<IgnoredAny>>()?
                            .map(|_| VolumeSource::Other(field)),
                    };
                    volume.sources.extend(source);
                }
                Ok(volume)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// As the API writes it. Of a source that is kept by its name, only the name is left.
impl Serialize for Volume {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        for source in &self.sources {
            let field = source.field();
            match source {
                VolumeSource::HostPath(source) => map.serialize_entry(field, source)?,
                VolumeSource::Projected(source) => map.serialize_entry(field, source)?,
                VolumeSource::Secret(source) => map.serialize_entry(field, source)?,
                VolumeSource::Csi(source) => map.serialize_entry(field, source)?,
                VolumeSource::Image(source) => map.serialize_entry(field, source)?,
                VolumeSource::Other(_) => map.serialize_entry(field, &BTreeMap::<(), ()>::new())?,
            }
        }
        map.end()
    }
}

pub(in crate::inventory) static LOCAL: Message =
    Message::new("core.v1.LocalObjectReference", &[some(1, "name", Text)]);

pub(in crate::inventory) static VOLUME: Message = Message::new(
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

static KEY_TO_PATH: Message = Message::new(
    "core.v1.KeyToPath",
    &[sent(1, "key", Text), sent(2, "path", Text), sent(3, "mode", Int)],
);

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_source_is_kept_by_name_and_a_null_one_is_none() {
        let volume: Volume = serde_json::from_str(
            r#"{"name":"v","hostPath":null,"quantumFoam":{"a":1},"emptyDir":{}}"#,
        )
        .unwrap();
        let fields: Vec<_> = volume.sources.iter().map(VolumeSource::field).collect();
        assert_eq!(fields, ["quantumFoam", "emptyDir"]);
    }
}
