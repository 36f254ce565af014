//! One kind: in one list, or in one for each namespace, two of them side by side.
//!
//! The pods of a large cluster come about twice as fast by namespace: the API server goes through all
//! pods of a list again for each of its pages, and works on two lists at once.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};

use futures::future::join;

use super::collect::Scope;
use super::connect::Connection;
use super::error::ClusterError;
use super::list::{Cursor, Read, Reader};
use super::place::Places;
use crate::inventory::coverage::{Resource, State};
use crate::inventory::{Inventory, Split};

/// Pods from which on their list is divided: ten pages.
const MANY: i64 = 5_000;
/// Pods that a namespace must have on average: an empty one costs a request too.
const EACH: i64 = 100;

/// One kind on its way into an inventory.
pub(super) struct Listing<'c, P> {
    pub(super) readers: [Reader<'c, P>; 2],
    is_over: bool,
    /// Of a shard: how its pods are chosen.
    pub(super) split: Option<Split>,
}

impl<'c, P: Fn(Resource, u64)> Listing<'c, P> {
    pub(super) fn new(connection: &'c Connection, resource: Resource, progress: &'c P) -> Self {
        let first = Reader::new(connection, resource, progress);
        let second = first.beside();
        Self { readers: [first, second], is_over: false, split: None }
    }

    /// What was read; if that was stopped, with the reason.
    pub(super) fn into_inventory(self, stopped: Option<&str>) -> Inventory {
        let [first, second] = self.readers;
        let mut inventory = first.into_inventory(stopped.filter(|_| !self.is_over));
        inventory.absorb(second.into_inventory(None));
        inventory
    }

    /// Why the server does not accept who asks.
    pub(super) fn unauthorized(&mut self) -> Option<ClusterError> {
        self.readers.iter_mut().find_map(|reader| reader.unauthorized.take())
    }

    pub(super) async fn run(&mut self, scope: &Scope) {
        let [first, _] = &self.readers;
        let optional = !scope.namespaces.is_empty() && !first.is_by_namespace();
        match self.read(scope).await {
            Ok(()) => {}
            // These help, but a Role for some namespaces cannot grant them.
            Err(ClusterError::Status { code: 403, .. }) if optional => {
                self.readers[0].record().state = State::NotRequested;
            }
            Err(error) => self.readers[0].fail(error),
        }
        self.is_over = true;
    }

    async fn read(&mut self, scope: &Scope) -> Result<(), ClusterError> {
        let names = match self.places(scope).await? {
            Places::Named(names) => return self.in_namespaces(&names, scope).await,
            Places::Found(names) => names,
            Places::Everywhere => match self.everywhere(scope).await? {
                Some(names) => names,
                None => return Ok(()),
            },
        };
        match self.in_namespaces(&names, scope).await {
            // Not from an API server: what stands between knows only the list of all.
            Err(error) if error.is_missing() && scope.is_whole() => {
                self.readers.iter_mut().for_each(Reader::reset);
                let all = Cursor { namespace: None, scope, token: None };
                return self.readers[0].list(all).await.map(drop);
            }
            outcome => outcome?,
        }
        let read: BTreeSet<_> = names.into_iter().collect();
        let mut new = self.namespaces().await?;
        new.retain(|name| !read.contains(name) && scope.has(name));
        self.in_namespaces(&new, scope).await
    }

    /// In one list, unless it is found to be better divided: then by these namespaces.
    async fn everywhere(&mut self, scope: &Scope) -> Result<Option<Vec<String>>, ClusterError> {
        let first = &mut self.readers[0];
        first.most = (first.resource == Resource::Pods && scope.is_whole()).then_some(MANY);
        let all = Cursor { namespace: None, scope, token: None };
        let Read::First(token, count) = first.list(all.clone()).await? else { return Ok(None) };
        first.most = None;
        let few = |names: &Vec<String>| i64::try_from(names.len()).is_ok_and(|n| n * EACH <= count);
        if let Some(names) = self.namespaces().await.ok().filter(few) {
            self.readers[0].forget(0);
            return Ok(Some(names));
        }
        self.readers[0].list(Cursor { token: Some(token), ..all }).await.map(|_| None)
    }

    async fn in_namespaces(&mut self, names: &[String], scope: &Scope) -> Result<(), ClusterError> {
        let queue = RefCell::new(names.iter().map(String::as_str).collect());
        let [first, second] = &mut self.readers;
        let (first, second) = join(first.read(&queue, scope), second.read(&queue, scope)).await;
        first.and(second)
    }
}

impl<P: Fn(Resource, u64)> Reader<'_, P> {
    /// Reads namespaces as long as there are any.
    async fn read(
        &mut self,
        queue: &RefCell<VecDeque<&str>>,
        scope: &Scope,
    ) -> Result<(), ClusterError> {
        loop {
            let Some(name) = queue.borrow_mut().pop_front() else { return Ok(()) };
            let outcome = match self.resource {
                Resource::Namespaces => self.one(name).await,
                _ => {
                    self.list(Cursor { namespace: Some(name), scope, token: None }).await.map(drop)
                }
            };
            self.leave();
            let Err(error) = outcome else { continue };
            if error.is_missing() && self.resource != Resource::Namespaces {
                queue.borrow_mut().clear();
                return Err(error);
            }
            // What has failed five times here would fail in each of the others too.
            let is_lasting = error.is_passing() || error.is_unauthorized();
            self.fail(error);
            let left = if is_lasting { std::mem::take(&mut *queue.borrow_mut()).len() } else { 0 };
            if left > 0 {
                self.record().fail(format!("{left} more namespaces were not read"));
            }
        }
    }
}
