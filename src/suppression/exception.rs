//! One exception: patterns, and what they are matched with.

use jiff::civil::Date;
use wildmatch::WildMatch;

/// One exception. Each pattern that is set must match; `*` stands for any text, `?` for one
/// character.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The rule's id.
    pub rule: String,
    /// Namespace of the workload.
    pub namespace: Option<WildMatch>,
    /// `Kind/name` of the workload.
    pub workload: Option<WildMatch>,
    /// Name of the container.
    pub container: Option<WildMatch>,
    /// The container's image as written in the pod.
    pub image: Option<WildMatch>,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it holds, in UTC.
    pub expires: Option<Date>,
    /// File and line.
    pub source: String,
}

/// What an exception can be about.
#[derive(Clone, Copy, Debug)]
pub struct ExceptionSubject<'a> {
    /// `None` for cluster-scoped kinds.
    pub namespace: Option<&'a str>,
    /// Kind of the workload, or of the object that is no pod.
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The container, where the rule judges containers.
    pub container: Option<&'a str>,
    /// Its image, where that is known.
    pub image: Option<&'a str>,
}

impl Exception {
    /// Whether it is about this finding. A pattern for what the finding does not have, such as a
    /// container where the rule judges pods, does not match.
    #[must_use]
    pub fn matches(&self, rule: &str, subject: &ExceptionSubject) -> bool {
        let fits = |pattern: &Option<WildMatch>, text: Option<&str>| {
            pattern.as_ref().is_none_or(|pattern| text.is_some_and(|text| pattern.matches(text)))
        };
        let workload = || format!("{}/{}", subject.kind, subject.name);
        self.rule == rule
            && fits(&self.namespace, subject.namespace)
            && fits(&self.container, subject.container)
            && fits(&self.image, subject.image)
            && (self.workload.is_none() || fits(&self.workload, Some(&workload())))
    }

    /// Whether its last day is over.
    #[must_use]
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|last| last < today)
    }
}
