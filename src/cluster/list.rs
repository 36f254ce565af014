//! Lists of one kind, page by page, into an inventory of their own. A page counts only when all of it
//! has arrived, and while it arrives, the next one is already asked for.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::pin::pin;
use std::rc::Rc;

use futures::future::{BoxFuture, Either, MaybeDone, maybe_done, select};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::connect::Connection;
use super::error::ClusterError;
use super::request::{Opened, Want};
use super::retry::{TRIES, pause};
use super::scope::ScanScope;
use crate::error::error_chain;
use crate::inventory::decode::{PageError, Paging};
use crate::inventory::{Coverage, CoverageState, Inventory, Resource, describe};
use crate::object::path_segment;

/// Objects a page; what the API server's priority and fairness is tuned for.
const PAGE_SIZE: u32 = 500;
/// The smallest page of a server under load.
const MIN_PAGE_SIZE: u32 = 100;
/// Lists begun anew after a 410 without a token to go on with.
const RESTARTS: u32 = 2;
/// Ten times what a cluster may hold, in the smallest pages.
const MAX_PAGES: usize = 15_000;

/// Reads lists of one kind, one after the other.
pub(super) struct ListReader<'c, P> {
    pub(super) connection: &'c Connection,
    pub(super) resource: Resource,
    pub(super) progress: &'c P,
    /// Objects of this kind so far, those of other readers included.
    count: Rc<Cell<u64>>,
    /// What was read of earlier lists.
    before: Inventory,
    /// What was read of this list: forgotten if it has to begin anew.
    pub(super) here: Inventory,
    pub(super) page_size: u32,
    has_renewed: bool,
    /// What the server is to select pods by, if it can.
    pub(super) selector: Option<String>,
    /// More objects than that are better read in several lists.
    pub(super) most: Option<i64>,
    /// The server does not know who asks.
    pub(super) unauthorized: Option<ClusterError>,
}

/// Which list, and where in it to go on.
#[derive(Clone)]
pub(super) struct Cursor<'s> {
    pub(super) namespace: Option<&'s str>,
    pub(super) scope: &'s ScanScope,
    pub(super) token: Option<String>,
}

/// How far a list was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ListEnd {
    /// To its end.
    Whole,
    /// The first page, for so many objects follow that several lists may be better.
    FirstPage {
        /// Of the next page.
        token: String,
        /// How many objects there are.
        count: i64,
    },
}

/// The next page, asked for while this one arrives.
type Next<'c> = MaybeDone<BoxFuture<'c, Result<Opened<'c>, ClusterError>>>;

impl<'c, P: Fn(Resource, u64)> ListReader<'c, P> {
    pub(super) fn new(connection: &'c Connection, resource: Resource, progress: &'c P) -> Self {
        let mut before = Inventory::default();
        before.coverage_mut(resource).state = CoverageState::Complete;
        Self {
            connection,
            resource,
            progress,
            count: Rc::default(),
            before,
            here: Inventory::default(),
            page_size: PAGE_SIZE,
            has_renewed: false,
            selector: None,
            most: None,
            unauthorized: None,
        }
    }

    /// Another one, whose objects count together with those of this one.
    pub(super) fn beside(&self) -> Self {
        let count = self.count.clone();
        Self { count, ..Self::new(self.connection, self.resource, self.progress) }
    }

    /// What was read; if that was stopped, with the reason.
    pub(super) fn into_inventory(mut self, stopped: Option<&str>) -> Inventory {
        if let Some(why) = stopped {
            self.before.coverage_mut(self.resource).fail(why);
        }
        self.finish_list();
        self.before
    }

    /// Ends the kind with an error.
    pub(super) fn fail(&mut self, error: ClusterError) {
        self.finish_list();
        self.before.coverage_mut(self.resource).fail(error_chain(&error));
        self.unauthorized = Some(error).filter(ClusterError::is_unauthorized);
    }

    /// The record of earlier lists.
    pub(super) fn record(&mut self) -> &mut Coverage {
        self.before.coverage_mut(self.resource)
    }

    /// Adds the list that was read last to the earlier ones.
    pub(super) fn finish_list(&mut self) {
        self.before.absorb(std::mem::take(&mut self.here));
    }

    /// Begins as if nothing had been read.
    pub(super) fn reset(&mut self) {
        self.finish_list();
        let record = std::mem::take(&mut self.before).coverage(self.resource);
        self.count.set(self.count.get().saturating_sub(record.listed));
        let retries = record.retries;
        *self.record() = Coverage::new(self.resource, CoverageState::Complete);
        self.record().retries = retries;
    }

    /// Forgets what was read of this list, but not that it was.
    pub(super) fn forget(&mut self, retries: u64) {
        let record = self.here.coverage(self.resource);
        self.count.set(self.count.get().saturating_sub(record.listed));
        self.here = Inventory::default();
        self.here.coverage_mut(self.resource).retries = record.retries + retries;
    }

    /// Reads a list to its end, or as far as it is better divided.
    pub(super) async fn list(&mut self, mut cursor: Cursor<'_>) -> Result<ListEnd, ClusterError> {
        let mut restarts = RESTARTS;
        let mut offers = 1;
        let mut tokens = BTreeSet::new();
        let mut next = MaybeDone::Gone;
        loop {
            match self.page(&cursor, std::mem::replace(&mut next, MaybeDone::Gone)).await {
                Ok((Paging { next: None, remaining, .. }, _)) if remaining > 0 => {
                    return Err(ClusterError::EndsEarly(remaining));
                }
                Ok((Paging { next: None, .. }, _)) => return Ok(ListEnd::Whole),
                Ok((Paging { next: Some(token), remaining, .. }, _))
                    if cursor.token.is_none() && self.is_more_than_most(remaining) =>
                {
                    let listed = self.here.coverage(self.resource).listed;
                    let count = remaining.saturating_add_unsigned(listed);
                    return Ok(ListEnd::FirstPage { token, count });
                }
                Ok((Paging { next: Some(token), .. }, opened)) => {
                    if !tokens.insert(token.clone()) {
                        return Err(ClusterError::Endless("the same continue token twice"));
                    }
                    if tokens.len() > MAX_PAGES {
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
                    self.forget(1);
                    tokens.clear();
                    cursor.token = None;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Stores one page as soon as it is there; returns what it tells, and the request for the next
    /// one if that was sent already.
    async fn page(
        &mut self,
        cursor: &Cursor<'_>,
        mut begun: Next<'c>,
    ) -> Result<(Paging, Next<'c>), ClusterError> {
        let mut tried = 1;
        let is_first = cursor.token.is_none();
        loop {
            let attempt = async {
                let opened = match std::mem::replace(&mut begun, MaybeDone::Gone) {
                    MaybeDone::Future(sent) => sent.await?,
                    MaybeDone::Done(answer) => answer?,
                    MaybeDone::Gone => self.open(cursor, cursor.token.as_deref()).await?,
                };
                let mut ahead = match &opened.paging {
                    Some(paging) if is_first && self.is_more_than_most(paging.remaining) => {
                        MaybeDone::Gone
                    }
                    Some(Paging { next: Some(token), .. }) => {
                        maybe_done(self.open(cursor, Some(token)))
                    }
                    _ => MaybeDone::Gone,
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
            let stored = attempt.await.and_then(|((wire, body), ahead)| {
                let before = self.here.coverage(self.resource).listed;
                let paging = self.here.insert_page(self.resource, wire, &body);
                self.connection.reuse(body);
                let new = self.here.coverage(self.resource).listed - before;
                self.count.set(self.count.get() + new);
                let paging = paging.map_err(|error| self.no_page(error))?;
                if paging.shard == self.selector {
                    return Ok((paging, ahead));
                }
                Err(ClusterError::NotSharded)
            });
            match stored {
                Ok(stored) => {
                    (self.progress)(self.resource, self.count.get());
                    return Ok(stored);
                }
                Err(error) => self.again(error, &mut tried).await?,
            }
        }
    }

    /// Whether the first page, and what follows it, are too many for one list.
    fn is_more_than_most(&self, remaining: i64) -> bool {
        self.most.is_some_and(|most| remaining.saturating_add(self.page_size.into()) > most)
    }

    /// Waits for the next try, or gives the error back.
    async fn again(&mut self, error: ClusterError, tried: &mut u32) -> Result<(), ClusterError> {
        let first = !std::mem::replace(&mut self.has_renewed, error.is_unauthorized());
        if error.is_unauthorized() && first && self.connection.renew().await {
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

    fn no_page(&self, error: PageError) -> ClusterError {
        match error {
            PageError::CutOff => ClusterError::CutOff { server: self.connection.server.clone() },
            PageError::Other(what) => self.garbled(what),
        }
    }

    fn garbled(&self, what: String) -> ClusterError {
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

    /// Whether it is read in the namespaces that were asked for.
    pub(super) fn is_by_namespace(&self) -> bool {
        self.resource.is_namespaced() || self.resource == Resource::Namespaces
    }

    /// Whether the server heeds the selector. One that does not know it says nothing of it, and one
    /// that has other ideas of it refuses: a list of one pod tells.
    pub(super) async fn server_selects(&mut self, scope: &ScanScope) -> Result<bool, ClusterError> {
        let namespace = scope.namespaces.first().map(String::as_str);
        let size = std::mem::replace(&mut self.page_size, 1);
        let path = self.path(&Cursor { namespace, scope, token: None }, None);
        self.page_size = size;
        let mut tried = 1;
        loop {
            let answer = match self.connection.open(&path, Want::List).await {
                Ok(opened) => opened.finish().await,
                Err(error) => Err(error),
            };
            let paging = answer.and_then(|(wire, body)| {
                let paging = Inventory::default().insert_page(self.resource, wire, &body);
                paging.map_err(|error| self.no_page(error))
            });
            match paging {
                Ok(Paging { shard, .. }) => return Ok(shard == self.selector),
                Err(ClusterError::Status { code: 400, .. }) => return Ok(false),
                Err(error) => self.again(error, &mut tried).await?,
            }
        }
    }

    /// A namespace by its name: a Role can grant that, and not the list.
    pub(super) async fn namespace(&mut self, name: &str) -> Result<(), ClusterError> {
        #[derive(Deserialize)]
        struct Kind {
            kind: String,
        }
        let path = format!("/api/v1/namespaces/{}", path_segment(name));
        let mut tried = 1;
        let body = loop {
            match self.connection.get(&path, Want::Metadata).await {
                Ok(body) => break body,
                Err(error) => self.again(error, &mut tried).await?,
            }
        };
        let object: &RawValue = serde_json::from_slice(&body)
            .map_err(|e| self.garbled(format!("broken JSON ({})", describe(&e))))?;
        let kind = serde_json::from_slice(&body).map_or(String::new(), |Kind { kind }| kind);
        if kind != "Namespace" && kind != "PartialObjectMetadata" {
            return Err(self.garbled("something else".to_owned()));
        }
        self.here.insert(self.resource, object, "");
        Ok(())
    }

    fn path(&self, cursor: &Cursor<'_>, token: Option<&str>) -> String {
        let path = self.resource.list_path(cursor.namespace);
        let mut query = form_urlencoded::Serializer::new(path + "?");
        query.append_pair("limit", &self.page_size.to_string());
        if self.resource == Resource::Pods && !cursor.scope.selector.is_empty() {
            query.append_pair("labelSelector", &cursor.scope.selector);
        }
        if let Some(selector) = &self.selector {
            query.append_pair("shardSelector", selector);
        }
        if self.resource == Resource::Secrets {
            query.append_pair("fieldSelector", "type=kubernetes.io/service-account-token");
        }
        if let Some(token) = token {
            query.append_pair("continue", token);
        }
        query.finish()
    }
}
