//! `podaudit can` on files: what it says of rights, of groups, of roles that are missing, and of
//! accounts and bindings that were not read.

use anyhow::Context;
use libtest_mimic::Trial;

use crate::support::program::{Program, Run};
use crate::support::{Outcome, ensure, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial(table), trial(json), trial(not_read), trial(usage)]
}

const INPUT: &str = r#"
apiVersion: v1
kind: ServiceAccount
metadata: {name: ops, namespace: shop}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: idle, namespace: quiet}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: mix, namespace: shop}
rules:
- {apiGroups: ["", apps], resources: [pods, deployments], verbs: [get, create]}
- {apiGroups: [""], resources: ["secrets", "a\e[2Jb"], resourceNames: [one, two], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: metrics}
rules:
- {nonResourceURLs: [/metrics], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: mix, namespace: shop}
roleRef: {kind: Role, name: mix}
subjects: [{kind: ServiceAccount, name: ops}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: metrics}
roleRef: {kind: ClusterRole, name: metrics}
subjects: [{kind: Group, name: "system:serviceaccounts"}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: gone}
roleRef: {kind: ClusterRole, name: gone}
subjects: [{kind: Group, name: "system:serviceaccounts:shop"}]
"#;

fn can(input: &str, args: &[&str]) -> anyhow::Result<Run> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), input)?;
    let program = Program::new(["can", "-f"])?.arg(file.path());
    args.iter().fold(program, Program::arg).run()
}

fn table() -> Outcome {
    let run = can(INPUT, &["shop/ops"])?;
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    ensure!(!run.stdout.contains('\x1b'), "a control character: {:?}", run.stdout);
    for want in [
        "create deployments.apps in namespace shop: runs pods as any ServiceAccount there",
        "get secrets named one of one, two in namespace shop: reads credentials",
        "by RoleBinding shop/mix to Role shop/mix",
        "a\\u{1b}[2Jb",
        "Can as every ServiceAccount\n  get the URLs /metrics",
        "to ClusterRole metrics, as a member of system:serviceaccounts",
        "Bound to roles that were not found\n  ClusterRoleBinding gone: ClusterRole gone",
    ] {
        ensure!(run.stdout.contains(want), "no {want:?} in\n{}", run.stdout);
    }
    ensure!(run.stdout.matches("What RBAC grants").count() == 1, "{}", run.stdout);
    let idle = can(INPUT, &["quiet/idle"])?.stdout;
    ensure!(!idle.contains("Can lead") && !idle.contains("gone"), "{idle}");
    Ok(())
}

fn json() -> Outcome {
    let report = can(INPUT, &["shop/ops", "-o", "json"])?.report(0)?.0;
    ensure!(report["user"] == "system:serviceaccount:shop:ops", "{report}");
    let rights = report["rights"].as_array().context("no rights")?;
    let reads = rights.iter().find(|right| right["why"] == "reads credentials");
    let reads = reads.context("no right to secrets")?;
    ensure!(reads["danger"] == "identities" && reads["namespace"] == "shop", "{reads}");
    ensure!(reads["binding"]["kind"] == "RoleBinding" && reads["role"]["name"] == "mix", "{reads}");
    ensure!(report["danglingBindings"][0]["role"]["name"] == "gone", "{report}");
    Ok(())
}

/// What was not read is told, whether it could not be or was not there.
fn not_read() -> Outcome {
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: b}\n";
    let run = can(account, &["b/a"])?;
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    ensure!(run.stdout.contains("No right at all"), "{}", run.stdout);
    ensure!(run.stdout.contains("clusterrolebindings"), "{}", run.stdout);
    can(account, &["b/typo"])?.assert_error(&["b/typo"])?;

    let bad = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n\
               metadata: {name: bad, namespace: shop}\nrules: 7\n";
    let run = can(&format!("{INPUT}{bad}"), &["shop/ops"])?;
    ensure!(run.code == 3, "exit code {}: {}", run.code, run.stderr);
    run.assert_stderr(&["shop/bad"])
}

fn usage() -> Outcome {
    for target in ["ops", "shop/", "/ops", "shop/ops/x"] {
        let run = Program::new(["can", target, "--demo"])?.run()?;
        ensure!(run.code == 2, "{target}: exit code {}: {}", run.code, run.stderr);
        run.assert_stderr(&["NAMESPACE/SERVICEACCOUNT"])?;
    }
    Ok(())
}
