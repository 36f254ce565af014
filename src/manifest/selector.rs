//! Label selectors in kubectl's syntax, for sources that have no server to apply them.
//!
//! Source: `k8s.io/apimachinery/pkg/labels/selector.go`.

use std::collections::BTreeMap;
use std::str::FromStr;

/// A parsed selector; all requirements must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector(Vec<Requirement>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Operator {
    Exists,
    Absent,
    In(Vec<String>),
    NotIn(Vec<String>),
}

/// A selector that kubectl would refuse too.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid label selector: {0:?}")]
pub struct SelectorError(String);

impl Selector {
    /// Whether labels satisfy every requirement.
    #[must_use]
    pub fn matches(&self, labels: Option<&BTreeMap<String, Option<String>>>) -> bool {
        self.0.iter().all(|requirement| {
            let value = labels
                .and_then(|labels| labels.get(&requirement.key))
                .map(|value| value.as_deref().unwrap_or_default());
            let among = |list: &[String]| value.is_some_and(|v| list.iter().any(|l| l == v));
            match &requirement.operator {
                Operator::Exists => value.is_some(),
                Operator::Absent => value.is_none(),
                Operator::In(list) => among(list),
                Operator::NotIn(list) => !among(list),
            }
        })
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let requirements = split(text)
            .into_iter()
            .map(|part| requirement(part.trim()).ok_or_else(|| SelectorError(text.to_owned())));
        Ok(Self(requirements.collect::<Result<_, _>>()?))
    }
}

/// At commas outside parentheses.
fn split(text: &str) -> Vec<&str> {
    let mut depth = 0;
    text.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    })
    .collect()
}

fn requirement(text: &str) -> Option<Requirement> {
    let one = |value: &str| vec![value.trim().to_owned()];
    let (key, operator) = if let Some((key, set)) = set_based(text, "notin") {
        (key, Operator::NotIn(set))
    } else if let Some((key, set)) = set_based(text, "in") {
        (key, Operator::In(set))
    } else if let Some((key, value)) = text.split_once("!=") {
        (key, Operator::NotIn(one(value)))
    } else if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        (key, Operator::In(one(value)))
    } else if let Some(key) = text.strip_prefix('!') {
        (key, Operator::Absent)
    } else {
        (text, Operator::Exists)
    };
    let key = key.trim();
    let is_key = |b: u8| b.is_ascii_alphanumeric() || b"-_./".contains(&b);
    (!key.is_empty() && key.bytes().all(is_key))
        .then(|| Requirement { key: key.to_owned(), operator })
}

/// `key in (a, b)`
fn set_based<'t>(text: &'t str, word: &str) -> Option<(&'t str, Vec<String>)> {
    let (head, list) = text.strip_suffix(')')?.split_once('(')?;
    let key = head.trim_end().strip_suffix(word)?;
    let list = list.split(',').map(|value| value.trim().to_owned()).collect();
    key.ends_with(char::is_whitespace).then_some((key, list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubectl_selectors_match_as_they_do_there() {
        let labels = [("app", "web"), ("tier", "")]
            .map(|(key, value)| (key.to_owned(), Some(value.to_owned())))
            .into();
        for (selector, want) in [
            ("", true),
            ("app", true),
            ("!app", false),
            ("app=web", true),
            ("app==web,tier=", true),
            ("app != web", false),
            ("other!=x", true),
            ("app in (web, api),!other", true),
            ("app notin (web)", false),
            ("other notin (x)", true),
        ] {
            let parsed: Selector = selector.parse().unwrap();
            assert_eq!(parsed.matches(Some(&labels)), want, "{selector}");
        }
        for selector in ["a b", "=x", "app in web", "app,,b"] {
            assert!(selector.parse::<Selector>().is_err(), "{selector}");
        }
    }
}
