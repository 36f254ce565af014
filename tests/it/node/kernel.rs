//! What the probe prints in the kernel's terms, in podaudit's.

use anyhow::Context;
use serde_json::Value;

/// By number, from 0: `include/uapi/linux/capability.h`.
const CAPABILITIES: [&str; 41] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
];

/// The names of the capabilities in a mask, without prefix.
///
/// # Errors
/// If it is no mask in hexadecimal digits.
pub(crate) fn names(mask: &Value) -> anyhow::Result<Vec<&'static str>> {
    let digits = mask.as_str().context("no mask")?;
    let bits = u64::from_str_radix(digits, 16).with_context(|| format!("not a mask: {digits}"))?;
    let numbered = (0..).zip(CAPABILITIES);
    Ok(numbered.filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, name)| name).collect())
}

/// A set of capabilities as podaudit names it. `all` is what the node itself may have, which is
/// less than everything in many containers.
///
/// # Errors
/// If it is no mask in hexadecimal digits.
pub(crate) fn capabilities(mask: &Value, all: &Value) -> anyhow::Result<String> {
    if mask == all {
        return Ok("ALL".to_owned());
    }
    let mut names = names(mask)?;
    names.sort_unstable();
    Ok(if names.is_empty() { "none".to_owned() } else { names.join(", ") })
}
