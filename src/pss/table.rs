//! The table of checks. Adding one takes a file under `checks/` and a line here.

use super::check::Check;
use super::checks::{
    allow_privilege_escalation, app_armor_profile, capabilities, host_namespaces, host_ports,
    host_probes, privileged, proc_mount, run_as, se_linux_options, seccomp_profile, sysctls,
    volumes, windows_host_process,
};

/// Every check: baseline, then restricted, each sorted by id, which is upstream's order of
/// evaluation and so that of violations.
///
/// Source: `policy/registry.go`, `populate`.
pub const CHECKS: &[Check] = &[
    app_armor_profile::CHECK,
    capabilities::BASELINE,
    host_namespaces::CHECK,
    volumes::HOST_PATH,
    host_ports::CHECK,
    host_probes::CHECK,
    privileged::CHECK,
    proc_mount::BASELINE,
    se_linux_options::CHECK,
    seccomp_profile::BASELINE,
    sysctls::CHECK,
    windows_host_process::CHECK,
    allow_privilege_escalation::CHECK,
    capabilities::RESTRICTED,
    proc_mount::RESTRICTED,
    volumes::RESTRICTED,
    run_as::NON_ROOT,
    run_as::USER,
    seccomp_profile::RESTRICTED,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pss::{Level, NEWEST_MINOR};

    #[test]
    fn the_table_is_well_formed() {
        assert!(CHECKS.is_sorted_by_key(|check| (check.level, check.id)));
        for check in CHECKS {
            assert!(check.level > Level::Privileged, "{}", check.id);
            assert!(check.revisions.is_sorted_by(|a, b| a.since < b.since), "{}", check.id);
            assert!(check.revisions.iter().all(|r| r.since <= NEWEST_MINOR), "{}", check.id);
            for id in check.revisions.iter().flat_map(|revision| revision.overrides) {
                assert_eq!(check.level, Level::Restricted, "{}", check.id);
                assert!(CHECKS.iter().any(|c| c.id == *id && c.level == Level::Baseline), "{id}");
            }
        }
    }

    #[test]
    fn the_newest_version_is_the_one_that_last_changed_something() {
        let newest = CHECKS.iter().flat_map(|c| c.revisions).map(|revision| revision.since).max();
        assert_eq!(newest, Some(NEWEST_MINOR));
    }
}
