//! Width and colour, decided outside and obeyed here.

use std::borrow::Cow;

use comfy_table::Color;

use crate::finding::{Severity, Verdict};

/// How to draw.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// Columns to stay within; `None` for as many as it takes.
    pub width: Option<usize>,
    /// Whether to use colours.
    pub color: bool,
}

impl Look {
    /// From here on there is room for whole image references and capability lists.
    pub(in crate::report) fn is_wide(self) -> bool {
        self.width.is_none_or(|width| width >= 140)
    }

    pub(in crate::report) fn bold(self, text: &str) -> Cow<'_, str> {
        self.escape("1", text)
    }

    pub(in crate::report) fn paint(
        self,
        verdict: Verdict,
        severity: Severity,
        text: &str,
    ) -> Cow<'_, str> {
        let code = match color(verdict, severity) {
            Color::Magenta => "35",
            Color::Red => "31",
            Color::Yellow => "33",
            Color::Blue => "34",
            _ => "36",
        };
        self.escape(code, text)
    }

    fn escape<'t>(self, code: &str, text: &'t str) -> Cow<'t, str> {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m").into() } else { text.into() }
    }
}

/// One colour a severity; another for what is not known.
pub(in crate::report) fn color(verdict: Verdict, severity: Severity) -> Color {
    match (verdict, severity) {
        (Verdict::Fail, Severity::Critical) => Color::Magenta,
        (Verdict::Fail, Severity::High) => Color::Red,
        (Verdict::Fail, Severity::Medium) => Color::Yellow,
        (Verdict::Fail, Severity::Low) => Color::Blue,
        _ => Color::Cyan,
    }
}
