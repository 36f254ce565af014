//! `podaudit can`: what a ServiceAccount may do, and what grants it.

use std::str::FromStr;

use super::SubOutputArgs;
use super::run::{RunError, finish};
use crate::exit::Exit;
use crate::inventory::Inventory;
use crate::inventory::coverage::{Resource, State};
use crate::object::ObjectRef;
use crate::rbac::{self, Identity, Resolver};
use crate::report::{CanReport, Cluster};

/// A ServiceAccount by namespace and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    namespace: String,
    name: String,
}

impl FromStr for Account {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split('/').collect::<Vec<_>>()[..] {
            [namespace, name] if !namespace.is_empty() && !name.is_empty() => {
                Ok(Self { namespace: namespace.to_owned(), name: name.to_owned() })
            }
            _ => Err(format!("{text:?} is not NAMESPACE/SERVICEACCOUNT, for example shop/cart")),
        }
    }
}

pub(super) fn can(
    inventory: &Inventory,
    cluster: &Cluster,
    account: &Account,
    args: &SubOutputArgs,
) -> Result<Exit, RunError> {
    let Account { namespace, name } = account;
    let found = inventory.service_account(namespace, name);
    // One that no list shows may exist where not all was read, and can be bound before it exists.
    if found.is_none() && inventory.coverage(Resource::ServiceAccounts).state == State::Complete {
        return Err(RunError::NoSuchAccount(format!("{namespace}/{name}")));
    }
    let unread = || ObjectRef {
        kind: Resource::ServiceAccounts.kind().to_owned(),
        namespace: Some(namespace.clone()),
        name: name.clone(),
        uid: None,
    };
    let identity = Identity::service_account(namespace, name);
    let resolver = Resolver::new(inventory);
    let report = CanReport {
        account: found.map_or_else(unread, crate::inventory::ServiceAccount::reference),
        identity: &identity,
        rights: &rbac::permissions(&resolver, &identity),
        dangling: &resolver.dangling(&identity),
        coverage: CanReport::READS.map(|kind| inventory.coverage(kind)).to_vec(),
        cluster,
        version: env!("CARGO_PKG_VERSION"),
    };
    finish(
        (&args.outputs, args.color),
        &report.coverage,
        report.is_complete(),
        |format, look, out| report.write(format, look, out),
    )
}
