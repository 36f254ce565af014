//! What is stored once: most pods of a cluster get the same few thousand judgements, and have tokens
//! in the same places.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;

use crate::finding::Judgement;
use crate::object::ContainerPlace;
use crate::posture::ContainerCredentials;

/// Everything so far that is stored once.
#[derive(Default)]
pub(super) struct Interner {
    judgements: HashSet<Arc<Judgement>>,
    containers: HashSet<Arc<ContainerPlace>>,
    credentials: HashSet<Arc<ContainerCredentials>>,
}

impl Interner {
    /// This judgement, or an equal one that is stored already.
    pub(super) fn judgement(&mut self, judgement: impl Into<Arc<Judgement>>) -> Arc<Judgement> {
        intern(&mut self.judgements, judgement.into())
    }

    /// This container, or an equal one that is stored already.
    pub(super) fn container(&mut self, container: ContainerPlace) -> Arc<ContainerPlace> {
        intern(&mut self.containers, container.into())
    }

    /// These credentials, or equal ones that are stored already.
    pub(super) fn credentials(
        &mut self,
        credentials: ContainerCredentials,
    ) -> Arc<ContainerCredentials> {
        intern(&mut self.credentials, credentials.into())
    }
}

fn intern<T: Eq + Hash>(known: &mut HashSet<Arc<T>>, value: Arc<T>) -> Arc<T> {
    if let Some(known) = known.get(&value) {
        return known.clone();
    }
    known.insert(value.clone());
    value
}
