//! The checks themselves: one file for what belongs together. Each is written after the file of
//! the same name in upstream's `policy` package, and reads the pod as it is written.

pub(super) mod allow_privilege_escalation;
pub(super) mod app_armor_profile;
pub(super) mod capabilities;
pub(super) mod host_namespaces;
pub(super) mod host_ports;
pub(super) mod host_probes;
pub(super) mod privileged;
pub(super) mod proc_mount;
pub(super) mod run_as;
pub(super) mod se_linux_options;
pub(super) mod seccomp_profile;
pub(super) mod sysctls;
pub(super) mod volumes;
pub(super) mod windows_host_process;
