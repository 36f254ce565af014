//! From rights to their public JSON format.

use std::io::{self, Write};

use super::input::{CanReport, LOWER_BOUND};
use super::model::{self, SCHEMA_VERSION};
use crate::inventory::RoleBinding;
use crate::object::ObjectRef;
use crate::rbac::{self, Permission, PermissionTarget};
use crate::report::json::{binding, coverage, head, object};

pub(super) fn write(report: &CanReport, out: &mut dyn Write) -> io::Result<()> {
    let model = model::Report {
        head: head(SCHEMA_VERSION, report.version, report.cluster),
        complete: report.is_complete(),
        coverage: report.coverage.iter().map(coverage).collect(),
        service_account: object(&report.account),
        user: &report.identity.user,
        groups: report.identity.groups.iter().map(String::as_str).collect(),
        lower_bound: LOWER_BOUND,
        rights: report.rights.iter().map(right).collect(),
        dangling_bindings: report.dangling.iter().map(dangling).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &model)?;
    writeln!(out)
}

fn right<'a>(right: &'a Permission) -> model::Right<'a> {
    let (api_groups, resources, resource_names, paths): (&[_], &[_], &[_], &[_]) = match &right
        .target
    {
        PermissionTarget::Resources { groups, resources, names } => (groups, resources, names, &[]),
        PermissionTarget::Paths(paths) => (&[], &[], &[], paths),
    };
    let grant = right.grant;
    model::Right {
        danger: right.danger.map(|(danger, _)| danger.as_str()),
        why: right.danger.map(|(_, why)| why),
        in_words: rbac::permission_in_words(right),
        verbs: &right.verbs,
        api_groups,
        resources,
        resource_names,
        paths,
        namespace: grant.namespace(),
        binding: binding(grant.binding),
        role: role(grant.binding),
        subject: model::Subject { kind: &grant.subject.kind, name: &grant.subject.name },
    }
}

fn dangling<'a>((of, _): &'a (&'a RoleBinding, ObjectRef)) -> model::Dangling<'a> {
    model::Dangling { binding: binding(of), role: role(of) }
}

fn role(binding: &RoleBinding) -> model::Role<'_> {
    model::Role { kind: &binding.role_ref.kind, name: &binding.role_ref.name }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_schema_is_that_of_the_structures() {
        let published = expect_test::expect_file!["../../../reports/can.schema.json"];
        crate::report::json::assert_schema::<super::model::Report>(&published);
    }
}
