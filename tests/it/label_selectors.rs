//! Label selectors against upstream's own parser: the same generated selectors are valid, and select
//! the same objects; and the command line refuses what it refuses.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::Context;
use libtest_mimic::Trial;
use podaudit::inventory::LabelSelector;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde::{Deserialize, Serialize};

use crate::support::program::Program;
use crate::support::{Outcome, ensure, go, requires, trial};

/// Selectors to compare.
const SELECTORS: usize = 10_000;
/// Objects that each selector is tried on.
const OBJECTS: usize = 4;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        requires::trial(requires::on_path("go"), are_upstreams),
        trial(refused_by_the_command_line),
    ]
}

#[derive(Debug, Serialize)]
struct Question {
    selector: String,
    objects: Vec<BTreeMap<String, String>>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Answer {
    valid: bool,
    matches: Vec<bool>,
}

fn are_upstreams() -> Outcome {
    let config =
        Config { rng_seed: RngSeed::Fixed(5), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let question = (selector(), vec(btree_map(key(), value(), 0..4), OBJECTS))
        .prop_map(|(selector, objects)| Question { selector, objects });
    let mut questions = Vec::with_capacity(SELECTORS);
    for _ in 0..SELECTORS {
        let tree = question.new_tree(&mut runner).map_err(|why| anyhow::anyhow!("{why}"))?;
        questions.push(tree.current());
    }
    let answers = upstream(&questions)?;
    ensure!(answers.len() == SELECTORS, "{} answers", answers.len());
    for (question, upstream) in questions.iter().zip(&answers) {
        let ours = ours(question);
        ensure!(ours == *upstream, "{question:?}: {ours:?}, and upstream {upstream:?}");
    }
    // Both kinds of selectors, and both kinds of answers, are among them.
    let valid = answers.iter().filter(|answer| answer.valid).count();
    let matches: Vec<_> = answers.iter().flat_map(|answer| &answer.matches).collect();
    let matching = matches.iter().filter(|matches| ***matches).count();
    ensure!((SELECTORS / 4..SELECTORS * 3 / 4).contains(&valid), "{valid} are valid");
    ensure!((matches.len() / 5..matches.len() * 4 / 5).contains(&matching), "{matching} match");
    Ok(())
}

fn ours(question: &Question) -> Answer {
    let Ok(selector) = question.selector.parse::<LabelSelector>() else {
        return Answer { valid: false, matches: Vec::new() };
    };
    let matches = |labels: &BTreeMap<String, String>| {
        let labels = labels.iter().map(|(key, value)| (key.clone(), Some(value.clone())));
        selector.matches(&labels.collect())
    };
    Answer { valid: true, matches: question.objects.iter().map(matches).collect() }
}

fn upstream(questions: &[Question]) -> anyhow::Result<Vec<Answer>> {
    let mut command = Command::new("go");
    command.args(["run", "./labels"]).current_dir(go::module());
    let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut input = program.stdin.take().context("no standard input")?;
    input.write_all(&serde_json::to_vec(questions)?)?;
    drop(input);
    let output = program.wait_with_output()?;
    ensure!(output.status.success(), "go run ./labels: {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Requirements and what comes between them; most are well formed, and any piece can be out of place.
fn selector() -> impl Strategy<Value = String> {
    let separator = prop_oneof![12 => Just(","), 1 => select(vec![";", ",,", " ", "", ", ,"])];
    let end = prop_oneof![20 => Just(""), 1 => select(vec![",", "!", ")", "=", " in"])];
    (vec((requirement(), separator), 0..4), end).prop_map(|(requirements, end)| {
        let mut text = String::new();
        for (number, (requirement, separator)) in requirements.iter().enumerate() {
            if number > 0 {
                text.push_str(separator);
            }
            text.push_str(requirement);
        }
        text + end
    })
}

fn requirement() -> impl Strategy<Value = String> {
    let pieces = (any_key(), blank(), operator(), blank(), any_value());
    let binary =
        pieces.prop_map(|(key, a, operator, b, value)| [&*key, a, operator, b, &*value].concat());
    let values = vec((blank(), any_value(), blank()), 0..4).prop_map(|values| {
        let values = values.iter().map(|(a, value, b)| [*a, value, *b].concat());
        values.collect::<Vec<_>>().join(",")
    });
    let word =
        prop_oneof![10 => select(vec!["in", "notin"]), 1 => select(vec!["IN", "not in", ""])];
    let open = prop_oneof![20 => Just("("), 1 => select(vec!["", "(("])];
    let close = prop_oneof![20 => Just(")"), 1 => select(vec!["", "))"])];
    let set = (any_key(), word, blank(), open, values, close);
    let set = set.prop_map(|(key, word, blank, open, values, close)| {
        [&key, " ", word, blank, open, &values, close].concat()
    });
    let existence = (option::of(blank()), any_key())
        .prop_map(|(not, key)| not.map_or(key.clone(), |blank| format!("!{blank}{key}")));
    prop_oneof![4 => binary, 4 => set, 3 => existence]
}

fn operator() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        12 => select(vec!["=", "==", "!=", ">", "<"]),
        1 => select(vec!["===", "=!", "!", "<=", "><", " in "]),
    ]
}

fn blank() -> impl Strategy<Value = &'static str> {
    prop_oneof![8 => Just(""), 2 => Just(" "), 1 => select(vec!["\t", "\n", "\r", "  ", "\u{a0}"])]
}

fn key() -> impl Strategy<Value = String> {
    select(vec!["a", "b", "in", "x.example/a", "B_1"]).prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = String> {
    select(vec!["", "a", "in", "B-1", "7", "12"]).prop_map(str::to_owned)
}

fn any_key() -> impl Strategy<Value = String> {
    let broken = prop_oneof![
        select(vec!["", "-a", "a/", "/a", "a/b/c", "A.example/a", "a_b/c", "x..y/a", "ä", "a."])
            .prop_map(str::to_owned),
        (60..70_usize).prop_map(|length| "k".repeat(length)),
        (250..258_usize).prop_map(|length| format!("{}/a", "d".repeat(length))),
    ];
    prop_oneof![16 => key(), 1 => broken]
}

fn any_value() -> impl Strategy<Value = String> {
    let broken = prop_oneof![
        select(vec![
            "-",
            "a/b",
            "_a",
            "ä",
            "+7",
            "-7",
            "9223372036854775807",
            "9223372036854775808"
        ])
        .prop_map(str::to_owned),
        (60..70_usize).prop_map(|length| "v".repeat(length)),
    ];
    prop_oneof![16 => value(), 1 => broken]
}

fn refused_by_the_command_line() -> Outcome {
    for selector in ["app=web=x", "app=web tier", "app in web", "-app"] {
        let run = Program::new(["--demo", &format!("--selector={selector}")])?.run()?;
        ensure!(run.code == 2, "{selector}: exit code {}", run.code);
        run.assert_stderr(&["invalid label selector"])?;
    }
    Ok(())
}
