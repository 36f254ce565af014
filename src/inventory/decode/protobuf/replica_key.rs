//! What a pod has in common with other replicas, from its bytes alone: most pods are replicas, and to
//! decode each of them costs more than all the rest of a scan.
//!
//! The bytes that are read are copied, without what [`crate::inventory::pods`] takes for a pod's own.
//! Two pods with equal copies have one template; two of one template may have different copies, and
//! cost no more than time. Whatever is unusual has no copy, and is decoded.

use super::schema::message_of;
use super::wire::{Raw, field, fields};
use crate::inventory::kind::meta::{MIRROR_ANNOTATION, is_judged};
use crate::inventory::message::{FieldKind, Message};
use crate::inventory::pods::{INJECTED_VOLUME, runtime_of_id};
use crate::inventory::resource::Resource;

/// What a pod has in common with other replicas, and what is its own.
#[derive(Debug, Default)]
pub(in crate::inventory) struct ReplicaKey<'a> {
    /// The copy.
    pub(in crate::inventory) common: Vec<u8>,
    pub(in crate::inventory) name: &'a str,
    pub(in crate::inventory) uid: Option<&'a str>,
    pub(in crate::inventory) node: Option<&'a str>,
    /// The volume that admission has put there, if its name was left out.
    pub(in crate::inventory) injected: Option<&'a str>,
}

impl<'a> ReplicaKey<'a> {
    /// Reads a Pod's message; none of a pod that has to be decoded. `scratch` is for the copy.
    pub(in crate::inventory) fn read(pod: &'a [u8], mut scratch: Vec<u8>) -> Option<Self> {
        scratch.clear();
        let mut key = Self { common: scratch, ..Self::default() };
        key.message(pod, message_of(Resource::Pods))?;
        // A pod without a name or a UID was not stored by an API server.
        (!key.name.is_empty() && key.uid.is_some()).then_some(key)
    }

    fn message(&mut self, mut rest: &'a [u8], message: &'static Message) -> Option<()> {
        while !rest.is_empty() {
            let (number, raw) = field(&mut rest).ok()?;
            let known = message.field(number);
            if known.is_none() && !message.keeps_unknown {
                continue;
            }
            self.common.extend(u16::try_from(number).ok()?.to_le_bytes());
            // Of an unknown field that counts, it counts that it is there.
            let Some(known) = known else { continue };
            if known.may_be_own && self.own(message.name, known.name, raw)? {
                continue;
            }
            match (&known.kind, raw) {
                (FieldKind::Skipped, _) => {}
                (_, Raw::Varint(value)) => {
                    self.common.push(0);
                    self.common.extend(value.to_le_bytes());
                }
                (FieldKind::Message(inner) | FieldKind::Inline(inner), Raw::Bytes(bytes)) => {
                    // Its length comes first, so that no message runs into the next one.
                    let start = self.common.len();
                    self.common.extend([2; 5]);
                    self.message(bytes, inner)?;
                    let length = u32::try_from(self.common.len() - start).ok()?;
                    self.common[start + 1..start + 5].copy_from_slice(&length.to_le_bytes());
                }
                (FieldKind::Map, Raw::Bytes(bytes)) => self.entry(bytes)?,
                (_, Raw::Bytes(bytes)) => self.bytes(1, bytes)?,
                (_, Raw::Fixed) => return None,
            }
        }
        Some(())
    }

    /// Whether this field is a pod's own, or done with in another way.
    fn own(&mut self, message: &str, field: &str, raw: Raw<'a>) -> Option<bool> {
        match (message, field) {
            ("meta.v1.ObjectMeta", "name") => once(&mut self.name, raw.text().ok()?)?,
            ("meta.v1.ObjectMeta", "uid") => optional(&mut self.uid, raw.text().ok()?)?,
            ("core.v1.PodSpec", "nodeName") => optional(&mut self.node, raw.text().ok()?)?,
            // That they are there is all that counts.
            ("meta.v1.ObjectMeta", "generateName" | "creationTimestamp")
            | ("core.v1.ContainerState", "running" | "terminated") => {}
            // The mirror of a static pod has more of its own.
            ("meta.v1.OwnerReference", "kind") if raw.text().ok()? == "Node" => return None,
            ("core.v1.ContainerStatus", "containerID") => {
                self.bytes(1, runtime_of_id(raw.text().ok()?).as_bytes())?;
            }
            ("core.v1.Volume", "name") if raw.text().ok()?.starts_with(INJECTED_VOLUME) => {
                optional(&mut self.injected, raw.text().ok()?)?;
            }
            ("core.v1.VolumeMount", "name") if self.injected == Some(raw.text().ok()?) => {}
            _ => return Some(false),
        }
        Some(true)
    }

    /// Labels and annotations that nothing judges differ for many reasons.
    fn entry(&mut self, entry: &'a [u8]) -> Option<()> {
        let mut key = None;
        for field in fields(entry) {
            match field.ok()? {
                (1, raw) if key.is_none() => key = Some(raw.text().ok()?),
                (2, Raw::Bytes(_)) => {}
                _ => return None,
            }
        }
        let key = key?;
        if key == MIRROR_ANNOTATION {
            return None;
        }
        if is_judged(key) { self.bytes(1, entry) } else { Some(()) }
    }

    fn bytes(&mut self, tag: u8, bytes: &[u8]) -> Option<()> {
        self.common.push(tag);
        self.common.extend(u32::try_from(bytes.len()).ok()?.to_le_bytes());
        self.common.extend_from_slice(bytes);
        Some(())
    }
}

/// A second value is nothing that an API server sends.
fn once<'a>(place: &mut &'a str, value: &'a str) -> Option<()> {
    if !place.is_empty() {
        return None;
    }
    *place = value;
    Some(())
}

fn optional<'a>(place: &mut Option<&'a str>, value: &'a str) -> Option<()> {
    if place.is_some() {
        return None;
    }
    *place = Some(value).filter(|value| !value.is_empty());
    Some(())
}

#[cfg(test)]
mod tests {
    use crate::inventory::Inventory;
    use crate::inventory::decode::Wire;
    use crate::inventory::resource::Resource;
    use crate::wire::bytes::{field, list_envelope};

    const POD: &[u8] = include_bytes!("../../../../benches/data/pod.pb");

    /// What is read of these pods, in their order.
    fn read(pods: &[&[u8]]) -> Vec<String> {
        let list: Vec<u8> = pods.iter().flat_map(|pod| field(2, pod)).collect();
        let page = list_envelope("Pod", &list);
        let mut inventory = Inventory::default();
        inventory.insert_page(Resource::Pods, Wire::Protobuf, &page).unwrap();
        let bad = inventory.coverage(Resource::Pods).undecodable;
        let pods = inventory.pods().map(|pod| format!("{pod:?}"));
        pods.chain(bad.iter().map(|bad| format!("{bad:?}"))).collect()
    }

    /// Whatever bit of a pod is another: beside the pod that it came from, it reads as it does alone.
    #[test]
    fn no_difference_is_overlooked() {
        let original = read(&[POD]);
        let mut known = 0;
        for at in (0..POD.len()).step_by(3) {
            let mut other = POD.to_vec();
            other[at] ^= 1 << (at % 7);
            let alone = read(&[&other]);
            let beside = read(&[POD, &other]);
            // What is not looked into may be malformed.
            if alone[0].starts_with("Undecodable") && beside == [&original[..]; 2].concat() {
                continue;
            }
            assert_eq!(beside, [&original[..], &alone[..]].concat(), "byte {at}");
            known += usize::from(alone == original);
        }
        assert!(known > 100, "{known}: most of a pod is not read");
    }
}
