//! The choke point for strings of the cluster on their way to a terminal.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text with control characters and invisible marks escaped, so that no name can move the
/// cursor, change colours or reverse what follows it.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_invisible) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::new();
    for c in text.chars() {
        if is_invisible(c) {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

fn is_invisible(c: char) -> bool {
    // Bidirectional marks and other characters without a width reorder or hide text.
    c.is_control() || c.width().unwrap_or(0) == 0 || is_blank(c)
}

/// What takes a column or more, or may, and shows nothing in it; and separators of lines.
fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{2028}' | '\u{2029}'
            | '\u{3164}' | '\u{fff9}'..='\u{fffb}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The text in at most `width` columns; what is cut from the middle becomes `…`.
#[must_use]
pub(in crate::report) fn fit(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let half = |room: usize, chars: &mut dyn Iterator<Item = char>| {
        let mut used = 0;
        let fits = |c: &char| {
            used += c.width().unwrap_or(0);
            used <= room
        };
        chars.take_while(fits).collect::<Vec<_>>()
    };
    let room = width.saturating_sub(1);
    let tail = half(room / 2, &mut text.chars().rev());
    let head = half(room - room / 2, &mut text.chars());
    Cow::Owned(head.into_iter().chain(['…']).chain(tail.into_iter().rev()).collect())
}

/// Words in lines of at most `width` columns, each line indented. A longer word stays whole.
pub(in crate::report) fn wrap(text: &str, indent: usize, width: Option<usize>) -> String {
    let mut lines = vec![" ".repeat(indent)];
    for word in text.split(' ') {
        let line = lines.last().map_or(0, |l| l.width());
        let is_empty = line == indent;
        let too_long = width.is_some_and(|width| line + 1 + word.width() > width);
        if !is_empty && too_long {
            lines.push(" ".repeat(indent));
        }
        if let Some(last) = lines.last_mut() {
            if last.width() > indent {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines.join("\n")
}

/// `1 pod`, `2 pods`.
pub(in crate::report) fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(visible("a\x1b[31m\u{202e}b\n"), "a\\u{1b}[31m\\u{202e}b\\n");
        assert_eq!(visible("плод"), "плод");
    }

    #[test]
    fn nothing_that_reorders_or_hides_is_left() {
        let ranges = [
            '\0'..='\u{1f}',
            '\u{7f}'..='\u{9f}',
            '\u{ad}'..='\u{ad}',
            '\u{34f}'..='\u{34f}',
            '\u{61c}'..='\u{61c}',
            '\u{115f}'..='\u{1160}',
            '\u{180b}'..='\u{180f}',
            '\u{200b}'..='\u{200f}',
            '\u{2028}'..='\u{202e}',
            '\u{2060}'..='\u{206f}',
            '\u{3164}'..='\u{3164}',
            '\u{fe00}'..='\u{fe0f}',
            '\u{feff}'..='\u{feff}',
            '\u{ffa0}'..='\u{ffa0}',
            '\u{fff9}'..='\u{fffb}',
            '\u{1bca0}'..='\u{1bca3}',
            '\u{1d173}'..='\u{1d17a}',
            '\u{e0001}'..='\u{e01ef}',
        ];
        for c in ranges.into_iter().flatten() {
            let text = visible(&format!("a{c}b")).into_owned();
            assert_eq!(text, format!("a{}b", c.escape_default()), "{c:?}");
        }
    }

    #[test]
    fn long_text_is_cut_in_the_middle() {
        assert_eq!(fit("storefront-canary", 9), "stor…nary");
        assert_eq!(fit("short", 9), "short");
        assert_eq!(fit("日本語日本語", 7), "日…語");
    }

    #[test]
    fn words_are_wrapped_and_never_broken() {
        assert_eq!(wrap("a bb ccccccccccc d", 2, Some(8)), "  a bb\n  ccccccccccc\n  d");
        assert_eq!(wrap("a bb", 2, None), "  a bb");
    }
}
