//! A rule's page, taken apart: prose for people, cases for tests.

/// A rule's page: prose, and fenced manifests with the verdict that they must get.
#[derive(Clone, Debug, Default)]
pub struct Documentation {
    /// The first heading.
    pub title: String,
    /// All of the page below the first heading and above the cases.
    pub prose: String,
    /// Verdict word (`fail`, `pass`, `unknown`) and manifest.
    pub cases: Vec<(String, String)>,
}

impl Documentation {
    /// The text of the prose below a second-level heading.
    #[must_use]
    pub fn section(&self, heading: &str) -> Option<&str> {
        let (_, rest) = self.prose.split_once(&format!("## {heading}\n"))?;
        Some(rest.split("\n## ").next()?.trim())
    }

    /// What to do about a finding, in a sentence or two of Markdown: the first paragraph of the
    /// section of that name.
    #[must_use]
    pub fn advice(&self) -> &str {
        let section = self.section("What to do instead").unwrap_or_default();
        section.split("\n\n").next().unwrap_or_default()
    }

    /// Reads a page.
    pub(super) fn parse(page: &str) -> Self {
        let mut doc = Self::default();
        let mut case: Option<(String, String)> = None;
        let mut in_cases = false;
        for line in page.lines() {
            if let Some((_, manifest)) = &mut case {
                if line == "```" {
                    doc.cases.extend(case.take());
                } else {
                    manifest.push_str(line);
                    manifest.push('\n');
                }
            } else if let Some(verdict) = line.strip_prefix("```yaml ") {
                case = Some((verdict.to_owned(), String::new()));
            } else if doc.title.is_empty() && line.starts_with("# ") {
                line[2..].clone_into(&mut doc.title);
            } else if line == "## Cases" {
                in_cases = true;
            } else if !in_cases {
                doc.prose.push_str(line);
                doc.prose.push('\n');
            }
        }
        Self { prose: doc.prose.trim().to_owned(), ..doc }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules;

    #[test]
    fn each_page_says_what_to_do_in_a_sentence() {
        for rule in rules::ALL {
            let page = rule.documentation();
            let advice = page.advice();
            assert!(advice.ends_with('.') && !advice.contains("```"), "{}: {advice}", rule.id);
            assert!(!advice.starts_with("- "), "{}: a list is no sentence: {advice}", rule.id);
        }
    }
}
