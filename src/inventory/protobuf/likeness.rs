//! Whether a pod is like one that was decoded before, from its bytes alone: most pods are replicas,
//! and to decode each of them costs more than all the rest of a scan.
//!
//! What is read is copied without what [`Class::of`](crate::inventory::class) takes for a pod's own.
//! Two pods with the same copy are of one class; two of one class may have different copies, and
//! cost no more than time. Whatever is unusual has no copy, and is decoded.

use super::schema::{Kind, Message, item_of};
use super::wire::{Raw, field, fields};
use crate::inventory::class::{INJECTED, runtime};
use crate::inventory::coverage::Resource;
use crate::inventory::meta::{MIRROR_ANNOTATION, is_judged};

/// What a pod shares with its like, and what is its own.
#[derive(Debug, Default)]
pub(in crate::inventory) struct Likeness<'a> {
    /// The copy.
    pub(in crate::inventory) shared: Vec<u8>,
    pub(in crate::inventory) name: &'a str,
    pub(in crate::inventory) uid: Option<&'a str>,
    pub(in crate::inventory) node: Option<&'a str>,
    /// The volume that admission has put there, if its name was left out.
    pub(in crate::inventory) injected: Option<&'a str>,
}

impl<'a> Likeness<'a> {
    /// Of a Pod's message; none of a pod that has to be decoded. `scratch` is for the copy.
    pub(in crate::inventory) fn of(pod: &'a [u8], mut scratch: Vec<u8>) -> Option<Self> {
        scratch.clear();
        let mut likeness = Self { shared: scratch, ..Self::default() };
        likeness.message(pod, item_of(Resource::Pods))?;
        // A pod without a name or a UID was not stored by an API server.
        (!likeness.name.is_empty() && likeness.uid.is_some()).then_some(likeness)
    }

    fn message(&mut self, mut rest: &'a [u8], message: &'static Message) -> Option<()> {
        while !rest.is_empty() {
            let (number, raw) = field(&mut rest).ok()?;
            let known = message.field(number);
            if known.is_none() && !message.keeps_unknown {
                continue;
            }
            self.shared.extend(u16::try_from(number).ok()?.to_le_bytes());
            // Of an unknown field that counts, it counts that it is there.
            let Some(known) = known else { continue };
            if known.may_be_own && self.own(message.name, known.name, raw)? {
                continue;
            }
            match (&known.kind, raw) {
                (Kind::Skipped, _) => {}
                (_, Raw::Varint(value)) => {
                    self.shared.push(0);
                    self.shared.extend(value.to_le_bytes());
                }
                (Kind::Message(inner) | Kind::Inline(inner), Raw::Bytes(bytes)) => {
                    // Its length comes first, so that no message runs into the next one.
                    let start = self.shared.len();
                    self.shared.extend([2; 5]);
                    self.message(bytes, inner)?;
                    let length = u32::try_from(self.shared.len() - start).ok()?;
                    self.shared[start + 1..start + 5].copy_from_slice(&length.to_le_bytes());
                }
                (Kind::Map, Raw::Bytes(bytes)) => self.entry(bytes)?,
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
                self.bytes(1, runtime(raw.text().ok()?).as_bytes())?;
            }
            ("core.v1.Volume", "name") if raw.text().ok()?.starts_with(INJECTED) => {
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
        self.shared.push(tag);
        self.shared.extend(u32::try_from(bytes.len()).ok()?.to_le_bytes());
        self.shared.extend_from_slice(bytes);
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
    use crate::inventory::coverage::Resource;
    use crate::inventory::page::Wire;

    const POD: &[u8] = include_bytes!("../../../benches/data/pod.pb");

    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).unwrap();
        let mut field = vec![number << 3 | 2];
        let mut rest = length;
        while rest > 0x7f {
            field.push(0x80 | u8::try_from(rest & 0x7f).unwrap());
            rest >>= 7;
        }
        field.push(u8::try_from(rest).unwrap());
        field.extend(bytes);
        field
    }

    /// What is read of these pods, in their order.
    fn read(pods: &[&[u8]]) -> Vec<String> {
        let list: Vec<u8> = pods.iter().flat_map(|pod| field(2, pod)).collect();
        let page = [b"k8s\0".to_vec(), field(1, &field(2, b"PodList")), field(2, &list)].concat();
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
