//! A half-written list still holds the objects before the cut.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The complete entries of the top-level `items` of a JSON text that ends too early.
pub(super) fn items(text: &str) -> Vec<&RawValue> {
    let mut items = Vec::new();
    // The error is known already; what counts is what was collected before it.
    let _ = List(&mut items).deserialize(&mut serde_json::Deserializer::from_str(text));
    items
}

struct List<'s, 'a>(&'s mut Vec<&'a RawValue>);
struct Items<'s, 'a>(&'s mut Vec<&'a RawValue>);

impl<'a> DeserializeSeed<'a> for List<'_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for List<'_, 'a> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }
    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "items" {
                map.next_value_seed(Items(&mut *self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'a> DeserializeSeed<'a> for Items<'_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'a> Visitor<'a> for Items<'_, 'a> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }
    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(item) = seq.next_element()? {
            self.0.push(item);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn whole_entries_before_the_cut_are_kept() {
        let text = r#"{"kind":"List","items":[{"a":1},{"b":[2]},{"c":"#;
        let kept: Vec<_> = super::items(text).iter().map(|raw| raw.get()).collect();
        assert_eq!(kept, [r#"{"a":1}"#, r#"{"b":[2]}"#]);
    }
}
