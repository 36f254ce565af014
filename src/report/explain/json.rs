//! From an explanation to its public JSON.

use std::io::{self, Write};

use super::{Explanation, model};
use crate::explain::Explained;
use crate::posture::Gap;
use crate::report::json::{cluster, evidence, object, tool};

const SCHEMA_VERSION: u32 = 1;

pub(super) fn write(it: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let groups = it.groups.iter().map(|group| model::Group {
        objects: group.pods.iter().map(object).collect(),
        admitted: group.explained.admitted,
        facts: group.explained.pod.iter().map(fact).collect(),
        containers: group
            .explained
            .containers
            .iter()
            .map(|container| model::Container {
                name: &container.name,
                role: container.role,
                in_short: &container.in_short,
                facts: container.facts.iter().map(fact).collect(),
            })
            .collect(),
    });
    let model = model::Explanation {
        schema_version: SCHEMA_VERSION,
        tool: tool(it.version),
        cluster: cluster(it.cluster),
        groups: groups.collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &model)?;
    writeln!(out)
}

fn fact(it: &Explained) -> model::Fact<'_> {
    let answer = &it.answer;
    model::Fact {
        id: it.fact.id,
        title: it.fact.title,
        value: answer.value.as_deref().ok(),
        unknown: answer.value.as_ref().err().map(gap),
        confidence: answer.confidence().as_str(),
        decided_by: answer.decided_by.iter().map(evidence).collect(),
        overruled: answer.overruled.iter().map(evidence).collect(),
        source: it.fact.source,
    }
}

fn gap(it: &Gap) -> model::Gap<'_> {
    model::Gap { reason: &it.reason, resolve: &it.resolve }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_schema_is_that_of_the_structures() {
        let published = expect_test::expect_file!["../../../reports/explain.schema.json"];
        crate::report::json::assert_schema::<super::model::Explanation>(&published);
    }
}
