//! Exceptions: what they hide, what they do not, and who may make them.

use std::path::Path;

use anyhow::Context;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::diff::pod;
use crate::examples;
use crate::support::program::{Program, Run};
use crate::support::report::Report;
use crate::support::{Outcome, ensure, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(accepted),
        trial(patterns),
        trial(expired),
        trial(every_format),
        trial(not_needed),
        trial(covered_by_another),
        trial(annotations),
        trial(annotations_that_do_not_count_are_told),
        trial(bad_files),
        trial(example),
    ]
}

/// 2026-01-01T00:00:00Z.
const TIME: &str = "1767225600";

/// An audit of these objects with this file of exceptions.
fn audit(items: &[Value], exceptions: &str, args: &[&str]) -> anyhow::Result<Run> {
    let folder = tempfile::tempdir()?;
    let (input, file) = (folder.path().join("in.json"), folder.path().join("e.yaml"));
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    std::fs::write(&input, list.to_string())?;
    std::fs::write(&file, exceptions)?;
    let run = Program::new(["-f"])?.arg(&input).arg("--exceptions").arg(&file);
    args.iter().fold(run, Program::arg).env("SOURCE_DATE_EPOCH", TIME).run()
}

fn json(items: &[Value], exceptions: &str, args: &[&str]) -> anyhow::Result<Report> {
    let args: Vec<_> = ["-o", "json"].into_iter().chain(args.iter().copied()).collect();
    audit(items, exceptions, &args)?.report(0)
}

/// Accepted findings are in no format and in no count, unless they are asked for by name.
fn every_format() -> Outcome {
    let items = privileged();
    for (format, hidden, counted, shown) in [
        ("csv", ",privileged,", "", ",because,"),
        ("ndjson", "\"rule\":\"privileged\"", "\"excepted\":1", "\"reason\":\"because\""),
        ("markdown", "**critical: The container is privileged", "Not counted: 1 finding", ""),
        ("junit", "name=\"privileged\"", "", "; excepted: because\""),
        ("html", "data-rule=\"privileged\"", "Not counted: 1 finding", "accepted: <bdi>because"),
        ("openmetrics", "rule=\"privileged\",severity", "podaudit_excepted{", ""),
    ] {
        let open = audit(&items, "exceptions: []\n", &["-o", format])?.stdout;
        ensure!(open.contains(hidden), "{format} without {hidden}: {open}");
        let text = audit(&items, PRIVILEGED, &["-o", format])?.stdout;
        ensure!(!text.contains(hidden), "{format} holds {hidden}");
        ensure!(text.contains(counted), "{format} without {counted}: {text}");
        let text = audit(&items, PRIVILEGED, &["-o", format, "--show", "fail,excepted"])?.stdout;
        ensure!(text.contains(shown), "{format} without {shown}: {text}");
    }
    Ok(())
}

fn privileged() -> [Value; 2] {
    pod("web-1-a", "web-1", &json!({"privileged": true, "runAsUser": 1}))
}

const PRIVILEGED: &str = "exceptions:\n- rule: privileged\n  reason: because\n";
const ALL: &str = "exceptions:\n- {rule: privileged, reason: because}\n\
                   - {rule: dangerous-capabilities, reason: because}\n";

fn accepted() -> Outcome {
    let items = privileged();
    let run = audit(&items, ALL, &["-o", "json", "--fail-on", "critical"])?;
    let report = run.report(0)?;
    let found = report.finding("privileged", "web-1-a", Some("app"))?;
    let exception = &found["exception"];
    ensure!(exception["expired"] == false && exception["reason"] == "because", "{found}");
    ensure!(exception["source"].as_str().is_some_and(|s| s.ends_with("e.yaml:2")), "{exception}");
    let summary = &report.0["summary"];
    ensure!(summary["excepted"] == 2 && summary["fail"]["critical"] == 0, "{summary}");
    ensure!(report.0["workloads"][0]["fail"]["critical"] == 0, "{}", report.0["workloads"]);
    ensure!(audit(&items, PRIVILEGED, &["--fail-on", "critical"])?.code == 1, "one is enough");

    let table = audit(&items, ALL, &[])?.stdout;
    ensure!(!table.contains("privileged:") && table.contains("2 excepted"), "{table}");
    let table = audit(&items, ALL, &["--show", "fail,excepted"])?.stdout;
    ensure!(table.contains("privileged:") && table.contains("): because"), "{table}");

    let results = |args: &[&str]| -> anyhow::Result<Vec<Value>> {
        let args: Vec<_> = ["-o", "sarif"].into_iter().chain(args.iter().copied()).collect();
        let log: Value = serde_json::from_str(&audit(&items, PRIVILEGED, &args)?.stdout)?;
        let results = log["runs"][0]["results"].as_array().cloned().context("results")?;
        Ok(results.into_iter().filter(|result| result["ruleId"] == "privileged").collect())
    };
    ensure!(results(&[])?.is_empty(), "GitHub would open an alert for it");
    let shown = results(&["--show", "fail,excepted"])?;
    let suppression =
        json!([{"kind": "external", "status": "accepted", "justification": "because"}]);
    ensure!(shown.len() == 1 && shown[0]["suppressions"] == suppression, "{shown:?}");
    Ok(())
}

fn patterns() -> Outcome {
    let items = privileged();
    for (fields, matches) in [
        ("namespace: shop", true),
        ("namespace: sh", false),
        ("namespace: 's*p'", true),
        ("workload: Deployment/web", true),
        ("workload: '*/we?'", true),
        ("workload: web", false),
        ("workload: ReplicaSet/*", false),
        ("container: app", true),
        ("container: sidecar", false),
        ("image: 'app:*'", true),
        ("image: app", false),
        ("image: 'app:*', container: sidecar", false),
    ] {
        let file = format!("exceptions:\n- {{rule: privileged, reason: r, {fields}}}\n");
        let report = json(&items, &file, &[])?;
        let found = report.finding("privileged", "web-1-a", Some("app"))?;
        ensure!(found["exception"].is_null() != matches, "{fields}: {found}");
        // No other rule is touched, and a rule about pods has no container or image.
        let count = report.findings().iter().filter(|f| !f["exception"].is_null()).count();
        ensure!(count == usize::from(matches), "{fields}: {count}");
    }
    let file = "exceptions:\n- {rule: host-namespaces, reason: r, container: '*'}\n";
    let mut host = privileged();
    host[1]["spec"]["hostPID"] = true.into();
    let report = json(&host, file, &[])?;
    let found = report.finding("host-namespaces", "web-1-a", None)?;
    ensure!(found["exception"].is_null(), "{found}");

    // Replicas that judge alike and run different images: one is accepted, the other is not.
    let mut both = [privileged(), pod("web-2-b", "web-2", &json!({"privileged": true}))].concat();
    both[3]["spec"]["containers"][0]["image"] = "other:1".into();
    let file = "exceptions:\n- {rule: privileged, reason: r, image: 'app:*'}\n";
    let report = json(&both, file, &[])?;
    let of = |pod: &str| -> anyhow::Result<bool> {
        Ok(report.finding("privileged", pod, Some("app"))?["exception"].is_null())
    };
    ensure!(!of("web-1-a")? && of("web-2-b")?, "{}", report.0["findings"]);
    ensure!(report.0["summary"]["fail"]["critical"] == 2, "{}", report.0["summary"]);
    Ok(())
}

fn expired() -> Outcome {
    let items = privileged();
    let file = |last: &str| format!("{PRIVILEGED}  expires: {last}\n");
    for (last, expired) in [("2025-12-31", true), ("2026-01-01", false)] {
        let report = json(&items, &file(last), &[])?;
        let exception = &report.finding("privileged", "web-1-a", Some("app"))?["exception"];
        ensure!(exception["expired"] == expired && exception["expires"] == last, "{exception}");
        let counted = report.0["summary"]["excepted"] == 0;
        ensure!(counted == expired, "{last}: {}", report.0["summary"]);
    }
    // Not all readers of SARIF tell a suppression that holds from one that does not.
    let sarif = |last: &str| audit(&items, &file(last), &["-o", "sarif", "--show", "all"]);
    ensure!(sarif("2026-01-01")?.stdout.contains("\"suppressions\""), "it holds");
    ensure!(!sarif("2025-12-31")?.stdout.contains("\"suppressions\""), "it has expired");
    let table = audit(&items, &file("2025-12-31"), &[])?.stdout;
    ensure!(table.contains("was excepted until 2025-12-31"), "{table}");
    Ok(())
}

fn not_needed() -> Outcome {
    let harmless = pod("web-1-a", "web-1", &json!({"privileged": false}));
    let report = json(&harmless, PRIVILEGED, &["--show", "all"])?;
    let pass = report.finding("privileged", "web-1-a", Some("app"))?;
    ensure!(pass["exception"].is_null(), "what passes needs no exception: {pass}");
    let unused = &report.0["unusedExceptions"][0];
    ensure!(unused["rule"] == "privileged" && unused["reason"] == "because", "{unused}");
    let table = audit(&harmless, PRIVILEGED, &[])?.stdout;
    ensure!(table.contains("e.yaml:2: the exception from privileged matches nothing"), "{table}");
    let report = json(&privileged(), PRIVILEGED, &[])?;
    ensure!(report.0["unusedExceptions"] == json!([]), "{}", report.0["unusedExceptions"]);
    Ok(())
}

/// One that matches only what an earlier one accepts is not needed, and does match.
fn covered_by_another() -> Outcome {
    let file = format!(
        "{PRIVILEGED}- {{rule: privileged, reason: later, namespace: shop}}\n\
         - {{rule: privileged, reason: elsewhere, namespace: other}}\n"
    );
    let report = json(&privileged(), &file, &[])?;
    let unused = report.0["unusedExceptions"].as_array().context("unused")?;
    let reported = |n: usize| (unused[n]["reason"].as_str(), unused[n]["coveredBy"].as_str());
    ensure!(unused.len() == 2, "{unused:?}");
    let (reason, by) = reported(0);
    ensure!(reason == Some("later") && by.is_some_and(|by| by.ends_with("e.yaml:2")), "{unused:?}");
    ensure!(reported(1) == (Some("elsewhere"), None), "{unused:?}");
    for format in ["table", "markdown", "html"] {
        let text = audit(&privileged(), &file, &["-o", format])?.stdout;
        let text = text.replace('\n', " ");
        for words in [
            "e.yaml:4: all that the exception from privileged matches is covered by",
            "e.yaml:5: the exception from privileged matches nothing",
        ] {
            ensure!(text.contains(words), "{format} without {words}: {text}");
        }
    }
    // An expired one beside one that holds is covered too; alone it is used, and told as expired.
    let expired = format!("{PRIVILEGED}  expires: 2025-12-31\n- {{rule: privileged, reason: r}}\n");
    let report = json(&privileged(), &expired, &[])?;
    let unused = &report.0["unusedExceptions"];
    ensure!(unused[0]["coveredBy"].as_str().is_some_and(|by| by.ends_with("e.yaml:5")), "{unused}");
    Ok(())
}

/// An annotation that the operator does not allow hides nothing, and does not go unseen.
fn annotations_that_do_not_count_are_told() -> Outcome {
    let mut items = privileged().to_vec();
    items[1]["metadata"]["annotations"] = json!({
        "podaudit.dev/except-privileged": "r", "podaudit.dev/except-host-path": "passes anyway",
    });
    let twin = pod("web-1-b", "web-1", &json!({"privileged": true, "runAsUser": 1}));
    items.extend(twin);
    let none = "exceptions: []\n";
    let counted = |exceptions: &str, args: &[&str]| -> anyhow::Result<(Value, Value)> {
        let report = json(&items, exceptions, args)?.0;
        Ok((report["summary"]["unheededAnnotations"].clone(), report["workloads"].clone()))
    };
    let (count, workloads) = counted(none, &[])?;
    ensure!(count == 1, "{count}");
    ensure!(workloads.as_array().map(Vec::len) == Some(1), "the annotation divides {workloads}");
    ensure!(workloads[0]["fail"]["critical"].as_u64() > Some(0), "it hides: {workloads}");
    ensure!(counted(none, &["--allow-annotations"])?.0 == 0, "allowed");
    ensure!(counted(PRIVILEGED, &[])?.0 == 0, "the file accepts it already");
    for format in ["table", "markdown", "html"] {
        let text = audit(&items, none, &["-o", format])?.stdout.replace('\n', " ");
        let reported = text.matches("would accept 1 finding; they do not count").count();
        ensure!(reported == 1, "{format} tells it {reported} times: {text}");
    }
    Ok(())
}

/// Whoever may edit a pod could hide it, so annotations count only if the operator says so.
fn annotations() -> Outcome {
    let none = "exceptions: []\n";
    let reason = |rule: &str| json!({format!("podaudit.dev/except-{rule}"): "said the pod"});
    let mut items = privileged().to_vec();
    items[1]["metadata"]["annotations"] = reason("privileged");
    items.push(json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {
        "name": "web", "namespace": "shop", "uid": "sa",
        "annotations": reason("service-account-automount"),
    }}));
    items.push(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {
        "name": "shop", "uid": "ns", "annotations": reason("namespace-not-enforced"),
    }}));
    let places = [
        ("privileged", "web-1-a", Some("app")),
        ("service-account-automount", "web", None),
        ("namespace-not-enforced", "shop", None),
    ];
    for (args, counts) in [(&[][..], false), (&["--allow-annotations"], true)] {
        let report = json(&items, none, args)?;
        for (rule, object, container) in places {
            let exception = &report.finding(rule, object, container)?["exception"];
            ensure!(exception.is_null() != counts, "{rule} {args:?}: {exception}");
            let source = format!("annotation podaudit.dev/except-{rule}");
            ensure!(!counts || exception["source"] == source, "{exception}");
        }
        let count = report.findings().iter().filter(|f| !f["exception"].is_null()).count();
        ensure!(count == if counts { 3 } else { 0 }, "{count}");
    }
    Ok(())
}

fn bad_files() -> Outcome {
    for (text, names) in [
        ("exceptions:\n- rule: privilege\n  reason: r\n", ["e.yaml:2", "\"privilege\""]),
        ("exceptions:\n- rule: privileged\n  raison: r\n", ["`raison`", "line 3"]),
        ("exceptions:\n- rule: privileged\n", ["`reason`", "line 2"]),
        ("exceptions:\n- rule: privileged\n  reason: ''\n", ["e.yaml:3", "empty"]),
        ("exceptions: [\n", ["e.yaml", "line"]),
    ] {
        audit(&privileged(), text, &["-o", "json"])?.assert_error(&names)?;
    }
    let run = Program::new(["--demo", "--exceptions", "/nowhere"])?.run()?;
    run.assert_error(&["/nowhere", "No such file"])
}

/// The example is what its schema says, and every exception in it is needed.
fn example() -> Outcome {
    let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports");
    let file = reports.join("exceptions.yaml");
    let run = Program::new(["--demo", "-o", "json", "--exceptions"])?.arg(&file);
    let report = run.env("SOURCE_DATE_EPOCH", TIME).run()?.report(0)?;
    ensure!(report.0["unusedExceptions"] == json!([]), "{}", report.0["unusedExceptions"]);
    let of = |expired: bool| {
        report.findings().iter().filter(|f| f["exception"]["expired"] == expired).count()
    };
    ensure!(of(false) > 5 && of(true) == 1, "{} and {}", of(false), of(true));
    let text = std::fs::read_to_string(&file)?;
    ensure!(
        text.starts_with("# yaml-language-server: $schema=exceptions.schema.json\n"),
        "modeline"
    );
    let break_it = |file: &mut Value| file["exceptions"][0]["rule"] = "privilege".into();
    examples::valid(serde_saphyr::from_str(&text)?, "exceptions.schema.json", break_it)
}
