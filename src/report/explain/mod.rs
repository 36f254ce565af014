//! What `podaudit explain` prints: an answer for people, and the same for machines.

mod json;
mod model;
mod text;

use std::io::{self, Write};

use super::{Cluster, Look, SubFormat};
use crate::explain::PodExplained;
use crate::object::ObjectRef;

/// Pods that are alike in every fact, and what is true of them.
#[derive(Clone, Debug)]
pub struct Group {
    /// The pods, sorted by name.
    pub pods: Vec<ObjectRef>,
    /// The facts.
    pub explained: PodExplained,
}

/// Everything that was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Explanation<'a> {
    /// Groups of pods, the largest first.
    pub groups: &'a [Group],
    /// Of which cluster.
    pub cluster: &'a Cluster,
    /// podaudit's own version.
    pub version: &'a str,
}

impl Explanation<'_> {
    /// Writes the explanation: text or JSON.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&self, format: SubFormat, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match format {
            SubFormat::Table => text::write(self, look, out),
            SubFormat::Json => json::write(self, out),
        }
    }
}
