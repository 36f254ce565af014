//! What the operator decided about the rules: which are on, how severe they are, and what is
//! accepted. It changes no verdict.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::finding::{Acceptance, Finding, Judgement, Severity, Verdict};
use crate::inventory::EXCEPTION_ANNOTATION_PREFIX;
use crate::rules::{self, Rule};
use crate::suppression::{Exception, ExceptionSubject};

/// All decisions. The default asks every rule and accepts nothing.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// By rule id.
    pub rules: BTreeMap<String, RuleSetting>,
    /// From the file of exceptions.
    pub exceptions: Vec<Exception>,
    /// Whether an annotation on the object is an exception too.
    pub annotations: bool,
    /// The day on which exceptions are judged; they never expire without one.
    pub today: Option<Date>,
}

/// A decision about one rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleSetting {
    /// Whether the rule is off: it judges nothing.
    pub off: bool,
    /// The severity of all its findings, also of those with one of their own.
    pub severity: Option<Severity>,
}

impl Policy {
    /// The rules that are on, in the order of the catalogue.
    pub fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        rules::ALL.iter().filter(|rule| !self.setting(rule.id).off)
    }

    /// The severity of the rule, unless a finding has its own.
    #[must_use]
    pub fn severity(&self, rule: &Rule) -> Severity {
        self.setting(rule.id).severity.unwrap_or(rule.severity)
    }

    /// The judgement as this operator sees it, the same one if nothing was decided about it; `None`
    /// for a rule that is turned off. `annotations` are those of the object judged.
    #[must_use]
    pub fn judged(
        &self,
        rule: &Rule,
        subject: &ExceptionSubject,
        annotations: &BTreeMap<String, String>,
        judgement: impl Into<Arc<Judgement>>,
    ) -> Option<Arc<Judgement>> {
        let setting = self.setting(rule.id);
        if setting.off {
            return None;
        }
        let judgement = judgement.into();
        let severity = setting.severity.or(judgement.severity);
        let is_open = matches!(judgement.verdict, Verdict::Fail | Verdict::Unknown);
        let acceptance = if is_open { self.acceptance(rule, subject, annotations) } else { None };
        if severity == judgement.severity && acceptance.is_none() {
            return Some(judgement);
        }
        let mut judgement = Arc::unwrap_or_clone(judgement);
        judgement.severity = severity;
        judgement.acceptance = acceptance.map(Box::new);
        Some(Arc::new(judgement))
    }

    /// An exception that holds wins over one that has expired, the file over an annotation.
    fn acceptance(
        &self,
        rule: &Rule,
        subject: &ExceptionSubject,
        annotations: &BTreeMap<String, String>,
    ) -> Option<Acceptance> {
        let matching = || self.matching(rule, subject);
        let of_file = |exception: &Exception| Acceptance {
            expired: self.is_expired(exception),
            reason: exception.reason.clone(),
            expires: exception.expires.map(|date| date.to_string()),
            source: exception.source.clone(),
        };
        let holding = matching().find(|exception| !self.is_expired(exception)).map(of_file);
        let annotated = || {
            let key = key(rule);
            let reason = annotations.get(&key).filter(|_| self.annotations)?;
            let source = format!("annotation {key}");
            Some(Acceptance { expired: false, reason: reason.clone(), expires: None, source })
        };
        holding.or_else(annotated).or_else(|| matching().next().map(of_file))
    }

    fn is_expired(&self, exception: &Exception) -> bool {
        self.today.is_some_and(|today| exception.is_expired(today))
    }

    /// The exceptions of the file about this, in its order.
    pub fn matching<'a>(
        &'a self,
        rule: &'a Rule,
        subject: &'a ExceptionSubject,
    ) -> impl Iterator<Item = &'a Exception> {
        self.exceptions.iter().filter(|exception| exception.matches(rule.id, subject))
    }

    /// Whether an annotation would accept it, had the operator allowed annotations.
    #[must_use]
    pub fn is_unheeded(&self, rule: &Rule, annotations: &BTreeMap<String, String>) -> bool {
        !self.annotations && !annotations.is_empty() && annotations.contains_key(&key(rule))
    }

    /// The exceptions of the file that none of these findings needs.
    pub fn unused<'a>(&'a self, findings: &[Finding]) -> impl Iterator<Item = &'a Exception> {
        let acceptances = findings.iter().filter_map(|f| f.judgement.acceptance.as_deref());
        let used: BTreeSet<String> = acceptances.map(|a| a.source.clone()).collect();
        self.exceptions.iter().filter(move |exception| !used.contains(&exception.source))
    }

    fn setting(&self, rule: &str) -> RuleSetting {
        self.rules.get(rule).copied().unwrap_or_default()
    }
}

/// The annotation that accepts the rule's findings of its object.
fn key(rule: &Rule) -> String {
    format!("{EXCEPTION_ANNOTATION_PREFIX}{}", rule.id)
}
