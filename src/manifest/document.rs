//! From text to objects: lists are opened, kinds looked up, and what cannot be read is recorded
//! without losing what can.

use std::io::{self, BufRead, Read as _};

use serde_json::value::RawValue;

use super::head::{ObjectHead, SelectedMeta};
use super::options::Options;
use super::stream::{self, KindSource};
use super::template::TemplateKind;
use super::yaml;
use crate::inventory::{Inventory, Resource, TEMPLATE_KINDS, describe};

/// The byte order mark of UTF-8.
const MARK: [u8; 3] = *b"\xef\xbb\xbf";

/// Fills an inventory from texts.
pub(super) struct DocumentReader<'o> {
    options: &'o Options,
    default_namespace: &'o str,
    inventory: Inventory,
    objects: usize,
}

/// The kind that is read and written like this but for upper and lower case, which the API server
/// does not take for the same.
fn meant(version: &str, kind: &str) -> Option<&'static str> {
    let read = Resource::AUDIT.into_iter().chain([Resource::Secrets]);
    let read = read.map(|resource| (resource.api_version(), resource.kind()));
    let mut known = read.chain(TEMPLATE_KINDS);
    known
        .find(|(its_version, its_kind)| {
            its_version.eq_ignore_ascii_case(version) && its_kind.eq_ignore_ascii_case(kind)
        })
        .map(|(_, kind)| kind)
}

impl<'o> DocumentReader<'o> {
    pub(super) fn new(options: &'o Options) -> Self {
        let default_namespace = options.namespaces.first().map_or("default", String::as_str);
        Self { options, default_namespace, inventory: Inventory::default(), objects: 0 }
    }

    /// Reads one file's content, JSON or YAML, with any number of documents. JSON is never held as
    /// a whole.
    ///
    /// # Errors
    /// The content cannot be read to its end.
    pub(super) fn text(&mut self, file: &str, mut content: impl BufRead) -> io::Result<()> {
        let mut start = Vec::new();
        let first = |start: &[u8]| start.iter().rev().find(|b| !b.is_ascii_whitespace()).copied();
        while first(&start).is_none_or(|byte| MARK.contains(&byte))
            && content.by_ref().take(1).read_to_end(&mut start)? > 0
        {}
        let start = start.strip_prefix(&MARK).unwrap_or(&start);
        if first(start) == Some(b'{') {
            return self.json(file, serde_json::de::IoRead::new(start.chain(content)));
        }
        let mut bytes = start.to_vec();
        content.read_to_end(&mut bytes)?;
        let Ok(text) = std::str::from_utf8(&bytes) else {
            self.broken(file, "not UTF-8 text");
            return Ok(());
        };
        for (number, document) in yaml::documents(text).enumerate() {
            let place = format!("{file}, document {}", number + 1);
            match yaml::to_json(document) {
                Ok(Some(json)) => self.json(&place, serde_json::de::StrRead::new(&json))?,
                Ok(None) => {}
                Err(error) => self.broken(&place, &error),
            }
        }
        Ok(())
    }

    /// Says so if nothing in these places is an object.
    pub(super) fn expect_objects(&mut self, places: &str) {
        if self.objects == 0 {
            self.broken(places, "no Kubernetes object in it");
        }
    }

    /// What was read, as it was read.
    pub(super) fn into_inventory(self) -> Inventory {
        self.inventory
    }

    fn json<'de>(&mut self, place: &str, text: impl serde_json::de::Read<'de>) -> io::Result<()> {
        match stream::objects(text, |raw, source| self.object(place, raw, source)) {
            Err(error) if error.is_io() => return Err(error.into()),
            Err(error) => self.broken(place, &describe(&error)),
            Ok(()) => {}
        }
        Ok(())
    }

    /// Stores an object, or opens a list. Items of a typed list, for example `PodList`, leave out
    /// what the list's own kind says; `false` if that is not known yet.
    fn object(&mut self, place: &str, raw: &RawValue, source: KindSource) -> bool {
        let head: ObjectHead = match serde_json::from_str(raw.get()) {
            Ok(head) => head,
            Err(error) => {
                let error = describe(&error);
                self.broken(place, &format!("not a Kubernetes object: {error}"));
                return true;
            }
        };
        let (version, kind) = match (&head.api_version, &head.kind, source) {
            (Some(version), Some(kind), _) => (version.as_str(), kind.as_str()),
            (_, _, KindSource::List(version, kind)) => (version, kind),
            (_, _, KindSource::Later) => return false,
            (_, _, KindSource::Itself) => {
                self.broken(place, "an object without apiVersion and kind");
                return true;
            }
        };
        self.objects += 1;
        if let (Some(items), Some(item_kind)) = (&head.items, kind.strip_suffix("List")) {
            for item in items {
                self.object(place, item, KindSource::List(version, item_kind));
            }
            return true;
        }
        if head.items.is_some() && kind.to_ascii_lowercase().ends_with("list") {
            self.broken(place, &format!("a list is not called {kind}, but List"));
            return true;
        }
        let meta = head.metadata.and_then(|m| serde_json::from_str(m.get()).ok());
        let meta: SelectedMeta = meta.unwrap_or_default();
        let resource = Resource::from_kind(version, kind);
        if !self.is_selected(resource, &meta) {
            return true;
        }
        if let Some(resource) = resource {
            self.inventory.insert(resource, raw, self.default_namespace);
        }
        let template = TemplateKind::find(version, kind);
        if let Some(template) = template {
            let selector = &self.options.selector;
            template.insert(&mut self.inventory, raw, self.default_namespace, selector);
        }
        if let (None, None, Some(meant)) = (resource, template, meant(version, kind)) {
            self.broken(place, &format!("there is no kind {kind} in {version}, only {meant}"));
        }
        true
    }

    fn is_selected(&self, resource: Option<Resource>, meta: &SelectedMeta) -> bool {
        let wanted = &self.options.namespaces;
        let namespace = match resource {
            Some(Resource::Namespaces) => meta.name.as_deref(),
            Some(cluster_wide) if !cluster_wide.is_namespaced() => return true,
            _ => Some(meta.namespace.as_deref().unwrap_or(self.default_namespace)),
        };
        let in_scope =
            wanted.is_empty() || wanted.iter().any(|name| Some(name.as_str()) == namespace);
        let is_selected = || self.options.selector.matches(&meta.labels);
        in_scope && (resource != Some(Resource::Pods) || is_selected())
    }

    pub(super) fn broken(&mut self, place: &str, error: &str) {
        let record = self.inventory.coverage_mut(Resource::Pods);
        record.fail(format!("unable to read {place}: {error}"));
    }
}
