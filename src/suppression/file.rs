//! The file of exceptions: YAML, strict, every error with its line. `reports/exceptions.schema.json`
//! is made from these structures.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Deserialize;
use serde_saphyr::Spanned;
use wildmatch::WildMatch;

use super::exception::Exception;
use crate::rules;

/// The exceptions could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ExceptionsError {
    /// No such file, or no right to read it.
    #[error("unable to read {}", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// Not what the schema asks for.
    #[error("{0}: {1}")]
    Format(String, String),
}

/// Findings that are accepted.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct File {
    /// Each accepts the findings that all its patterns match.
    exceptions: Vec<Entry>,
}

/// Accepts findings. In patterns, `*` is any text and `?` one character.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Id of the rule.
    #[cfg_attr(test, schemars(schema_with = "tests::rule_ids"))]
    rule: Spanned<String>,
    /// Pattern: namespace of the workload.
    namespace: Option<String>,
    /// Pattern: kind and name of the workload, for example `Deployment/web-*`.
    workload: Option<String>,
    /// Pattern: name of the container.
    container: Option<String>,
    /// Pattern: image as written in the pod.
    image: Option<String>,
    /// Why this is accepted, and by whom.
    #[cfg_attr(test, schemars(with = "String", length(min = 1)))]
    reason: Spanned<String>,
    /// The last day on which this holds, in UTC: `2026-12-31`. Then the finding is back.
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "date")))]
    expires: Option<Spanned<String>>,
}

/// Reads the file.
///
/// # Errors
/// No such file; a field or rule that is not known, a reason that is empty, a date that is none:
/// with the line.
pub fn read(path: &Path) -> Result<Vec<Exception>, ExceptionsError> {
    let text =
        std::fs::read_to_string(path).map_err(|e| ExceptionsError::File(path.to_owned(), e))?;
    parse(&text, &path.display().to_string())
}

fn parse(text: &str, name: &str) -> Result<Vec<Exception>, ExceptionsError> {
    let options = serde_saphyr::options! { with_snippet: false };
    let file: File = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let message = error.to_string().lines().next().unwrap_or_default().to_owned();
        ExceptionsError::Format(name.to_owned(), message)
    })?;
    file.exceptions.into_iter().map(|entry| exception(entry, name)).collect()
}

fn exception(entry: Entry, name: &str) -> Result<Exception, ExceptionsError> {
    let at = |line: u64| format!("{name}:{line}");
    let source = at(entry.rule.referenced.line());
    let fail = |line, message: String| ExceptionsError::Format(at(line), message);
    if rules::find(&entry.rule.value).is_none() {
        let message = format!("no rule {:?}; podaudit rules lists them", entry.rule.value);
        return Err(fail(entry.rule.referenced.line(), message));
    }
    if entry.reason.value.trim().is_empty() {
        return Err(fail(entry.reason.referenced.line(), "the reason is empty".to_owned()));
    }
    let expires = entry.expires.map(|date| {
        let invalid = |_| {
            let message = format!("{:?} is not a date such as 2026-12-31", date.value);
            fail(date.referenced.line(), message)
        };
        date.value.parse::<Date>().map_err(invalid)
    });
    let pattern = |text: Option<String>| text.map(|text| WildMatch::new(&text));
    Ok(Exception {
        rule: entry.rule.value,
        namespace: pattern(entry.namespace),
        workload: pattern(entry.workload),
        container: pattern(entry.container),
        image: pattern(entry.image),
        reason: entry.reason.value,
        expires: expires.transpose()?,
        source,
    })
}

/// The schema of the file.
#[cfg(test)]
pub(crate) fn schema() -> schemars::Schema {
    schemars::schema_for!(File)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn rule_ids(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let ids: Vec<_> = rules::ALL.iter().map(|rule| rule.id).collect();
        schemars::json_schema!({"type": "string", "enum": ids})
    }

    #[test]
    fn an_error_names_the_line() {
        let error = |text: &str| parse(text, "e.yaml").unwrap_err().to_string();
        let entry = "exceptions:\n- rule: privileged\n  reason: known\n";
        assert_eq!(parse(entry, "e.yaml").unwrap()[0].source, "e.yaml:2");
        let cases = [
            (entry.replace("privileged", "privilege"), "e.yaml:2: no rule \"privilege\""),
            (entry.replace("known", "' '"), "e.yaml:3: the reason is empty"),
            (format!("{entry}  expires: soon\n"), "e.yaml:4: \"soon\" is not a date"),
            (format!("{entry}  name: web\n"), "unknown field `name`"),
            (entry.replace("  reason: known\n", ""), "missing field `reason`"),
        ];
        for (text, message) in cases {
            let error = error(&text);
            assert!(error.contains(message), "{error}");
            assert!(error.contains("line ") || error.starts_with("e.yaml:"), "{error}");
        }
    }
}
