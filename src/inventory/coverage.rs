//! What was read and what was not: the record that decides whether "no finding" means clean.

use serde::{Deserialize, Serialize};

use super::resource::Resource;
use crate::object::ObjectRef;

/// How much of a kind was read.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize,
)]
#[serde(rename_all = "camelCase")]
pub enum CoverageState {
    /// Everything in the scan's scope.
    Complete,
    /// Some of it or nothing: the error and the undecodable objects say why.
    Incomplete,
    /// The files read hold none; whether the cluster has any is not known.
    #[default]
    Absent,
    /// Outside the scan's scope.
    NotRequested,
}

impl CoverageState {
    /// The word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::Absent => "absent",
            Self::NotRequested => "notRequested",
        }
    }
}

/// The record of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Coverage {
    /// Which kind.
    pub resource: Resource,
    /// The verdict on this record.
    pub state: CoverageState,
    /// Objects that the source sent.
    pub listed: u64,
    /// Objects that could be read.
    pub decoded: u64,
    /// Objects that could not, and why.
    pub undecodable: Vec<Undecodable>,
    /// Answers that the lists came in.
    pub pages: u64,
    /// Requests repeated after a passing fault.
    pub retries: u64,
    /// Whether the lists show one moment of the cluster.
    pub consistent: bool,
    /// What ended the listing early, in one line.
    pub error: Option<String>,
    /// Whether nobody verified that the answers are those of the API server.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unverified: bool,
    /// The moment that the answers show, if the server tells and as long as it is one.
    #[serde(skip)]
    pub(super) resource_version: Option<String>,
}

impl Coverage {
    /// A record of nothing read yet.
    #[must_use]
    pub fn new(resource: Resource, state: CoverageState) -> Self {
        Self {
            resource,
            state,
            listed: 0,
            decoded: 0,
            undecodable: Vec::new(),
            pages: 0,
            retries: 0,
            consistent: true,
            error: None,
            unverified: false,
            resource_version: None,
        }
    }

    /// Counts an answer, and the moment that it shows.
    pub fn page(&mut self, resource_version: Option<&str>) {
        if self.pages == 0 {
            self.resource_version = resource_version.map(str::to_owned);
        }
        self.consistent &= self.resource_version.as_deref() == resource_version;
        self.pages += 1;
    }

    /// Notes why the kind could not be read to the end.
    pub fn fail(&mut self, error: impl Into<String>) {
        self.state = CoverageState::Incomplete;
        let error = error.into();
        self.error = Some(match self.error.take() {
            Some(before) => format!("{before}; {error}"),
            None => error,
        });
    }

    /// Adds the record of another list of this kind.
    pub fn absorb(&mut self, other: Self) {
        if self.pages == 0 {
            self.resource_version = other.resource_version;
        } else if other.pages > 0 {
            // Two lists are of two moments, unless they tell.
            let same =
                self.resource_version.is_some() && self.resource_version == other.resource_version;
            self.consistent &= same;
        }
        self.listed += other.listed;
        self.decoded += other.decoded;
        self.undecodable.extend(other.undecodable);
        self.pages += other.pages;
        self.retries += other.retries;
        self.consistent &= other.consistent;
        self.unverified |= other.unverified;
        match (self.state, other.state) {
            (_, CoverageState::Incomplete) | (CoverageState::Absent, _) => self.state = other.state,
            _ => {}
        }
        if let Some(error) = other.error {
            self.fail(error);
        }
    }

    /// Counts an object that the source sent.
    pub fn list_one(&mut self) {
        self.listed += 1;
        if self.state == CoverageState::Absent {
            self.state = CoverageState::Complete;
        }
    }

    /// Each reason why the kind was not read to the end, in one line.
    pub fn problems(&self) -> impl Iterator<Item = String> {
        let plural = self.resource.plural();
        let bad = self.undecodable.iter().map(|bad| format!("{}: {}", bad.object, bad.error));
        self.error.iter().cloned().chain(bad).map(move |problem| format!("{plural}: {problem}"))
    }

    /// Notes an object that could not be read.
    pub fn undecodable(&mut self, object: ObjectRef, error: String) {
        self.state = CoverageState::Incomplete;
        self.undecodable.push(Undecodable { object, error });
    }
}

/// An object that was listed and could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Undecodable {
    /// As far as its name could be read.
    pub object: ObjectRef,
    /// What is wrong with it.
    pub error: String,
}
