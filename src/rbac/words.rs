//! Permissions and rights in words.

use super::permission::{Permission, PermissionTarget};
use super::right::Right;
use super::right_table::right_spec;

/// What may be done and where; for a dangerous permission, what that is good for.
#[must_use]
pub fn permission_in_words(permission: &Permission) -> String {
    let what = match &permission.target {
        PermissionTarget::Paths(paths) => {
            format!("{} the URLs {}", verbs(permission), paths.join(", "))
        }
        PermissionTarget::Resources { groups, resources, names } => {
            let named = match names[..] {
                [] => String::new(),
                [_] => format!(" named {}", names[0]),
                _ => format!(" named one of {}", names.join(", ")),
            };
            if is_all(groups) && is_all(resources) && is_all(&permission.verbs) {
                format!("do anything with everything{named}")
            } else {
                format!("{} {}{named}", verbs(permission), self::resources(groups, resources))
            }
        }
    };
    let place = permission.grant.namespace().map(|namespace| format!(" in namespace {namespace}"));
    let place = place.unwrap_or_else(|| match permission.target {
        PermissionTarget::Paths(_) => String::new(),
        PermissionTarget::Resources { .. } => " in the whole cluster".to_owned(),
    });
    let why = permission.risk.map(|risk| format!(": {}", risk.why)).unwrap_or_default();
    format!("{what}{place}{why}")
}

/// Through which binding, to which role, and as whom if that is not the account by its name.
#[must_use]
pub fn grant_in_words(permission: &Permission) -> String {
    let grant = &permission.grant;
    let subject = grant.subject;
    let of = match subject.kind.as_str() {
        "Group" => format!(", as a member of {}", subject.name),
        _ => String::new(),
    };
    format!("{} to {}{of}", grant.binding.reference(), grant.role())
}

fn verbs(permission: &Permission) -> String {
    if is_all(&permission.verbs) {
        "do anything with".to_owned()
    } else {
        permission.verbs.join(", ")
    }
}

/// The verbs and the resource of a right: `create pods/exec`.
#[must_use]
pub fn right_in_words(right: Right) -> String {
    let spec = right_spec(right);
    let verbs = spec.verbs.join("/");
    match right {
        Right::Everything => "do anything with everything".to_owned(),
        Right::ImpersonateOnAccount | Right::ImpersonateOnUser | Right::ImpersonateOnNode => {
            format!("{verbs}*")
        }
        _ => format!("{verbs} {}", resource(spec.group, spec.resource)),
    }
}

fn resources(groups: &[&str], resources: &[&str]) -> String {
    let all = groups.iter().flat_map(|group| resources.iter().map(|kind| resource(group, kind)));
    all.collect::<Vec<_>>().join(", ")
}

/// `deployments.apps/scale`, as kubectl writes it.
fn resource(group: &str, resource: &str) -> String {
    match (group, resource) {
        ("*", "*") => "everything".to_owned(),
        ("*", resource) => format!("{resource} of any group"),
        ("", "*") => "everything of the core group".to_owned(),
        (group, "*") => format!("everything of {group}"),
        ("", resource) => resource.to_owned(),
        (group, resource) => match resource.split_once('/') {
            Some((kind, subresource)) => format!("{kind}.{group}/{subresource}"),
            None => format!("{resource}.{group}"),
        },
    }
}

fn is_all(list: &[&str]) -> bool {
    list.contains(&"*")
}
