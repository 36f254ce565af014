//! Whether one rule allows one request.
//!
//! Upstream: `RuleAllows` of `plugin/pkg/auth/authorizer/rbac/rbac.go` and the matchers of
//! `pkg/apis/rbac/v1/evaluation_helpers.go`, Kubernetes v1.37.2.

use super::attributes::{Attributes, RequestTarget};
use crate::inventory::PolicyRule;

/// The one wildcard that stands for everything.
const ALL: &str = "*";

/// Whether this rule alone allows the request.
#[must_use]
pub fn rule_allows(rule: &PolicyRule, request: &Attributes) -> bool {
    let target = match request.target {
        RequestTarget::Resource { group, resource, subresource, name, .. } => {
            is_listed(&rule.api_groups, group)
                && matches_resource(&rule.resources, resource, subresource)
                && (rule.resource_names.is_empty() || rule.resource_names.iter().any(|n| n == name))
        }
        RequestTarget::Path(path) => {
            rule.non_resource_urls.iter().any(|url| matches_path(url, path))
        }
    };
    target && is_listed(&rule.verbs, request.verb)
}

fn is_listed(list: &[String], wanted: &str) -> bool {
    list.iter().any(|entry| entry == ALL || entry == wanted)
}

/// `*`, the very resource, or `*/` and the very subresource; `pods/*` is no wildcard.
fn matches_resource(list: &[String], resource: &str, subresource: &str) -> bool {
    list.iter().any(|entry| {
        if entry == ALL {
            return true;
        }
        if subresource.is_empty() {
            // A request may hold the slash in its resource, as `kubectl auth can-i` once sent it.
            return entry == resource;
        }
        let kind = entry.strip_suffix(subresource).and_then(|kind| kind.strip_suffix('/'));
        kind.is_some_and(|kind| kind == ALL || kind == resource)
    })
}

/// Upstream cuts every trailing `*`, so `/a**` is `/a*`; a `*` elsewhere stands for itself.
fn matches_path(url: &str, path: &str) -> bool {
    url == path || url.ends_with('*') && path.starts_with(url.trim_end_matches('*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(resources: &[&str], names: &[&str], urls: &[&str]) -> PolicyRule {
        let own = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
        PolicyRule {
            verbs: own(&["get"]),
            api_groups: own(&[""]),
            resources: own(resources),
            resource_names: own(names),
            non_resource_urls: own(urls),
        }
    }

    fn resource<'a>(resource: &'a str, subresource: &'a str, name: &'a str) -> Attributes<'a> {
        let target =
            RequestTarget::Resource { group: "", resource, subresource, namespace: "", name };
        Attributes { verb: "get", target }
    }

    /// `TestResourceMatches` of upstream's `evaluation_helpers_test.go`, and what it leaves out.
    #[test]
    fn resources() {
        for (entries, kind, subresource, allowed) in [
            (&["*"][..], "foo", "bar", true),
            (&["*", "*/bar"], "foo", "bar", true),
            (&["foo", "*"], "other", "", true),
            (&["foo/bar"], "foo", "bar", true),
            (&["foo/bar"], "foo/bar", "", true),
            (&["foo"], "foo", "bar", false),
            (&["foo/*"], "foo", "bar", false),
            (&["foo/*"], "foo", "*", true),
            (&["*/bar"], "foo", "bar", true),
            (&["*/bar"], "foo/bar", "", false),
            (&["*/bar"], "foo", "", false),
            (&["*/*"], "foo", "bar", false),
            (&["fo*"], "foo", "", false),
            (&["é"], "foo", "b", false),
            (&[], "foo", "", false),
        ] {
            let allows = rule_allows(&rule(entries, &[], &[]), &resource(kind, subresource, ""));
            assert_eq!(allows, allowed, "{entries:?} {kind} {subresource}");
        }
    }

    #[test]
    fn names() {
        let named = rule(&["pods"], &["web", ""], &[]);
        assert!(rule_allows(&named, &resource("pods", "", "web")));
        assert!(rule_allows(&named, &resource("pods", "", "")), "the empty name is a name");
        assert!(!rule_allows(&rule(&["pods"], &["*"], &[]), &resource("pods", "", "web")));
    }

    #[test]
    fn paths() {
        for (url, path, allowed) in [
            ("*", "/anything", true),
            ("/a", "/a", true),
            ("/a", "/a/b", false),
            ("/a/*", "/a/", true),
            ("/a/*", "/a", false),
            ("/a**", "/abc", true),
            ("/a/*/c", "/a/b/c", false),
            ("/a/*/c", "/a/*/c", true),
            ("", "", true),
        ] {
            let request = Attributes { verb: "get", target: RequestTarget::Path(path) };
            assert_eq!(rule_allows(&rule(&[], &[], &[url]), &request), allowed, "{url} {path}");
        }
    }
}
