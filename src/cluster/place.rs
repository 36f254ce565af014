//! Where a kind is listed: the path of each request, and the part of the pods that a shard reads.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::collect::Scope;
use super::error::ClusterError;
use super::list::{Cursor, Reader};
use super::listing::Listing;
use super::request::Want;
use crate::inventory::coverage::{Resource, State};
use crate::inventory::page::Paging;
use crate::inventory::{Inventory, Split};

/// Where a kind is to be listed.
pub(super) enum Places {
    /// In one list.
    Everywhere,
    /// In the namespaces that were asked for.
    Named(Vec<String>),
    /// In all namespaces that there are, or in those of a shard.
    Found(Vec<String>),
}

impl<P: Fn(Resource, u64)> Listing<'_, P> {
    /// Where the scope has objects of this kind. The pods of a shard are everywhere, if the server
    /// selects them; otherwise in the namespaces that belong to it.
    pub(super) async fn places(&mut self, scope: &Scope) -> Result<Places, ClusterError> {
        let [first, second] = &mut self.readers;
        let asked = match scope.namespaces.as_slice() {
            names if first.is_by_namespace() && !names.is_empty() => Places::Named(names.to_vec()),
            _ => Places::Everywhere,
        };
        let Some(shard) = scope.shard.filter(|_| first.resource == Resource::Pods) else {
            return Ok(asked);
        };
        first.selector = Some(shard.selector());
        if first.server_selects(scope).await? {
            second.selector.clone_from(&first.selector);
            self.split = Some(Split::Uid);
            return Ok(asked);
        }
        first.selector = None;
        self.split = Some(Split::Namespace);
        let of_shard = |mut names: Vec<String>| {
            names.retain(|name| shard.has_namespace(name));
            names
        };
        Ok(match asked {
            Places::Named(names) => Places::Named(of_shard(names)),
            _ => Places::Found(of_shard(self.namespaces().await?)),
        })
    }

    /// The names of all namespaces, or the reason why they cannot be known.
    pub(super) async fn namespaces(&self) -> Result<Vec<String>, ClusterError> {
        let [Reader { connection, progress, .. }, _] = &self.readers;
        let mut reader = Reader::new(connection, Resource::Namespaces, *progress);
        reader.list(Cursor { namespace: None, scope: &Scope::default(), token: None }).await?;
        let record = reader.here.coverage(Resource::Namespaces);
        match record.undecodable.first() {
            Some(bad) if record.state != State::Complete => {
                Err(ClusterError::Undecodable(bad.object.to_string()))
            }
            _ => Ok(reader.here.namespaces.into_keys().collect()),
        }
    }
}

impl<P: Fn(Resource, u64)> Reader<'_, P> {
    /// Whether it is read in the namespaces that were asked for.
    pub(super) fn is_by_namespace(&self) -> bool {
        self.resource.is_namespaced() || self.resource == Resource::Namespaces
    }

    /// Whether the server heeds the selector. One that does not know it says nothing of it, and one
    /// that has other ideas of it refuses: a list of one pod tells.
    async fn server_selects(&mut self, scope: &Scope) -> Result<bool, ClusterError> {
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
