//! JSON for readers that show its strings as they are: nothing in them reorders or hides text.

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::ser::{CharEscape, Formatter, PrettyFormatter};

use super::text::visible;

/// Indented JSON for readers that show its strings as they are: in them, control characters and
/// invisible marks are visible. Line ends and tabs stay.
#[derive(Default)]
pub(in crate::report) struct VisibleStrings(PrettyFormatter<'static>);

impl Formatter for VisibleStrings {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // A backslash of our own is one of the text, which JSON doubles.
        let visible = visible(fragment);
        match visible {
            Cow::Borrowed(text) => out.write_all(text.as_bytes()),
            Cow::Owned(text) => out.write_all(text.replace('\\', "\\\\").as_bytes()),
        }
    }

    fn write_char_escape<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        let control = match escape {
            CharEscape::AsciiControl(byte) => byte,
            CharEscape::Backspace => 8,
            CharEscape::FormFeed => 12,
            CharEscape::CarriageReturn => return out.write_all(b"\\\\r"),
            other => return self.0.write_char_escape(out, other),
        };
        write!(out, "\\\\u{{{control:x}}}")
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[test]
    fn a_string_is_read_back_with_its_marks_visible() {
        for c in
            ['\0', '\u{1b}', '\r', '\u{8}', '\u{c}', '\u{85}', '\u{202e}', '\u{2066}', '\u{200b}']
        {
            let mut json = Vec::new();
            let formatter = VisibleStrings::default();
            let mut writer = serde_json::Serializer::with_formatter(&mut json, formatter);
            format!("a{c}\\\"\n\tb").serialize(&mut writer).unwrap();
            let text: String = serde_json::from_slice(&json).unwrap();
            assert_eq!(text, format!("a{}\\\"\n\tb", c.escape_default()));
        }
    }
}
