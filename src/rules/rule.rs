//! What a rule is.

use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::object::ContainerPlace;
use crate::posture::{ContainerPosture, Os, PodPosture, RunningImages, ServiceAccountPosture};
use crate::rbac::{AccountPermissions, BindingFacts, PermissionIndex};
use crate::reach::{ClusterAdminPath, Reach};
use crate::standards::{NamespaceStandards, PodStandards};

/// A question with a stable id.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Stable; reads well after "allow".
    pub id: &'static str,
    /// One line, without a full stop.
    pub summary: &'static str,
    /// Unless a judgement says otherwise.
    pub severity: Severity,
    /// What is asked of whom.
    pub scope: Scope,
    /// The kinds without which the question cannot be asked, or stays open.
    pub reads: &'static [Resource],
    /// The page `docs/rules/<id>.md`, front to back.
    pub page: &'static str,
}

/// What is around a pod that decides what its credentials are worth.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// What ServiceAccounts may do.
    pub accounts: &'a PermissionIndex<'a>,
    /// Where that leads.
    pub reach: &'a Reach<'a>,
}

/// What a rule judges.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    /// Each pod.
    Pod(fn(&PodPosture) -> Judgement),
    /// Each container of each pod.
    Container(fn(&PodPosture, &ContainerPosture) -> Judgement),
    /// Each container of each Linux pod; not applicable on Windows.
    LinuxContainer(fn(&PodPosture, &ContainerPosture) -> Judgement),
    /// Each container of each pod, with what its credentials allow.
    Credentials(fn(&PodPosture, &ContainerPosture, Around) -> Judgement),
    /// Each workload, by where a takeover of it leads.
    Workload(fn(&ClusterAdminPath) -> Judgement),
    /// What all pods of a workload run in the container of one name.
    Images(fn(&RunningImages) -> Judgement),
    /// Each ServiceAccount.
    ServiceAccount(fn(&ServiceAccountPosture) -> Judgement),
    /// Each ServiceAccount, by its rights.
    Identity(fn(&AccountPermissions) -> Judgement),
    /// Each RoleBinding and ClusterRoleBinding; nothing where the question does not arise.
    Binding(fn(&BindingFacts) -> Option<Judgement>),
    /// Each pod, as Pod Security admission sees it.
    PodStandards(fn(&PodStandards) -> Judgement),
    /// Each Namespace.
    Namespace(fn(&NamespaceStandards) -> Judgement),
}

impl Rule {
    /// Judges a pod: one judgement for the pod, or one a container with the container's name.
    #[must_use]
    pub fn judge_pod(
        &self,
        pod: &PodPosture,
        around: Around,
    ) -> Vec<(Option<ContainerPlace>, Judgement)> {
        let each = |f: &dyn Fn(&ContainerPosture) -> Judgement| {
            pod.containers.iter().map(|c| (Some(c.place()), f(c))).collect()
        };
        match self.scope {
            Scope::Pod(judge) => vec![(None, judge(pod))],
            Scope::Container(judge) => each(&|c| judge(pod, c)),
            Scope::Credentials(judge) => each(&|c| judge(pod, c, around)),
            Scope::LinuxContainer(judge) => each(&|c| {
                if pod.os.is(|os| *os == Os::Windows) {
                    let evidence = pod.os.decided_by.clone();
                    return Judgement::not_applicable("Windows has no such setting", evidence);
                }
                judge(pod, c)
            }),
            Scope::Workload(_)
            | Scope::Images(_)
            | Scope::ServiceAccount(_)
            | Scope::Identity(_)
            | Scope::Binding(_)
            | Scope::PodStandards(_)
            | Scope::Namespace(_) => Vec::new(),
        }
    }

    /// Judges what the pods of a workload run, if that is what the rule is about.
    #[must_use]
    pub fn judge_images(&self, images: &RunningImages) -> Option<Judgement> {
        match self.scope {
            Scope::Images(judge) => Some(judge(images)),
            _ => None,
        }
    }

    /// Judges where a takeover of a workload leads, if that is what the rule is about.
    #[must_use]
    pub fn judge_workload(&self, path: &ClusterAdminPath) -> Option<Judgement> {
        match self.scope {
            Scope::Workload(judge) => Some(judge(path)),
            _ => None,
        }
    }

    /// Judges a ServiceAccount, if that is what the rule is about.
    #[must_use]
    pub fn judge_service_account(&self, account: &ServiceAccountPosture) -> Option<Judgement> {
        match self.scope {
            Scope::ServiceAccount(judge) => Some(judge(account)),
            _ => None,
        }
    }

    /// Judges the rights of a ServiceAccount, if that is what the rule is about.
    #[must_use]
    pub fn judge_identity(&self, account: &AccountPermissions) -> Option<Judgement> {
        match self.scope {
            Scope::Identity(judge) => Some(judge(account)),
            _ => None,
        }
    }

    /// Judges a binding, if that is what the rule is about and its question arises.
    #[must_use]
    pub fn judge_binding(&self, binding: &BindingFacts) -> Option<Judgement> {
        match self.scope {
            Scope::Binding(judge) => judge(binding),
            _ => None,
        }
    }

    /// Judges a pod by the standards, if that is what the rule is about.
    #[must_use]
    pub fn judge_standards(&self, pod: &PodStandards) -> Option<Judgement> {
        match self.scope {
            Scope::PodStandards(judge) => Some(judge(pod)),
            _ => None,
        }
    }

    /// Judges a Namespace, if that is what the rule is about.
    #[must_use]
    pub fn judge_namespace(&self, namespace: &NamespaceStandards) -> Option<Judgement> {
        match self.scope {
            Scope::Namespace(judge) => Some(judge(namespace)),
            _ => None,
        }
    }

    /// The page, parsed.
    #[must_use]
    pub fn documentation(&self) -> Documentation {
        Documentation::parse(self.page)
    }
}

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

    fn parse(page: &str) -> Self {
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
