//! Lists every kind in pages, two kinds at a time, each into an inventory of its own.

use futures::StreamExt;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::connect::Connection;
use super::error::ClusterError;
use crate::inventory::Inventory;
use crate::inventory::coverage::{Resource, State};

/// Objects a page; what the API server's priority and fairness is tuned for.
const PAGE_SIZE: usize = 500;
/// Requests in flight.
const IN_FLIGHT: usize = 2;
/// Lists begun anew after a 410 without a token to go on with.
const RESTARTS: u64 = 2;
const PARTIAL: &str = "application/json;as=PartialObjectMetadata";

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Only these namespaces; empty for all.
    pub namespaces: Vec<String>,
    /// Label selector for pods, in kubectl's syntax.
    pub selector: String,
    /// Which kinds.
    pub resources: Vec<Resource>,
    /// Whether to list the names of token Secrets too.
    pub with_secret_metadata: bool,
}

/// The server's version, and everything in the scope. A kind that cannot be listed is recorded in
/// the coverage.
///
/// # Errors
/// A server that cannot be reached, or that does not know who asks.
pub async fn collect(
    connection: &Connection,
    scope: &Scope,
    progress: impl Fn(Resource, u64),
) -> Result<(Inventory, Option<String>), ClusterError> {
    let version = version(connection).await?;
    let progress = &progress;
    let more = scope.with_secret_metadata.then_some(Resource::Secrets);
    let mut kinds = futures::stream::iter(scope.resources.iter().copied().chain(more))
        .map(|resource| async move {
            let mut listing = Listing { connection, resource, progress, all: Inventory::default() };
            listing.run(scope).await.map(|()| listing.all)
        })
        .buffer_unordered(IN_FLIGHT);
    let mut inventory = Inventory::default();
    while let Some(kind) = kinds.next().await {
        inventory.absorb(kind?);
    }
    inventory.only.clone_from(&scope.namespaces);
    inventory.audiences.issuer = issuer(connection).await;
    inventory.finish();
    Ok((inventory, version))
}

/// The issuer of ServiceAccount tokens, if we may know it: every ServiceAccount may.
async fn issuer(connection: &Connection) -> Option<String> {
    #[derive(Deserialize)]
    struct Configuration {
        issuer: String,
    }
    let path = "/.well-known/openid-configuration";
    let body = connection.get(path, "application/json", &mut 0).await.ok()?;
    serde_json::from_slice(&body).ok().map(|c: Configuration| c.issuer)
}

/// The server's own version, if it tells; and the test whether it can be talked to at all.
async fn version(connection: &Connection) -> Result<Option<String>, ClusterError> {
    #[derive(Deserialize)]
    struct Version {
        #[serde(rename = "gitVersion")]
        git_version: String,
    }
    match connection.get("/version", "application/json", &mut 0).await {
        Ok(body) => Ok(serde_json::from_slice(&body).ok().map(|v: Version| v.git_version)),
        Err(error) if error.is_fatal() => Err(error),
        Err(_) => Ok(None),
    }
}

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(default)]
    metadata: ListMeta,
    #[serde(borrow, default)]
    items: Option<Vec<&'a RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ListMeta {
    r#continue: Option<String>,
}

/// One kind on its way into an inventory.
struct Listing<'c, P> {
    connection: &'c Connection,
    resource: Resource,
    progress: &'c P,
    all: Inventory,
}

impl<P: Fn(Resource, u64)> Listing<'_, P> {
    async fn run(&mut self, scope: &Scope) -> Result<(), ClusterError> {
        let record = self.all.coverage_mut(self.resource);
        record.state = State::Complete;
        let by_namespace = !scope.namespaces.is_empty();
        let optional =
            by_namespace && !self.resource.is_namespaced() && self.resource != Resource::Namespaces;
        let places = if by_namespace && !optional {
            scope.namespaces.iter().map(|name| Some(name.as_str())).collect()
        } else {
            vec![None]
        };
        for place in places {
            let outcome = match place {
                Some(name) if self.resource == Resource::Namespaces => self.one(name).await,
                _ => self.list(place, scope).await,
            };
            match outcome {
                Err(error @ ClusterError::Unauthorized { .. }) => return Err(error),
                // These help, but a Role for some namespaces cannot grant them.
                Err(ClusterError::Status { code: 403, .. }) if optional => {
                    self.all.coverage_mut(self.resource).state = State::NotRequested;
                }
                Err(error) => {
                    let message = one_line(&error);
                    self.all.coverage_mut(self.resource).fail(message);
                }
                Ok(()) => {}
            }
        }
        Ok(())
    }

    /// A namespace by its name: a Role can grant that, and not the list.
    async fn one(&mut self, name: &str) -> Result<(), ClusterError> {
        let accept = format!("{PARTIAL};g=meta.k8s.io;v=v1");
        let body = self.request(&format!("/api/v1/namespaces/{name}"), &accept).await?;
        let object: &RawValue = serde_json::from_slice(&body).map_err(|e| self.garbled(&e))?;
        self.all.insert(self.resource, object, "");
        Ok(())
    }

    async fn list(&mut self, namespace: Option<&str>, scope: &Scope) -> Result<(), ClusterError> {
        let accept = if self.resource.is_metadata_only() {
            format!("{PARTIAL}List;g=meta.k8s.io;v=v1")
        } else {
            "application/json".to_owned()
        };
        let mut restarts = 0;
        let mut token: Option<String> = None;
        loop {
            let path = self.path(namespace, scope, token.as_deref());
            match self.request(&path, &accept).await {
                Ok(body) => {
                    let next = self.page(&body)?;
                    if next.is_some() && next == token {
                        return Err(ClusterError::Endless);
                    }
                    if next.is_none() {
                        return Ok(());
                    }
                    token = next;
                }
                // The list outlived etcd's history: go on with what the server offers, or again.
                Err(ClusterError::Status { code: 410, continue_token, .. })
                    if token.is_some() && restarts < RESTARTS =>
                {
                    restarts += 1;
                    let record = self.all.coverage_mut(self.resource);
                    record.retries += 1;
                    record.consistent = false;
                    token = continue_token;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn request(&mut self, path: &str, accept: &str) -> Result<Vec<u8>, ClusterError> {
        let mut retries = 0;
        let answer = self.connection.get(path, accept, &mut retries).await;
        self.all.coverage_mut(self.resource).retries += retries;
        answer
    }

    /// Keeps a page's objects and returns the token of the next.
    fn page(&mut self, body: &[u8]) -> Result<Option<String>, ClusterError> {
        let page: Page = serde_json::from_slice(body).map_err(|e| self.garbled(&e))?;
        for item in page.items.unwrap_or_default() {
            self.all.insert(self.resource, item, "");
        }
        let record = self.all.coverage_mut(self.resource);
        record.pages += 1;
        (self.progress)(self.resource, record.listed);
        Ok(page.metadata.r#continue.filter(|token| !token.is_empty()))
    }

    fn garbled(&self, error: &serde_json::Error) -> ClusterError {
        let what = format!("broken JSON ({})", crate::inventory::describe(error));
        ClusterError::NotKubernetes { server: self.connection.server.clone(), what }
    }

    fn path(&self, namespace: Option<&str>, scope: &Scope, token: Option<&str>) -> String {
        let version = self.resource.api_version();
        let root = if version.contains('/') { "apis" } else { "api" };
        let plural = self.resource.plural();
        let path = match namespace {
            Some(name) => format!("/{root}/{version}/namespaces/{name}/{plural}"),
            None => format!("/{root}/{version}/{plural}"),
        };
        let mut query = form_urlencoded::Serializer::new(path + "?");
        query.append_pair("limit", &PAGE_SIZE.to_string());
        if self.resource == Resource::Pods && !scope.selector.is_empty() {
            query.append_pair("labelSelector", &scope.selector);
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

/// An error and its causes, for a record that is a single string.
pub(super) fn one_line(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text.replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::Resource as ApiResource;
    use k8s_openapi::api::{apps, batch, core, rbac};

    /// The table of kinds against the API's own.
    #[test]
    fn kinds_are_spelled_as_in_the_api() {
        fn check<R: ApiResource>(resource: Resource) {
            let ours = (resource.api_version(), resource.kind(), resource.plural());
            assert_eq!(ours, (R::API_VERSION, R::KIND, R::URL_PATH_SEGMENT));
        }
        check::<core::v1::Pod>(Resource::Pods);
        check::<core::v1::ServiceAccount>(Resource::ServiceAccounts);
        check::<core::v1::Namespace>(Resource::Namespaces);
        check::<core::v1::Node>(Resource::Nodes);
        check::<apps::v1::ReplicaSet>(Resource::ReplicaSets);
        check::<batch::v1::Job>(Resource::Jobs);
        check::<rbac::v1::Role>(Resource::Roles);
        check::<rbac::v1::ClusterRole>(Resource::ClusterRoles);
        check::<rbac::v1::RoleBinding>(Resource::RoleBindings);
        check::<rbac::v1::ClusterRoleBinding>(Resource::ClusterRoleBindings);
        check::<core::v1::Secret>(Resource::Secrets);
    }
}
