//! Namespaces that enforce a level, and pods that were there before they did.

use super::{Case, Expect, Later, case, fail, not_applicable, pass};

const NAMESPACE: &str = "namespace-not-enforced";
const POD: &str = "pod-violates-enforced-level";

const fn labelled(
    name: &'static str,
    spec: &'static str,
    later: &'static [Later],
    expect: &'static [Expect],
) -> Case {
    Case { name, account: None, spec, later, expect }
}

const PLAIN: &str = "{containers: [{name: app, image: app}]}";
const ON_HOST: &str = "{hostPID: true, containers: [{name: app, image: app}]}";

pub(super) const CASES: &[Case] = &[
    case("pss-nothing", PLAIN, &[fail(NAMESPACE, "", "low"), not_applicable(POD, "")]),
    labelled(
        "pss-privileged",
        ON_HOST,
        &[Later::Enforce("privileged")],
        &[fail(NAMESPACE, "", "medium"), not_applicable(POD, "")],
    ),
    labelled(
        "pss-baseline-met",
        PLAIN,
        &[Later::Enforce("baseline")],
        &[pass(NAMESPACE, ""), pass(POD, "")],
    ),
    labelled(
        "pss-baseline-violated",
        ON_HOST,
        &[Later::Enforce("baseline")],
        &[pass(NAMESPACE, ""), fail(POD, "", "high")],
    ),
    labelled(
        "pss-restricted-violated",
        PLAIN,
        &[Later::Enforce("restricted")],
        &[pass(NAMESPACE, ""), fail(POD, "", "medium")],
    ),
    labelled(
        "pss-restricted-and-baseline-violated",
        ON_HOST,
        &[Later::Enforce("restricted")],
        &[pass(NAMESPACE, ""), fail(POD, "", "high")],
    ),
];
