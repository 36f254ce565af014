//! Values of options: how they are spelled and read.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, ValueEnum};

use crate::cluster::Gzip;
use crate::finding::Severity;
use crate::inventory::{LabelSelector, LabelSelectorError, Shard};
use crate::push::{Gateway, GatewayError};
use crate::report::{CommandFormat, Format, PathsFormat, ReportsApi};

/// What `--show` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Show {
    Fail,
    Unknown,
    Fixed,
    Excepted,
    All,
}

/// When a report is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// One `-o`: a format, and where the report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutputTarget<F> {
    pub(crate) format: F,
    /// `None` for standard output.
    pub(crate) path: Option<PathBuf>,
}

impl<F: ValueEnum> FromStr for OutputTarget<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = match text.split_once('=') {
            Some((_, "")) => return Err("a path must follow =".to_owned()),
            Some((name, "-")) => (name, None),
            Some((name, path)) => (name, Some(PathBuf::from(path))),
            None => (text, None),
        };
        let format = F::value_variants().iter().find(|format| spelling(*format) == name);
        let format = format.ok_or_else(|| format!("one of {}", names::<F>().join(", ")))?.clone();
        Ok(Self { format, path })
    }
}

/// How each value is spelled, in their order.
pub(crate) fn names<F: ValueEnum>() -> Vec<String> {
    F::value_variants().iter().map(spelling).collect()
}

fn spelling<F: ValueEnum>(value: &F) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// A label selector, as it is sent to a cluster and as files are matched with it. The default is all
/// pods.
#[derive(Clone, Debug, Default)]
pub(crate) struct PodSelector {
    pub(crate) text: String,
    pub(crate) selector: LabelSelector,
}

impl FromStr for PodSelector {
    type Err = LabelSelectorError;

    fn from_str(text: &str) -> Result<Self, LabelSelectorError> {
        Ok(Self { text: text.to_owned(), selector: text.parse()? })
    }
}

/// A ServiceAccount by namespace and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountName {
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl FromStr for AccountName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split('/').collect::<Vec<_>>()[..] {
            [namespace, name] if !namespace.is_empty() && !name.is_empty() => {
                Ok(Self { namespace: namespace.to_owned(), name: name.to_owned() })
            }
            _ => Err(format!("{text:?} is not NAMESPACE/SERVICEACCOUNT, for example shop/cart")),
        }
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

impl ValueEnum for CommandFormat {
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
    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
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

/// Reads an address without ever repeating it: clap's own message would show a password in it.
#[derive(Clone)]
pub(crate) struct GatewayParser;

impl TypedValueParser for GatewayParser {
    type Value = Gateway;

    fn parse_ref(
        &self,
        command: &Command,
        _: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Gateway, clap::Error> {
        let gateway = value.to_str().ok_or(GatewayError::NotHttp).and_then(str::parse);
        gateway.map_err(|error| {
            let message = format!("invalid value for '--push-gateway': {error}");
            command.clone().error(ErrorKind::ValueValidation, message)
        })
    }
}

/// Set in every pod of an Indexed Job: its number, from 0.
const COMPLETION_INDEX: &str = "JOB_COMPLETION_INDEX";

/// Number and count, or `job/4`: the one of this pod, which the Job has numbered.
pub(crate) fn shard(text: &str) -> Result<Shard, String> {
    let Some(count) = text.strip_prefix("job/") else { return text.parse() };
    let index = std::env::var(COMPLETION_INDEX).ok().and_then(|index| index.parse::<u32>().ok());
    let index = index.ok_or_else(|| format!("{COMPLETION_INDEX} does not number this pod"))?;
    let shard = format!("{}/{count}", index.saturating_add(1)).parse();
    shard.map_err(|error| format!("{COMPLETION_INDEX} is {index}, counted from 0: {error}"))
}

/// kubectl's durations: a number of seconds, or numbers with units (`1m30s`).
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let invalid = || format!("{text:?} is not a duration such as 30s or 2m");
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let span: jiff::SignedDuration = text.parse().map_err(|_| invalid())?;
    Duration::try_from(span).map_err(|_| invalid())
}
