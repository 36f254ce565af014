//! The choke point for strings of the cluster on their way to a browser: whatever the template
//! writes is escaped, and what the cluster says is isolated as well.

use std::fmt;

use askama::filters::{Escaper, Html, HtmlSafe};

use crate::report::style::visible;

/// A text of the cluster as HTML: escaped, without invisible marks, and in an element of its own
/// so that its letters' direction cannot reorder what stands beside it.
pub(super) struct Isolated(String);

impl HtmlSafe for Isolated {}

impl fmt::Display for Isolated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<bdi>")?;
        Html.write_escaped_str(&mut *f, &self.0)?;
        f.write_str("</bdi>")
    }
}

/// The text, isolated.
pub(super) fn bdi(text: impl fmt::Display) -> Isolated {
    Isolated(visible(&text.to_string()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::bdi;

    #[test]
    fn nothing_of_a_name_is_markup() {
        let safe = bdi("</bdi><script>\"'&\u{202e}").to_string();
        assert_eq!(safe, "<bdi>&#60;/bdi&#62;&#60;script&#62;&#34;&#39;&#38;\\u{202e}</bdi>");
    }
}
