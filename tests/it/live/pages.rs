//! Lists that come in more than one answer, from a server that makes its own continue tokens.

use std::collections::BTreeSet;

use super::{Live, scan};
use crate::support::lab::ControlPlane;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(pages_follow_each_other)]
}

/// More than the 500 that podaudit asks for at once.
const COUNT: usize = 600;

fn pages_follow_each_other(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace("paged")?;
    let mut want = BTreeSet::from(["default".to_owned()]);
    for number in 0..COUNT {
        let name = format!("account-{number}");
        api.service_account("paged", &name, None)?;
        want.insert(name);
    }
    let report = scan(control_plane, &["-n", "paged"])?.report(0)?;
    let record = report.coverage("serviceaccounts")?;
    ensure!(record["pages"] == 2 && record["listed"] == COUNT + 1, "{record}");
    ensure!(record["consistent"] == true, "{record}");
    let rule = |f: &&serde_json::Value| f["rule"] == "service-account-automount";
    let name = |f: &serde_json::Value| f["object"]["name"].as_str().unwrap_or_default().to_owned();
    let found: Vec<_> = report.findings().iter().filter(rule).map(name).collect();
    ensure!(found.len() == COUNT + 1, "{} findings", found.len());
    ensure!(found.into_iter().collect::<BTreeSet<_>>() == want, "others than were created");
    Ok(())
}
