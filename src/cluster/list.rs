//! One kind, page by page, into an inventory of its own. A page counts only when all of it has
//! arrived, and while it arrives, the next one is already asked for.

use std::collections::BTreeSet;
use std::pin::pin;

use futures::future::{BoxFuture, Either, MaybeDone, maybe_done, select};

use super::collect::Scope;
use super::connect::Connection;
use super::error::{ClusterError, one_line};
use super::request::{Opened, Want};
use super::retry::{TRIES, pause};
use crate::inventory::Inventory;
use crate::inventory::Split;
use crate::inventory::coverage::{Resource, State};
use crate::inventory::page::{PageError, Paging};

/// Objects a page; what the API server's priority and fairness is tuned for.
const PAGE_SIZE: u32 = 500;
/// The smallest page of a server under load.
const MIN_PAGE_SIZE: u32 = 100;
/// Lists begun anew after a 410 without a token to go on with.
const RESTARTS: u32 = 2;
/// Ten times what a cluster may hold, in the smallest pages.
const MAX_PAGES: usize = 15_000;

/// One kind on its way into an inventory.
pub(super) struct Listing<'c, P> {
    pub(super) connection: &'c Connection,
    pub(super) resource: Resource,
    pub(super) progress: &'c P,
    /// What was read of earlier places.
    before: Inventory,
    /// What was read of this place: forgotten if its list has to begin anew.
    pub(super) here: Inventory,
    pub(super) page_size: u32,
    asked_to_renew: bool,
    is_over: bool,
    /// What the server is to select pods by, if it can.
    pub(super) selector: Option<String>,
    /// Of a shard: how its pods are chosen.
    pub(super) split: Option<Split>,
    /// The server does not know who asks.
    pub(super) unauthorized: Option<ClusterError>,
}

/// Where in a list to go on.
pub(super) struct Cursor<'s> {
    pub(super) namespace: Option<&'s str>,
    pub(super) scope: &'s Scope,
    pub(super) token: Option<String>,
}

/// The next page, asked for while this one arrives.
type Next<'c> = MaybeDone<BoxFuture<'c, Result<Opened<'c>, ClusterError>>>;

impl<'c, P: Fn(Resource, u64)> Listing<'c, P> {
    pub(super) fn new(connection: &'c Connection, resource: Resource, progress: &'c P) -> Self {
        let mut before = Inventory::default();
        before.coverage_mut(resource).state = State::Complete;
        Self {
            connection,
            resource,
            progress,
            before,
            here: Inventory::default(),
            page_size: PAGE_SIZE,
            asked_to_renew: false,
            is_over: false,
            selector: None,
            split: None,
            unauthorized: None,
        }
    }

    /// What was read; if that was stopped, with the reason.
    pub(super) fn into_inventory(mut self, stopped: Option<&str>) -> Inventory {
        if let Some(why) = stopped.filter(|_| !self.is_over) {
            self.before.coverage_mut(self.resource).fail(why);
        }
        self.leave();
        self.before
    }

    pub(super) async fn run(&mut self, scope: &Scope) {
        let by_namespace = !scope.namespaces.is_empty();
        let optional =
            by_namespace && !self.resource.is_namespaced() && self.resource != Resource::Namespaces;
        let places = match scope.shard.filter(|_| self.resource == Resource::Pods) {
            Some(shard) => match self.places(scope, shard).await {
                Ok(places) => places,
                Err(error) => return self.fail(error),
            },
            None if by_namespace && !optional => {
                scope.namespaces.iter().cloned().map(Some).collect()
            }
            None => vec![None],
        };
        for namespace in &places {
            let namespace = namespace.as_deref();
            let outcome = match namespace {
                Some(name) if self.resource == Resource::Namespaces => self.one(name).await,
                _ => self.list(Cursor { namespace, scope, token: None }).await,
            };
            self.leave();
            let record = self.before.coverage_mut(self.resource);
            match outcome {
                Ok(()) => {}
                // These help, but a Role for some namespaces cannot grant them.
                Err(ClusterError::Status { code: 403, .. }) if optional => {
                    record.state = State::NotRequested;
                }
                Err(error @ ClusterError::Unauthorized { .. }) => return self.fail(error),
                Err(error) => record.fail(one_line(&error)),
            }
        }
        self.is_over = true;
    }

    /// The end of it.
    fn fail(&mut self, error: ClusterError) {
        self.leave();
        self.before.coverage_mut(self.resource).fail(one_line(&error));
        self.is_over = true;
        self.unauthorized = Some(error).filter(|e| matches!(e, ClusterError::Unauthorized { .. }));
    }

    /// Two lists are of two moments.
    fn leave(&mut self) {
        let has_pages = |of: &Inventory| of.coverage(self.resource).pages > 0;
        let differs = has_pages(&self.before) && has_pages(&self.here);
        self.before.absorb(std::mem::take(&mut self.here));
        self.before.coverage_mut(self.resource).consistent &= !differs;
    }

    pub(super) async fn list(&mut self, mut cursor: Cursor<'_>) -> Result<(), ClusterError> {
        let mut restarts = RESTARTS;
        let mut offers = 1;
        let mut seen = BTreeSet::new();
        let mut next = MaybeDone::Gone;
        loop {
            match self.page(&cursor, std::mem::replace(&mut next, MaybeDone::Gone)).await {
                Ok((Paging { next: None, remaining, .. }, _)) if remaining > 0 => {
                    return Err(ClusterError::EndsEarly(remaining));
                }
                Ok((Paging { next: None, .. }, _)) => return Ok(()),
                Ok((Paging { next: Some(token), .. }, opened)) => {
                    if !seen.insert(token.clone()) {
                        return Err(ClusterError::Endless("the same continue token twice"));
                    }
                    if seen.len() > MAX_PAGES {
                        return Err(ClusterError::Endless("too many pages"));
                    }
                    next = opened;
                    cursor.token = Some(token);
                }
                // The list outlived etcd's history: go on with what the server offers, once, or
                // again from the beginning.
                Err(ClusterError::Status { code: 410, continue_token: Some(token), .. })
                    if cursor.token.is_some() && offers > 0 =>
                {
                    offers -= 1;
                    let record = self.here.coverage_mut(self.resource);
                    record.retries += 1;
                    record.consistent = false;
                    cursor.token = Some(token);
                }
                Err(ClusterError::Status { code: 410, .. })
                    if cursor.token.is_some() && restarts > 0 =>
                {
                    restarts -= 1;
                    let retries = self.here.coverage(self.resource).retries + 1;
                    self.here = Inventory::default();
                    self.here.coverage_mut(self.resource).retries = retries;
                    seen.clear();
                    cursor.token = None;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Keeps one page as soon as it is there; returns what it tells, and the request for the next
    /// one if that was sent already.
    async fn page(
        &mut self,
        cursor: &Cursor<'_>,
        mut begun: Next<'c>,
    ) -> Result<(Paging, Next<'c>), ClusterError> {
        let mut tried = 1;
        loop {
            let attempt = async {
                let opened = match std::mem::replace(&mut begun, MaybeDone::Gone) {
                    MaybeDone::Future(asked) => asked.await?,
                    MaybeDone::Done(answer) => answer?,
                    MaybeDone::Gone => self.open(cursor, cursor.token.as_deref()).await?,
                };
                let mut ahead = match &opened.next {
                    Some(token) => maybe_done(self.open(cursor, Some(token))),
                    None => MaybeDone::Gone,
                };
                let answer = match ahead {
                    MaybeDone::Gone => opened.finish().await?,
                    _ => match select(pin!(opened.finish()), &mut ahead).await {
                        Either::Left((answer, _)) => answer?,
                        Either::Right(((), rest)) => rest.await?,
                    },
                };
                Ok((answer, ahead))
            };
            let kept = attempt.await.and_then(|((wire, body), ahead)| {
                let paging = self.here.insert_page(self.resource, wire, &body);
                self.connection.reuse(body);
                let paging = paging.map_err(|error| self.no_page(error))?;
                if paging.shard == self.selector {
                    return Ok((paging, ahead));
                }
                Err(ClusterError::NotSharded)
            });
            match kept {
                Ok(kept) => {
                    let listed = |all: &Inventory| all.coverage(self.resource).listed;
                    (self.progress)(self.resource, listed(&self.before) + listed(&self.here));
                    return Ok(kept);
                }
                Err(error) => self.again(error, &mut tried).await?,
            }
        }
    }

    /// Waits for the next try, or gives the error back.
    pub(super) async fn again(
        &mut self,
        error: ClusterError,
        tried: &mut u32,
    ) -> Result<(), ClusterError> {
        let is_unauthorized = matches!(error, ClusterError::Unauthorized { .. });
        let first = !std::mem::replace(&mut self.asked_to_renew, is_unauthorized);
        if is_unauthorized && first && self.connection.renew().await {
            self.here.coverage_mut(self.resource).retries += 1;
            return Ok(());
        }
        let smallest = self.page_size == MIN_PAGE_SIZE;
        let hopeless = matches!(error, ClusterError::TooLarge(_)) && smallest;
        if !error.is_passing() || *tried == TRIES || hopeless {
            return Err(error);
        }
        if error.is_overload() {
            self.page_size = (self.page_size / 2).max(MIN_PAGE_SIZE);
        }
        self.here.coverage_mut(self.resource).retries += 1;
        pause(&error, *tried).await;
        *tried += 1;
        Ok(())
    }

    pub(super) fn no_page(&self, error: PageError) -> ClusterError {
        match error {
            PageError::CutOff => ClusterError::CutOff { server: self.connection.server.clone() },
            PageError::Other(what) => self.garbled(what),
        }
    }

    pub(super) fn garbled(&self, what: String) -> ClusterError {
        ClusterError::NotKubernetes { server: self.connection.server.clone(), what }
    }

    fn open(
        &self,
        cursor: &Cursor<'_>,
        token: Option<&str>,
    ) -> BoxFuture<'c, Result<Opened<'c>, ClusterError>> {
        let want = if self.resource.is_metadata_only() { Want::MetadataList } else { Want::List };
        let (connection, path) = (self.connection, self.path(cursor, token));
        Box::pin(async move { connection.open(&path, want).await })
    }
}
