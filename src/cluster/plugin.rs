//! Credential plugins: programs of the user that print a token or a certificate. Run once, within a
//! limit, and killed when nobody waits any more. What they print is never shown: it may hold the
//! credential.

use std::io::{self, IsTerminal, Read};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use kube::config::{ExecConfig, ExecInteractiveMode};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::oneshot;

use super::error::ClusterError;

/// More than any credential, in bytes.
const MAX_OUTPUT: u64 = 1 << 20;
/// How often a plugin that has closed its output is looked at.
const POLL: Duration = Duration::from_millis(5);

/// What a plugin gives.
#[derive(Default)]
pub(super) struct Issued {
    pub(super) token: Option<String>,
    /// PEM.
    pub(super) certificate: Option<String>,
    /// PEM.
    pub(super) key: Option<String>,
    pub(super) expires: Option<Timestamp>,
}

/// The object that a plugin prints, as JSON or YAML.
#[derive(Deserialize)]
struct ExecCredential {
    status: Option<Status>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
    expiration_timestamp: Option<String>,
}

/// Runs the plugin and reads what it gives.
///
/// # Errors
/// It cannot be started, fails, does not end in time, or prints something else.
pub(super) async fn run(
    exec: &ExecConfig,
    limit: Option<Duration>,
) -> Result<Issued, ClusterError> {
    let name = exec.command.clone().unwrap_or_default();
    let failed = |why: String| ClusterError::Plugin { command: name.clone(), why };
    let (mut child, output) = start(exec).map_err(&failed)?;
    let limit = limit.unwrap_or(Duration::MAX);
    let Ok(output) = tokio::time::timeout(limit, output).await else {
        child.kill();
        return Err(failed(format!("it did not end within {} s", limit.as_secs_f64())));
    };
    let ended = output.unwrap_or_else(|_| Err("it was lost".to_owned()));
    let issued = ended.and_then(|text| issued(&text));
    issued.map_err(failed)
}

/// A plugin that is killed when nobody waits for it any more.
struct Running(Arc<Mutex<Child>>);

impl Running {
    fn kill(&mut self) {
        // One that has ended already is no error, and cannot be another process: it is waited for
        // under the same lock.
        let _ = self.0.lock().unwrap_or_else(PoisonError::into_inner).kill();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

type Output = oneshot::Receiver<Result<Vec<u8>, String>>;

fn start(exec: &ExecConfig) -> Result<(Running, Output), String> {
    let mut child = command(exec)?.spawn().map_err(|error| error.to_string())?;
    let stdout = child.stdout.take();
    let child = Arc::new(Mutex::new(child));
    let running = Running(Arc::clone(&child));
    let (done, output) = oneshot::channel();
    // Not a thread of the runtime, which would wait for it at its end.
    std::thread::spawn(move || done.send(finish(&child, stdout)));
    Ok((running, output))
}

fn command(exec: &ExecConfig) -> Result<Command, String> {
    let program = exec.command.as_deref().filter(|command| !command.is_empty());
    let mut command = Command::new(program.ok_or("it has no command")?);
    command.args(exec.args.iter().flatten());
    for variable in exec.env.iter().flatten() {
        if let (Some(name), Some(value)) = (variable.get("name"), variable.get("value")) {
            if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
                return Err("its env has a variable that no process can have".to_owned());
            }
            command.env(name, value);
        }
    }
    let terminal = io::stdin().is_terminal();
    let interactive = match exec.interactive_mode {
        Some(ExecInteractiveMode::Never) => false,
        Some(ExecInteractiveMode::Always) if !terminal => {
            return Err("it needs a terminal, and standard input is none".to_owned());
        }
        _ => terminal,
    };
    let mut spec = json!({"interactive": interactive});
    if exec.provide_cluster_info {
        spec["cluster"] = json!(exec.cluster);
    }
    let info = json!({"apiVersion": exec.api_version, "kind": "ExecCredential", "spec": spec});
    command.env("KUBERNETES_EXEC_INFO", info.to_string());
    // Its words reach a person who can answer, and no log.
    let (input, words) = if interactive {
        (Stdio::inherit(), Stdio::inherit())
    } else {
        (Stdio::null(), Stdio::null())
    };
    command.stdin(input).stderr(words).stdout(Stdio::piped());
    Ok(command)
}

/// All that it prints, once it has ended well.
fn finish(child: &Mutex<Child>, stdout: Option<ChildStdout>) -> Result<Vec<u8>, String> {
    let child = || child.lock().unwrap_or_else(PoisonError::into_inner);
    let mut text = Vec::new();
    let read = stdout.map(|out| out.take(MAX_OUTPUT + 1).read_to_end(&mut text)).transpose();
    if text.len() as u64 > MAX_OUTPUT {
        let _ = child().kill();
    }
    let status: ExitStatus = loop {
        match child().try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => {}
            Err(error) => return Err(error.to_string()),
        }
        std::thread::sleep(POLL);
    };
    match read {
        Err(error) => Err(error.to_string()),
        Ok(_) if text.len() as u64 > MAX_OUTPUT => Err("it prints without end".to_owned()),
        Ok(_) if !status.success() => Err(status.to_string()),
        Ok(_) => Ok(text),
    }
}

fn issued(text: &[u8]) -> Result<Issued, String> {
    let credential: ExecCredential =
        serde_saphyr::from_slice(text).map_err(|_| "what it prints is no ExecCredential")?;
    let Status { token, client_certificate_data, client_key_data, expiration_timestamp } =
        credential.status.ok_or("what it prints has no status")?;
    let expires = expiration_timestamp.map(|time| time.parse::<Timestamp>());
    Ok(Issued {
        token: token.filter(|token| !token.is_empty()),
        certificate: client_certificate_data,
        key: client_key_data,
        expires: expires.transpose().map_err(|_| "its expirationTimestamp is no time")?,
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> ExecConfig {
        ExecConfig {
            command: Some("/bin/sh".to_owned()),
            args: Some(vec!["-c".to_owned(), script.to_owned()]),
            interactive_mode: Some(ExecInteractiveMode::Never),
            ..ExecConfig::default()
        }
    }

    fn wait(script: &str, limit: Duration) -> Result<Issued, String> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().build().expect("one");
        let issued = runtime.block_on(run(&shell(script), Some(limit)));
        issued.map_err(|error| error.to_string())
    }

    const LONG: Duration = Duration::from_mins(1);

    #[test]
    fn a_token_and_its_end() {
        let script =
            r#"echo '{"status": {"token": "t", "expirationTimestamp": "2030-01-01T00:00:00Z"}}'"#;
        let issued = wait(script, LONG).unwrap();
        assert_eq!(issued.token.as_deref(), Some("t"));
        assert_eq!(
            issued.expires.map(|time| time.to_string()).as_deref(),
            Some("2030-01-01T00:00:00Z")
        );
    }

    #[test]
    fn what_it_prints_is_not_told() {
        for script in
            ["echo secret; exit 3", "echo secret >&2; exit 3", "echo '{secret'", "echo '{}'"]
        {
            let error = wait(script, LONG).err().unwrap();
            assert!(error.contains("/bin/sh") && !error.contains("secret"), "{error}");
        }
        assert!(wait("exit 3", LONG).err().unwrap().contains("exit status: 3"));
    }

    #[test]
    fn one_that_does_not_end_is_killed() {
        let error = wait("exec sleep 100", Duration::from_millis(50)).err().unwrap();
        assert!(error.contains("did not end within"), "{error}");
        let error = wait("exec cat /dev/zero", LONG).err().unwrap();
        assert!(error.contains("without end"), "{error}");
    }
}
