//! `podaudit can`: what a ServiceAccount may do, and what grants it.

use std::future::Future;

use crate::cli::args::values::AccountName;
use crate::cli::error::RunError;
use crate::cli::outputs::Outputs;
use crate::exit::Exit;
use crate::inventory::{CoverageState, Resource, ServiceAccount};
use crate::object::ObjectRef;
use crate::rbac::{self, Identity, Resolver};
use crate::report::{CanReport, CommandFormat, Document};
use crate::scan::{self, ScanSource};

/// A ServiceAccount, and where it is.
#[derive(Debug)]
pub(crate) struct CanRun {
    pub(crate) account: AccountName,
    pub(crate) source: ScanSource,
    pub(crate) outputs: Outputs<CommandFormat>,
}

impl CanRun {
    /// Reads the roles and bindings, and lists the rights.
    pub(crate) async fn run(
        self,
        progress: impl Fn(Resource, u64),
        stop: impl Future<Output = String>,
    ) -> Result<Exit, RunError> {
        let (inventory, cluster) = scan::read(&self.source, progress, stop).await?;
        let AccountName { namespace, name } = &self.account;
        let found = inventory.service_account(namespace, name);
        // One that no list shows may exist where not all was read, and can be bound before it exists.
        let complete =
            inventory.coverage(Resource::ServiceAccounts).state == CoverageState::Complete;
        if found.is_none() && complete {
            return Err(RunError::NoSuchAccount(format!("{namespace}/{name}")));
        }
        let unread = || ObjectRef {
            kind: Resource::ServiceAccounts.kind().to_owned(),
            namespace: Some(namespace.clone()),
            name: name.clone(),
            uid: None,
        };
        let identity = Identity::service_account(namespace, name);
        let resolver = Resolver::new(&inventory);
        let report = CanReport {
            account: found.map_or_else(unread, ServiceAccount::reference),
            identity: &identity,
            rights: &rbac::permissions(&resolver, &identity),
            dangling: &resolver.dangling(&identity),
            coverage: CanReport::coverage_of(&inventory),
            cluster: &cluster,
            version: env!("CARGO_PKG_VERSION"),
        };
        self.outputs.finish(&report, |format, look, out| report.write(format, look, out))
    }
}
