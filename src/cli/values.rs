//! Values of options: how they are spelled and read.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::cluster::Gzip;
use crate::finding::Severity;
use crate::inventory::Shard;
use crate::report::{Format, PathsFormat, ReportsApi, SubFormat};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Show {
    Fail,
    Unknown,
    Fixed,
    Excepted,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

/// A format and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output<F> {
    pub(super) format: F,
    /// `None` for standard output.
    pub(super) path: Option<PathBuf>,
}

impl<F: ValueEnum> FromStr for Output<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = match text.split_once('=') {
            Some((_, "")) => return Err("a path must follow =".to_owned()),
            Some((name, "-")) => (name, None),
            Some((name, path)) => (name, Some(PathBuf::from(path))),
            None => (text, None),
        };
        let formats = || {
            let named = |format: &F| Some((*format).clone()).zip(format.to_possible_value());
            F::value_variants().iter().filter_map(named)
        };
        let format = formats().find(|(_, value)| value.get_name() == name).ok_or_else(|| {
            let names: Vec<_> = formats().map(|(_, value)| value.get_name().to_owned()).collect();
            format!("one of {}", names.join(", "))
        })?;
        let format = format.0;
        Ok(Self { format, path })
    }
}

impl ValueEnum for Gzip {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Auto, Self::Always, Self::Never]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }))
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }
    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
    }
}

impl ValueEnum for SubFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }
    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
    }
}

impl ValueEnum for PathsFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }
    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.as_str()))
    }
}

impl ValueEnum for ReportsApi {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }
    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
    }
}

impl ValueEnum for Severity {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::WORST_FIRST
    }
    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
    }
}

/// Set in every pod of an Indexed Job: its number, from 0.
const COMPLETION_INDEX: &str = "JOB_COMPLETION_INDEX";

/// Number and count, or `job/4`: the one of this pod, which the Job has numbered.
pub(super) fn shard(text: &str) -> Result<Shard, String> {
    let Some(of) = text.strip_prefix("job/") else { return text.parse() };
    let index = std::env::var(COMPLETION_INDEX).ok().and_then(|index| index.parse::<u32>().ok());
    let index = index.ok_or_else(|| format!("{COMPLETION_INDEX} does not number this pod"))?;
    let shard = format!("{}/{of}", index.saturating_add(1)).parse();
    shard.map_err(|error| format!("{COMPLETION_INDEX} is {index}, counted from 0: {error}"))
}

/// kubectl's durations: a number of seconds, or numbers with units (`1m30s`).
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let invalid = || format!("{text:?} is not a duration such as 30s or 2m");
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let span: jiff::SignedDuration = text.parse().map_err(|_| invalid())?;
    Duration::try_from(span).map_err(|_| invalid())
}
