//! Everything in the scope, two requests at a time, until it is read or has to stop.

use std::pin::pin;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{Either, select};
use serde::Deserialize;

use super::connect::Connection;
use super::error::ClusterError;
use super::listing::KindListing;
use super::request::Want;
use super::retry::pause;
use super::scope::ScanScope;
use crate::inventory::{Inventory, ObjectMeta, Resource, Shard, Sharded};

/// Kinds that are listed side by side; the requests of both share one limit.
const SIDE_BY_SIDE: usize = 2;
/// Tries of the first request: who mistypes an address should not wait.
const FIRST_TRIES: u32 = 3;

/// The server's version, and everything in the scope. A kind that cannot be listed is recorded in
/// the coverage. Once `stop` or the time limit gives a reason, what is there has to do: every kind
/// that was not read to its end is recorded with that reason.
///
/// # Errors
/// A server that cannot be reached, or that does not know who asks.
pub async fn collect(
    connection: &Connection,
    scope: &ScanScope,
    progress: impl Fn(Resource, u64),
    stop: impl Future<Output = String>,
) -> Result<(Inventory, Option<String>), ClusterError> {
    let more = scope.with_secret_metadata.then_some(Resource::Secrets);
    let is_read =
        |kind: &Resource| *kind == Resource::Pods || scope.shard.is_none_or(Shard::is_first);
    let resources = scope.resources.iter().copied().chain(more).filter(is_read);
    let mut listings: Vec<_> =
        resources.map(|resource| KindListing::new(connection, resource, &progress)).collect();
    let mut version = None;
    let mut issuer = None;
    let mut cluster_uid = None;
    let stopped = {
        let reading = pin!(async {
            version = self::version(connection).await?;
            if scope.resources.contains(&Resource::Pods) {
                issuer = self::issuer(connection).await;
            }
            if scope.shard.is_some() {
                cluster_uid = self::cluster_uid(connection).await;
            }
            let lists = futures::stream::iter(&mut listings);
            lists.for_each_concurrent(SIDE_BY_SIDE, |listing| listing.run(scope)).await;
            Ok(())
        });
        let stop = pin!(either(stop, connection.options().timeout));
        match select(reading, stop).await {
            Either::Left((outcome, _)) => outcome.map(|()| None)?,
            Either::Right((why, _)) => Some(why),
        }
    };
    let mut inventory = Inventory::default();
    let mut unauthorized = None;
    inventory.sharded = scope.shard.map(|_| Sharded { split: None, cluster_uid });
    for mut listing in listings {
        if let Some(sharded) = &mut inventory.sharded {
            sharded.split = sharded.split.or(listing.split);
        }
        unauthorized = unauthorized.or(listing.unauthorized());
        inventory.absorb(listing.into_inventory(stopped.as_deref()));
    }
    if let Some(error) = unauthorized
        && scope.resources.iter().all(|kind| inventory.coverage(*kind).listed == 0)
    {
        return Err(error);
    }
    for kind in scope.resources.iter().filter(|_| connection.unverified) {
        inventory.coverage_mut(*kind).unverified = true;
    }
    inventory.only.clone_from(&scope.namespaces);
    inventory.audiences.issuer = issuer;
    if scope.shard.is_none() {
        // Another shard's pods may need what this one's do not.
        inventory.forget_unused_owners();
    }
    inventory.finish();
    Ok((inventory, version))
}

/// The first of both reasons to stop.
async fn either(stop: impl Future<Output = String>, limit: Option<Duration>) -> String {
    let late = async {
        tokio::time::sleep(limit.unwrap_or(Duration::MAX)).await;
        format!("stopped after {} s (--timeout)", limit.unwrap_or_default().as_secs_f64())
    };
    select(pin!(stop), pin!(late)).await.factor_first().0
}

/// The issuer of ServiceAccount tokens, if we may know it: every ServiceAccount may.
async fn issuer(connection: &Connection) -> Option<String> {
    #[derive(Deserialize)]
    struct Configuration {
        issuer: String,
    }
    let body = connection.get("/.well-known/openid-configuration", Want::Json).await.ok()?;
    serde_json::from_slice(&body).ok().map(|c: Configuration| c.issuer)
}

/// What tells this cluster from others of the same name, if we may know it.
async fn cluster_uid(connection: &Connection) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        metadata: ObjectMeta,
    }
    let body = connection.get("/api/v1/namespaces/kube-system", Want::Metadata).await.ok()?;
    serde_json::from_slice(&body).ok().and_then(|named: Named| named.metadata.uid)
}

/// The server's own version, if it tells; and the test whether it can be talked to at all.
async fn version(connection: &Connection) -> Result<Option<String>, ClusterError> {
    #[derive(Deserialize)]
    struct Version {
        #[serde(rename = "gitVersion")]
        git_version: String,
    }
    for tried in 1.. {
        match connection.get("/version", Want::Json).await {
            Ok(body) => {
                return Ok(serde_json::from_slice(&body).ok().map(|v: Version| v.git_version));
            }
            Err(error) if error.is_passing() && tried < FIRST_TRIES => pause(&error, tried).await,
            Err(error) if error.is_fatal() => return Err(error),
            Err(_) => break,
        }
    }
    Ok(None)
}
