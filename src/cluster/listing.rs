//! One kind: in one list, or in one for each namespace, two of them side by side.
//!
//! The pods of a large cluster come about twice as fast by namespace: the API server goes through all
//! pods of a list again for each of its pages, and works on two lists at once.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};

use futures::future::join;

use super::connect::Connection;
use super::error::ClusterError;
use super::list::{Cursor, ListEnd, ListReader};
use super::scope::ScanScope;
use crate::inventory::{CoverageState, Inventory, Resource, Split};

/// Pods from which on their list is divided: ten pages.
const MANY: i64 = 5_000;
/// Pods that a namespace must have on average: an empty one costs a request too.
const EACH: i64 = 100;

/// Where a kind is to be listed.
pub(super) enum Places {
    /// In one list.
    Everywhere,
    /// In the namespaces that were asked for.
    Named(Vec<String>),
    /// In all namespaces that there are, or in those of a shard.
    Found(Vec<String>),
}

/// One kind on its way into an inventory.
pub(super) struct KindListing<'c, P> {
    pub(super) readers: [ListReader<'c, P>; 2],
    is_over: bool,
    /// Of a shard: how its pods are chosen.
    pub(super) split: Option<Split>,
}

impl<'c, P: Fn(Resource, u64)> KindListing<'c, P> {
    pub(super) fn new(connection: &'c Connection, resource: Resource, progress: &'c P) -> Self {
        let first = ListReader::new(connection, resource, progress);
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

    /// The error of a server that does not accept the credentials.
    pub(super) fn unauthorized(&mut self) -> Option<ClusterError> {
        self.readers.iter_mut().find_map(|reader| reader.unauthorized.take())
    }

    pub(super) async fn run(&mut self, scope: &ScanScope) {
        let [first, _] = &self.readers;
        let optional = !scope.namespaces.is_empty() && !first.is_by_namespace();
        match self.read(scope).await {
            Ok(()) => {}
            // These help, but a Role for some namespaces cannot grant them.
            Err(ClusterError::Status { code: 403, .. }) if optional => {
                self.readers[0].record().state = CoverageState::NotRequested;
            }
            Err(error) => self.readers[0].fail(error),
        }
        self.is_over = true;
    }

    async fn read(&mut self, scope: &ScanScope) -> Result<(), ClusterError> {
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
                self.readers.iter_mut().for_each(ListReader::reset);
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
    async fn everywhere(&mut self, scope: &ScanScope) -> Result<Option<Vec<String>>, ClusterError> {
        let first = &mut self.readers[0];
        first.most = (first.resource == Resource::Pods && scope.is_whole()).then_some(MANY);
        let all = Cursor { namespace: None, scope, token: None };
        let ListEnd::FirstPage { token, count } = first.list(all.clone()).await? else {
            return Ok(None);
        };
        first.most = None;
        let few = |names: &Vec<String>| i64::try_from(names.len()).is_ok_and(|n| n * EACH <= count);
        if let Some(names) = self.namespaces().await.ok().filter(few) {
            self.readers[0].forget(0);
            return Ok(Some(names));
        }
        self.readers[0].list(Cursor { token: Some(token), ..all }).await.map(|_| None)
    }

    /// Where the scope has objects of this kind. The pods of a shard are everywhere, if the server
    /// selects them; otherwise in the namespaces that belong to it.
    async fn places(&mut self, scope: &ScanScope) -> Result<Places, ClusterError> {
        let [first, second] = &mut self.readers;
        let places = match scope.namespaces.as_slice() {
            names if first.is_by_namespace() && !names.is_empty() => Places::Named(names.to_vec()),
            _ => Places::Everywhere,
        };
        let Some(shard) = scope.shard.filter(|_| first.resource == Resource::Pods) else {
            return Ok(places);
        };
        first.selector = Some(shard.selector());
        if first.server_selects(scope).await? {
            second.selector.clone_from(&first.selector);
            self.split = Some(Split::Uid);
            return Ok(places);
        }
        first.selector = None;
        self.split = Some(Split::Namespace);
        let of_shard = |mut names: Vec<String>| {
            names.retain(|name| shard.has_namespace(name));
            names
        };
        Ok(match places {
            Places::Named(names) => Places::Named(of_shard(names)),
            _ => Places::Found(of_shard(self.namespaces().await?)),
        })
    }

    /// The names of all namespaces, or the reason why they cannot be known.
    async fn namespaces(&self) -> Result<Vec<String>, ClusterError> {
        let [ListReader { connection, progress, .. }, _] = &self.readers;
        let mut reader = ListReader::new(connection, Resource::Namespaces, *progress);
        reader.list(Cursor { namespace: None, scope: &ScanScope::default(), token: None }).await?;
        let record = reader.here.coverage(Resource::Namespaces);
        match record.undecodable.first() {
            Some(bad) if record.state != CoverageState::Complete => {
                Err(ClusterError::Undecodable(bad.object.to_string()))
            }
            _ => Ok(reader.here.namespaces.into_keys().collect()),
        }
    }

    async fn in_namespaces(
        &mut self,
        names: &[String],
        scope: &ScanScope,
    ) -> Result<(), ClusterError> {
        let queue = RefCell::new(names.iter().map(String::as_str).collect());
        let [first, second] = &mut self.readers;
        let (first, second) = join(first.read(&queue, scope), second.read(&queue, scope)).await;
        first.and(second)
    }
}

impl<P: Fn(Resource, u64)> ListReader<'_, P> {
    /// Reads namespaces as long as there are any.
    async fn read(
        &mut self,
        queue: &RefCell<VecDeque<&str>>,
        scope: &ScanScope,
    ) -> Result<(), ClusterError> {
        loop {
            let Some(name) = queue.borrow_mut().pop_front() else { return Ok(()) };
            let outcome = match self.resource {
                Resource::Namespaces => self.namespace(name).await,
                _ => {
                    self.list(Cursor { namespace: Some(name), scope, token: None }).await.map(drop)
                }
            };
            self.finish_list();
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
