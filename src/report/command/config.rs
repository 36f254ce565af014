//! The report of `podaudit config`: every option and rule, and where its value comes from.

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

use crate::finding::Severity;
use crate::inventory::{Coverage, Resource};
use crate::report::Document;
use crate::report::json::{ToolJson, tool};
use crate::report::style::{Look, visible};

/// Grows when a field changes its meaning or goes; new fields alone do not count.
const SCHEMA_VERSION: u32 = 1;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// podaudit itself.
    Default,
    /// This flag of the command line.
    Flag(String),
    /// This variable.
    Environment(String),
    /// This file and line.
    File(String),
}

/// An option of the audit.
#[derive(Clone, Debug)]
pub struct EffectiveOption {
    /// Its long name.
    pub name: String,
    /// As they would be typed; none for an option without a default.
    pub values: Vec<String>,
    /// Who says so.
    pub origin: Origin,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct EffectiveRule {
    /// Its id.
    pub id: &'static str,
    /// Whether it is not turned off.
    pub evaluated: bool,
    /// That of its findings.
    pub severity: Severity,
    /// Who says so.
    pub origin: Origin,
}

/// The effective configuration, ready to be written in any format.
#[derive(Clone, Copy, Debug)]
pub struct ConfigReport<'a> {
    /// The profile that holds.
    pub profile: Option<&'a str>,
    /// In the order of the help text.
    pub options: &'a [EffectiveOption],
    /// In the order of the catalogue.
    pub rules: &'a [EffectiveRule],
    /// podaudit's own version.
    pub version: &'a str,
}

/// The effective configuration; `reports/effective.schema.json` is made from this.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Model"))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct ConfigJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// What made the document.
    tool: ToolJson<'a>,
    /// The profile that holds; null without one.
    profile: Option<&'a str>,
    /// The options of the audit.
    options: Vec<OptionJson<'a>>,
    /// All rules of this version.
    rules: Vec<RuleJson<'a>>,
}

/// An option.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Option"))]
struct OptionJson<'a> {
    /// Its long name, for example `min-severity`.
    name: &'a str,
    /// As they would be typed; empty for an option without a default.
    values: &'a [String],
    /// Where they come from.
    origin: OriginJson<'a>,
}

/// A rule.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Rule"))]
struct RuleJson<'a> {
    /// Its id.
    id: &'a str,
    /// `critical`, `high`, `medium` or `low`.
    severity: &'a str,
    /// False for a rule that is turned off.
    evaluated: bool,
    /// Where this comes from.
    origin: OriginJson<'a>,
}

/// Where a value comes from.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Origin"))]
struct OriginJson<'a> {
    /// `default`, `flag`, `env` or `file`.
    kind: &'a str,
    /// The flag, the variable, or the file and line; null for a default.
    at: Option<&'a str>,
}

impl Origin {
    fn json(&self) -> OriginJson<'_> {
        let (kind, at) = match self {
            Self::Default => ("default", None),
            Self::Flag(at) => ("flag", Some(at)),
            Self::Environment(at) => ("env", Some(at)),
            Self::File(at) => ("file", Some(at)),
        };
        OriginJson { kind, at: at.map(String::as_str) }
    }
}

impl EffectiveOption {
    fn json(&self) -> OptionJson<'_> {
        OptionJson { name: &self.name, values: &self.values, origin: self.origin.json() }
    }
}

impl EffectiveRule {
    fn json(&self) -> RuleJson<'_> {
        let Self { id, evaluated, severity, origin } = self;
        let (severity, origin) = (severity.as_str(), origin.json());
        RuleJson { id, severity, evaluated: *evaluated, origin }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let OriginJson { kind, at } = self.json();
        match at {
            None => f.write_str(kind),
            Some(at) if kind == "file" => f.write_str(at),
            Some(at) => write!(f, "{kind} {at}"),
        }
    }
}

/// A line of the table.
struct ConfigRow {
    name: String,
    value: String,
    origin: String,
}

impl Document for ConfigReport<'_> {
    const READS: &'static [Resource] = &[];

    fn coverage(&self) -> &[Coverage] {
        &[]
    }

    fn write_table(&self, _: Look, out: &mut dyn Write) -> io::Result<()> {
        let options = self.options.iter().map(|option| {
            let value = if option.values.is_empty() { "-" } else { &option.values.join(",") };
            ConfigRow {
                name: option.name.clone(),
                value: value.to_owned(),
                origin: option.origin.to_string(),
            }
        });
        let rules = self.rules.iter().map(|rule| {
            let value = if rule.evaluated { rule.severity.as_str() } else { "off" };
            ConfigRow {
                name: format!("rule {}", rule.id),
                value: value.to_owned(),
                origin: rule.origin.to_string(),
            }
        });
        let rows: Vec<_> = options.chain(rules).collect();
        let name_width = rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
        let value_width = rows.iter().map(|row| row.value.len()).max().unwrap_or_default();
        for ConfigRow { name, value, origin } in rows {
            let line = format!("{name:<name_width$}  {value:<value_width$}  {origin}");
            writeln!(out, "{}", visible(&line))?;
        }
        Ok(())
    }

    fn json(&self) -> impl Serialize {
        ConfigJson {
            schema_version: SCHEMA_VERSION,
            tool: tool(self.version),
            profile: self.profile,
            options: self.options.iter().map(EffectiveOption::json).collect(),
            rules: self.rules.iter().map(EffectiveRule::json).collect(),
        }
    }
}
