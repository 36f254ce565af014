//! What names a fact, and words that facts share.

/// One fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Stable, for machines.
    pub id: &'static str,
    /// For people.
    pub title: &'static str,
    /// The upstream file, KEP or manual page that the answer follows.
    pub source: &'static str,
}

impl Fact {
    pub(super) const fn new(id: &'static str, title: &'static str, source: &'static str) -> Self {
        Self { id, title, source }
    }
}

pub(super) fn yes_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

/// The words with commas, or `none`.
pub(super) fn list(words: impl IntoIterator<Item = String>) -> String {
    let words: Vec<_> = words.into_iter().collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}
