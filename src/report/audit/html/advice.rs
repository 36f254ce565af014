//! The rules' pages as HTML. They are part of podaudit: nothing of the cluster comes through here.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::report::AuditReport;
use crate::rules::{self, Rule};

/// A rule and its page.
pub(super) struct RulePage {
    pub(super) rule: &'static Rule,
    /// What to do, inline.
    pub(super) advice: String,
    /// The whole page below its title.
    pub(super) body: String,
}

/// The pages of the rules that have something to show, in the order of the catalogue.
pub(super) fn pages(report: &AuditReport) -> BTreeMap<&'static str, RulePage> {
    let mut shown: Vec<_> = report.shown().map(|finding| finding.rule).collect();
    shown.sort_unstable();
    shown.dedup();
    let page = |id| {
        let rule = rules::find(id)?;
        let documentation = rule.documentation();
        let advice = inline(documentation.advice());
        Some((rule.id, RulePage { rule, advice, body: block(&documentation.prose) }))
    };
    shown.into_iter().filter_map(page).collect()
}

fn inline(markdown: &str) -> String {
    let is_paragraph = |event: &Event| {
        matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph))
    };
    render(Parser::new(markdown).filter(|event| !is_paragraph(event)))
}

fn block(markdown: &str) -> String {
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    render(parser.map(|event| match event {
        // The page's own title is the rule's, above it.
        Event::Start(Tag::Heading { id, classes, attrs, .. }) => {
            Event::Start(Tag::Heading { level: HeadingLevel::H3, id, classes, attrs })
        }
        Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Heading(HeadingLevel::H3)),
        other => other,
    }))
}

fn render<'e>(events: impl Iterator<Item = Event<'e>>) -> String {
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}
