//! A permission in words.

use super::permission::{Permission, PermissionTarget};

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
                format!("{} {}{named}", verbs(permission), kinds(groups, resources))
            }
        }
    };
    let place = permission.grant.namespace().map(|namespace| format!(" in namespace {namespace}"));
    let place = place.unwrap_or_else(|| match permission.target {
        PermissionTarget::Paths(_) => String::new(),
        PermissionTarget::Resources { .. } => " in the whole cluster".to_owned(),
    });
    let why = permission.danger.map(|(_, why)| format!(": {why}")).unwrap_or_default();
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

/// `deployments.apps, jobs.batch`, as kubectl writes them.
fn kinds(groups: &[&str], resources: &[&str]) -> String {
    let kind = |group: &&str, resource: &&str| match (*group, *resource) {
        ("*", "*") => "everything".to_owned(),
        ("*", resource) => format!("{resource} of any group"),
        ("", "*") => "everything of the core group".to_owned(),
        (group, "*") => format!("everything of {group}"),
        ("", resource) => resource.to_owned(),
        (group, resource) => match resource.split_once('/') {
            Some((kind, subresource)) => format!("{kind}.{group}/{subresource}"),
            None => format!("{resource}.{group}"),
        },
    };
    let all = groups.iter().flat_map(|group| resources.iter().map(move |r| kind(group, r)));
    all.collect::<Vec<_>>().join(", ")
}

fn is_all(list: &[&str]) -> bool {
    list.contains(&"*")
}
