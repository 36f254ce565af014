//! YAML as kubectl reads it (YAML 1.1 booleans and octal numbers), turned into JSON so that files
//! and the API go through one decoder. Values that can be secrets are skipped on the way.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The documents of a stream. A line `---` always separates them, as in kubectl's own splitter
/// (`k8s.io/apimachinery/pkg/util/yaml`); so one broken document does not take the others along.
pub(super) fn documents(text: &str) -> impl Iterator<Item = &str> {
    let is_separator = |line: &str| {
        let rest = line.strip_prefix("---");
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
    };
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let mut end = 0;
        for line in text.split_inclusive('\n') {
            if is_separator(line) {
                // What follows the dashes on the same line belongs to the next document.
                rest = Some(&text[end + 3..]);
                return Some(&text[..end]);
            }
            end += line.len();
        }
        Some(text)
    })
}

/// One document as JSON; `None` for an empty one.
///
/// # Errors
/// In one line, where the text is not YAML or breaks a limit.
pub(super) fn to_json(document: &str) -> Result<Option<String>, String> {
    // A large dump may hold as many nodes as its text allows; what aliases multiply may not.
    let size = document.len();
    let options = serde_saphyr::options! {
        legacy_octal_numbers: true,
        budget: serde_saphyr::budget! {
            max_events: size.max(10_000) * 2,
            max_nodes: size.max(10_000),
            max_total_scalar_bytes: size.max(1 << 20),
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 100_000,
        },
        with_snippet: false,
    };
    let value = serde_saphyr::with_deserializer_from_str_with_options(document, options, |de| {
        Tree { key: "" }.deserialize(de)
    });
    match value {
        Ok(Value::Null) => Ok(None),
        Ok(value) => Ok(Some(value.to_string())),
        Err(error) => Err(error.to_string().lines().next().unwrap_or_default().to_owned()),
    }
}

/// Whether the value below this key may hold a secret and is not read at all.
fn is_skipped(parent: &str, key: &str) -> bool {
    matches!(
        (parent, key),
        ("env", "value")
            | ("annotations", "kubectl.kubernetes.io/last-applied-configuration")
            | (_, "data" | "stringData" | "binaryData" | "managedFields")
    )
}

/// Builds a value; `key` is the one that holds it, looking through lists.
struct Tree<'k> {
    key: &'k str,
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = seq.next_element_seed(Tree { key: self.key })? {
            list.push(entry);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if is_skipped(self.key, &key) {
                map.next_value::<IgnoredAny>()?;
            } else {
                let value = map.next_value_seed(Tree { key: &key })?;
                fields.insert(key, value);
            }
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(yaml: &str) -> String {
        to_json(yaml).unwrap().unwrap()
    }

    #[test]
    fn booleans_and_octal_numbers_are_those_of_kubectl() {
        let want = r#"{"a":true,"b":420,"c":"yes","d":true}"#;
        assert_eq!(json("a: yes\nb: 0644\nc: \"yes\"\nd: On\n"), want);
    }

    #[test]
    fn secrets_are_skipped() {
        let yaml = "env:\n- name: A\n  value: hunter2\ndata: {p: hunter2}\nlabels: {value: x}";
        assert_eq!(json(yaml), r#"{"env":[{"name":"A"}],"labels":{"value":"x"}}"#);
    }

    #[test]
    fn a_bomb_is_an_error_in_one_line() {
        let line = |n: usize| {
            let entries = vec![n.checked_sub(1).map_or("x".to_owned(), |m| format!("*a{m}")); 9];
            format!("a{n}: &a{n} [{}]\n", entries.join(", "))
        };
        let bomb = (0..12).map(line).collect::<Vec<_>>().concat();
        let error = to_json(&bomb).unwrap_err();
        assert!(!error.is_empty() && !error.contains('\n'), "{error}");
    }

    #[test]
    fn documents_are_split_at_dashes_only() {
        let text = "a: 1\n---\nb: |\n  --- no\n--- # yes\nc: 3\n";
        assert_eq!(
            documents(text).collect::<Vec<_>>(),
            ["a: 1\n", "\nb: |\n  --- no\n", " # yes\nc: 3\n"]
        );
    }
}
