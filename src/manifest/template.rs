//! Workloads offline: the pod that a template would make, judged in its workload's name.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::head::SelectedMeta;
use crate::inventory::{
    Inventory, LabelSelector, ObjectMeta, Pod, PodSpec, Resource, TEMPLATE_KINDS, describe, name_of,
};
use crate::object::WorkloadName;

/// A kind whose spec holds a pod template.
#[derive(Clone, Copy, Debug)]
pub(super) struct TemplateKind(&'static str);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outer<'a> {
    #[serde(default)]
    metadata: ObjectMeta,
    #[serde(borrow, default)]
    spec: Option<Spec<'a>>,
    #[serde(borrow, default)]
    template: Option<Template<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    #[serde(borrow, default)]
    template: Option<Template<'a>>,
    #[serde(borrow, default)]
    job_template: Option<JobTemplate<'a>>,
}

#[derive(Deserialize)]
struct JobTemplate<'a> {
    #[serde(borrow, default)]
    spec: Option<JobSpec<'a>>,
}

#[derive(Deserialize)]
struct JobSpec<'a> {
    #[serde(borrow, default)]
    template: Option<Template<'a>>,
}

#[derive(Deserialize)]
struct Template<'a> {
    #[serde(borrow, default)]
    metadata: Option<&'a RawValue>,
    #[serde(default)]
    spec: Option<PodSpec>,
}

impl TemplateKind {
    /// The kind of that name and group, if it has a template.
    pub(super) fn find(api_version: &str, kind: &str) -> Option<Self> {
        let known = TEMPLATE_KINDS.iter().find(|(v, k)| *v == api_version && *k == kind)?;
        Some(Self(known.1))
    }

    /// Adds the pod that the template would make. A ReplicaSet or Job with a controller is left
    /// to that controller.
    pub(super) fn insert(
        self,
        inventory: &mut Inventory,
        raw: &RawValue,
        default_namespace: &str,
        selector: &LabelSelector,
    ) {
        let outer: Outer = match serde_json::from_str(raw.get()) {
            Ok(outer) => outer,
            Err(error) => {
                let object = name_of(self.0, raw.get(), Some(default_namespace));
                let record = inventory.coverage_mut(Resource::Pods);
                record.list_one();
                return record.undecodable(object, describe(&error));
            }
        };
        let template = outer.template.or_else(|| {
            let spec = outer.spec?;
            spec.template.or_else(|| spec.job_template?.spec?.template)
        });
        let Some(template) = template else { return };
        let meta = |raw: &RawValue| serde_json::from_str::<SelectedMeta>(raw.get()).ok();
        let labels = template.metadata.and_then(meta).unwrap_or_default().labels;
        if outer.metadata.controller().is_some() || !selector.matches(&labels) {
            return;
        }
        let annotated = template.metadata.and_then(|m| serde_json::from_str(m.get()).ok());
        let mut metadata: ObjectMeta = annotated.unwrap_or_default();
        let namespace = outer.metadata.namespace.as_deref().unwrap_or(default_namespace);
        metadata.namespace = Some(namespace.to_owned());
        metadata.name.clone_from(&outer.metadata.name);
        let record = inventory.coverage_mut(Resource::Pods);
        record.list_one();
        record.decoded += 1;
        inventory.add_pod(Pod {
            metadata,
            spec: template.spec.unwrap_or_default(),
            template_of: Some(WorkloadName { kind: self.0.to_owned(), name: outer.metadata.name }),
            ..Pod::default()
        });
    }
}

/// Drops the templates of workloads whose pods were read: what runs is judged, not what was meant.
pub(super) fn drop_running(inventory: &mut Inventory) {
    let pods = inventory.pod_groups().filter(|group| group.pod.template_of.is_none());
    let running: BTreeSet<_> =
        pods.flat_map(|group| inventory.by_workload(&group).into_keys()).collect();
    inventory.retain_manifests(|template, owners| !running.contains(&owners.workload(template)));
}
