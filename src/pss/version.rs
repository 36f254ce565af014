//! [`Version`]: which release's definition of the standards applies.

use std::fmt;
use std::str::FromStr;

/// Minor of the newest definition that this build knows; every later one means this one.
pub const NEWEST_MINOR: u64 = 37;

/// A version of the standards. `latest` is newer than any number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// `v1.` and this minor, also one that is yet to come.
    V1(u64),
    /// The newest that is known.
    Latest,
}

impl Version {
    /// Every version with a name of its own, oldest first, then `latest`.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=NEWEST_MINOR).map(Self::V1).chain([Self::Latest])
    }

    /// The minor whose checks apply: the newest for `latest` and for versions yet to come.
    #[must_use]
    pub fn minor(self) -> u64 {
        match self {
            Self::V1(minor) => minor.min(NEWEST_MINOR),
            Self::Latest => NEWEST_MINOR,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V1(minor) => write!(f, "v1.{minor}"),
            Self::Latest => f.write_str("latest"),
        }
    }
}

/// Neither `latest` nor `v1.` and a number without leading zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be \"latest\" or \"v1.x\"")]
pub struct InvalidVersion;

impl FromStr for Version {
    type Err = InvalidVersion;

    /// # Errors
    /// For any other notation, such as `1.30`, `v1.30.1` or `v1.07`.
    ///
    /// Source: `api/helpers.go`, `ParseVersion`.
    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        if text == "latest" {
            return Ok(Self::Latest);
        }
        let digits = text.strip_prefix("v1.").ok_or(InvalidVersion)?;
        let canonical = digits == "0" || !digits.starts_with(['0', '+', '-']);
        // Upstream counts in a signed integer, so that larger numbers are invalid, not merely new.
        let minor = digits.parse::<i64>().ok().and_then(|minor| u64::try_from(minor).ok());
        minor.filter(|_| canonical).map(Self::V1).ok_or(InvalidVersion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_upstreams_notation_is_a_version() {
        for text in ["latest", "v1.0", "v1.37", "v1.38", "v1.9223372036854775807"] {
            assert_eq!(text.parse::<Version>().map(|v| v.to_string()), Ok(text.to_owned()));
        }
        for text in [
            "",
            "Latest",
            "1.30",
            "v1",
            "v1.",
            "v1.07",
            "v1.+1",
            "v1.-1",
            "v1.30.1",
            "v2.0",
            " v1.1",
            "v1.1\n",
            "v1.00",
            "v1.-0",
            "v1.9223372036854775808",
        ] {
            assert_eq!(text.parse::<Version>(), Err(InvalidVersion), "{text:?}");
        }
    }

    #[test]
    fn the_future_is_the_newest() {
        assert_eq!(Version::V1(99).minor(), NEWEST_MINOR);
        assert_eq!(Version::Latest.minor(), NEWEST_MINOR);
        assert!(Version::V1(99) < Version::Latest);
        assert_eq!(Version::all().count(), 39);
    }
}
