//! Who gets a token: the pod's word, the ServiceAccount's, or the default. Admission itself says
//! what is right, so the expectation is computed twice.

use serde_json::json;

use super::{Live, scan};
use crate::support::lab::ControlPlane;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(automount_precedence)]
}

const VALUES: [(&str, Option<bool>); 3] =
    [("unset", None), ("on", Some(true)), ("off", Some(false))];

fn automount_precedence(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace("automount")?;
    let mut expected = Vec::new();
    for (account_word, account) in VALUES {
        let account_name = format!("account-{account_word}");
        api.service_account("automount", &account_name, account)?;
        for (pod_word, pod) in VALUES {
            let name = format!("account-{account_word}-pod-{pod_word}");
            let spec = json!({
                "serviceAccountName": account_name,
                "automountServiceAccountToken": pod,
                "containers": [{"name": "app", "image": "app"}],
            });
            let stored = api.pod("automount", &name, &spec)?;
            let injected = stored["spec"]["volumes"].is_array();
            let mounted = pod.or(account).unwrap_or(true);
            ensure!(injected == mounted, "admission disagrees about {name}");
            expected.push((name, mounted));
        }
    }

    let report = scan(control_plane, &["-n", "automount"])?.report(0)?;
    for (name, mounted) in expected {
        let token = report.finding("token-mounted", &name, Some("app"))?;
        let want = if mounted { "fail" } else { "pass" };
        ensure!(token["verdict"] == want, "{name}: {token}");
        let declared = report.finding("token-declared-not-actual", &name, Some("app"))?;
        ensure!(declared["verdict"] == "pass", "{name}: {declared}");
    }
    for (name, want) in [("unset", "fail"), ("on", "fail"), ("off", "pass")] {
        let account = format!("account-{name}");
        let found = report.finding("service-account-automount", &account, None)?;
        ensure!(found["verdict"] == want, "{found}");
    }
    Ok(())
}
