//! The configuration file: options of the audit and decisions about rules, with profiles. Strict:
//! every error has its line. It knows no option by name; the command line does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::Spanned;

use crate::finding::Severity;
use crate::policy::RuleSetting;
use crate::rules;

/// The configuration could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No such file, or no right to read it.
    #[error("unable to read {}", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// Not what the schema asks for.
    #[error("{0}: {1}")]
    Format(String, String),
    /// A profile that the file does not have.
    #[error("no profile {0:?} in {1}")]
    Profile(String, String),
}

/// What the file says, the profile applied.
#[derive(Debug, Default)]
pub struct Config {
    /// Options by long name.
    pub options: BTreeMap<String, Setting<Vec<String>>>,
    /// Rules by id.
    pub rules: BTreeMap<String, Setting<RuleSetting>>,
    /// The profile that holds, if any.
    pub profile: Option<String>,
}

/// A value and where it is written.
#[derive(Clone, Debug)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// File and line.
    pub origin: String,
}

/// What podaudit does where the command line and the environment say nothing.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "File"))]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    /// The profile that holds if --profile names no other.
    profile: Option<String>,
    /// Options of the audit by their long names, for every profile.
    #[serde(default)]
    #[cfg_attr(test, schemars(schema_with = "tests::options_schema"))]
    options: BTreeMap<String, Spanned<Value>>,
    /// Rules by id: `off`, the severity of all their findings, or `on` for their own.
    #[serde(default)]
    #[cfg_attr(test, schemars(schema_with = "tests::rules_schema"))]
    rules: BTreeMap<String, Spanned<String>>,
    /// By name; what a profile says goes before what is said for every profile.
    #[serde(default)]
    profiles: BTreeMap<String, ConfigProfile>,
}

/// Options and rules that hold if the profile is chosen.
#[derive(Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Profile"))]
#[serde(deny_unknown_fields)]
struct ConfigProfile {
    /// As for every profile.
    #[serde(default)]
    #[cfg_attr(test, schemars(schema_with = "tests::options_schema"))]
    options: BTreeMap<String, Spanned<Value>>,
    /// As for every profile.
    #[serde(default)]
    #[cfg_attr(test, schemars(schema_with = "tests::rules_schema"))]
    rules: BTreeMap<String, Spanned<String>>,
}

/// Reads the file and applies the profile, or the one that the file itself names.
///
/// # Errors
/// No such file or profile; a field, rule or word that is not known: with the line.
pub fn read(path: &Path, profile: Option<&str>) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|e| ConfigError::File(path.to_owned(), e))?;
    let name = path.display().to_string();
    let options = serde_saphyr::options! { with_snippet: false };
    let mut file: ConfigFile =
        serde_saphyr::from_str_with_options(&text, options).map_err(|error| {
            let message = error.to_string().lines().next().unwrap_or_default().to_owned();
            ConfigError::Format(name.clone(), message)
        })?;
    let profile = profile.map(str::to_owned).or(file.profile);
    let chosen = match &profile {
        None => ConfigProfile::default(),
        Some(wanted) => file
            .profiles
            .remove(wanted)
            .ok_or_else(|| ConfigError::Profile(wanted.clone(), name.clone()))?,
    };
    file.options.extend(chosen.options);
    file.rules.extend(chosen.rules);
    // What no profile uses now is checked too: it would fail on another day.
    for other in file.profiles.into_values() {
        settings(other.rules, &name, rule_setting)?;
        settings(other.options, &name, option_values)?;
    }
    Ok(Config {
        options: settings(file.options, &name, option_values)?,
        rules: settings(file.rules, &name, rule_setting)?,
        profile,
    })
}

/// Reads each value, or says which is none and where it is.
fn settings<T, U>(
    values: BTreeMap<String, Spanned<T>>,
    name: &str,
    read: fn(&str, &T) -> Result<U, String>,
) -> Result<BTreeMap<String, Setting<U>>, ConfigError> {
    let read = |(key, spanned): (String, Spanned<T>)| {
        let origin = format!("{name}:{}", spanned.referenced.line());
        match read(&key, &spanned.value) {
            Ok(value) => Ok((key, Setting { value, origin })),
            Err(message) => Err(ConfigError::Format(origin, message)),
        }
    };
    values.into_iter().map(read).collect()
}

fn rule_setting(id: &str, word: &String) -> Result<RuleSetting, String> {
    if rules::find(id).is_none() {
        return Err(format!("no rule {id:?}; podaudit rules lists them"));
    }
    // An editor may write what YAML 1.1 reads as a boolean.
    match (word.as_str(), Severity::parse(word)) {
        ("on" | "true", _) => Ok(RuleSetting::default()),
        ("off" | "false", _) => Ok(RuleSetting { off: true, severity: None }),
        (_, Some(severity)) => Ok(RuleSetting { off: false, severity: Some(severity) }),
        _ => Err(format!("{id}: {word:?} is not on, off or a severity")),
    }
}

fn option_values(name: &str, value: &Value) -> Result<Vec<String>, String> {
    let word = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err(format!("{name}: neither a word nor a list of words")),
    };
    match value {
        Value::Array(values) => values.iter().map(word).collect(),
        value => Ok(vec![word(value)?]),
    }
}

/// The schema of the file.
#[cfg(test)]
pub(crate) fn schema() -> schemars::Schema {
    schemars::schema_for!(ConfigFile)
}

#[cfg(test)]
mod tests {
    use super::{Severity, Value, rules};

    pub(super) fn options_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "properties": crate::cli::options_schema(),
            "additionalProperties": false,
        })
    }

    pub(super) fn rules_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let words: Vec<_> =
            ["on", "off"].into_iter().chain(Severity::WORST_FIRST.map(Severity::as_str)).collect();
        let words: Vec<Value> =
            words.into_iter().map(Value::from).chain([true, false].map(Value::from)).collect();
        let rule = |rule: &rules::Rule| {
            (rule.id.to_owned(), serde_json::json!({"description": rule.summary, "enum": words}))
        };
        let rules: serde_json::Map<_, _> = rules::ALL.iter().map(rule).collect();
        schemars::json_schema!({"type": "object", "properties": rules, "additionalProperties": false})
    }
}
