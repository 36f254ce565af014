//! All shards of a scan as one: pods are added up, everything else is the first shard's.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use super::error::ShardError;
use super::shard_file::{ShardFile, ShardHeader, read};
use crate::inventory::{Coverage, CoverageState, Inventory, Resource, minor_version};
use crate::report::Cluster;

/// Shards that were read further apart are of different scans.
const APART: SignedDuration = SignedDuration::from_hours(6);

/// What one scan would have read.
#[derive(Debug)]
pub struct Merged {
    /// Everything, or what is missing is in its coverage.
    pub inventory: Inventory,
    /// What the first of the shards says of itself.
    pub head: ShardHeader,
    /// When the last shard was read.
    pub scanned_at: Timestamp,
    /// Files that are not of this scan, and why.
    pub left_out: Vec<String>,
}

impl Merged {
    /// What to call the cluster.
    #[must_use]
    pub fn cluster(&self) -> Cluster {
        let ShardHeader { cluster, kubernetes_version, .. } = &self.head;
        Cluster { name: cluster.clone(), kubernetes_version: kubernetes_version.clone() }
    }
}

/// A shard whose pods are in the inventory by now.
struct Known {
    file: String,
    head: ShardHeader,
    at: Timestamp,
    pods: Coverage,
}

/// Reads the shards of one scan, one at a time. One that is missing makes the result incomplete.
///
/// With `since`, a file is left out that is not there, or was read before: where scans write to the
/// same files night by night, that is what a shard that failed leaves behind.
///
/// # Errors
/// A file that is no shard, or that is of another scan than the others.
pub fn merge(paths: &[PathBuf], since: Option<Timestamp>) -> Result<Merged, ShardError> {
    let mut inventory = Inventory::default();
    let mut known: BTreeMap<u32, Known> = BTreeMap::new();
    let mut left_out = Vec::new();
    for path in paths {
        let file = path.display().to_string();
        if since.is_some() && !path.exists() {
            left_out.push(format!("{file} is not there"));
            continue;
        }
        let ShardFile { header: head, content } = read(path)?;
        let other = |why: &str| ShardError::Other { path: file.clone(), why: why.to_owned() };
        let at: Timestamp = head.scanned_at.parse().map_err(|_| other("it was read at no time"))?;
        if since.is_some_and(|since| at < since) {
            left_out.push(format!("{file} is of an earlier scan: it was read at {at}"));
            continue;
        }
        if !head.shard.is_valid() {
            return Err(other("there is no such shard"));
        }
        if head.version != env!("CARGO_PKG_VERSION") {
            return Err(other(&format!("podaudit {} wrote it", head.version)));
        }
        for one in known.values() {
            if let Some(why) = difference((&one.head, one.at), (&head, at)) {
                return Err(ShardError::Differ { one: one.file.clone(), other: file, why });
            }
        }
        let (read, pods) = content.into_inventory();
        if head.shard.is_first() {
            inventory.audiences.clone_from(&read.audiences);
        }
        inventory.absorb(read);
        known.insert(head.shard.number(), Known { file, head, at, pods });
    }
    let Some((_, Known { head, .. })) = known.first_key_value() else {
        return Err(ShardError::Nothing(left_out.join("; ")));
    };
    let (head, scanned_at) = (head.clone(), known.values().map(|one| one.at).max());
    inventory.only.clone_from(&head.namespaces);
    inventory.minor = head.kubernetes_version.as_deref().and_then(minor_version);
    record(&mut inventory, head.shard.count(), known);
    inventory.finish();
    Ok(Merged { inventory, head, scanned_at: scanned_at.unwrap_or_default(), left_out })
}

/// Why two shards are not of one scan.
fn difference(
    (a, at): (&ShardHeader, Timestamp),
    (b, other_at): (&ShardHeader, Timestamp),
) -> Option<String> {
    let differ = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
    let scope = |head: &ShardHeader| (head.namespaces.clone(), head.selector.clone());
    let apart = at.duration_since(other_at).abs();
    if a.shard == b.shard {
        return Some(format!("both are shard {}", a.shard));
    }
    if a.shard.count() != b.shard.count() {
        return Some(format!("shard {} and shard {}", a.shard, b.shard));
    }
    if a.cluster != b.cluster || differ(&a.sharded.cluster_uid, &b.sharded.cluster_uid) {
        return Some(format!("clusters {:?} and {:?} are not the same", a.cluster, b.cluster));
    }
    if scope(a) != scope(b) {
        return Some("they were asked for other namespaces or labels".to_owned());
    }
    if a.sharded.split.zip(b.sharded.split).is_some_and(|(a, b)| a != b) {
        return Some(
            "the API server has selected the pods of one, and not of the other".to_owned(),
        );
    }
    let hours = apart.as_hours();
    (apart > APART).then(|| format!("they were read {hours} hours apart"))
}

/// Adds the records of the pods up, and notes the shards that are not there. Each shard is a list
/// of its own moment.
fn record(inventory: &mut Inventory, of: u32, known: BTreeMap<u32, Known>) {
    let missing: Vec<_> = (1..=of).filter(|number| !known.contains_key(number)).collect();
    let lists = known.values().filter(|one| one.pods.pages > 0).count();
    let pods = inventory.coverage_mut(Resource::Pods);
    *pods = Coverage::new(Resource::Pods, CoverageState::Absent);
    for one in known.into_values() {
        pods.absorb(one.pods);
    }
    pods.consistent &= lists < 2;
    for number in missing {
        let why = format!("shard {number}/{of} is missing");
        let kinds = if number == 1 { &Resource::AUDIT[..] } else { &[Resource::Pods] };
        for kind in kinds {
            inventory.coverage_mut(*kind).fail(why.as_str());
        }
    }
}
