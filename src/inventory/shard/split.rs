//! Which pods belong to which shard of a scan that is split.
//!
//! Source: `k8s.io/apimachinery/pkg/sharding` and `ListOptions.shardSelector`, Kubernetes v1.37.2.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One shard of a scan: `2/3` is the second of three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Shard {
    number: u32,
    of: u32,
}

/// What decides to which shard a pod belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// The hash of its UID: the API server selects.
    Uid,
    /// The hash of its namespace's name.
    Namespace,
}

/// How the pods of an inventory were chosen that holds only a shard of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sharded {
    /// `None` if it did not come to that.
    pub split: Option<Split>,
    /// The UID of the namespace `kube-system`, which is never made anew, if it may be read.
    pub cluster_uid: Option<String>,
}

/// The most shards; each is a scan of its own.
const MOST: u32 = 1_000;

impl Shard {
    /// The second of three is number 2.
    #[must_use]
    pub fn number(self) -> u32 {
        self.number
    }

    /// How many there are.
    #[must_use]
    pub fn count(self) -> u32 {
        self.of
    }

    /// Whether this is the one that reads what is not a pod.
    #[must_use]
    pub fn is_first(self) -> bool {
        self.number == 1
    }

    /// Whether there is such a shard.
    #[must_use]
    pub fn is_valid(self) -> bool {
        (1..=MOST).contains(&self.of) && (1..=self.of).contains(&self.number)
    }

    /// The selector of its pods, exactly as the API server repeats it: an equal part of the hashes.
    #[must_use]
    pub fn selector(self) -> String {
        let bound = |number: u32| (u128::from(number) << 64) / u128::from(self.of);
        let (start, end) = (bound(self.number - 1), bound(self.number));
        format!("shardRange(object.metadata.uid, '0x{start:016x}', '0x{end:016x}')")
    }

    /// Whether the pods of this namespace are in it, where the server does not select.
    #[must_use]
    pub fn has_namespace(self, name: &str) -> bool {
        // Names differ at their end, and the hash of the API server does not spread that.
        let hash = Sha256::digest(name);
        let head = hash.iter().take(8).fold(0_u64, |head, byte| head << 8 | u64::from(*byte));
        head % u64::from(self.of) == u64::from(self.number - 1)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse().ok();
        let shard = text.split_once('/').and_then(|(n, of)| Some((number(n)?, number(of)?)));
        let shard = shard.map(|(number, of)| Self { number, of }).filter(|s| s.is_valid());
        shard.ok_or_else(|| format!("give the shard's number and how many, 1/{MOST} at most: 2/3"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_those_of_the_api_server_without_a_gap() {
        let selector = |text: &str| text.parse::<Shard>().unwrap().selector();
        let uid = |start, end| format!("shardRange(object.metadata.uid, '{start}', '{end}')");
        assert_eq!(selector("1/1"), uid("0x0000000000000000", "0x10000000000000000"));
        assert_eq!(selector("1/3"), uid("0x0000000000000000", "0x5555555555555555"));
        assert_eq!(selector("2/3"), uid("0x5555555555555555", "0xaaaaaaaaaaaaaaaa"));
        assert_eq!(selector("3/3"), uid("0xaaaaaaaaaaaaaaaa", "0x10000000000000000"));
    }

    #[test]
    fn a_namespace_is_in_one_shard_and_they_spread() {
        let shards = ["1/3", "2/3", "3/3"].map(|text| text.parse::<Shard>().unwrap());
        let names: Vec<_> = (0..300).map(|n| format!("team-{n:03}")).collect();
        let sizes = shards.map(|s| names.iter().filter(|name| s.has_namespace(name)).count());
        assert_eq!(sizes.iter().sum::<usize>(), names.len());
        assert!(sizes.iter().all(|size| (80..120).contains(size)), "{sizes:?}");
    }

    #[test]
    fn what_is_no_shard() {
        for text in ["", "1", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b", "1/1001"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
