//! Where a kind is listed: the path of each request, and the part of the pods that a shard reads.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::collect::Scope;
use super::connect::Connection;
use super::error::ClusterError;
use super::list::{Cursor, Listing};
use super::request::Want;
use crate::inventory::coverage::{Resource, State};
use crate::inventory::page::Paging;
use crate::inventory::{Inventory, Shard, Split};

impl<P: Fn(Resource, u64)> Listing<'_, P> {
    /// Where the pods of a shard are listed: everywhere, if the server selects those of the shard;
    /// otherwise in the namespaces that belong to it.
    pub(super) async fn places(
        &mut self,
        scope: &Scope,
        shard: Shard,
    ) -> Result<Vec<Option<String>>, ClusterError> {
        let asked: Vec<_> = match scope.namespaces.as_slice() {
            [] => vec![None],
            names => names.iter().cloned().map(Some).collect(),
        };
        self.selector = Some(shard.selector());
        if self.server_selects(scope, asked[0].as_deref()).await? {
            self.split = Some(Split::Uid);
            return Ok(asked);
        }
        self.selector = None;
        let mut names = scope.namespaces.clone();
        if names.is_empty() {
            names = namespaces(self.connection, self.progress).await?;
        }
        self.split = Some(Split::Namespace);
        Ok(names.into_iter().filter(|name| shard.has_namespace(name)).map(Some).collect())
    }

    /// Whether the server heeds the selector. One that does not know it says nothing of it, and one
    /// that has other ideas of it refuses: a list of one pod tells.
    async fn server_selects(
        &mut self,
        scope: &Scope,
        namespace: Option<&str>,
    ) -> Result<bool, ClusterError> {
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
    pub(super) async fn one(&mut self, name: &str) -> Result<(), ClusterError> {
        #[derive(Deserialize)]
        struct Kind {
            kind: String,
        }
        let path = format!("/api/v1/namespaces/{name}");
        let mut tried = 1;
        let body = loop {
            match self.connection.get(&path, Want::Metadata).await {
                Ok(body) => break body,
                Err(error) => self.again(error, &mut tried).await?,
            }
        };
        let object: &RawValue = serde_json::from_slice(&body).map_err(|e| {
            self.garbled(format!("broken JSON ({})", crate::inventory::describe(&e)))
        })?;
        let kind = serde_json::from_slice(&body).map_or(String::new(), |Kind { kind }| kind);
        if kind != "Namespace" && kind != "PartialObjectMetadata" {
            return Err(self.garbled("something else".to_owned()));
        }
        self.here.insert(self.resource, object, "");
        Ok(())
    }

    pub(super) fn path(&self, cursor: &Cursor<'_>, token: Option<&str>) -> String {
        let version = self.resource.api_version();
        let root = if version.contains('/') { "apis" } else { "api" };
        let plural = self.resource.plural();
        let path = match cursor.namespace {
            Some(name) => format!("/{root}/{version}/namespaces/{name}/{plural}"),
            None => format!("/{root}/{version}/{plural}"),
        };
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

/// The names of all namespaces, or the reason why a shard cannot know which are its own.
async fn namespaces<P: Fn(Resource, u64)>(
    connection: &Connection,
    progress: &P,
) -> Result<Vec<String>, ClusterError> {
    let mut listing = Listing::new(connection, Resource::Namespaces, progress);
    listing.list(Cursor { namespace: None, scope: &Scope::default(), token: None }).await?;
    let record = listing.here.coverage(Resource::Namespaces);
    match record.undecodable.first() {
        Some(bad) if record.state != State::Complete => {
            Err(ClusterError::Undecodable(bad.object.to_string()))
        }
        _ => Ok(listing.here.namespaces.into_keys().collect()),
    }
}
