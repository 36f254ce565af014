//! Label selectors, as the API server reads and applies them: in kubectl's syntax, and as
//! `matchLabels` and `matchExpressions` of an object.
//!
//! Source: `k8s.io/apimachinery/pkg/labels/selector.go` for the grammar and for what matches,
//! `k8s.io/apimachinery/pkg/api/validate/content/kube.go` for keys and values, and
//! `LabelSelectorAsSelector` of `k8s.io/apimachinery/pkg/apis/meta/v1`, Kubernetes v1.37.2.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::FromStr;

use serde::Deserialize;

use super::kind::meta::nullable;

/// The most characters of a value, and of a key's name.
const MAX_LENGTH: usize = 63;
/// The most characters of a key's prefix, which is a DNS name.
const MAX_PREFIX_LENGTH: usize = 253;

/// A parsed selector; all requirements must hold, and the default selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector(Vec<Requirement>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    condition: Condition,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    Exists,
    DoesNotExist,
    In(Vec<String>),
    NotIn(Vec<String>),
    GreaterThan(i64),
    LessThan(i64),
}

/// A selector that the API server would refuse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid label selector {selector:?}: {reason}")]
pub struct LabelSelectorError {
    selector: String,
    reason: String,
}

impl LabelSelector {
    /// Whether an object with these labels is selected; `null` is the empty value.
    #[must_use]
    pub fn matches(&self, labels: &BTreeMap<String, Option<String>>) -> bool {
        self.0.iter().all(|requirement| {
            let value = labels.get(&requirement.key);
            requirement.condition.holds(value.map(|value| value.as_deref().unwrap_or_default()))
        })
    }
}

impl Condition {
    fn holds(&self, value: Option<&str>) -> bool {
        let is_among = |values: &[String]| value.is_some_and(|v| values.iter().any(|one| one == v));
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match self {
            Self::Exists => value.is_some(),
            Self::DoesNotExist => value.is_none(),
            Self::In(values) => is_among(values),
            Self::NotIn(values) => !is_among(values),
            Self::GreaterThan(bound) => number().is_some_and(|number| number > *bound),
            Self::LessThan(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

impl FromStr for LabelSelector {
    type Err = LabelSelectorError;

    fn from_str(text: &str) -> Result<Self, LabelSelectorError> {
        let mut parser = Parser { tokens: Tokens(text).peekable() };
        parser
            .selector()
            .map(Self)
            .map_err(|reason| LabelSelectorError { selector: text.to_owned(), reason })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'t> {
    Open,
    Close,
    Comma,
    Not,
    Equal,
    NotEqual,
    Greater,
    Less,
    /// A key, a value, or one of the operators `in` and `notin`: the place decides.
    Word(&'t str),
}

/// Splits a selector at blanks and symbols.
struct Tokens<'t>(&'t str);

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];
        /// The longer ones first.
        const SYMBOLS: [(&str, Token<'_>); 9] = [
            ("==", Token::Equal),
            ("!=", Token::NotEqual),
            ("=", Token::Equal),
            ("!", Token::Not),
            ("(", Token::Open),
            (")", Token::Close),
            (",", Token::Comma),
            (">", Token::Greater),
            ("<", Token::Less),
        ];
        let rest = self.0.trim_start_matches(BLANKS);
        for (symbol, token) in SYMBOLS {
            if let Some(rest) = rest.strip_prefix(symbol) {
                self.0 = rest;
                return Some(token);
            }
        }
        let is_end = |c: char| BLANKS.contains(&c) || "=!(),><".contains(c);
        let (word, rest) = rest.split_at(rest.find(is_end).unwrap_or(rest.len()));
        self.0 = rest;
        (!word.is_empty()).then_some(Token::Word(word))
    }
}

/// Reads requirements by upstream's grammar; an error says what is wrong, without the selector.
struct Parser<'t> {
    tokens: Peekable<Tokens<'t>>,
}

impl Parser<'_> {
    fn selector(&mut self) -> Result<Vec<Requirement>, String> {
        let mut requirements = Vec::new();
        if self.tokens.peek().is_none() {
            return Ok(requirements);
        }
        loop {
            requirements.push(self.requirement()?);
            match self.tokens.next() {
                None => return Ok(requirements),
                Some(Token::Comma) => {}
                Some(other) => return Err(expected("a comma or the end", Some(other))),
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let is_absent = self.tokens.next_if_eq(&Token::Not).is_some();
        let key = match self.tokens.next() {
            Some(Token::Word(key)) => checked_key(key)?,
            other => return Err(expected("a label key", other)),
        };
        let condition = match self.tokens.peek() {
            _ if is_absent => Condition::DoesNotExist,
            None | Some(Token::Comma) => Condition::Exists,
            Some(_) => self.condition()?,
        };
        Ok(Requirement { key, condition })
    }

    fn condition(&mut self) -> Result<Condition, String> {
        match self.tokens.next() {
            Some(Token::Equal) => Ok(Condition::In(vec![self.value()?])),
            Some(Token::NotEqual) => Ok(Condition::NotIn(vec![self.value()?])),
            Some(Token::Greater) => self.number().map(Condition::GreaterThan),
            Some(Token::Less) => self.number().map(Condition::LessThan),
            Some(Token::Word("in")) => self.values().map(Condition::In),
            Some(Token::Word("notin")) => self.values().map(Condition::NotIn),
            other => Err(expected("=, ==, !=, >, <, in or notin", other)),
        }
    }

    /// One value, which may be empty at the end of a requirement.
    fn value(&mut self) -> Result<String, String> {
        match self.tokens.peek() {
            None | Some(Token::Comma) => Ok(String::new()),
            Some(_) => match self.tokens.next() {
                Some(Token::Word(value)) => checked_value(value),
                other => Err(expected("a label value", other)),
            },
        }
    }

    fn number(&mut self) -> Result<i64, String> {
        let value = self.value()?;
        value.parse().map_err(|_| format!("{value:?} is not an integer"))
    }

    /// Values in parentheses; what stands between two commas may be empty.
    fn values(&mut self) -> Result<Vec<String>, String> {
        match self.tokens.next() {
            Some(Token::Open) => {}
            other => return Err(expected("(", other)),
        }
        let mut values = Vec::new();
        loop {
            let value = match self.tokens.peek() {
                Some(Token::Word(word)) => {
                    let value = checked_value(word)?;
                    self.tokens.next();
                    value
                }
                _ => String::new(),
            };
            values.push(value);
            match self.tokens.next() {
                Some(Token::Comma) => {}
                Some(Token::Close) => return Ok(values),
                other => return Err(expected("a comma or )", other)),
            }
        }
    }
}

fn expected(what: &str, found: Option<Token<'_>>) -> String {
    let found = match found {
        None => "the end",
        Some(Token::Open) => "(",
        Some(Token::Close) => ")",
        Some(Token::Comma) => "a comma",
        Some(Token::Not) => "!",
        Some(Token::Equal) => "=",
        Some(Token::NotEqual) => "!=",
        Some(Token::Greater) => ">",
        Some(Token::Less) => "<",
        Some(Token::Word(word)) => return format!("expected {what}, found {word:?}"),
    };
    format!("expected {what}, found {found}")
}

/// `name` or `dns.prefix/name`.
fn checked_key(key: &str) -> Result<String, String> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let is_valid = prefix.is_none_or(is_dns_name) && !name.is_empty() && is_name(name);
    is_valid.then(|| key.to_owned()).ok_or_else(|| format!("{key:?} is not a label key"))
}

fn checked_value(value: &str) -> Result<String, String> {
    let is_valid = value.is_empty() || is_name(value);
    is_valid.then(|| value.to_owned()).ok_or_else(|| format!("{value:?} is not a label value"))
}

/// Letters and digits at both ends; `-`, `_` and `.` between them too.
fn is_name(text: &str) -> bool {
    let is_end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    bytes.len() <= MAX_LENGTH
        && is_end(bytes.first())
        && is_end(bytes.last())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

/// Labels of small letters, digits and `-`, which is at no end; separated by dots.
fn is_dns_name(text: &str) -> bool {
    let is_alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        bytes.first().is_some_and(is_alphanumeric)
            && bytes.last().is_some_and(is_alphanumeric)
            && bytes.iter().all(|byte| is_alphanumeric(byte) || *byte == b'-')
    };
    text.len() <= MAX_PREFIX_LENGTH && text.split('.').all(is_label)
}

/// A selector as objects have it: `matchLabels` and `matchExpressions`. Empty selects everything.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ObjectLabelSelector {
    #[serde(deserialize_with = "nullable")]
    match_labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "nullable")]
    match_expressions: Vec<MatchExpression>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct MatchExpression {
    #[serde(deserialize_with = "nullable")]
    key: String,
    #[serde(deserialize_with = "nullable")]
    operator: String,
    #[serde(deserialize_with = "nullable")]
    values: Vec<String>,
}

impl ObjectLabelSelector {
    /// The selector; none of one that the API server refuses.
    pub(super) fn selector(&self) -> Option<LabelSelector> {
        let labels = self.match_labels.iter().map(|(key, value)| {
            let condition = Condition::In(vec![checked_value(value).ok()?]);
            Some(Requirement { key: checked_key(key).ok()?, condition })
        });
        let expressions = self.match_expressions.iter().map(MatchExpression::requirement);
        labels.chain(expressions).collect::<Option<_>>().map(LabelSelector)
    }
}

impl MatchExpression {
    fn requirement(&self) -> Option<Requirement> {
        let key = checked_key(&self.key).ok()?;
        let values: Option<Vec<_>> = self.values.iter().map(|v| checked_value(v).ok()).collect();
        let values = values?;
        let condition = match (self.operator.as_str(), values.is_empty()) {
            ("In", false) => Condition::In(values),
            ("NotIn", false) => Condition::NotIn(values),
            ("Exists", true) => Condition::Exists,
            ("DoesNotExist", true) => Condition::DoesNotExist,
            _ => return None,
        };
        Some(Requirement { key, condition })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_match_as_in_kubectl() {
        let labels = [("app", "web"), ("tier", ""), ("weight", "7")]
            .map(|(key, value)| (key.to_owned(), Some(value.to_owned())))
            .into();
        for (selector, want) in [
            ("", true),
            (" ", true),
            ("app", true),
            ("!app", false),
            ("! other", true),
            ("app=web", true),
            ("app==web,tier=", true),
            ("app != web", false),
            ("other!=x", true),
            ("app in (web, api),!other", true),
            ("app notin (web)", false),
            ("other notin (x)", true),
            ("tier in ()", true),
            ("tier in (x,)", true),
            ("weight>6,weight < 8", true),
            ("app>6", false),
            ("other<6", false),
        ] {
            let parsed: LabelSelector = selector.parse().unwrap();
            assert_eq!(parsed.matches(&labels), want, "{selector}");
        }
    }

    #[test]
    fn what_the_api_server_refuses_is_an_error_that_says_why() {
        for (selector, reason) in [
            ("app=web=x", "expected a comma or the end, found ="),
            ("app=web tier", "expected a comma or the end, found \"tier\""),
            ("a b", "expected =, ==, !=, >, <, in or notin, found \"b\""),
            ("=x", "expected a label key, found ="),
            ("app in web", "expected (, found \"web\""),
            ("app in (web", "expected a comma or ), found the end"),
            ("app,,b", "expected a label key, found a comma"),
            ("app,", "expected a label key, found the end"),
            ("!app=web", "expected a comma or the end, found ="),
            ("app=-web", "\"-web\" is not a label value"),
            ("-app", "\"-app\" is not a label key"),
            ("Up.example/app", "\"Up.example/app\" is not a label key"),
            ("weight>x", "\"x\" is not an integer"),
        ] {
            let error = selector.parse::<LabelSelector>().unwrap_err();
            let want = format!("invalid label selector {selector:?}: {reason}");
            assert_eq!(error.to_string(), want);
        }
    }
}
