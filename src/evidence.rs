//! What a fact rests on: a field's value, an observation, or a default, and how far to trust it.

use std::borrow::Cow;

use crate::object::{FieldPath, ObjectRef};

/// Where a value comes from. The order is the order of trust: the first is the surest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceSource {
    /// A field of an object in the API.
    Field,
    /// The kubelet or the runtime reported it in `status`.
    Observed,
    /// A default that the API server, the kubelet or Linux applies and nobody can configure.
    Default,
    /// What admission would set on a manifest that has not been admitted yet.
    Admission,
    /// A default of the container runtime; a node's configuration may change it.
    RuntimeDefault,
    /// Taken for granted because the object that would tell was not read.
    Assumed,
}

impl EvidenceSource {
    /// The word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Observed => "observed",
            Self::Default => "default",
            Self::Admission => "admission",
            Self::RuntimeDefault => "runtimeDefault",
            Self::Assumed => "assumed",
        }
    }

    /// How sure a verdict can be that rests on this.
    #[must_use]
    pub fn confidence(self) -> Confidence {
        match self {
            Self::Field | Self::Observed | Self::Default => Confidence::Certain,
            Self::Admission | Self::RuntimeDefault | Self::Assumed => Confidence::Likely,
        }
    }
}

/// How sure a step of an attack path is. The order is the order of trust: the first is the surest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// What was read says so, if no other admission control refuses it.
    Certain,
    /// Holds if something is also true that was not read, or that the API does not show.
    Possible,
}

impl Certainty {
    /// The word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Possible => "possible",
        }
    }

    /// Certain where this holds, and else possible.
    #[must_use]
    pub fn certain_if(holds: bool) -> Self {
        if holds { Self::Certain } else { Self::Possible }
    }

    /// Of what needs both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }

    /// Of what either of them allows.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.min(other)
    }
}

/// How sure a verdict is; independent of its severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Holds if something else is also true that the API does not show.
    Possible,
    /// Rests on a default that a node's configuration may change, or on a prediction of admission.
    Likely,
    /// The API itself says so.
    Certain,
}

impl Confidence {
    /// The confidence of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let mut all = [Self::Possible, Self::Likely, Self::Certain].into_iter();
        all.find(|confidence| confidence.as_str() == word)
    }

    /// The word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// One value that a fact rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// The object that holds the field, where it is another than the one judged.
    pub object: Option<Box<ObjectRef>>,
    /// Which field.
    pub path: FieldPath,
    /// Its value, or `unset`. Never the value of an environment variable, a token or a Secret.
    pub value: Cow<'static, str>,
    /// Where the value comes from.
    pub source: EvidenceSource,
}

/// What a field can hold. Most are words that are known here, and cost no memory.
pub trait Value {
    /// As it is shown.
    fn text(self) -> Cow<'static, str>;
}

impl Value for bool {
    fn text(self) -> Cow<'static, str> {
        Cow::Borrowed(if self { "true" } else { "false" })
    }
}

impl Value for i64 {
    fn text(self) -> Cow<'static, str> {
        Cow::Owned(self.to_string())
    }
}

impl Value for &'static str {
    fn text(self) -> Cow<'static, str> {
        Cow::Borrowed(self)
    }
}

impl Value for String {
    fn text(self) -> Cow<'static, str> {
        Cow::Owned(self)
    }
}

impl Value for &String {
    fn text(self) -> Cow<'static, str> {
        Cow::Owned(self.clone())
    }
}

impl Value for &Cow<'static, str> {
    fn text(self) -> Cow<'static, str> {
        self.clone()
    }
}

impl Evidence {
    /// A field of the judged object itself.
    pub fn field(path: FieldPath, value: impl Value) -> Self {
        Self::new(EvidenceSource::Field, path, value)
    }

    /// A field that is not set, and so leaves the decision to something else.
    #[must_use]
    pub fn unset(path: FieldPath) -> Self {
        Self::field(path, "unset")
    }

    /// A value from any source.
    pub fn new(source: EvidenceSource, path: FieldPath, value: impl Value) -> Self {
        Self { object: None, path, value: value.text(), source }
    }

    /// This evidence, on another object.
    #[must_use]
    pub fn on(mut self, object: ObjectRef) -> Self {
        self.object = Some(Box::new(object));
        self
    }
}

/// As sure as the least sure of these.
#[must_use]
pub fn confidence(evidence: &[Evidence]) -> Confidence {
    evidence.iter().map(|e| e.source.confidence()).min().unwrap_or(Confidence::Certain)
}
