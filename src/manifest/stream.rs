//! A JSON text, object by object: a dump of a whole cluster is never held at once. What comes
//! before an error, as in a list that was written by half, has been handed on by then.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::de::Read;
use serde_json::value::RawValue;

/// Who says what an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KindSource<'a> {
    /// It has to itself.
    Itself,
    /// Its list may, which has not come to that yet.
    Later,
    /// Its list does, unless it does itself: version and kind of an item.
    List(&'a str, &'a str),
}

/// Hands every object on, and each item of a list by itself. `take` says whether it knows what the
/// object is; one that is [`KindSource::Later`] and not known comes again when its list has told.
///
/// # Errors
/// Where the text is no JSON.
pub(super) fn objects<'de>(
    text: impl Read<'de>,
    mut take: impl FnMut(&RawValue, KindSource) -> bool,
) -> Result<(), serde_json::Error> {
    let mut json = serde_json::Deserializer::new(text);
    while json.end().is_err() {
        Document(&mut take).deserialize(&mut json)?;
    }
    Ok(())
}

struct Document<'t, F>(&'t mut F);

/// Everything of an object save the items that were handed on.
#[derive(Default)]
struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    fn text(&self, name: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        serde_json::from_str(value.get()).ok()
    }

    fn object(&self) -> Result<Box<RawValue>, serde_json::Error> {
        let field = |(key, value): &(String, Box<RawValue>)| {
            Ok(format!("{}:{}", serde_json::to_string(key)?, value.get()))
        };
        let fields: Result<Vec<_>, serde_json::Error> = self.0.iter().map(field).collect();
        RawValue::from_string(format!("{{{}}}", fields?.join(",")))
    }
}

impl<'de, F: FnMut(&RawValue, KindSource) -> bool> DeserializeSeed<'de> for Document<'_, F> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&RawValue, KindSource) -> bool> Visitor<'de> for Document<'_, F> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut fields, mut late) = (Fields::default(), Vec::new());
        while let Some(key) = map.next_key::<String>()? {
            let kind = fields.text("kind");
            let is_list = kind.as_deref().is_none_or(|kind| kind.ends_with("List"));
            if key == "items" && is_list {
                let version = fields.text("apiVersion");
                let items = Items {
                    take: &mut *self.0,
                    late: &mut late,
                    source: item_source(version.as_deref(), kind.as_deref()),
                };
                map.next_value_seed(items)?;
            } else {
                fields.0.push((key, map.next_value()?));
            }
        }
        let (version, kind) = (fields.text("apiVersion"), fields.text("kind"));
        for item in late {
            let source = Some(item_source(version.as_deref(), kind.as_deref()))
                .filter(|source| *source != KindSource::Later);
            (self.0)(&item, source.unwrap_or(KindSource::Itself));
        }
        (self.0)(&fields.object().map_err(serde::de::Error::custom)?, KindSource::Itself);
        Ok(())
    }
}

fn item_source<'a>(version: Option<&'a str>, kind: Option<&'a str>) -> KindSource<'a> {
    let item = kind.and_then(|kind| kind.strip_suffix("List"));
    version.zip(item).map_or(KindSource::Later, |(version, kind)| KindSource::List(version, kind))
}

struct Items<'t, 'o, F> {
    take: &'t mut F,
    late: &'t mut Vec<Box<RawValue>>,
    source: KindSource<'o>,
}

impl<'de, F: FnMut(&RawValue, KindSource) -> bool> DeserializeSeed<'de> for Items<'_, '_, F> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&RawValue, KindSource) -> bool> Visitor<'de> for Items<'_, '_, F> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(item) = seq.next_element::<Box<RawValue>>()? {
            if !(self.take)(&item, self.source) {
                self.late.push(item);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every object that is handed on, and who says what it is.
    fn all(text: &str) -> (Vec<String>, bool) {
        let mut objects_read = Vec::new();
        let ended = objects(serde_json::de::StrRead::new(text), |raw, source| {
            let is_known = source != KindSource::Later || raw.get().contains("kind");
            if is_known {
                objects_read.push(format!("{} {source:?}", raw.get()));
            }
            is_known
        });
        (objects_read, ended.is_ok())
    }

    #[test]
    fn items_come_one_by_one_whatever_the_order_of_the_fields() {
        let typed = r#"{"kind":"PodList","apiVersion":"v1","items":[{"a":1}]} {"kind":"x"}"#;
        let outer = r#"{"kind":"PodList","apiVersion":"v1"} Itself"#;
        let want = [r#"{"a":1} List("v1", "Pod")"#, outer, r#"{"kind":"x"} Itself"#];
        assert_eq!(all(typed), (want.map(str::to_owned).to_vec(), true));
        let late = r#"{"items":[{"a":1},{"kind":"b"}],"kind":"PodList","apiVersion":"v1"}"#;
        let want = [r#"{"kind":"b"} Later"#, r#"{"a":1} List("v1", "Pod")"#, outer];
        assert_eq!(all(late), (want.map(str::to_owned).to_vec(), true));
        let no_list = r#"{"kind":"Menu","items":[{"kind":"b"}]}"#;
        assert_eq!(all(no_list), (vec![format!("{no_list} Itself")], true));
        assert_eq!(all(r#"{"items":null,"kind":"List"}"#).0, [r#"{"kind":"List"} Itself"#]);
    }

    #[test]
    fn whole_entries_before_the_cut_are_kept() {
        let (read, ended) = all(r#"{"kind":"List","items":[{"a":1},{"kind":[2]},{"c":"#);
        assert_eq!(read, [r#"{"kind":[2]} Later"#]);
        assert!(!ended);
    }
}
